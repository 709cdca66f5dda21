/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/explain_text.h"

#include <string.h>

#include "core/hex.h"

#define PCSC_FACILITY 0x8010 /* upper half of every PC/SC code */
#define NUMBER_DIGITS 20     /* of a 64-bit number in decimal */
#define DECIMAL_MIN   600    /* a smaller number but 0 is a code only with a sign or in hexadecimal */

static char comparable(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
		return c;
	return ' ';
}

static void set_words(struct explain_text *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len && out->len < EXPLAIN_TEXT_MAX; i++) {
		char c = comparable(text[i]);

		if (c != ' ' || (out->len > 0 && out->words[out->len - 1] != ' '))
			out->words[out->len++] = c;
	}
	if (out->len > 0 && out->words[out->len - 1] == ' ')
		out->len--;
	out->words[out->len] = '\0';
}

/* A word of hexadecimal digits; no digits, or too many for 64 bits, are no number. */
static bool hex_number(const char *word, size_t len, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < len; i++) {
		int digit = hex_digit(word[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (unsigned)digit;
	}
	return len > 0 && len <= 16;
}

static bool decimal_number(const char *word, size_t len, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < len; i++) {
		if (word[i] < '0' || word[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(word[i] - '0');
	}
	return len > 0 && len < NUMBER_DIGITS;
}

/* A 32-bit number as programs print it: also negative, and extended to 64 bits. */
static bool word_number(const char *word, size_t len, bool negative, uint32_t *out)
{
	uint64_t value;
	bool fits;

	if (len > 2 && word[0] == '0' && word[1] == 'x')
		fits = hex_number(word + 2, len - 2, &value);
	else
		fits = decimal_number(word, len, &value) ||
		       (len == 8 && hex_number(word, len, &value) && value >> 16 == PCSC_FACILITY);
	if (!fits)
		return false;
	if (value >> 32 == UINT32_MAX)
		value &= UINT32_MAX;
	if (value >> 32)
		return false;
	*out = negative ? 0 - (uint32_t)value : (uint32_t)value;
	return true;
}

static size_t word_len(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && comparable(text[n]) != ' ')
		n++;
	return n;
}

static void add_code(struct explain_text *out, uint32_t code)
{
	if (code >> 16 == PCSC_FACILITY && out->n_codes < EXPLAIN_CODES_MAX)
		out->code[out->n_codes++] = code;
}

static void set_code(struct explain_text *out, const char *text, size_t len, bool negative)
{
	char word[NUMBER_DIGITS];
	uint32_t number;

	for (size_t i = 0; i < len; i++)
		word[i] = comparable(text[i]);
	if (!word_number(word, len, negative, &number))
		return;
	add_code(out, number);
	out->number = number;
	out->is_number =
		len == out->len && (number == 0 || number >= DECIMAL_MIN || (len > 1 && word[1] == 'x'));
}

/* Numbers are read from the text as it was: the comparable form has no signs. */
static void set_codes(struct explain_text *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = word_len(text + i, len - i);

		if (n > 0 && n <= NUMBER_DIGITS)
			set_code(out, text + i, n, i > 0 && text[i - 1] == '-');
		i += n + 1;
	}
}

void explain_text_set(struct explain_text *out, const char *text, size_t len)
{
	if (len > EXPLAIN_TEXT_MAX)
		len = EXPLAIN_TEXT_MAX;
	out->len = out->n_codes = 0;
	out->is_number = false;
	set_words(out, text, len);
	set_codes(out, text, len);
}

bool explain_text_has(const char *words, size_t len, const char *phrase, size_t phrase_len)
{
	for (size_t at = 0; at + phrase_len <= len; at++) {
		if (at > 0 && words[at - 1] != ' ')
			continue;
		if (at + phrase_len < len && words[at + phrase_len] != ' ')
			continue;
		if (memcmp(words + at, phrase, phrase_len) == 0)
			return true;
	}
	return false;
}

bool explain_text_has_code(const struct explain_text *text, uint32_t code)
{
	for (size_t i = 0; i < text->n_codes; i++) {
		if (text->code[i] == code)
			return true;
	}
	return false;
}

/* A place between two words. */
struct walk {
	const char *at, *end;
};

static size_t next_word(struct walk *walk, const char **word)
{
	size_t n = word_len(walk->at, (size_t)(walk->end - walk->at));

	*word = walk->at;
	walk->at += n + (walk->at + n < walk->end);
	return n;
}

/* A word of exactly @digits hexadecimal digits, with or without 0x. */
static bool hex_word(const char *word, size_t len, size_t digits, uint64_t *out)
{
	if (len == digits + 2 && word[0] == '0' && word[1] == 'x')
		return hex_number(word + 2, digits, out);
	return len == digits && hex_number(word, digits, out);
}

static bool is_status_word(uint64_t value)
{
	return value >> 12 == 6 || value >> 12 == 9;
}

/* "6982", "69 82" or "69 sw2 82" */
static bool read_status_word(struct walk walk, uint32_t *sw, bool *last)
{
	const char *word;
	size_t n = next_word(&walk, &word);
	uint64_t high, low;

	*last = walk.at == walk.end;
	if (hex_word(word, n, 4, &high)) {
		*sw = (uint32_t)high;
		return is_status_word(high);
	}
	if (!hex_word(word, n, 2, &high))
		return false;
	n = next_word(&walk, &word);
	if (n > 2 && memcmp(word, "sw", 2) == 0)
		n = next_word(&walk, &word);
	*last = walk.at == walk.end;
	if (!hex_word(word, n, 2, &low) || !is_status_word(high << 8))
		return false;
	*sw = (uint32_t)(high << 8 | low);
	return true;
}

static bool announces(const char *word, size_t len)
{
	static const char *const words[] = {"sw", "sw1", "sw12", "sw1sw2", "status", "word", "code"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == len && memcmp(words[i], word, len) == 0)
			return true;
	}
	return false;
}

bool explain_text_status_word(const struct explain_text *text, uint32_t *sw, bool *whole)
{
	struct walk walk = {text->words, text->words + text->len};
	uint64_t value;
	bool last;

	if (read_status_word(walk, sw, &last) && last) {
		*whole = true;
		return true;
	}
	while (walk.at < walk.end) {
		const char *word, *before = walk.at;
		size_t n = next_word(&walk, &word);

		if (n == 6 && memcmp(word, "sw", 2) == 0 && hex_number(word + 2, 4, &value) &&
		    is_status_word(value)) {
			*sw = (uint32_t)value;
			*whole = before == text->words && walk.at == walk.end;
			return true;
		}
		if (announces(word, n) && read_status_word(walk, sw, &last)) {
			*whole = before == text->words && last;
			return true;
		}
	}
	return false;
}
