/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/readerconf.h"

#include <stdbool.h>
#include <string.h>

struct scan {
	struct readerconf *out;
	struct pool *pool;
	const char *text;
	size_t len, at;
	unsigned line;
	bool full;
};

struct token {
	const char *text; /* NULL: end of the line */
	size_t len;
	bool bad; /* a sign that may not stand there */
};

static bool is_word(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr("=\\/-._@:", c));
}

static struct token quoted(struct scan *s)
{
	const char quote = s->text[s->at++];
	struct token t = {.text = s->text + s->at};

	while (s->at < s->len && s->text[s->at] != quote && s->text[s->at] != '\n')
		s->at++;
	t.len = (size_t)(s->text + s->at - t.text);
	if (s->at < s->len && s->text[s->at] == quote)
		s->at++;
	else
		t.bad = true;
	return t;
}

static struct token next_token(struct scan *s)
{
	struct token t = {0};

	while (s->at < s->len && (s->text[s->at] == ' ' || s->text[s->at] == '\t'))
		s->at++;
	if (s->at < s->len && s->text[s->at] == '#')
		while (s->at < s->len && s->text[s->at] != '\n')
			s->at++;
	if (s->at == s->len || s->text[s->at] == '\n')
		return t;
	if (s->text[s->at] == '"' || s->text[s->at] == '\'')
		return quoted(s);
	t.text = s->text + s->at;
	if (!is_word(*t.text)) {
		t.bad = true;
		s->at++;
	}
	while (!t.bad && s->at < s->len && is_word(s->text[s->at]))
		s->at++;
	t.len = (size_t)(s->text + s->at - t.text);
	return t;
}

static struct readerconf_entry *current(struct scan *s)
{
	return s->out->n ? &s->out->entry[s->out->n - 1] : NULL;
}

static struct readerconf_entry *begin(struct scan *s)
{
	if (s->out->n == READERCONF_MAX) {
		s->full = true;
		return NULL;
	}
	s->out->entry[s->out->n] = (struct readerconf_entry){.line = s->line};
	return &s->out->entry[s->out->n++];
}

static void fault(struct scan *s, struct readerconf_entry *entry, const char *problem)
{
	if (!entry)
		entry = begin(s);
	if (!entry || entry->problem)
		return;
	entry->problem = problem;
	entry->problem_line = s->line;
}

/* slot - where the value of a key goes; a reader begins with its name or with a key it already has */
static const char **slot(struct scan *s, const struct token *key)
{
	static const struct {
		const char *name;
		size_t offset;
	} keys[] = {
		{"FRIENDLYNAME", offsetof(struct readerconf_entry, friendly)},
		{"DEVICENAME", offsetof(struct readerconf_entry, device)},
		{"LIBPATH", offsetof(struct readerconf_entry, library)},
		{"CHANNELID", offsetof(struct readerconf_entry, channel)},
	};
	struct readerconf_entry *entry = current(s);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char **value;

		if (strlen(keys[i].name) != key->len || memcmp(keys[i].name, key->text, key->len) != 0)
			continue;
		value = entry ? (const char **)(void *)((char *)entry + keys[i].offset) : NULL;
		if (!value || *value || (i == 0 && (entry->device || entry->library || entry->channel)))
			entry = begin(s);
		return entry ? (const char **)(void *)((char *)entry + keys[i].offset) : NULL;
	}
	fault(s, entry, "a key that pcscd does not know");
	return NULL;
}

static void read_line(struct scan *s)
{
	struct token key = next_token(s), value, rest;
	const char **to;

	if (!key.text)
		return;
	if (key.bad) {
		fault(s, current(s), "a sign that may not stand outside of quotes");
		return;
	}
	value = next_token(s);
	rest = value.text ? next_token(s) : value;
	to = slot(s, &key);
	if (to && value.text)
		*to = pool_copy(s->pool, value.text, value.len);
	if (!value.text)
		fault(s, current(s), "a key without a value");
	else if (value.bad)
		fault(s, current(s), "quotes without an end, or a sign that may not stand outside of them");
	else if (rest.text)
		fault(s, current(s), "more than a key and a value");
}

static void check_complete(struct readerconf_entry *entry)
{
	if (entry->problem)
		return;
	entry->problem_line = entry->line;
	if (!entry->friendly)
		entry->problem = "a reader without FRIENDLYNAME";
	else if (!entry->library)
		entry->problem = "a reader without LIBPATH";
	else if (!entry->device && !entry->channel)
		entry->problem = "a reader with neither DEVICENAME nor CHANNELID";
}

enum cs_err readerconf_parse(struct readerconf *out, struct pool *pool, const char *text, size_t len)
{
	struct scan s = {.out = out, .pool = pool, .text = text, .len = len, .line = 1};

	memset(out, 0, sizeof(*out));
	while (s.at < len && !s.full) {
		read_line(&s);
		while (s.at < len && text[s.at] != '\n')
			s.at++;
		s.at++;
		s.line++;
	}
	for (size_t i = 0; i < out->n; i++)
		check_complete(&out->entry[i]);
	if (pool->failed)
		return CS_E_NOMEM;
	return s.full ? CS_E_TOO_LONG : CS_OK;
}
