/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_WAIT_H
#define CS_TOOLS_PCSC_SCAN_WAIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "pcsc/monitor.h"
#include "tools/pcsc_scan_options.h"

/* Readers and cards as far as they are known, for --wait. Zero-initialise; wait_release() at the end. */
struct wait {
	bool complete; /* the service is there, all it knows is reported: "none" can be told from "not yet" */
	bool *card;    /* by slot_id: it holds a card, mute or not */
	size_t slots;
	size_t readers, cards;
};

/* wait_note - take an event in; CS_E_NOMEM */
CS_NODISCARD enum cs_err wait_note(struct wait *w, const struct monitor_event *event);

/* wait_met - whether what is waited for is so now */
bool wait_met(const struct wait *w, enum scan_wait what);

void wait_release(struct wait *w);

#endif
