/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_exchange.h"

#include <stdio.h>
#include <string.h>

#include "core/apdu.h"
#include "tools/scriptor_action.h"
#include "tools/scriptor_connect.h"

#define SHORT_DATA 5 /* where the data field begins, behind a short or an extended Lc */
#define LONG_DATA  7

/* A command on its way. */
struct sending {
	struct engine *engine;
	const struct script_op *op;

	bool shown_last; /* the last exchange is shown already */
	unsigned steps;
	int64_t us;
};

static uint16_t sw_of(const uint8_t *answer, size_t len)
{
	return (uint16_t)(answer[len - 2] << 8 | answer[len - 1]);
}

/* What must not be shown: of a `mask`, the data field whatever the command is. */
static size_t secret_of(const uint8_t *cmd, size_t len, bool masked, size_t *from)
{
	struct apdu_problem problem;
	struct apdu apdu;

	if (!masked)
		return apdu_secret(cmd, len, from);
	if (apdu_parse(&apdu, cmd, len, &problem) == CS_OK) {
		*from = apdu.nc ? (size_t)(apdu.data - cmd) : 0;
		return apdu.nc;
	}
	*from = len > SHORT_DATA ? SHORT_DATA : 0;
	return len > SHORT_DATA ? len - SHORT_DATA : 0;
}

static struct exchange exchange_of(const struct engine *e, const struct script_op *op, const uint8_t *cmd,
				   size_t len)
{
	struct exchange x = {
		.place = engine_place(e, op->pos),
		.command = cmd,
		.command_len = len,
		.domain = e->domain,
	};

	x.secret_len = secret_of(cmd, len, e->sent_secret, &x.secret_from);
	return x;
}

/* The user's command itself, not one that chain or get-response made. */
static bool is_own(const struct engine *e, const uint8_t *cmd, size_t len)
{
	return cmd == e->link->command && len == e->sent_len;
}

static enum cs_err on_transmit(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
			       struct scard_fault *fault)
{
	struct sending *s = data;
	struct engine *e = s->engine;
	enum cs_err err;

	if (e->show->eager && !e->options->quiet && is_own(e, cmd, cmd_len)) {
		const struct exchange x = exchange_of(e, s->op, cmd, cmd_len);

		show_command(e->show, &x);
	}
	e->sending = true;
	err = link_transmit(e->link, cmd, cmd_len, rsp, rsp_len, fault);
	e->sending = false;
	return err;
}

/* Whether xfer_run() will end here, so that the expectations can be shown with this exchange. */
static bool is_last(const struct sending *s, const struct xfer_step *step)
{
	uint16_t sw = sw_of(step->answer, step->answer_len);
	uint8_t sw1 = (uint8_t)(sw >> 8);

	if (s->steps > 1 || !is_own(s->engine, step->command, step->command_len))
		return false;
	return !s->engine->xfer.get_response || (sw1 != 0x61 && sw1 != 0x6C && sw1 != 0x9F);
}

static bool on_step(void *data, const struct xfer_step *step)
{
	struct sending *s = data;
	struct engine *e = s->engine;
	struct exchange x;

	s->steps++;
	s->us += step->us;
	s->shown_last = true;
	x = exchange_of(e, s->op, step->command, step->command_len);
	x.automatic = step->automatic;
	x.us = step->us;
	if (step->err != CS_OK) {
		if (step->err != CS_E_CANCELLED && !e->options->quiet)
			show_command(e->show, &x);
		return true;
	}
	e->summary.apdus++;
	x.answer = step->answer;
	x.answer_len = step->answer_len;
	record_exchange(&e->record, &x);
	s->shown_last = !is_last(s, step);
	if (s->shown_last)
		show_exchange(e->show, &x);
	return true;
}

/* ---- the command ---- */

