/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_statement.h"

#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "tools/scriptor_action.h"
#include "tools/scriptor_connect.h"
#include "tools/scriptor_exchange.h"

/* ---- time ---- */

static void do_wait(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_WAIT);
	int64_t start_ns = guard_now_ns();

	action.option = op->flag ? "insert" : "remove";
	action.number = op->number;
	show_request(e->show, &action);
	if (!connect_wait(e, op)) {
		action_refused(e);
		return;
	}
	action.us = (guard_now_ns() - start_ns) / 1000;
	action.reader = e->link->reader;
	action.answer = e->link->atr;
	action.answer_len = op->flag ? e->link->atr_len : 0;
	show_result(e->show, &action, NULL, 0);
}

static void do_sleep(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_SLEEP);

	action.number = op->number;
	show_request(e->show, &action);
	if (!guard_wait(e->guard, -1, op->number))
		e->flow = ENGINE_STOPPED;
	else
		show_result(e->show, &action, NULL, 0);
}

/* ---- variables and text ---- */

static bool uses_atr(const struct script_piece *piece)
{
	for (; piece; piece = piece->next)
		if ((piece->kind == SCRIPT_VALUE && piece->var == SCRIPT_VAR_ATR) || uses_atr(piece->inner))
			return true;
	return false;
}

static bool connect_for(struct engine *e, const struct script_op *op)
{
	return !uses_atr(op->bytes) || connect_ensure(e, op->pos);
}

static void do_set(struct engine *e, const struct script_op *op)
{
	size_t len;

	if (connect_for(e, op) && engine_eval(e, op->bytes, e->link->request, sizeof(e->link->request), &len))
		engine_set(e, op->pos, op->var, e->link->request, len);
}

/* One piece of an echo behind what there is: text as it is, bytes as hex. */
static bool add_piece(struct engine *e, const struct script_piece *piece, char **text, size_t *n)
{
	struct script_piece alone = *piece;
	bool is_text = piece->kind == SCRIPT_TEXT;
	size_t len = piece->len;
	char *more;

	alone.next = NULL;
	if (!is_text && !engine_eval(e, &alone, e->link->request, sizeof(e->link->request), &len))
		return false;
	more = realloc(*text, *n + (is_text ? len : HEX_PACKED_SIZE(len)) + 1);
	if (!more)
		return engine_fail(e, piece->pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
	*text = more;
	if (is_text && len > 0)
		memcpy(more + *n, piece->bytes, len);
	*n += is_text ? len : hex_build(more + *n, e->link->request, len, 0);
	return true;
}

static void do_echo(struct engine *e, const struct script_op *op)
{
	const struct place place = engine_place(e, op->pos);
	char *text = NULL;
	size_t n = 0;
	bool ok = connect_for(e, op);

	for (const struct script_piece *piece = op->bytes; piece && ok; piece = piece->next)
		ok = add_piece(e, piece, &text, &n);
	if (ok)
		show_echo(e->show, &place, text ? text : "", n);
	free(text);
}

/* ---- the flow ---- */

static void do_repeat(struct engine *e, const struct script_op *op)
{
	for (uint32_t i = 0; i < op->number && e->flow == ENGINE_GO_ON; i++)
		engine_run_list(e, op->body);
}

static void do_if(struct engine *e, const struct script_op *op)
{
	uint16_t sw = (uint16_t)(e->status[0] << 8 | e->status[1]);

	if (!e->values[SCRIPT_VAR_SW].known) {
		engine_fail(e, op->pos, APP_NO, "there is no status word: no command was answered");
		return;
	}
	if (expect_sw_matches(op->expect->sw, op->expect->n_sw, sw) != op->expect->negated)
		engine_run_list(e, op->body);
	else
		engine_run_list(e, op->other);
}

static void do_exit(struct engine *e, const struct script_op *op)
{
	(void)op;
	e->flow = ENGINE_EXIT;
}

/* ---- settings ---- */

static void do_get_response(struct engine *e, const struct script_op *op)
{
	e->xfer.get_response = op->flag;
}

static void do_chain(struct engine *e, const struct script_op *op)
{
	e->xfer.chain = op->number;
}

static void do_timeout(struct engine *e, const struct script_op *op)
{
	e->timeout_ms = op->number;
	guard_limit(e->guard, op->number);
}

static void do_decode(struct engine *e, const struct script_op *op)
{
	e->show->style.decode = op->flag;
}

static void (*const statements[SCRIPT_KINDS])(struct engine *e, const struct script_op *op) = {
	[SCRIPT_APDU] = exchange_run,
	[SCRIPT_EXPECT] = exchange_expect,
	[SCRIPT_SET] = do_set,
	[SCRIPT_RESET] = action_reset,
	[SCRIPT_CONNECT] = action_connect,
	[SCRIPT_DISCONNECT] = action_disconnect,
	[SCRIPT_BEGIN] = action_begin,
	[SCRIPT_END] = action_end,
	[SCRIPT_CONTROL] = action_control,
	[SCRIPT_FEATURES] = action_features,
	[SCRIPT_ATTRIB] = action_attrib,
	[SCRIPT_WAIT] = do_wait,
	[SCRIPT_SLEEP] = do_sleep,
	[SCRIPT_ECHO] = do_echo,
	[SCRIPT_REPEAT] = do_repeat,
	[SCRIPT_IF] = do_if,
	[SCRIPT_GET_RESPONSE] = do_get_response,
	[SCRIPT_CHAIN] = do_chain,
	[SCRIPT_TIMEOUT] = do_timeout,
	[SCRIPT_DECODE] = do_decode,
	[SCRIPT_EXIT] = do_exit,
};

void statement_run(struct engine *engine, const struct script_op *op)
{
	statements[op->kind](engine, op);
}
