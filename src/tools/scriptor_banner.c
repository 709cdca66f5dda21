/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_banner.h"

#include <stdio.h>
#include <string.h>

#include "cli/app.h"
#include "core/hex.h"

#define NAME_SHOWN 32 /* bytes of a reader's name */
#define NAME_END_SHOWN                                                                                       \
	15          /* ... of its beginning and its end, when it is longer: readers often differ there */
#define ATR_SHOWN 8 /* bytes */

static bool within_character(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static void shorten(char *name)
{
	size_t len = strlen(name), from = NAME_END_SHOWN, to = len - NAME_END_SHOWN;

	if (len <= NAME_SHOWN)
		return;
	while (within_character(name[from]))
		from--;
	while (within_character(name[to]))
		to++;
	memcpy(name + from, "..", 2);
	memmove(name + from + 2, name + to, len - to + 1);
}

void banner_show(const struct term *t, const struct session *session)
{
	const struct link *link = session->engine.link;
	char atr[HEX_SPACED_SIZE(ATR_SHOWN)];
	size_t n = link->atr_len < ATR_SHOWN ? link->atr_len : ATR_SHOWN;

	if (session->options->quiet)
		return;
	fprintf(t->out, "%s %s", scriptor_name, CS_VERSION);
	if (session_reader(session) && n) {
		hex_build(atr, link->atr, n, ' ');
		fprintf(t->out, ", ATR %s%s", atr, n < link->atr_len ? " .." : "");
	}
	fputs("; help for help, Ctrl-D to end\n", t->out);
}

void banner_prompt(char out[BANNER_PROMPT_SIZE], const struct session *session, bool no_card)
{
	const char *reader = session_reader(session), *protocol = session_protocol(session);
	char name[UTF8_ESCAPE_SIZE(SCARD_READER_MAX)];

	if (!reader)
		reader = no_card ? "no card" : "not connected";
	utf8_escape(name, sizeof(name), reader, strlen(reader));
	shorten(name);
	snprintf(out, BANNER_PROMPT_SIZE, "%s %s%s%s%s> ", scriptor_name, protocol ? "[" : "",
		 protocol ? protocol : "", protocol ? "] " : "", name);
}
