/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/hex.h"

#include <stdbool.h>
#include <string.h>

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool is_separator(char c)
{
	return c != '\0' && strchr(" \t\r\n:,;-", c) != NULL;
}

static bool is_prefix(const char *text, size_t left)
{
	return left >= 3 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && hex_digit(text[2]) >= 0;
}

enum cs_err hex_parse(uint8_t *out, size_t cap, size_t *len, const char *text, size_t text_len, size_t *bad)
{
	bool group_start = true;
	size_t i = 0;

	*len = 0;
	*bad = 0;
	while (i < text_len) {
		if (is_separator(text[i])) {
			group_start = true;
			i++;
			continue;
		}
		if (group_start && is_prefix(text + i, text_len - i))
			i += 2;
		group_start = false;
		*bad = i;
		if (hex_digit(text[i]) < 0)
			return CS_E_HEX_DIGIT;
		if (i + 1 == text_len || is_separator(text[i + 1]))
			return CS_E_HEX_ODD;
		if (hex_digit(text[i + 1]) < 0) {
			*bad = i + 1;
			return CS_E_HEX_DIGIT;
		}
		if (*len == cap)
			return CS_E_TOO_LONG;
		out[(*len)++] = (uint8_t)(hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
		i += 2;
	}
	return *len ? CS_OK : CS_E_EMPTY;
}

size_t hex_build(char *out, const uint8_t *bytes, size_t len, char sep)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (sep && i)
			out[n++] = sep;
		out[n++] = digits[bytes[i] >> 4];
		out[n++] = digits[bytes[i] & 0x0F];
	}
	out[n] = '\0';
	return n;
}
