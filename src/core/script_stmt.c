/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements about bytes: commands, expectations, variables, text. */
#include "core/aid.h"
#include "core/hex.h"
#include "core/script_priv.h"

bool script_command(struct script_parser *p, struct script_op *op)
{
	op->kind = SCRIPT_APDU;
	if (!script_bytes(p, &op->bytes, true) || !script_arrow(p, SCRIPT_PATTERN_ANSWER, &op->expect))
		return false;
	p->names->exchanged = true;
	p->names->control = false;
	return true;
}

bool script_mask(struct script_parser *p, struct script_op *op)
{
	op->secret = true;
	return script_command(p, op);
}

/* A name, unless it can be bytes. */
static bool at_alias(struct script_parser *p, struct script_span *word)
{
	const struct script_cursor start = *p->in;
	size_t digits = 0;

	if (!script_arg_name(p, word) || script_peek(p->in) == '(')
		digits = word->len;
	if (word->len > 2 && word->text[0] == '0' && (word->text[1] | 0x20) == 'x')
		digits = word->len;
	while (digits < word->len && hex_digit(word->text[digits]) >= 0)
		digits++;
	if (digits == word->len)
		*p->in = start;
	return digits < word->len;
}

static const struct aid *find_alias(struct script_parser *p, const struct script_span *word)
{
	const struct aid *row = aid_by_alias(word->text, word->len);
	struct script_near near = script_near_init(word->text, word->len);
	size_t i = 0;

	if (row)
		return row;
	while ((row = aid_next(&i)) != NULL)
		script_near_try(&near, row->alias);
	script_tell(p, SCRIPT_ERROR, &word->mark, word->len, "no application is called %q%m", word->text,
		    word->len, near.name);
	return NULL;
}

static bool put_bytes(struct script_parser *p, struct script_expr *e, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!script_expr_byte(p, e, bytes[i], 0xFF))
			return false;
	}
	return true;
}

static bool selected(struct script_parser *p, struct script_expr *e)
{
	struct script_span word;
	const struct aid *aid;

	script_skip_blanks(p->in);
	script_expr_init(p, e, false);
	if (at_alias(p, &word)) {
		aid = find_alias(p, &word);
		return aid && put_bytes(p, e, aid->bytes, aid->len);
	}
	if (!script_expr_items(p, e))
		return false;
	if (e->items == 0)
		return script_end(p) && script_missing(p);
	if (p->used - e->start > AID_MAX) {
		script_tell(p, SCRIPT_ERROR, &e->open, script_token_end(p->in) - e->open.at,
			    "an AID has at most %u bytes", (size_t)AID_MAX);
		return false;
	}
	return true;
}

bool script_select(struct script_parser *p, struct script_op *op)
{
	static const uint8_t header[] = {0x00, 0xA4, 0x04, 0x00};
	struct script_expr e, aid;

	script_skip_blanks(p->in);
	p->bytes = script_mark(p->in);
	script_expr_init(p, &e, false);
	if (!put_bytes(p, &e, header, sizeof(header)) || !selected(p, &aid))
		return false;
	if ((aid.first || p->used > aid.start) && !script_expr_group(p, &e, &aid))
		return false;
	if (!script_expr_byte(p, &e, 0x00, 0xFF) || !script_expr_flush(p, &e, SCRIPT_BYTES))
		return false;
	op->bytes = e.first;
	if (!script_arrow(p, SCRIPT_PATTERN_ANSWER, &op->expect))
		return false;
	p->names->exchanged = true;
	p->names->control = false;
	return true;
}

bool script_expect(struct script_parser *p, struct script_op *op)
{
	struct script_list *list = p->list;
	const enum script_pattern_kind kind = p->names->control ? SCRIPT_PATTERN_DATA : SCRIPT_PATTERN_ANSWER;

	if (!p->names->exchanged) {
		script_tell(p, SCRIPT_ERROR, &p->first.mark, p->first.len, "no command stands before this");
		return false;
	}
	if (!script_pattern(p, kind, &op->expect))
		return false;
	if (!list->last || (list->last->kind != SCRIPT_APDU && list->last->kind != SCRIPT_CONTROL))
		return true;
	if (list->expect)
		list->expect->next = p->expect;
	else
		list->last->expect = p->expect;
	list->expect = p->expect;
	op->kind = SCRIPT_KINDS;
	return true;
}

static bool valid_name(const struct script_span *name)
{
	for (size_t i = 0; i < name->len; i++) {
		const char c = name->text[i];

		if (c != '_' && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name->len <= SCRIPT_NAME_MAX;
}

static bool new_name(struct script_parser *p, struct script_span *name)
{
	size_t var;

	if (!script_arg(p, name))
		return script_missing(p);
	if (!valid_name(name)) {
		script_tell(p, SCRIPT_ERROR, &name->mark, name->len,
			    "a name is a letter or '_', then letters, digits and '_', at most %u",
			    (size_t)SCRIPT_NAME_MAX);
		return false;
	}
	var = script_var_find(p->script, name->text, name->len);
	if (var < SCRIPT_VAR_USER) {
		script_tell(p, SCRIPT_ERROR, &name->mark, name->len, "%q is set by what the card answers",
			    name->text, name->len);
		return false;
	}
	return true;
}

bool script_set(struct script_parser *p, struct script_op *op)
{
	struct script_span name;
	bool ok;

	if (!new_name(p, &name))
		return false;
	ok = script_bytes(p, &op->bytes, true);
	/* also after a mistake, which would only be told again where the variable is used */
	return script_var_add(p, &name, &op->var) && ok;
}

bool script_echo(struct script_parser *p, struct script_op *op)
{
	struct script_echo echo = {.in = p->in};
	struct script_expr e;
	size_t keep;
	int next;

	script_skip_blanks(p->in);
	script_expr_init(p, &e, false);
	keep = p->used;
	while ((next = script_echo_next(&echo)) >= 0 || next == SCRIPT_ECHO_VALUE) {
		if (next == SCRIPT_ECHO_VALUE
			    ? !script_expr_flush(p, &e, SCRIPT_TEXT) || !script_expr_value(p, &e)
			    : !script_expr_byte(p, &e, (uint8_t)next, 0xFF))
			return false;
		if (echo.quoted || (next != ' ' && next != '\t'))
			keep = p->used;
	}
	if (next == SCRIPT_ECHO_BAD) {
		const struct script_mark mark = script_mark(p->in);

		script_tell(p, SCRIPT_ERROR, &mark, 1,
			    script_at_eol(p->in) ? "no quote ends the text in this line"
						 : "no such escape; there are \\\" \\\\ \\$ \\xHH");
		return false;
	}
	p->used = keep;
	if (!script_expr_flush(p, &e, SCRIPT_TEXT))
		return false;
	op->bytes = e.first;
	return true;
}
