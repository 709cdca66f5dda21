/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EVENT_H
#define CS_VIEW_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/atr_decode.h"
#include "db/carddb.h"
#include "pcsc/monitor.h"

/* One event with all that is shown of it. Everything is borrowed. */
struct event_view {
	const struct monitor_event *event;
	const char *name;              /* monitor_event_name() */
	const char *time;              /* as it is to be shown; NULL: not at all (text only) */
	const struct atr_decoded *atr; /* NULL: no ATR, or no explanation wanted (text only) */
	const struct carddb_entry *const *cards;
	size_t ncards;
	bool looked_up;         /* the card lists were asked: no match is an answer then */
	bool bits;              /* show what became of each state bit (text only) */
	const char *fault_text; /* of a lost service: scard_fault_format(); NULL for every other event */
};

#endif
