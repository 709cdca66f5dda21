/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

#include <stdlib.h>

#define PROBLEMS_MAX 50 /* of one file; a file that is no list at all must not flood its reader */

enum state {
	NO_ENTRY,
	IN_ENTRY,
	IN_SKIPPED_ENTRY /* its pattern was refused and said so, or is not wanted: pass over its descriptions
			  */
};

struct parser {
	struct carddb *db;
	const char *file;
	carddb_report *report;
	void *data;
	size_t problems;
	size_t line;
	enum state state;
	bool any; /* a line that is not blank was seen */
	struct carddb_draft draft;
};

static void tell(struct parser *p, struct carddb_problem said)
{
	said.file = p->file;
	p->problems++;
	if (!p->report || p->problems > PROBLEMS_MAX)
		return;
	if (p->problems == PROBLEMS_MAX) {
		said.column = 0;
		said.message = "too many problems in this file, the rest is not listed";
	}
	p->report(p->data, &said);
}

static void problem(struct parser *p, size_t line, size_t column, const char *message)
{
	tell(p, (struct carddb_problem){.line = line, .column = column, .message = message});
}

static void orphan(struct parser *p)
{
	tell(p, (struct carddb_problem){.line = p->line,
					.message = "description without a pattern above it",
					.harmless = true});
}

static enum cs_err close_entry(struct parser *p)
{
	enum cs_err err = CS_OK;

	if (p->state == IN_ENTRY) {
		if (p->draft.nlines == 0)
			problem(p, p->draft.line, 0, "pattern without a description");
		else
			err = carddb_add(p->db, p->file, &p->draft);
	}
	p->state = NO_ENTRY;
	p->draft.nlines = 0;
	return err;
}

static bool unwanted(const struct carddb_only *only, const struct carddb_pattern *pattern)
{
	return only->text && !carddb_pattern_matches(pattern->text, only->atr, only->len);
}

static enum cs_err open_entry(struct parser *p, char *text, size_t len)
{
	const struct carddb_only *only = &p->db->only;
	struct carddb_draft *d = &p->draft;
	struct carddb_fault fault;
	enum cs_err err = close_entry(p);

	if (err != CS_OK)
		return err;
	p->state = IN_SKIPPED_ENTRY;
	if (only->text && carddb_only_excludes(only, text, len))
		return CS_OK;
	if (!carddb_pattern_parse(&d->pattern, text, len, &fault)) {
		problem(p, p->line, fault.column, fault.message);
		return CS_OK;
	}
	if (unwanted(only, &d->pattern))
		return CS_OK;
	d->line = p->line;
	p->state = IN_ENTRY;
	err = carddb_key_get(p->db, &d->pattern, &d->key);
	/* the one step of a long list that waits for memory: let it pass while descriptions are read */
	if (err == CS_OK && !only->text)
		carddb_hash_expect(&p->db->by_key, d->key.hash);
	return err;
}

static enum cs_err describe(struct parser *p, char *text, size_t len)
{
	struct carddb_draft *d = &p->draft;
	struct carddb_line *lines;
	struct carddb_line line = {0};

	if (p->state == NO_ENTRY)
		orphan(p);
	if (p->state != IN_ENTRY)
		return CS_OK;
	line.text = carddb_text_clean(text, len, &line.len, &p->db->arena);
	if (!line.text)
		return CS_E_NOMEM;
	if (line.len == 0)
		return CS_OK;
	lines = carddb_grow(d->lines, &d->room, d->nlines + 1, sizeof(*lines));
	if (!lines)
		return CS_E_NOMEM;
	d->lines = lines;
	d->lines[d->nlines++] = line;
	return CS_OK;
}

static enum cs_err refuse_long(struct parser *p, bool description)
{
	enum cs_err err = CS_OK;

	if (!description) {
		err = close_entry(p);
		p->state = IN_SKIPPED_ENTRY;
	}
	problem(p, p->line, 0, "line too long, left out");
	return err;
}

static bool is_blank_line(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i == len;
}

static enum cs_err take_line(struct parser *p, char *text, size_t len)
{
	p->line++;
	while (len && text[len - 1] == '\r')
		len--;
	if (is_blank_line(text, len))
		return close_entry(p);
	p->any = true;
	if (text[0] == '#')
		return CS_OK;
	if (len > CARDDB_LINE_MAX)
		return refuse_long(p, text[0] == '\t');
	if (text[0] == '\t')
		return describe(p, text + 1, len - 1);
	if (text[0] == ' ') {
		problem(p, p->line, 1, "a blank at the start; a description starts with a TAB");
		return CS_OK;
	}
	return open_entry(p, text, len);
}

static size_t byte_order_mark(const struct carddb_source *src)
{
	return src->len >= 3 && memcmp(src->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

enum cs_err carddb_parse(struct carddb *db, const struct carddb_source *src, carddb_report *report,
			 void *data)
{
	struct parser p = {.db = db, .file = src->name, .report = report, .data = data};
	size_t at = byte_order_mark(src);
	enum cs_err err = CS_OK;

	while (err == CS_OK && at < src->len) {
		char *text = src->text + at;
		char *end = memchr(text, '\n', src->len - at);
		size_t len = end ? (size_t)(end - text) : src->len - at;

		err = take_line(&p, text, len);
		at += len + (end ? 1 : 0);
	}
	if (err == CS_OK)
		err = close_entry(&p);
	if (err == CS_OK && !p.any)
		problem(&p, 0, 0, "is empty");
	free(p.draft.lines);
	return err;
}
