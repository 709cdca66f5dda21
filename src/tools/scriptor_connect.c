/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_connect.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/rstate.h"
#include "core/utf8.h"
#include "view/scard_text.h"

#define NS_PER_S INT64_C(1000000000)
#define WANT_MAX 256 /* characters of a reader's name in a message; more are cut */

/* ---- what failed ---- */

void connect_format_fault(const struct link *link, char *out, size_t size)
{
	scard_fault_format(out, size, &link->fault, scard_error_get(link->fault.rv));
}

/* Told and counted, unless it is the end of the run. */
bool connect_fail(struct engine *e, struct script_pos pos, enum cs_err err)
{
	char message[ENGINE_MESSAGE_MAX];
	int status = APP_USAGE;

	if (err == CS_E_CANCELLED) {
		e->flow = ENGINE_STOPPED;
		return false;
	}
	if (err == CS_E_PCSC) {
		connect_format_fault(e->link, message, sizeof(message));
		status = scard_error_get(e->link->fault.rv)->exit_status;
	} else {
		snprintf(message, sizeof(message), "%s", cs_err_text(err));
	}
	return engine_fail(e, pos, status, message);
}

/* ---- a new connection ---- */

static int64_t real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void connect_adopt(struct engine *engine, bool tell)
{
	const struct link *l = engine->link;
	const char *protocol = link_protocol(l);
	const struct recorder_card card = {
		.atr = l->atr,
		.atr_len = l->atr_len,
		.protocol = protocol,
		.reader = l->reader,
		.real_ns = real_ns(),
	};
	const struct action action = {
		.place = engine_here(engine),
		.kind = ACTION_CONNECT,
		.reader = l->reader,
		.protocol = protocol,
		.answer = l->atr,
		.answer_len = l->atr_len,
	};

	engine->disconnected = false;
	engine->domain = APDU_ISO;
	if (l->atr_len)
		engine_point(engine, SCRIPT_VAR_ATR, l->atr, l->atr_len);
	else
		engine_forget(engine, SCRIPT_VAR_ATR);
	record_card(&engine->record, &card, engine->was_reset);
	engine->was_reset = false;
	if (tell)
		show_connected(engine->show, &action);
}

/* ---- which reader ---- */

const char *connect_wanted(const struct engine *e)
{
	if (e->link->reader)
		return e->link->reader;
	return e->options->reader ? e->options->reader : e->env->pcsc_reader;
}

static bool refuse(struct engine *e, struct script_pos pos, enum link_choice choice, const char *want)
{
	static const struct {
		const char *message; /* with the name asked for, or without */
		int status;
		bool list, cards;
	} texts[] = {
		[LINK_NO_READER] = {"there is no reader", APP_SERVICE, false, false},
		[LINK_NO_CARD] = {"no reader holds a card; insert one, or wait for it with --wait",
				  APP_SERVICE, true, false},
		[LINK_SEVERAL] = {"several readers hold a card; choose one with -r", APP_USAGE, true, true},
		[LINK_UNKNOWN] = {"there is no such reader", APP_SERVICE, true, false},
		[LINK_AMBIGUOUS] = {"several readers have this in their name", APP_USAGE, true, false},
	};
	char message[ENGINE_MESSAGE_MAX], shown[WANT_MAX + 1] = "";
	bool named = choice == LINK_UNKNOWN || choice == LINK_AMBIGUOUS;

	if (named)
		utf8_escape(shown, sizeof(shown), want, strlen(want));
	snprintf(message, sizeof(message), "%s%s%s", shown, named ? ": " : "", texts[choice].message);
	engine_fail(e, pos, texts[choice].status, message);
	if (texts[choice].list)
		show_readers(&e->link->names, texts[choice].cards ? e->link->states : NULL);
	return false;
}

/* Whether there is no point in waiting any more. */
static bool is_settled(const struct engine *e, enum link_choice choice, size_t index)
{
	if (choice == LINK_SEVERAL || choice == LINK_AMBIGUOUS)
		return true;
	if (choice != LINK_CHOSEN)
		return false;
	return e->link->share == SCARD_AS_DIRECT || (e->link->states[index].event & RSTATE_PRESENT);
}

/* With --wait until there is a card, else at once. */
static bool choose(struct engine *e, struct script_pos pos, const char *want, size_t *index)
{
	int64_t end_ns = e->options->wait_s == SCRIPTOR_FOREVER
				 ? GUARD_NO_LIMIT
				 : guard_now_ns() + (int64_t)e->options->wait_s * NS_PER_S;
	bool told = false;

	for (;;) {
		enum cs_err err = link_look_all(e->link);
		enum link_choice choice;

		if (err != CS_OK)
			return connect_fail(e, pos, err);
		choice = link_choose(&e->link->names, e->link->states, want,
				     e->link->share == SCARD_AS_DIRECT, index);
		if (!e->options->wait || is_settled(e, choice, *index))
			return choice == LINK_CHOSEN || refuse(e, pos, choice, want);
		if (guard_left_ms(end_ns) == 0)
			return engine_fail(e, pos, APP_SERVICE, "no card came in time");
		if (!told)
			show_note(e->show, "waiting for a card");
		told = true;
		err = link_wait_all(e->link, guard_left_ms(end_ns));
		if (err != CS_OK)
			return connect_fail(e, pos, err);
	}
}

bool connect_is_card_there(struct engine *engine)
{
	struct link *l = engine->link;
	size_t index = 0;

	return link_look_all(l) == CS_OK &&
	       link_choose(&l->names, l->states, connect_wanted(engine), false, &index) == LINK_CHOSEN &&
	       (l->states[index].event & RSTATE_PRESENT);
}

void connect_note_reset(struct engine *e, const char *text)
{
	e->was_reset = true;
	show_note(e->show, "%s", text);
}

bool connect_chosen(struct engine *e, struct script_pos pos, const char *want)
{
	size_t index = 0;
	enum cs_err err;

	if (!choose(e, pos, want, &index))
		return false;
	err = link_connect(e->link, e->link->names.name[index]);
	if (err == CS_OK) {
		if (e->link->reset)
			connect_note_reset(e,
					   "the card was reset, it had been told to speak another protocol");
		return true;
	}
	connect_fail(e, pos, err);
	if (e->link->card && link_lose(e->link, false) == CS_E_CANCELLED)
		e->flow = ENGINE_STOPPED;
	return false;
}

bool connect_ensure(struct engine *engine, struct script_pos pos)
{
	if (engine->link->card)
		return true;
	if (engine->disconnected)
		return engine_fail(engine, pos, APP_NO,
				   "not connected: no `connect` stands behind the `disconnect`");
	if (!connect_chosen(engine, pos, connect_wanted(engine)))
		return false;
	connect_adopt(engine, true);
	return true;
}
