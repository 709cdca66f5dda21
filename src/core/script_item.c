/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Items of an expression that have nothing within: digits, quoted texts, variables. */
#include "core/hex.h"
#include "core/script_priv.h"

#define ANY_DIGIT 16
#define INDEX_MAX SCRIPT_BYTES_MAX

static int digit(char c, bool wild)
{
	return wild && c == '.' ? ANY_DIGIT : hex_digit(c);
}

static bool bad_digit(struct script_parser *p, size_t at, bool wild)
{
	struct script_cursor c = *p->in;
	struct script_mark mark;
	const char *hint = "";

	c.at = at;
	mark = script_mark(&c);
	if (c.text[at] == '.')
		hint = "; wildcards are for expectations";
	else if (wild && (c.text[at] | 0x20) == 'x')
		hint = "; '..' stands for any byte";
	script_tell(p, SCRIPT_ERROR, &mark, 1, "%q is no hexadecimal digit%s", c.text + at, (size_t)1, hint);
	return false;
}

static bool hex_byte(struct script_parser *p, struct script_expr *e, const char *text)
{
	const int high = digit(text[0], e->wild), low = digit(text[1], e->wild);
	const unsigned value = (unsigned)(high & 15) << 4 | (unsigned)(low & 15);
	const unsigned mask = (high == ANY_DIGIT ? 0 : 0xF0u) | (low == ANY_DIGIT ? 0 : 0x0Fu);

	return script_expr_byte(p, e, (uint8_t)value, (uint8_t)mask);
}

/* What belongs to a line of its own, or a bracket before it was not closed. */
static bool is_statement(struct script_parser *p, const struct script_mark *mark, size_t len)
{
	const char *word = p->in->text + p->in->at;

	if (!script_row_find(word, len))
		return false;
	script_tell(p, SCRIPT_ERROR, mark, len, "the statement %q can not stand among bytes", word, len);
	return true;
}

/* One group of digits. */
bool script_expr_hex(struct script_parser *p, struct script_expr *e)
{
	const struct script_mark mark = script_mark(p->in);
	const char *text = p->in->text;
	const size_t end = p->in->at + script_run(p->in);
	size_t at = p->in->at;

	if (end - at >= 3 && text[at] == '0' && (text[at + 1] | 0x20) == 'x')
		at += 2;
	for (size_t i = at; i < end; i++) {
		if (digit(text[i], e->wild) < 0)
			return !is_statement(p, &mark, end - mark.at) && bad_digit(p, i, e->wild);
	}
	if ((end - at) % 2 != 0) {
		script_tell(p, SCRIPT_ERROR, &mark, end - mark.at, "odd number of hexadecimal digits");
		return false;
	}
	for (; at < end; at += 2) {
		if (!hex_byte(p, e, text + at))
			return false;
	}
	p->in->at = end;
	return true;
}

bool script_expr_quoted(struct script_parser *p, struct script_expr *e)
{
	const struct script_mark open = script_mark(p->in);
	struct script_cursor *c = p->in;

	for (c->at++; !script_at_eol(c) && script_peek(c) != '"';) {
		const struct script_mark mark = script_mark(c);
		const int value = script_peek(c) == '\\' ? script_escape(c) : (unsigned char)c->text[c->at++];

		if (value < 0) {
			script_tell(p, SCRIPT_ERROR, &mark, 1,
				    "no such escape; there are \\\" \\\\ \\$ \\xHH");
			return false;
		}
		if (!script_expr_byte(p, e, (uint8_t)value, 0xFF))
			return false;
	}
	if (script_at_eol(c)) {
		script_tell(p, SCRIPT_ERROR, &open, 1, "no quote closes this one in its line");
		return false;
	}
	c->at++;
	return true;
}

static bool take_index(struct script_parser *p, size_t *out)
{
	const struct script_mark mark = script_mark(p->in);
	size_t n = 0;

	script_skip_blanks(p->in);
	for (; script_peek(p->in) >= '0' && script_peek(p->in) <= '9' && n <= INDEX_MAX; p->in->at++)
		n = n * 10 + (size_t)(script_peek(p->in) - '0');
	if (p->in->at == mark.at || n > INDEX_MAX) {
		script_tell(p, SCRIPT_ERROR, &mark, 1, "a slice is [FIRST] or [FIRST:LAST], counted from 0");
		return false;
	}
	script_skip_blanks(p->in);
	*out = n;
	return true;
}

static bool slice(struct script_parser *p, struct script_piece *piece)
{
	const struct script_mark mark = script_mark(p->in);

	p->in->at++;
	if (!take_index(p, &piece->from))
		return false;
	piece->to = piece->from;
	if (script_peek(p->in) == ':') {
		p->in->at++;
		if (!take_index(p, &piece->to))
			return false;
	}
	if (script_peek(p->in) != ']' || piece->to < piece->from) {
		script_tell(p, SCRIPT_ERROR, &mark, p->in->at - mark.at,
			    piece->to < piece->from ? "the slice ends before it begins"
						    : "no ']' closes this '['");
		return false;
	}
	p->in->at++;
	return true;
}

static bool needs_exchange(size_t var)
{
	return var < SCRIPT_VAR_USER && var != SCRIPT_VAR_ATR;
}

static bool find_variable(struct script_parser *p, const struct script_span *name, size_t *var)
{
	*var = script_var_find(p->script, name->text, name->len);
	if (*var == SIZE_MAX) {
		struct script_near near = script_near_init(name->text, name->len);

		for (size_t i = 0; i < p->script->n_vars; i++)
			script_near_try(&near, p->names->var[i].name);
		script_tell(p, SCRIPT_ERROR, &name->mark, name->len + 1,
			    "no variable %q is set before this line%m", name->text, name->len, near.name);
		return false;
	}
	if (needs_exchange(*var) && !p->names->exchanged) {
		script_tell(p, SCRIPT_ERROR, &name->mark, name->len + 1,
			    "$%s has no value before a command was sent", p->names->var[*var].name);
		return false;
	}
	p->names->var[*var].used = true;
	return true;
}

static size_t name_run(const struct script_cursor *c)
{
	size_t at = c->at;

	while (at < c->len &&
	       (c->text[at] == '_' || (c->text[at] >= '0' && c->text[at] <= '9') ||
		(c->text[at] >= 'A' && c->text[at] <= 'Z') || (c->text[at] >= 'a' && c->text[at] <= 'z')))
		at++;
	return at - c->at;
}

bool script_expr_value(struct script_parser *p, struct script_expr *e)
{
	struct script_span name = {.mark = script_mark(p->in)};
	struct script_piece *piece = script_piece_new(p, SCRIPT_VALUE, &name.mark);

	p->in->at++;
	name.text = p->in->text + p->in->at;
	name.len = name_run(p->in);
	p->in->at += name.len;
	if (name.len == 0)
		script_tell(p, SCRIPT_ERROR, &name.mark, 1, "a name must follow the '$'");
	if (!piece || name.len == 0 || !find_variable(p, &name, &piece->var))
		return false;
	piece->to = SIZE_MAX;
	if (script_peek(p->in) == '[' && !slice(p, piece))
		return false;
	if (!script_expr_flush(p, e, SCRIPT_BYTES))
		return false;
	script_expr_append(e, piece);
	return true;
}
