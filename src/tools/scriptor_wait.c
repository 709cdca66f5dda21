/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/rstate.h"
#include "tools/scriptor_connect.h"

#define NS_PER_MS INT64_C(1000000)

/* Whether the reader meant, or any when none is, holds a card; @index receives which one. */
static bool holds_card(const struct link *l, const char *want, size_t *index)
{
	size_t from = 0, to = l->names.n;

	if (want) {
		if (link_choose(&l->names, l->states, want, true, index) != LINK_CHOSEN)
			return false;
		from = *index;
		to = from + 1;
	}
	for (size_t i = from; i < to; i++) {
		if (l->states[i].event & RSTATE_PRESENT) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool finish_wait(struct engine *e, const struct script_op *op, size_t index, bool changed)
{
	enum cs_err err;

	if (op->flag) {
		err = link_note_card(e->link, index);
		if (changed)
			record_event(&e->record, RECORDING_INSERT);
	} else {
		err = link_lose(e->link, false);
		engine_forget(e, SCRIPT_VAR_ATR);
		if (changed)
			record_event(&e->record, RECORDING_REMOVE);
	}
	return err == CS_OK || connect_fail(e, op->pos, err);
}

bool connect_wait(struct engine *engine, const struct script_op *op)
{
	const char *want = connect_wanted(engine);
	int64_t end_ns = op->number == SCRIPT_FOREVER ? GUARD_NO_LIMIT
						      : guard_now_ns() + (int64_t)op->number * NS_PER_MS;
	size_t index = 0;

	for (bool changed = false;; changed = true) {
		enum cs_err err = link_look_all(engine->link);

		if (err != CS_OK)
			return connect_fail(engine, op->pos, err);
		if (holds_card(engine->link, want, &index) == op->flag)
			return finish_wait(engine, op, index, changed);
		if (guard_left_ms(end_ns) == 0)
			return engine_fail(engine, op->pos, APP_NO,
					   op->flag ? "no card came in time"
						    : "the card was not taken out in time");
		err = link_wait_all(engine->link, guard_left_ms(end_ns));
		if (err != CS_OK)
			return connect_fail(engine, op->pos, err);
	}
}
