/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements about the card, the reader and the run. */
#include "core/feature.h"
#include "core/script_priv.h"

#define CHAIN_MAX 255

bool script_plain(struct script_parser *p, struct script_op *op)
{
	(void)p;
	(void)op;
	return true;
}

/* For a statement whose last word may be left out. */
static bool at_end(struct script_parser *p)
{
	script_skip_blanks(p->in);
	return script_at_eol(p->in) || script_peek(p->in) == '}' || script_peek(p->in) == ';';
}

static bool choice(struct script_parser *p, size_t *out)
{
	return script_arg_choice(p, p->row->word.choices, out);
}

bool script_reset(struct script_parser *p, struct script_op *op)
{
	size_t which = 0;

	if (!at_end(p) && !choice(p, &which))
		return false;
	op->leave = which == 0 ? SCRIPT_LEAVE_RESET : SCRIPT_LEAVE_UNPOWER;
	return true;
}

bool script_leave(struct script_parser *p, struct script_op *op)
{
	size_t which = 0;

	if (!at_end(p) && !choice(p, &which))
		return false;
	op->leave = (enum script_leave)which;
	return true;
}

/* Fills protocol or share; false for a word that is neither, or is told twice. */
static bool how(const struct script_parser *p, struct script_op *op, const struct script_span *word)
{
	static const struct script_op means[] = {
		{.protocol = SCRIPT_T0},     {.protocol = SCRIPT_T1},  {.protocol = SCRIPT_RAW},
		{.protocol = SCRIPT_DIRECT}, {.share = SCRIPT_SHARED}, {.share = SCRIPT_EXCLUSIVE},
	};
	const char *const *choices = p->row->word.choices;

	for (size_t i = 0; choices[i]; i++) {
		if (!script_same_word(word->text, word->len, choices[i]))
			continue;
		if (means[i].protocol ? op->protocol != 0 : op->share != 0)
			return false;
		op->protocol = means[i].protocol ? means[i].protocol : op->protocol;
		op->share = means[i].share ? means[i].share : op->share;
		return true;
	}
	return false;
}

bool script_connect(struct script_parser *p, struct script_op *op)
{
	struct script_cursor before;
	struct script_span word;

	for (bool first = true; !at_end(p); first = false) {
		before = *p->in;
		if (script_arg(p, &word) && how(p, op, &word))
			continue;
		*p->in = before;
		if (!first)
			return script_end(p);
		if (!script_arg_text(p, &op->text))
			return false;
	}
	return true;
}

static const char *near_feature(const struct script_span *word)
{
	struct script_near near = script_near_init(word->text, word->len);

	for (unsigned tag = 0; tag <= 0xFF; tag++) {
		if (feature_name((uint8_t)tag))
			script_near_try(&near, feature_name((uint8_t)tag));
	}
	return near.name;
}

static bool control_code(struct script_parser *p, struct script_op *op)
{
	struct script_span word;
	const char *near;

	if (!script_arg_name(p, &word))
		return script_missing(p);
	if (script_number(&word, &op->number))
		return true;
	if (feature_tag(word.text, word.len) >= 0) {
		op->text = script_copy(p, word.text, word.len);
		return op->text != NULL;
	}
	near = near_feature(&word);
	script_tell(p, SCRIPT_ERROR, &word.mark, word.len, "%q is neither a code nor a feature%m", word.text,
		    word.len, near);
	return false;
}

bool script_control(struct script_parser *p, struct script_op *op)
{
	if (!control_code(p, op) || !script_bytes(p, &op->bytes, false) ||
	    !script_arrow(p, SCRIPT_PATTERN_DATA, &op->expect))
		return false;
	p->names->exchanged = true;
	p->names->control = true;
	return true;
}

bool script_attrib(struct script_parser *p, struct script_op *op)
{
	const struct attrib *row;
	struct script_span word;
	struct script_near near;

	if (!script_arg(p, &word))
		return script_missing(p);
	if (script_number(&word, &op->number))
		return true;
	row = attrib_lookup(word.text, word.len);
	if (row) {
		op->number = row->id;
		return true;
	}
	near = script_near_init(word.text, word.len);
	for (size_t i = 0; (row = attrib_at(i)) != NULL; i++)
		script_near_try(&near, row->name);
	script_tell(p, SCRIPT_ERROR, &word.mark, word.len, "no attribute is called %q%m", word.text, word.len,
		    near.name);
	return false;
}

bool script_wait(struct script_parser *p, struct script_op *op)
{
	size_t which;

	if (!choice(p, &which))
		return false;
	op->flag = which == 0;
	op->number = SCRIPT_FOREVER;
	return at_end(p) || script_arg_seconds(p, &op->number);
}

bool script_milliseconds(struct script_parser *p, struct script_op *op)
{
	return script_arg_number(p, SCRIPT_MS_MAX, &op->number);
}

bool script_on_or_off(struct script_parser *p, struct script_op *op)
{
	size_t which;

	if (!choice(p, &which))
		return false;
	op->flag = which == 0;
	return true;
}

bool script_chain(struct script_parser *p, struct script_op *op)
{
	struct script_mark mark;
	size_t which;

	if (!choice(p, &which))
		return false;
	if (which != 0)
		return true;
	op->number = CHAIN_MAX;
	if (at_end(p))
		return true;
	mark = script_mark(p->in);
	if (!script_arg_number(p, CHAIN_MAX, &op->number))
		return false;
	if (op->number == 0)
		script_tell(p, SCRIPT_ERROR, &mark, p->in->at - mark.at, "a part has 1 to %u bytes",
			    (size_t)CHAIN_MAX);
	return op->number != 0;
}
