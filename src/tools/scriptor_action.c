/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_action.h"

#include <string.h>

#include "tools/scriptor_connect.h"

static const char *const leaves[] = {
	[SCRIPT_LEAVE] = "leave",
	[SCRIPT_LEAVE_RESET] = "reset",
	[SCRIPT_LEAVE_UNPOWER] = "unpower",
	[SCRIPT_LEAVE_EJECT] = "eject",
};

static const enum scard_leave dispositions[] = {
	[SCRIPT_LEAVE] = SCARD_LEAVE,
	[SCRIPT_LEAVE_RESET] = SCARD_RESET,
	[SCRIPT_LEAVE_UNPOWER] = SCARD_UNPOWER,
	[SCRIPT_LEAVE_EJECT] = SCARD_EJECT,
};

static bool changes_card(enum script_leave leave)
{
	return leave == SCRIPT_LEAVE_RESET || leave == SCRIPT_LEAVE_UNPOWER;
}

/* ---- actions: what goes to the card or the reader without a command ---- */

struct action action_of(const struct engine *e, const struct script_op *op, enum action_kind kind)
{
	return (struct action){.place = engine_place(e, op->pos), .kind = kind};
}

/* What came of it; false: it failed, which was told and counted. */
bool action_conclude(struct engine *e, const struct script_op *op, struct action *action, enum cs_err err,
		     int64_t start_ns)
{
	char message[ENGINE_MESSAGE_MAX];
	int status;

	action->us = (guard_now_ns() - start_ns) / 1000;
	if (err == CS_OK)
		return true;
	if (!connect_failed(e, err, message, &status))
		return false;
	action->failed = message;
	show_result(e->show, action, NULL, 0);
	action->failed = NULL;
	return engine_fail(e, op->pos, status, message);
}

/* The same for what has told and counted its failure already. */
void action_refused(struct engine *e)
{
	if (e->flow != ENGINE_STOPPED)
		show_refusal(e->show, e->message);
}

void action_reset(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_RESET);
	bool cold = op->leave == SCRIPT_LEAVE_UNPOWER;
	int64_t start_ns;

	if (!connect_ensure(e, op->pos))
		return;
	action.option = cold ? "cold" : "warm";
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (!action_conclude(e, op, &action, link_reconnect(e->link, cold ? SCARD_UNPOWER : SCARD_RESET),
			     start_ns))
		return;
	e->link->transaction = false;
	record_reset(&e->record, e->link->atr, e->link->atr_len);
	connect_adopt(e, false);
	action.answer = e->link->atr;
	action.answer_len = e->link->atr_len;
	show_result(e->show, &action, NULL, 0);
}

void action_connect(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_CONNECT);
	int64_t start_ns = guard_now_ns();

	action.reader = op->text;
	if (op->share != SCRIPT_SHARE_SAME)
		action.option = op->share == SCRIPT_EXCLUSIVE ? "exclusive" : "shared";
	show_request(e->show, &action);
	if (!connect_to(e, op)) {
		action_refused(e);
		return;
	}
	connect_adopt(e, false);
	action.us = (guard_now_ns() - start_ns) / 1000;
	action.reader = e->link->reader;
	action.protocol = link_protocol(e->link);
	action.answer = e->link->atr;
	action.answer_len = e->link->atr_len;
	show_result(e->show, &action, NULL, 0);
}

void action_disconnect(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_DISCONNECT);
	int64_t start_ns = guard_now_ns();

	action.option = leaves[op->leave];
	show_request(e->show, &action);
	if (!action_conclude(e, op, &action, link_disconnect(e->link, dispositions[op->leave]), start_ns))
		return;
	e->disconnected = true;
	e->was_reset = e->was_reset || changes_card(op->leave);
	engine_forget(e, SCRIPT_VAR_ATR);
	show_result(e->show, &action, NULL, 0);
}

void action_begin(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_BEGIN);
	int64_t start_ns;

	if (!connect_ensure(e, op->pos))
		return;
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (action_conclude(e, op, &action, link_begin(e->link), start_ns))
		show_result(e->show, &action, NULL, 0);
}

void action_end(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_END);
	int64_t start_ns;

	if (!connect_ensure(e, op->pos))
		return;
	action.option = leaves[op->leave];
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (!action_conclude(e, op, &action, link_end(e->link, dispositions[op->leave]), start_ns))
		return;
	show_result(e->show, &action, NULL, 0);
	if (!changes_card(op->leave))
		return;
	/* pcsc-lite wants even who has reset the card himself to take it up again. */
	if (!action_conclude(e, op, &action, link_reconnect(e->link, SCARD_LEAVE), start_ns))
		return;
	record_reset(&e->record, e->link->atr, e->link->atr_len);
	connect_adopt(e, false);
}
