/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

#include "core/hex.h"

/* A pattern being read at @in and written back at @out, which never gets ahead of it. */
struct scan {
	char *text;
	size_t len;
	size_t in, out;
	size_t pos; /* characters of an ATR passed; counts up to the first `.*` */
	bool star;
	struct carddb_pattern *pattern;
	uint8_t mask[CARDDB_KEY_BYTES];
	uint8_t key[CARDDB_KEY_BYTES];
	struct carddb_fault *fault;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool fault_at(struct scan *s, size_t index, const char *message)
{
	s->fault->column = index + 1;
	s->fault->message = message;
	return false;
}

/* The text of an ATR has a blank at every third place; a pattern that has not can match nothing. */
static bool step_to(struct scan *s, bool blank)
{
	if (s->star)
		return true;
	if (blank && s->pos % 3 != 2)
		return fault_at(s, s->in, "a blank inside a byte");
	if (!blank && s->pos % 3 == 2)
		return fault_at(s, s->in, "no blank between two bytes");
	s->pos++;
	return true;
}

static bool scan_blanks(struct scan *s)
{
	size_t end = s->in;

	while (end < s->len && is_blank(s->text[end]))
		end++;
	if (end < s->len) {
		if (!step_to(s, true))
			return false;
		s->text[s->out++] = ' ';
		s->pattern->specificity++;
	}
	s->in = end;
	return true;
}

static bool scan_dot(struct scan *s)
{
	s->pattern->literal = false;
	s->text[s->out++] = '.';
	s->in++;
	if (s->in < s->len && s->text[s->in] == '*') {
		s->text[s->out++] = '*';
		s->in++;
		s->star = true;
	} else if (!s->star) {
		s->pos++;
	}
	return true;
}

static bool scan_digit(struct scan *s, int value)
{
	size_t byte = s->pos / 3;
	int shift = s->pos % 3 == 0 ? 4 : 0;

	if (!step_to(s, false))
		return false;
	if (!s->star && byte < CARDDB_KEY_BYTES) {
		s->mask[byte] = (uint8_t)(s->mask[byte] | 0xF << shift);
		s->key[byte] = (uint8_t)(s->key[byte] | value << shift);
	}
	s->text[s->out++] = upper(s->text[s->in++]);
	s->pattern->specificity++;
	return true;
}

static bool scan_member(struct scan *s, size_t *i, uint16_t *members)
{
	int from = hex_digit(s->text[*i]);
	int to = from;

	if (from < 0)
		return fault_at(s, *i, "not a hexadecimal digit in [ ]");
	if (*i + 2 < s->len && s->text[*i + 1] == '-') {
		to = hex_digit(s->text[*i + 2]);
		if (to < from)
			return fault_at(s, *i + 2, "a range in [ ] that does not go up");
		*i += 2;
	}
	for (int v = from; v <= to; v++)
		*members = (uint16_t)(*members | 1u << v);
	*i += 1;
	return true;
}

static bool scan_set(struct scan *s)
{
	size_t i = s->in + 1;
	uint16_t members = 0;

	if (!step_to(s, false))
		return false;
	while (i < s->len && s->text[i] != ']') {
		if (s->text[i] == ',')
			i++;
		else if (!scan_member(s, &i, &members))
			return false;
	}
	if (i == s->len)
		return fault_at(s, s->in, "[ without ]");
	if (!members)
		return fault_at(s, s->in, "nothing in [ ]");
	while (s->in <= i)
		s->text[s->out++] = upper(s->text[s->in++]);
	s->pattern->literal = false;
	return true;
}

static bool scan_element(struct scan *s)
{
	char c = s->text[s->in];
	int value = hex_digit(c);

	if (value >= 0)
		return scan_digit(s, value);
	if (is_blank(c))
		return scan_blanks(s);
	if (c == '.')
		return scan_dot(s);
	if (c == '[')
		return scan_set(s);
	return fault_at(s, s->in, "a character that patterns do not have");
}

/* Whole bytes in the usual spelling, which is nearly all there is in a list, at a fifth of the time. Stops
 * before a blank, or at the start, and leaves the rest to scan_element(). */
static void scan_bytes(struct scan *s)
{
	static const uint8_t digits[256] = {
		['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15,
		['6'] = 0x16, ['7'] = 0x17, ['8'] = 0x18, ['9'] = 0x19, ['A'] = 0x1A, ['B'] = 0x1B,
		['C'] = 0x1C, ['D'] = 0x1D, ['E'] = 0x1E, ['F'] = 0x1F,
	};
	size_t end = 0, n = 0;

	for (size_t at = 0; n < CARDDB_KEY_BYTES && s->len - at >= 2; at = end + 1) {
		uint8_t high = digits[(uint8_t)s->text[at]], low = digits[(uint8_t)s->text[at + 1]];

		if (!(high & low & 0x10) || (at + 2 < s->len && s->text[at + 2] != ' '))
			break;
		s->key[n] = (uint8_t)(high << 4 | (low & 0xF));
		s->mask[n++] = 0xFF;
		end = at + 2;
		if (end == s->len)
			break;
	}
	s->in = s->out = s->pos = s->pattern->specificity = end;
}

bool carddb_pattern_parse(struct carddb_pattern *out, char *text, size_t len, struct carddb_fault *fault)
{
	struct scan s = {.text = text, .len = len, .pattern = out, .fault = fault};

	*out = (struct carddb_pattern){.text = text, .literal = true};
	scan_bytes(&s);
	while (s.in < s.len) {
		if (!scan_element(&s))
			return false;
	}
	if (!s.star && s.pos % 3 != 2)
		return fault_at(&s, s.len, "the last byte is not whole");
	text[s.out] = '\0';
	out->len = s.star ? 0 : s.pos / 3 + 1;
	memcpy(out->mask, s.mask, sizeof(out->mask));
	memcpy(out->key, s.key, sizeof(out->key));
	return true;
}

static char text_at(const uint8_t *atr, size_t i)
{
	uint8_t byte = atr[i / 3];

	if (i % 3 == 2)
		return ' ';
	return "0123456789ABCDEF"[i % 3 == 0 ? byte >> 4 : byte & 0xF];
}

/* The pattern was parsed before: brackets are closed, members are digits, in ascending order as characters
 * too. */
static bool set_has(const char *set, char c)
{
	for (const char *m = set + 1; *m != ']'; m++) {
		if (*m == ',')
			continue;
		if (m[1] == '-') {
			if (c >= *m && c <= m[2])
				return true;
			m += 2;
		} else if (*m == c) {
			return true;
		}
	}
	return false;
}

/* Moves *@pattern behind its element when that matches @c. */
static bool element_takes(const char **pattern, char c)
{
	const char *p = *pattern;

	if (*p == '[') {
		if (c == ' ' || !set_has(p, c))
			return false;
		*pattern = strchr(p, ']') + 1;
		return true;
	}
	if (*p != '.' && *p != c)
		return false;
	*pattern = p + 1;
	return true;
}

static bool is_star(const char *p)
{
	return p[0] == '.' && p[1] == '*';
}

/* Every element but `.*` takes one character, so it is enough to go back to the latest `.*`. */
bool carddb_pattern_matches(const char *pattern, const uint8_t *atr, size_t len)
{
	const char *p = pattern, *retry = NULL;
	size_t end = len ? 3 * len - 1 : 0;
	size_t at = 0, retry_at = 0;

	while (at < end) {
		if (is_star(p)) {
			p += 2;
			retry = p;
			retry_at = at;
		} else if (*p != '\0' && element_takes(&p, text_at(atr, at))) {
			at++;
		} else if (retry) {
			p = retry;
			at = ++retry_at;
		} else {
			return false;
		}
	}
	while (is_star(p))
		p += 2;
	return *p == '\0';
}
