/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no mistake of the language, but hardly what the writer wants. */
#include "core/apdu.h"
#include "core/hex.h"
#include "core/script_priv.h"

static struct script_flow *flow_of(struct script_parser *p)
{
	return &p->names->flow;
}

void script_lint_start(struct script_parser *p, const struct script_mark *mark)
{
	struct script_flow *flow = flow_of(p);

	if (!flow->dead || flow->dead_told)
		return;
	flow->dead_told = true;
	script_tell(p, SCRIPT_LINT, mark, script_run(p->in), "never reached: %s", flow->dead);
}

/*
 * Where byte @offset of a command was written; the start of the command when anything but digits stands
 * before it.
 */
static struct script_mark locate(const struct script_parser *p, size_t offset)
{
	struct script_cursor c = script_cursor_init(p->in->text, p->in->len, p->in->file, p->bytes.pos.line);
	size_t run;

	c.at = p->bytes.at;
	c.line_at = p->bytes.at - (p->bytes.pos.column - 1);
	for (;;) {
		script_skip_blanks(&c);
		run = script_run(&c);
		if (run >= 2 && (c.text[c.at + 1] | 0x20) == 'x') {
			c.at += 2;
			run -= 2;
		}
		if (offset < run / 2)
			break;
		offset -= run / 2;
		c.at += run;
		if (run == 0 && script_peek(&c) != ',' && script_peek(&c) != ':')
			return p->bytes;
		c.at += run == 0;
	}
	c.at += 2 * offset;
	return script_mark(&c);
}

static void tell_fault(struct script_parser *p, const struct script_piece *bytes,
		       const struct apdu_problem *problem)
{
	struct script_mark mark = locate(p, problem->offset);
	size_t from;

	/* where Lc was forgotten the figures are made of the secret */
	if (apdu_secret(bytes->bytes, bytes->len, &from) > 0) {
		mark = locate(p, APDU_HEADER);
		script_tell(p, SCRIPT_LINT, &mark, 2, "%s", apdu_fault_text(problem->fault));
		return;
	}
	switch (problem->fault) {
	case APDU_LC_TOO_LARGE:
		script_tell(p, SCRIPT_LINT, &mark, 2, "Lc says %u; bytes behind it: %u", problem->said,
			    problem->there);
		break;
	case APDU_LC_TOO_SMALL:
		script_tell(p, SCRIPT_LINT, &mark, 2,
			    "Lc says %u, too few for the data and an Le; bytes behind it: %u", problem->said,
			    problem->there);
		break;
	case APDU_LC_ZERO:
		script_tell(p, SCRIPT_LINT, &mark, 2, "an extended Lc of 0; bytes behind it: %u",
			    problem->there);
		break;
	case APDU_LE_SHORT:
		script_tell(p, SCRIPT_LINT, &mark, 2, "the Le of an extended command has two bytes");
		break;
	case APDU_FINE:
	case APDU_SHORT:
	case APDU_TOO_LONG:
		break;
	}
}

/* Only what is constant can be judged. */
static bool lint_command(struct script_parser *p, const struct script_op *op)
{
	const struct script_piece *bytes = op->bytes;
	const size_t len = bytes ? bytes->len : 0;
	struct apdu_problem problem;
	struct script_mark mark;
	struct apdu apdu;

	if (bytes && (bytes->next || bytes->kind != SCRIPT_BYTES))
		return true;
	if (len < APDU_HEADER) {
		script_tell(p, SCRIPT_ERROR, &p->bytes, 1, "a command has at least 4 bytes, this one has %u",
			    len);
		return false;
	}
	if (apdu_parse(&apdu, bytes->bytes, len, &problem) != CS_OK) {
		tell_fault(p, bytes, &problem);
	} else if (apdu.extended && flow_of(p)->protocol == SCRIPT_T0) {
		mark = locate(p, APDU_HEADER);
		script_tell(p, SCRIPT_LINT, &mark, 2, "extended length does not exist with T=0");
	}
	return true;
}

static void lint_connected(struct script_parser *p, const struct script_mark *mark)
{
	if (flow_of(p)->link == SCRIPT_LINK_DOWN)
		script_tell(p, SCRIPT_LINT, mark, script_run(p->in), "no connection after the 'disconnect'");
}

static void step_end(struct script_parser *p, const struct script_mark *mark)
{
	struct script_flow *flow = flow_of(p);

	if (flow->hold == SCRIPT_HOLD_NONE)
		script_tell(p, SCRIPT_LINT, mark, 3, "an 'end' without a 'begin'");
	flow->hold = SCRIPT_HOLD_NONE;
}

bool script_lint_op(struct script_parser *p, const struct script_op *op, const struct script_mark *mark)
{
	struct script_flow *flow = flow_of(p);

	switch (op->kind) {
	case SCRIPT_APDU:
		lint_connected(p, mark);
		return lint_command(p, op);
	case SCRIPT_CONTROL:
	case SCRIPT_FEATURES:
	case SCRIPT_ATTRIB:
	case SCRIPT_RESET:
		lint_connected(p, mark);
		return true;
	case SCRIPT_CONNECT:
		flow->link = SCRIPT_LINK_UP;
		flow->protocol = op->protocol ? op->protocol : flow->protocol;
		return true;
	case SCRIPT_WAIT:
		flow->link = SCRIPT_LINK_UNSURE;
		return true;
	case SCRIPT_DISCONNECT:
		lint_connected(p, mark);
		flow->link = SCRIPT_LINK_DOWN;
		flow->hold = SCRIPT_HOLD_NONE;
		return true;
	case SCRIPT_BEGIN:
		lint_connected(p, mark);
		flow->hold = SCRIPT_HOLD_OPEN;
		flow->begin = *mark;
		return true;
	case SCRIPT_END:
		step_end(p, mark);
		return true;
	case SCRIPT_EXIT:
		flow->dead = "the script ends at the 'exit' before";
		return true;
	default:
		return true;
	}
}

void script_lint_end(struct script_parser *p)
{
	const struct script_flow *flow = flow_of(p);

	/* what a mistake hides may be what is missing */
	if (p->names->options.units || p->script->errors)
		return;
	if (flow->hold == SCRIPT_HOLD_OPEN && !flow->dead)
		script_tell(p, SCRIPT_LINT, &flow->begin, 5, "a 'begin' without an 'end'");
	for (size_t i = SCRIPT_VAR_USER; i < p->script->n_vars; i++) {
		const struct script_variable *var = &p->names->var[i];

		if (var->fresh && !var->used)
			script_tell(p, SCRIPT_LINT, &var->mark, var->len, "the variable is never used");
	}
}

/* What both ways lead to. */
struct script_flow script_flow_join(const struct script_flow *a, const struct script_flow *b)
{
	struct script_flow flow = *a;

	if (a->dead || b->dead)
		return a->dead ? *b : *a;
	if (a->protocol != b->protocol)
		flow.protocol = SCRIPT_PROTOCOL_SAME;
	if (a->link != b->link)
		flow.link = SCRIPT_LINK_UNSURE;
	if (a->hold != b->hold)
		flow.hold = SCRIPT_HOLD_UNSURE;
	return flow;
}
