/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/rstate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SWAP_MOVES 2 /* pcsc-lite counts the removal and the insertion */

static const struct rstate_name names[] = {
	{RSTATE_IGNORE, "IGNORE", "not watched"},
	{RSTATE_UNKNOWN, "UNKNOWN", "reader unknown"},
	{RSTATE_UNAVAILABLE, "UNAVAILABLE", "state unavailable"},
	{RSTATE_EMPTY, "EMPTY", "no card"},
	{RSTATE_PRESENT, "PRESENT", "card present"},
	{RSTATE_ATRMATCH, "ATRMATCH", "ATR matches"},
	{RSTATE_EXCLUSIVE, "EXCLUSIVE", "exclusive use"},
	{RSTATE_INUSE, "INUSE", "shared use"},
	{RSTATE_MUTE, "MUTE", "card mute"},
	{RSTATE_UNPOWERED, "UNPOWERED", "card unpowered"},
};

#define CARD  (RSTATE_PRESENT | RSTATE_EMPTY)
#define POWER (RSTATE_MUTE | RSTATE_UNPOWERED)
#define USE   (RSTATE_EXCLUSIVE | RSTATE_INUSE)

/*
 * First match wins. Exclusive use is asked for without INUSE because one service sets both bits and another
 * only the first. What is not listed is a combination no service should report.
 */
static const struct {
	uint16_t mask;
	uint16_t value;
	const char *text;
} sentences[] = {
	{0xFFFF, 0, "nothing known yet"},
	{RSTATE_IGNORE, RSTATE_IGNORE, "not watched, on request"},
	{RSTATE_UNKNOWN, RSTATE_UNKNOWN, "the service knows no such reader: unplugged or misspelt"},
	{RSTATE_UNAVAILABLE | CARD | USE, RSTATE_UNAVAILABLE, "the state of the reader is not available"},
	{RSTATE_UNAVAILABLE, RSTATE_UNAVAILABLE,
	 "the state of the reader is not available, what else is reported of it may be stale"},
	{CARD, CARD, "a card and no card are reported at once"},
	{CARD | RSTATE_EXCLUSIVE, RSTATE_EMPTY | RSTATE_EXCLUSIVE,
	 "no card, but the reader is held exclusively by another program"},
	{CARD | USE, RSTATE_EMPTY | RSTATE_INUSE,
	 "no card, but the reader is in use by at least one program"},
	{CARD, RSTATE_EMPTY, "no card"},
	{CARD | RSTATE_MUTE | RSTATE_EXCLUSIVE, RSTATE_PRESENT | RSTATE_MUTE | RSTATE_EXCLUSIVE,
	 "card present but mute, used exclusively by another program"},
	{CARD | RSTATE_MUTE | USE, RSTATE_PRESENT | RSTATE_MUTE | RSTATE_INUSE,
	 "card present but mute, shared by at least one program"},
	{CARD | RSTATE_MUTE, RSTATE_PRESENT | RSTATE_MUTE,
	 "card present but mute: it does not answer to reset"},
	{CARD | POWER | RSTATE_EXCLUSIVE, RSTATE_PRESENT | RSTATE_UNPOWERED | RSTATE_EXCLUSIVE,
	 "card present but unpowered, used exclusively by another program"},
	{CARD | POWER | USE, RSTATE_PRESENT | RSTATE_UNPOWERED | RSTATE_INUSE,
	 "card present but unpowered, shared by at least one program"},
	{CARD | POWER, RSTATE_PRESENT | RSTATE_UNPOWERED,
	 "card present but unpowered, which is normal power saving"},
	{CARD | RSTATE_EXCLUSIVE, RSTATE_PRESENT | RSTATE_EXCLUSIVE,
	 "card present and powered, used exclusively by another program"},
	{CARD | USE, RSTATE_PRESENT | RSTATE_INUSE,
	 "card present and powered, shared by at least one program"},
	{CARD, RSTATE_PRESENT, "card present, not in use"},
};

const struct rstate_name *rstate_name_get(size_t i)
{
	return i < COUNT(names) ? &names[i] : NULL;
}

const char *rstate_sentence(uint16_t state)
{
	const uint16_t lasting = (uint16_t)(state & ~RSTATE_CHANGED);

	for (size_t i = 0; i < COUNT(sentences); i++) {
		if ((lasting & sentences[i].mask) == sentences[i].value)
			return sentences[i].text;
	}
	return "an unusual combination of states";
}

size_t rstate_diff(uint16_t before, uint16_t now, uint16_t counter_before, uint16_t counter_now,
		   enum rstate_event events[RSTATE_EVENTS_MAX])
{
	const uint16_t was = (uint16_t)(before & ~RSTATE_CHANGED);
	const uint16_t is = (uint16_t)(now & ~RSTATE_CHANGED);
	const bool had_card = was & RSTATE_PRESENT;
	const bool has_card = is & RSTATE_PRESENT;
	const bool swapped = (uint16_t)(counter_now - counter_before) >= SWAP_MOVES;
	const bool first_and_empty = was == 0 && is & RSTATE_EMPTY;
	const bool fell_mute = is & ~was & RSTATE_MUTE;
	size_t n = 0;

	if (had_card && (!has_card || swapped))
		events[n++] = RSTATE_EV_CARD_REMOVED;
	if (has_card && (!had_card || swapped || fell_mute))
		events[n++] = is & RSTATE_MUTE ? RSTATE_EV_CARD_MUTE : RSTATE_EV_CARD_INSERTED;
	if (n == 0 && was != is && !first_and_empty)
		events[n++] = RSTATE_EV_STATE_CHANGED;
	return n;
}