/* Whether a command may go out; what speaks against it has been told. */
static bool admit(struct engine *e, const struct script_op *op)
{
	bool by_machine = op->looped || e->options->keep_going;

	if (e->sent_len < APDU_HEADER)
		return engine_fail(e, op->pos, APP_NO,
				   "the command is shorter than four bytes: it is not sent");
	if (by_machine && e->tries_low && !e->options->reckless &&
	    apdu_verifies(e->link->command, e->sent_len))
		return engine_fail(
			e, op->pos, APP_NO,
			"refused: the card has answered that fewer than two tries are left, and this "
			"command costs one when it fails; --reckless sends it");
	return true;
}

static uint8_t sw1_of(const struct xfer_answer *answer)
{
	return (uint8_t)(answer->len >= 2 ? answer->bytes[answer->len - 2] : 0);
}

static void unanswered(struct engine *e, const struct script_op *op, enum cs_err err)
{
	char message[ENGINE_MESSAGE_MAX];
	int status = APP_CARD;

	exchange_forget(e);
	if (err == CS_E_TOO_LONG) {
		snprintf(message, sizeof(message), "%s: given up after %u exchanges",
			 sw1_of(&e->link->answer) == 0x6C ? "the card refuses the Le that it has told itself"
							  : "the card goes on and on announcing data",
			 e->link->answer.rounds);
		engine_fail(e, op->pos, status, message);
		return;
	}
	if (err == CS_E_PCSC || err == CS_E_FORMAT || err == CS_E_CANCELLED) {
		if (!connect_failed(e, err, message, &status))
			return;
	} else {
		snprintf(message, sizeof(message), "%s", cs_err_text(err));
	}
	exchange_show_failed(e, message);
	engine_fail(e, op->pos, status, message);
}

/* With the answer, joined from all its rounds. */
static void show_checked(const struct sending *s)
{
	struct engine *e = s->engine;
	struct exchange x = exchange_of(e, s->op, e->link->command, e->sent_len);

	x.answer = e->link->answer.bytes;
	x.answer_len = e->link->answer.len;
	x.us = s->us;
	x.expect = e->checks.expect;
	x.n_expect = e->checks.n;
	if (!s->shown_last)
		show_exchange(e->show, &x);
	else if (x.n_expect)
		show_expect(e->show, &x);
}

static void send(struct engine *e, const struct script_op *op)
{
	struct sending s = {.engine = e, .op = op};
	const struct xfer_ops ops = {on_transmit, on_step, &s};
	enum cs_err err =
		xfer_run(&ops, &e->xfer, e->link->command, e->sent_len, &e->link->answer, &e->link->fault);
	bool checked;

	if (err != CS_OK) {
		unanswered(e, op, err);
		return;
	}
	e->sent_us = s.us;
	exchange_learn(e);
	checked = expect_check(e, op->expect, e->link->answer.bytes, e->link->answer.len);
	show_checked(&s);
	if (checked)
		expect_count(e);
}

void exchange_run(struct engine *engine, const struct script_op *op)
{
	engine->answered = engine->controlled = false;
	if (!connect_ensure(engine, op->pos) ||
	    !engine_eval(engine, op->bytes, engine->link->command, sizeof(engine->link->command),
			 &engine->sent_len))
		return;
	engine->sent_secret = op->secret;
	if (admit(engine, op))
		send(engine, op);
}

void exchange_expect(struct engine *engine, const struct script_op *op)
{
	struct exchange x;

	if (engine->controlled) {
		action_expect(engine, op);
		return;
	}
	if (!engine->answered) {
		engine_fail(engine, op->pos, APP_NO, "there is no answer that this could be about");
		return;
	}
	if (!expect_check(engine, op->expect, engine->link->answer.bytes, engine->link->answer.len))
		return;
	x = exchange_of(engine, op, engine->link->command, engine->sent_len);
	x.answer = engine->link->answer.bytes;
	x.answer_len = engine->link->answer.len;
	x.us = engine->sent_us;
	x.expect = engine->checks.expect;
	x.n_expect = engine->checks.n;
	show_expect(engine->show, &x);
	expect_count(engine);
}

void exchange_show_failed(struct engine *engine, const char *why)
{
	const struct exchange x =
		exchange_of(engine, engine->at[engine->depth - 1], engine->link->command, engine->sent_len);

	show_failed(engine->show, &x, why);
}
