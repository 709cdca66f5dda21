/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding brackets and line ends without understanding what stands between them. */
#include "core/script_priv.h"

enum element { AT_END, AT_LINE, AT_OPEN, AT_CLOSE, AT_OTHER };

static enum element skip_element(struct script_cursor *c)
{
	const char next = script_peek(c);
	const size_t run = script_run(c);

	if (c->at == c->len)
		return AT_END;
	if (script_at_eol(c)) {
		script_next_line(c);
		return AT_LINE;
	}
	if (next == '"') {
		script_skip_quoted(c);
		return AT_OTHER;
	}
	if (next == '/' && script_skip_regex(c))
		return AT_OTHER;
	c->at += run ? run : 1;
	if (next == '{' || next == '(')
		return AT_OPEN;
	return next == '}' || next == ')' ? AT_CLOSE : AT_OTHER;
}

/*
 * To the line's end or to a '}' that belongs to nobody here, nothing of it taken. With @depth brackets open
 * lines are passed. Return: false when the text ends with brackets open.
 */
static bool skim(struct script_cursor *c, size_t depth, bool lines)
{
	for (;;) {
		script_skip_blanks(c);
		if (c->at == c->len)
			return depth == 0;
		if (script_at_eol(c) && (depth == 0 || !lines))
			return true;
		if (script_peek(c) == '}' && depth == 0)
			return true;
		switch (skip_element(c)) {
		case AT_OPEN:
			depth++;
			break;
		case AT_CLOSE:
			depth -= depth > 0;
			break;
		default:
			break;
		}
	}
}

void script_recover(struct script_parser *p)
{
	struct script_cursor ahead = *p->in;

	if (!p->unclosed && skim(&ahead, p->groups, true)) {
		*p->in = ahead;
		return;
	}
	if (p->groups > 0 && !p->unclosed)
		script_tell(p, SCRIPT_ERROR, &p->open, 1, "nothing closes this '%s'",
			    p->in->text[p->open.at] == '{' ? "{" : "(");
	p->unclosed = true;
	skim(p->in, 0, false);
}

bool script_seek_brace(struct script_cursor *c)
{
	struct script_cursor ahead = *c;

	do {
		script_skip_blanks(&ahead);
		if (script_peek(&ahead) == '{') {
			*c = ahead;
			return true;
		}
	} while (!script_at_eol(&ahead) && skip_element(&ahead) == AT_OTHER);
	return false;
}

static bool at_echo(const struct script_cursor *c)
{
	const size_t len = script_run(c);

	return script_same_word(c->text + c->at, len, "echo");
}

static void skip_echo(struct script_cursor *c)
{
	struct script_echo e = {.in = c};
	int next;

	c->at += sizeof("echo") - 1;
	while ((next = script_echo_next(&e)) != SCRIPT_ECHO_END && next != SCRIPT_ECHO_BAD)
		c->at += next == SCRIPT_ECHO_VALUE;
}

bool script_wants_more(const char *text, size_t len)
{
	struct script_cursor c = script_cursor_init(text, len, 0, 1);
	bool start = true;
	size_t depth = 0;

	for (;;) {
		script_skip_blanks(&c);
		if (start && at_echo(&c))
			skip_echo(&c);
		start = true;
		switch (skip_element(&c)) {
		case AT_END:
			return depth > 0 || c.pending;
		case AT_OPEN:
			depth++;
			break;
		case AT_CLOSE:
			depth -= depth > 0;
			break;
		case AT_LINE:
			break;
		case AT_OTHER:
			start = false;
			break;
		}
	}
}
