/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_TOP_HARNESS_H
#define CS_TESTS_TOP_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rstate.h"
#include "tui/top_model.h"

#define SECOND 1000000000LL

/* event - one about a reader, at second @at of both clocks */
static inline struct monitor_event make_event(enum monitor_event_kind kind, size_t slot, const char *name,
					      uint16_t state, int64_t at)
{
	return (struct monitor_event){.kind = kind,
				      .slot_id = slot,
				      .reader = name,
				      .state = state,
				      .mono_ns = at * SECOND,
				      .real_ns = at * SECOND};
}

static inline void feed(struct top_model *model, struct monitor_event event, const char *card)
{
	assert_int_equal(top_model_event(model, &event, card), CS_OK);
}

static inline void add_reader(struct top_model *model, size_t slot, const char *name)
{
	struct monitor_event event = make_event(MONITOR_READER_ADDED, slot, name, RSTATE_EMPTY, 10);

	event.initial = true;
	feed(model, event, NULL);
}

static inline void insert_card(struct top_model *model, size_t slot, const char *name, int64_t at)
{
	struct monitor_event event = make_event(MONITOR_CARD_INSERTED, slot, name, RSTATE_PRESENT, at);

	event.atr[0] = 0x3B;
	event.atr_len = 2;
	feed(model, event, "A card");
}

static inline void remove_card(struct top_model *model, size_t slot, const char *name, int64_t at)
{
	feed(model, make_event(MONITOR_CARD_REMOVED, slot, name, RSTATE_EMPTY, at), NULL);
}

/* keys - press each; what is left to be done by the last of them */
static inline enum top_action keys(struct top_model *model, const char *text)
{
	enum top_action action = TOP_NOTHING;

	assert_int_equal(top_model_arrange(model), CS_OK);
	for (; *text; text++)
		action = top_model_key(model, *text);
	assert_int_equal(top_model_arrange(model), CS_OK);
	return action;
}

#endif
