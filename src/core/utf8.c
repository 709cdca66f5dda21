/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/utf8.h"

#include <string.h>

/* By lead byte: what the second byte may be, and the length; Unicode 15 Table 3-7. */
static const struct {
	uint8_t first, last, low, high, len;
} leads[] = {
	{0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
	{0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
	{0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* C0, DEL and C1; Arabic letter mark, direction marks, separators and overrides, isolates, byte order mark */
static const struct {
	uint32_t first, last;
} controls[] = {
	{0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C}, {0x200E, 0x200F},
	{0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
};

static size_t continued(const uint8_t *s, size_t len, uint32_t *c)
{
	*c = len == 1 ? s[0] : s[0] & (0xFFu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3F);
	}
	return len;
}

size_t utf8_sequence(const char *text, size_t len, uint32_t *c)
{
	const uint8_t *s = (const uint8_t *)text;

	for (size_t i = 0; len > 0 && i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (s[0] < leads[i].first || s[0] > leads[i].last)
			continue;
		if (leads[i].len > len || (leads[i].len > 1 && (s[1] < leads[i].low || s[1] > leads[i].high)))
			return 0;
		return continued(s, leads[i].len, c);
	}
	return 0;
}

bool utf8_is_control(uint32_t c)
{
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (c >= controls[i].first && c <= controls[i].last)
			return true;
	return false;
}

static size_t put_hex(char *out, uint8_t byte)
{
	static const char digits[] = "0123456789ABCDEF";

	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[byte >> 4];
	out[3] = digits[byte & 0x0F];
	return 4;
}

size_t utf8_escape(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t seq = utf8_sequence(text + i, len - i, &c);
		bool plain = seq && !utf8_is_control(c);
		size_t eat = seq ? seq : 1;
		size_t need = plain ? eat : 4 * eat;

		if (n + need >= size)
			break;
		for (size_t k = 0; k < eat; k++, i++) {
			if (plain)
				out[n++] = text[i];
			else
				n += put_hex(out + n, (uint8_t)text[i]);
		}
	}
	if (size)
		out[n] = '\0';
	return n;
}

size_t utf8_clean(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;
	uint32_t c;

	for (size_t i = 0; i < len;) {
		size_t seq = utf8_sequence(text + i, len - i, &c);
		uint8_t byte = (uint8_t)text[i];

		if (n + (seq ? seq : 2) >= size)
			break;
		if (seq) {
			memcpy(out + n, text + i, seq);
			n += seq;
			i += seq;
		} else {
			out[n++] = (char)(0xC0 | byte >> 6);
			out[n++] = (char)(0x80 | (byte & 0x3F));
			i++;
		}
	}
	if (size)
		out[n] = '\0';
	return n;
}
