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
	char piece[UTF8_ESCAPE_SIZE(64)];
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
		utf8_escape(piece, sizeof(piece), text, take);
		fputs(piece, t->out);
		text += take;
		left -= take;
	}
	end(t, role);
}

bool term_role_read(const char *text, size_t *len, enum term_role *role)
{
	size_t n;

	if (strncmp(text, "\033[", 2) != 0)
		return false;
	n = strcspn(text + 2, "m");
	*len = n + 3;
	*role = TERM_PLAIN;
	if (n == 1 && text[2] == '0' && text[3] == 'm')
		return true;
	for (size_t i = 0; i < sizeof(sgr) / sizeof(sgr[0]); i++) {
		if (!sgr[i] || strlen(sgr[i]) != n || strncmp(text + 2, sgr[i], n) != 0)
			continue;
		*role = (enum term_role)i;
		return text[2 + n] == 'm';
	}
	return false;
}
