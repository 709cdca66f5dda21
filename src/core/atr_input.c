/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr_input.h"

#include <string.h>

#include "core/hex.h"

#define ESC '\033'

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Length of the control sequence (ECMA-48 5.4) at @text, 0 when there is none. */
static size_t control_sequence(const char *text, size_t len)
{
	size_t n = 2;

	if (len < 3 || text[0] != ESC || text[1] != '[')
		return 0;
	while (n < len && text[n] >= 0x20 && text[n] <= 0x3F)
		n++;
	return n < len && text[n] >= 0x40 && text[n] <= 0x7E ? n + 1 : 0;
}

/* A blank of a URL may be written "%20" or "+". */
static size_t decoration(const char *text, size_t len)
{
	switch (*text) {
	case ESC:
		return control_sequence(text, len);
	case '%':
		return len >= 3 && text[1] == '2' && text[2] == '0' ? 3 : 0;
	case '+':
	case '|':
	case '{':
	case '}':
		return 1;
	default:
		return is_quote(*text);
	}
}

static bool is_atr_word(const char *text)
{
	return (text[0] | 0x20) == 'a' && (text[1] | 0x20) == 't' && (text[2] | 0x20) == 'r';
}

/* Index behind "ATR:" or "ATR=", 0 when there is none. */
static size_t behind_prefix(const char *text, size_t len)
{
	for (size_t i = 0; i + 3 < len; i++) {
		size_t at = i + 3;

		/* hexadecimal text, the usual case, has no T */
		if ((text[i + 1] | 0x20) != 't' || !is_atr_word(text + i))
			continue;
		while (at < len && (is_blank(text[at]) || is_quote(text[at])))
			at++;
		if (at < len && (text[at] == ':' || text[at] == '='))
			return at + 1;
	}
	return 0;
}

static size_t find(const char *text, size_t len, size_t from, char c)
{
	const char *found = memchr(text + from, c, len - from);

	return found ? (size_t)(found - text) : len;
}

/* Behind a prefix (@start is not 0) a value in quotes ends with the quote, and one of a URL with '&'. */
static size_t value_end(const char *text, size_t len, size_t start)
{
	size_t end = find(text, len, start, '#');

	if (start == 0)
		return end;
	while (start < end && is_blank(text[start]))
		start++;
	if (start < end && is_quote(text[start]))
		return find(text, end, start + 1, text[start]);
	return find(text, end, start, '&');
}

enum cs_err atr_input_parse(uint8_t *out, size_t cap, size_t *len, const char *text, size_t text_len,
			    size_t *bad)
{
	size_t i = behind_prefix(text, text_len);
	size_t end = value_end(text, text_len, i);

	*len = 0;
	*bad = 0;
	while (i < end) {
		size_t skip = decoration(text + i, end - i);
		size_t start = i, part, at;
		enum cs_err err;

		if (skip) {
			i += skip;
			continue;
		}
		do {
			i++;
		} while (i < end && !decoration(text + i, end - i));
		err = hex_parse(out + *len, cap - *len, &part, text + start, i - start, &at);
		*len += part;
		if (err != CS_OK && err != CS_E_EMPTY) {
			*bad = start + at;
			return err;
		}
	}
	return *len ? CS_OK : CS_E_EMPTY;
}

bool atr_input_blank(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && is_blank(text[i]))
		i++;
	return i == len || text[i] == '#';
}

bool atr_input_is_prefix(const char *word)
{
	size_t len = strlen(word);

	return len >= 4 && behind_prefix(word + len - 4, 4) == 4;
}

/* The word behind "0x". */
static const char *digits_of(const char *word)
{
	return word[0] == '0' && (word[1] | 0x20) == 'x' ? word + 2 : word;
}

int atr_input_byte(const char *word)
{
	const char *digits = digits_of(word);
	size_t len, bad;
	uint8_t byte;

	if (hex_digit(digits[0]) >= 0 && digits[1] == '\0')
		return hex_digit(digits[0]);
	return atr_input_parse(&byte, 1, &len, word, strlen(word), &bad) == CS_OK ? byte : -1;
}

bool atr_input_is_short(const char *word)
{
	size_t len = strlen(digits_of(word));

	return atr_input_byte(word) >= 0 || (len > 0 && len < 4 && strcmp(word, "-") != 0);
}
