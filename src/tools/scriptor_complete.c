/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_complete.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/aid.h"
#include "core/feature.h"
#include "core/script.h"
#include "core/utf8.h"
#include "pcsc/scard.h"
#include "tools/scriptor_session.h"

static void add_statements(struct words *words)
{
	const struct script_word *word;

	for (size_t i = 0; (word = script_word_at(i)) != NULL; i++)
		words_add(words, word->name);
}

static void add_variables(struct words *words, const struct script *script)
{
	const char *name;

	for (size_t i = 0; (name = script_var_name(script, i)) != NULL; i++) {
		char text[SCRIPT_NAME_MAX + 2];

		snprintf(text, sizeof(text), "$%s", name);
		words_add(words, text);
	}
}

/* A name that can not stand in quotation marks as it is can not be typed either. A signal that came meanwhile
 * is for the prompt, which waits for it. */
static void add_readers(struct words *words, struct session *session, bool quoted)
{
	struct scard_names names = {0};

	session_readers(session, &names);
	if (session->signal)
		raise(session->signal);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.name[i];
		char safe[UTF8_ESCAPE_SIZE(SCARD_READER_MAX)], text[sizeof(safe) + 2];

		utf8_escape(safe, sizeof(safe), name, strlen(name));
		if (strcmp(safe, name) != 0 || strchr(name, '"'))
			continue;
		snprintf(text, sizeof(text), quoted ? "%s" : "\"%s\"", name);
		words_add(words, text);
	}
	scard_names_release(&names);
}

static void add_applications(struct words *words)
{
	const struct aid *aid;

	for (size_t i = 0; (aid = aid_next(&i)) != NULL;)
		words_add(words, aid->alias);
}

static void add_attributes(struct words *words)
{
	const struct attrib *attrib;

	for (size_t i = 0; (attrib = attrib_at(i)) != NULL; i++)
		words_add(words, attrib->name);
}

static void add_features(struct words *words)
{
	for (unsigned tag = 0; tag <= UINT8_MAX; tag++)
		if (feature_name((uint8_t)tag))
			words_add(words, feature_name((uint8_t)tag));
}

static void add_choices(struct words *words, const char *statement, size_t len)
{
	const struct script_word *word;

	for (size_t i = 0; (word = script_word_at(i)) != NULL; i++) {
		if (strlen(word->name) != len || memcmp(word->name, statement, len) != 0)
			continue;
		for (const char *const *choice = word->choices; choice && *choice; choice++)
			words_add(words, *choice);
	}
}

/* The statement that the word belongs to: -> its first character */
static size_t statement_start(const char *line, size_t start)
{
	size_t at = start;

	while (at > 0 && !strchr("{}\n", line[at - 1]))
		at--;
	return at + strspn(line + at, " \t");
}

static void add_arguments(struct words *words, struct session *session, const char *statement, size_t len,
			  bool quoted)
{
	static const struct {
		const char *name;
		void (*add)(struct words *);
	} rows[] = {{"attrib", add_attributes},
		    {"control", add_features},
		    {"help", add_statements},
		    {"select", add_applications}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i].name) == len && memcmp(rows[i].name, statement, len) == 0)
			rows[i].add(words);
	if (len == strlen("connect") && memcmp(statement, "connect", len) == 0)
		add_readers(words, session, quoted);
	words->files = len == strlen("include") && memcmp(statement, "include", len) == 0;
	add_choices(words, statement, len);
}

void complete_word(void *data, struct words *words, const char *line, size_t start, size_t end, bool quoted)
{
	struct session *session = data;
	size_t first = statement_start(line, start);

	if (start < end && line[start] == '$') {
		add_variables(words, &session->script);
	} else if (first >= start) {
		add_statements(words);
		words_add(words, "help");
	} else {
		add_arguments(words, session, line + first, strcspn(line + first, " \t"), quoted);
	}
}
