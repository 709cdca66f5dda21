/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/term.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

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
	uint32_t c;

	begin(t, role);
	while (left) {
		size_t take = 0;

		/* cut between characters, never inside one */
		while (take < left && take < 60) {
			size_t n = utf8_sequence(text + take, left - take, &c);

			take += n ? n : 1;
		}
		term_escape(piece, sizeof(piece), text, take);
		fputs(piece, t->out);
		text += take;
		left -= take;
	}
	end(t, role);
}

size_t term_escape(char *out, size_t size, const char *text, size_t len)
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
