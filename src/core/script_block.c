/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements in a row, blocks, includes. */
#include <string.h>

#include "core/hex.h"
#include "core/script_priv.h"

static void append(struct script_parser *p, struct script_op *op)
{
	if (p->list->last)
		p->list->last->next = op;
	else
		p->list->first = op;
	p->list->last = op;
	p->list->expect = p->expect;
}

/* Between its braces; @out gets what is there, also when something is wrong with it. */
static bool block(struct script_parser *p, const struct script_op **out)
{
	struct script_list list = {0}, *outer = p->list;
	const struct script_row *row = p->row;
	struct script_mark open;
	bool closed;

	script_skip_blanks(p->in);
	open = script_mark(p->in);
	if (script_peek(p->in) != '{')
		return script_missing(p);
	if (!script_enter(p))
		return false;
	p->in->at++;
	p->list = &list;
	script_statements(p, true);
	p->list = outer;
	p->row = row;
	p->nest--;
	*out = list.first;
	closed = script_peek(p->in) == '}';
	if (closed)
		p->in->at++;
	else if (!p->unclosed)
		script_tell(p, SCRIPT_ERROR, &open, 1, "no '}' closes this '{'");
	p->unclosed = p->unclosed || !closed;
	return closed;
}

bool script_repeat(struct script_parser *p, struct script_op *op)
{
	const struct script_flow before = p->names->flow;
	bool ok;

	op->number = 1;
	ok = script_arg_number(p, SCRIPT_REPEAT_MAX, &op->number);
	if (!ok && !script_seek_brace(p->in))
		return false;
	if (op->number == 0)
		p->names->flow.dead = "it is repeated 0 times";
	p->loops++;
	ok = block(p, &op->body) && ok;
	p->loops--;
	if (op->number == 0)
		p->names->flow = before;
	return ok;
}

static bool condition(struct script_parser *p, struct script_op *op)
{
	struct script_span word;

	if (!script_arg(p, &word))
		return script_missing(p);
	if (!script_same_word(word.text, word.len, "sw"))
		return script_unfit(p, &word);
	if (!p->names->exchanged) {
		script_tell(p, SCRIPT_ERROR, &word.mark, word.len, "no command stands before this");
		return false;
	}
	return script_pattern(p, SCRIPT_PATTERN_SW, &op->expect);
}

static bool take_word(struct script_parser *p, const char *name)
{
	const struct script_cursor before = *p->in;
	struct script_span word;

	if (script_arg(p, &word) && script_same_word(word.text, word.len, name))
		return true;
	*p->in = before;
	return false;
}

/* `else if` is an `else` with one `if` in it. */
static bool else_if(struct script_parser *p, struct script_op *op)
{
	struct script_op *other = script_alloc(p, sizeof(*other));
	bool ok;

	if (!other || !script_enter(p))
		return false;
	other->kind = SCRIPT_IF;
	other->pos = p->first.mark.pos;
	other->looped = p->loops > 0;
	op->other = other;
	ok = script_if(p, other);
	p->nest--;
	return ok;
}

static bool otherwise(struct script_parser *p, struct script_op *op)
{
	script_skip_blanks(p->in);
	p->first.mark = script_mark(p->in);
	return take_word(p, "if") ? else_if(p, op) : block(p, &op->other);
}

bool script_if(struct script_parser *p, struct script_op *op)
{
	const struct script_flow before = p->names->flow;
	struct script_flow after;
	bool ok = condition(p, op);

	if (!ok && !script_seek_brace(p->in))
		return false;
	ok = block(p, &op->body) && ok;
	after = p->names->flow;
	p->names->flow = before;
	if (take_word(p, "else"))
		ok = otherwise(p, op) && ok;
	p->names->flow = script_flow_join(&after, &p->names->flow);
	return ok;
}

static bool may_include(struct script_parser *p, const struct script_mark *mark,
			const struct script_text *text)
{
	if (text->len > SCRIPT_FILE_MAX) {
		script_tell(p, SCRIPT_ERROR, mark, 1, "the file has more than %u bytes",
			    (size_t)SCRIPT_FILE_MAX);
		return false;
	}
	for (unsigned i = 0; i < p->n_including; i++) {
		if (strcmp(script_file(p->script, p->including[i]), text->name) == 0) {
			script_tell(p, SCRIPT_ERROR, mark, 1, "the file includes itself");
			return false;
		}
	}
	if (p->n_including == SCRIPT_INCLUDE_MAX) {
		script_tell(p, SCRIPT_ERROR, mark, 1, "more than %u files within one another",
			    (size_t)SCRIPT_INCLUDE_MAX);
		return false;
	}
	return true;
}

