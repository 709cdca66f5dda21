/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/utf8.h"
#include "db/carddb_priv.h"

static uint8_t byte_at(const char *text, size_t i)
{
	return (uint8_t)text[i];
}

/* Eight at a time: a byte below 0x20 borrows, one above 0x7E carries, into its top bit. */
static bool is_printable_ascii(const char *text, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word, bad = 0;
	size_t i = 0;

	for (; len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		bad |= (word - ones * 0x20) | (word + ones) | word;
	}
	for (; i < len; i++) {
		if (byte_at(text, i) < 0x20 || byte_at(text, i) > 0x7E)
			return false;
	}
	return (bad & ones * 0x80) == 0;
}

/* Old lists are in Latin-1: a byte that is not UTF-8 is taken for the character of that number. */
static size_t put_latin1(char *out, uint8_t byte)
{
	if (utf8_is_control(byte))
		return 0;
	out[0] = (char)(0xC0 | byte >> 6);
	out[1] = (char)(0x80 | (byte & 0x3F));
	return 2;
}

static size_t clean_into(char *out, const char *text, size_t len)
{
	size_t i = 0, n = 0;

	while (i < len) {
		uint32_t c = 0;
		size_t width = utf8_sequence(text + i, len - i, &c);

		if (width == 0) {
			n += put_latin1(out + n, byte_at(text, i++));
			continue;
		}
		if (c == '\t') {
			out[n++] = ' ';
		} else if (!utf8_is_control(c)) {
			memcpy(out + n, text + i, width);
			n += width;
		}
		i += width;
	}
	return n;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static char *trim(char *text, size_t *len)
{
	while (*len && is_space(text[*len - 1]))
		--*len;
	while (*len && is_space(*text)) {
		text++;
		--*len;
	}
	return text;
}

const char *carddb_text_clean(char *text, size_t len, size_t *out_len, struct carddb_arena *arena)
{
	char *out;

	text = trim(text, &len);
	if (!is_printable_ascii(text, len)) {
		out = carddb_arena_take(arena, 2 * len + 1);
		if (!out)
			return NULL;
		len = clean_into(out, text, len);
		text = trim(out, &len);
	}
	text[len] = '\0';
	*out_len = len;
	return text;
}
