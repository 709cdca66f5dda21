/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_help.h"

#include <string.h>
#include <strings.h>

#include "core/script.h"

#define NAME_WIDTH 14

static const char blanks[] = " \t";

static void show_overview(const struct term *t)
{
	const struct script_word *word;

	term_put(t, TERM_HEADING, "Commands to the card\n");
	fputs("  00 A4 04 00 { A0 00 00 03 08 }   hexadecimal bytes; { } puts their length before them\n"
	      "  select PIV                       an application by name\n"
	      "  00 CA 00 6E 00 => 9000           with what it must answer\n",
	      t->out);
	term_put(t, TERM_HEADING, "Statements\n");
	for (size_t i = 0; (word = script_word_at(i)) != NULL; i++) {
		term_printf(t, TERM_NAME, "  %-*s", NAME_WIDTH, word->name);
		fprintf(t->out, " %s\n", word->help);
	}
	term_put(t, TERM_HEADING, "Here\n");
	fputs("  help STATEMENT   how it is written\n"
	      "  Tab              completes statements, variables, readers, applications and files\n"
	      "  Up, Ctrl-R       the history; lines that could hold a PIN or a key are not in it\n"
	      "  Ctrl-C           forgets the line, or stops what runs\n"
	      "  Ctrl-D           ends\n"
	      "The manual: man 5 scriptor-script\n",
	      t->out);
}

static void show_word(const struct term *t, const struct script_word *word)
{
	term_put(t, TERM_NAME, word->synopsis);
	fprintf(t->out, "\n  %s\n", word->help);
}

static bool show_named(const struct term *t, const char *name, size_t len)
{
	const struct script_word *word;

	for (size_t i = 0; (word = script_word_at(i)) != NULL; i++) {
		if (strlen(word->name) == len && strncasecmp(word->name, name, len) == 0) {
			show_word(t, word);
			return true;
		}
	}
	return false;
}

bool help_show(const struct term *t, const char *line)
{
	const char *name = line + strspn(line, blanks);
	size_t len = strcspn(name, blanks);

	if (len != strlen("help") || strncasecmp(name, "help", len) != 0)
		return false;
	name += len;
	name += strspn(name, blanks);
	len = strcspn(name, blanks);
	if (len == 0)
		show_overview(t);
	else if (!show_named(t, name, len))
		fputs("no such statement; `help` lists them\n", t->out);
	return true;
}
