/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_RSTATE_H
#define CS_CORE_RSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reader states as SCardGetStatusChange reports them: lower 16 bits of dwEventState; PC/SC part 5
 * (unverified). */
enum rstate_bit {
	RSTATE_IGNORE = 0x0001,
	RSTATE_CHANGED = 0x0002,
	RSTATE_UNKNOWN = 0x0004,
	RSTATE_UNAVAILABLE = 0x0008,
	RSTATE_EMPTY = 0x0010,
	RSTATE_PRESENT = 0x0020,
	RSTATE_ATRMATCH = 0x0040,
	RSTATE_EXCLUSIVE = 0x0080,
	RSTATE_INUSE = 0x0100,
	RSTATE_MUTE = 0x0200,
	RSTATE_UNPOWERED = 0x0400,
};

struct rstate_name {
	uint16_t bit;
	const char *name;  /* "PRESENT" */
	const char *words; /* "card present" */
};

/* rstate_name_get - the @i-th state in ascending order of its bit, without CHANGED; NULL past the end */
const struct rstate_name *rstate_name_get(size_t i);

/*
 * rstate_sentence - one sentence for a state: "present, used exclusively by another program"
 * Return: static storage.
 */
const char *rstate_sentence(uint16_t state);

enum rstate_event {
	RSTATE_EV_NONE,
	RSTATE_EV_CARD_INSERTED,
	RSTATE_EV_CARD_REMOVED,
	RSTATE_EV_CARD_MUTE,
	RSTATE_EV_STATE_CHANGED,
};

#define RSTATE_EVENTS_MAX 2

/*
 * rstate_diff - what happened to a reader between two states
 * @before, @now:       lower 16 bits; @before is 0 (unaware) for a reader seen for the first time
 * @counter_before, @counter_now: event counters, upper 16 bits; a counter that moved by two or more
 *   (modulo 2^16) with a card before and after means that the card was swapped
 * @events: receives up to RSTATE_EVENTS_MAX events in order
 *
 * Return: number of events; 0 when nothing a user sees has changed.
 */
size_t rstate_diff(uint16_t before, uint16_t now, uint16_t counter_before, uint16_t counter_now,
		   enum rstate_event events[RSTATE_EVENTS_MAX]);

#endif
