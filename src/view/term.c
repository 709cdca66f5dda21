/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/term.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SGR parameters of each role; NULL: as it comes */
static const char *const sgr[] = {
	[TERM_PLAIN] = NULL, [TERM_HEADING] = "1",  [TERM_VALUE] = "35", [TERM_NAME] = "34",
	[TERM_GOOD] = "32",  [TERM_WARNING] = "33", [TERM_ERROR] = "31", [TERM_DIM] = "2",
};

static void begin(const struct term *t, enum term_role role)
{
	if (t->color && sgr[role])
		fprintf(t->out, "\033[%sm", sgr[role]);
}

static void end(const struct term *t, enum term_role role)
{
	if (t->color && sgr[role])
		fputs("\033[0m", t->out);
}

void term_put(const struct term *t, enum term_role role, const char *text)
{
	begin(t, role);
	fputs(text, t->out);
	end(t, role);
}

void term_printf(const struct term *t, enum term_role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	begin(t, role);
	vfprintf(t->out, format, args);
	end(t, role);
	va_end(args);
}

void term_put_untrusted(const struct term *t, enum term_role role, const char *text)
{
	char piece[TERM_ESCAPE_SIZE(64)];
	size_t left = strlen(text);

	begin(t, role);
	while (left) {
		size_t take = 0;

		/* cut between characters, never inside one */
		while (take < left && take < 60) {
			size_t n = utf8_sequence(text + take, left - take);

			take += n ? n : 1;
		}
		term_escape(piece, sizeof(piece), text, take);
		fputs(piece, t->out);
		text += take;
		left -= take;
	}
	end(t, role);
}

/* Lead byte ranges of well-formed UTF-8 with the range of the second byte; Unicode 15 Table 3-7. */
static const struct {
	uint8_t first, last, low, high, len;
} lead[] = {
	{0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
	{0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
	{0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

size_t utf8_sequence(const char *text, size_t len)
{
	const uint8_t *s = (const uint8_t *)text;

	for (size_t i = 0; len > 0 && i < sizeof(lead) / sizeof(lead[0]); i++) {
		if (s[0] < lead[i].first || s[0] > lead[i].last)
			continue;
		if (lead[i].len > len || (lead[i].len > 1 && (s[1] < lead[i].low || s[1] > lead[i].high)))
			return 0;
		for (size_t k = 2; k < lead[i].len; k++)
			if ((s[k] & 0xC0) != 0x80)
				return 0;
		return lead[i].len;
	}
	return 0;
}

static uint32_t code_point(const char *text, size_t len)
{
	const uint8_t *s = (const uint8_t *)text;
	uint32_t c = len == 1 ? s[0] : s[0] & (0xFFu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (s[i] & 0x3F);
	return c;
}

/* Characters that move the cursor or reorder what is around them. */
static bool harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

size_t term_escape(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t seq = utf8_sequence(text + i, len - i);
		bool plain = seq && !harmful(code_point(text + i, seq));
		size_t eat = seq ? seq : 1;
		size_t need = plain ? eat : 4 * eat;

		if (n + need >= size)
			break;
		for (size_t k = 0; k < eat; k++, i++) {
			if (plain)
				out[n++] = text[i];
			else
				n += (size_t)snprintf(out + n, 5, "\\x%02X", (unsigned)(uint8_t)text[i]);
		}
	}
	if (size)
		out[n] = '\0';
	return n;
}

size_t utf8_clean(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t seq = utf8_sequence(text + i, len - i);
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
