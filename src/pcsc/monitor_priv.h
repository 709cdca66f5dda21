/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_MONITOR_PRIV_H
#define CS_PCSC_MONITOR_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/rstate.h"
#include "pcsc/monitor.h"
#include "pcsc/roster_priv.h"
#include "pcsc/waitset_priv.h"

/* monitor.c waits, monitor_report.c tells what came of it. */
struct monitor {
	struct monitor_options options;
	struct monitor_ops ops;
	void *data;
	struct waitset *set;
	struct roster roster;
	struct scard_state *rows; /* of the wait at hand */
	size_t nrows, cap;
	size_t nmute;            /* so many at the end have mute cards */
	struct wait_stamp stamp; /* of the news at hand */
	bool pnp;
	uint32_t pnp_state;
	bool initial; /* the next report is the first of this connection */
	bool back;    /* ... and it follows a loss */
	bool settled; /* see block_ms() */
	bool idle_due, told_polling, told_split, told_no_reader;
	unsigned vain; /* rounds in a row without any news */
	uint32_t retry_ms;
	int64_t connected_ns;
};

/* Halves of a state: the bits, and the event counter. */
static inline uint16_t monitor_low(uint32_t state)
{
	return (uint16_t)(state & 0xFFFF);
}

static inline uint16_t monitor_high(uint32_t state)
{
	return (uint16_t)(state >> 16);
}

/* monitor_lasting - a state without what is of the moment only */
static inline uint32_t monitor_lasting(uint32_t state)
{
	return state & ~(uint32_t)RSTATE_CHANGED;
}

/* monitor_tell - an event of the service or, complete but for its time, of a reader */
void monitor_tell(struct monitor *m, struct monitor_event event);

void monitor_notice(struct monitor *m, enum monitor_notice what);

/* monitor_apply_rows - take over the rows of a wait and tell what is new. True: something was */
bool monitor_apply_rows(struct monitor *m);

/* monitor_retire_unlisted - tell of the readers that are not in the last list, and forget them */
void monitor_retire_unlisted(struct monitor *m);

#endif
