/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/rstate.h"
#include "tools/scriptor_connect.h"
#include "tools/scriptor_session.h"

#define COUNTER_SHIFT 16 /* of a reader state: how often a card has come or gone */

const char *session_reader(const struct session *s)
{
	return s->engine.link->card ? s->engine.link->reader : NULL;
}

const char *session_protocol(const struct session *s)
{
	return link_protocol(s->engine.link);
}

/* Failures of what nobody has asked for do not count. */
static void uncounted(struct session *s, void (*work)(void *session))
{
	const struct script_summary summary = s->engine.summary;
	int status = s->engine.exit_status;

	s->engine.flow = ENGINE_GO_ON;
	s->engine.depth = 0;
	session_supervise(s, work);
	s->engine.summary = summary;
	s->engine.exit_status = status;
}

static void connect_work(void *session)
{
	struct session *s = session;

	if (engine_prepare(&s->engine))
		connect_ensure(&s->engine, (struct script_pos){0});
}

bool session_connect(struct session *s)
{
	uncounted(s, connect_work);
	return s->engine.link->card != NULL;
}

static bool was_swapped(const struct link *l, uint32_t before)
{
	return !(l->state & RSTATE_PRESENT) ||
	       (before && l->state >> COUNTER_SHIFT != before >> COUNTER_SHIFT);
}

static void lose(struct engine *e)
{
	show_note(e->show, "the card was removed");
	record_event(&e->record, RECORDING_REMOVE);
	engine_forget(e, SCRIPT_VAR_ATR);
	if (link_lose(e->link, false) == CS_E_CANCELLED)
		e->flow = ENGINE_STOPPED;
}

static void look_work(void *session)
{
	struct session *s = session;
	struct engine *e = &s->engine;
	uint32_t before = e->link->state;
	bool present = true;

	if (!engine_prepare(e) || e->disconnected)
		return;
	if (e->link->card) {
		if (link_look(e->link) != CS_OK || !was_swapped(e->link, before))
			return;
		present = e->link->state & RSTATE_PRESENT;
		lose(e);
	} else {
		present = connect_is_card_there(e);
	}
	if (present && e->flow == ENGINE_GO_ON) {
		record_event(&e->record, RECORDING_INSERT);
		connect_ensure(e, (struct script_pos){0});
	}
}

enum session_news session_look(struct session *s)
{
	const bool had = s->engine.link->card != NULL;
	const uint32_t before = s->engine.link->state;

	uncounted(s, look_work);
	if (s->engine.flow == ENGINE_STOPPED || s->signal)
		return SESSION_SILENT;
	if (!s->engine.link->card)
		return had ? SESSION_REMOVED : SESSION_SAME;
	return had && !was_swapped(s->engine.link, before) ? SESSION_SAME : SESSION_INSERTED;
}

static void list_work(void *session)
{
	struct session *s = session;

	if (link_look_all(s->engine.link) != CS_OK)
		scard_names_release(&s->engine.link->names);
}

void session_readers(struct session *s, struct scard_names *out)
{
	uncounted(s, list_work);
	*out = s->engine.link->names;
	s->engine.link->names = (struct scard_names){.n = 0};
}