static bool splice(struct script_parser *p, const struct script_mark *mark, const struct script_text *text)
{
	struct script_cursor in, *outer = p->in;
	uint32_t file;

	if (!may_include(p, mark, text))
		return false;
	if (!script_add_file(p, text, &file)) {
		script_tell(p, SCRIPT_ERROR, mark, 1, "more than %u files", (size_t)SCRIPT_FILES_MAX);
		return false;
	}
	p->including[p->n_including++] = file;
	in = script_cursor_init(text->text, text->len, file, 1);
	p->in = &in;
	script_tell_controls(p);
	script_statements(p, false);
	p->in = outer;
	p->n_including--;
	return true;
}

bool script_include(struct script_parser *p, struct script_op *op)
{
	const struct script_host *host = p->script->host;
	const char *from = script_file(p->script, p->in->file);
	char why[SCRIPT_PROBLEM_MAX / 2] = "";
	struct script_text text = {0};
	struct script_mark mark;

	op->kind = SCRIPT_KINDS;
	script_skip_blanks(p->in);
	mark = script_mark(p->in);
	if (!script_arg_text(p, &op->text) || !script_end(p))
		return false;
	if (host->include(host->data, from, op->text, &text, why, sizeof(why)) != CS_OK) {
		script_tell(p, SCRIPT_ERROR, &mark, script_token_end(p->in) - mark.at, "%s", why);
		return false;
	}
	return splice(p, &mark, &text);
}

static void misplaced_else(struct script_parser *p)
{
	script_tell(p, SCRIPT_ERROR, &p->first.mark, p->first.len,
		    "an 'else' stands on the line of the '}' that ends the 'if'");
}

static bool unknown(struct script_parser *p)
{
	const char *near = script_near_words(p->first.text, p->first.len);
	const struct script_op *lost;

	if (script_same_word(p->first.text, p->first.len, "else"))
		misplaced_else(p);
	else
		script_tell(p, SCRIPT_ERROR, &p->first.mark, p->first.len, "unknown statement %q%m",
			    p->first.text, p->first.len, near);
	/* what is in its block may have mistakes of its own */
	if (script_seek_brace(p->in))
		block(p, &lost);
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether the first word is one of letters that can not be the digits of a command. */
static bool is_name(const struct script_parser *p)
{
	const struct script_span *word = &p->first;
	bool digit = false, other = false;

	if (word->len == 0 || !is_letter(*word->text))
		return false;
	for (size_t i = 0; i < word->len; i++) {
		digit = digit || (word->text[i] >= '0' && word->text[i] <= '9');
		other = other || hex_digit(word->text[i]) < 0;
	}
	/* A0A4G0 is a command with a mistake, len( and tlv( start an expression */
	if (!other || (digit && hex_digit(*word->text) >= 0))
		return false;
	return word->mark.at + word->len == p->in->len || word->text[word->len] != '(';
}

static bool parse(struct script_parser *p, struct script_op *op)
{
	p->first = (struct script_span){script_mark(p->in), p->in->text + p->in->at, script_run(p->in)};
	p->row = NULL;
	if (!is_name(p))
		return script_command(p, op);
	p->in->at += p->first.len;
	p->row = script_row_find(p->first.text, p->first.len);
	if (!p->row)
		return unknown(p);
	op->kind = p->row->kind;
	return p->row->parse(p, op);
}

static void statement(struct script_parser *p)
{
	const struct script_mark mark = script_mark(p->in);
	struct script_op *op = script_alloc(p, sizeof(*op));
	const unsigned nest = p->nest;

	if (!op)
		return;
	op->pos = mark.pos;
	op->looped = p->loops > 0;
	p->groups = 0;
	p->used = 0;
	p->expect = NULL;
	script_lint_start(p, &mark);
	if (parse(p, op) && script_end(p) && script_lint_op(p, op, &mark)) {
		if (op->kind != SCRIPT_KINDS)
			append(p, op);
		return;
	}
	p->nest = nest;
	p->names->exchanged = true;
	script_recover(p);
}

void script_statements(struct script_parser *p, bool in_block)
{
	struct script_cursor *c = p->in;
	struct script_mark mark;

	for (;;) {
		script_skip_lines(c);
		if (c->at == c->len || p->nomem)
			return;
		if (script_peek(c) != '}') {
			statement(p);
			continue;
		}
		if (in_block)
			return;
		mark = script_mark(c);
		script_tell(p, SCRIPT_ERROR, &mark, 1, "no '{' is open here");
		c->at++;
	}
}
