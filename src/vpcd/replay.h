/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VPCD_REPLAY_H
#define CS_VPCD_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "vpcd/recording.h"

/*
 * A recording being played: what comes in -> what the card says. Pure: no clock, no input, no output.
 *
 * Strict order: each exchange answers once, in its turn. A command that is not the next one is a miss and
 * moves nothing on. A scripted event has its turn when everything before it was played. A recorded reset is
 * played by a reset of the reader; when a command comes in its place it still counts as played if the card
 * was powered up since the last exchange, for a power-up is a reset. Resets and power-ups that are not in the
 * recording move nothing on: pcscd makes them as it likes.
 *
 * Any order: each exchange answers as often as its command comes. Of several that fit, the first at or after
 * the place behind the last one played answers, so that equal commands get their answers in turn and a read
 * finds the answer that follows its select; the search goes around the end, and begins at the start after a
 * power-up. Recorded resets are found in the same way. The events are played one after the other, whatever is
 * sent.
 */
struct replay_options {
	bool any_order;
	bool loop; /* begin again at the end; in any order this concerns the events only */
};

struct replay {
	const struct recording *rec; /* borrowed */
	struct replay_options options;
	size_t pos;     /* strict: entry whose turn it is, n at the end; any order: where the search begins */
	size_t turn;    /* any order: event whose turn it is, n for none */
	bool fresh;     /* powered up since the last entry was played */
	bool armed;     /* @due_ms is set for the event whose turn it is */
	int64_t due_ms; /* when it happens */
	bool out;       /* removed by an event, and not inserted since */
	const uint8_t *atr; /* what the card says at present: borrowed, @atr_len bytes */
	size_t atr_len;
	size_t misses; /* commands without an answer */
};

/* replay_init - begin at the start of @rec, which must outlive @r; the card is in, without power */
void replay_init(struct replay *r, const struct recording *rec, struct replay_options options);

/* replay_power_up - the card got power: its ATR is that of the recording's card */
void replay_power_up(struct replay *r);

/* replay_reset - the reader reset the card: the ATR is that of the recorded reset that this plays, if any */
void replay_reset(struct replay *r);

/* replay_insert - the card came into the reader; its ATR is that of the recording's card */
void replay_insert(struct replay *r);

/*
 * replay_command - find the answer to @len bytes at @command, and move on
 * Return: the exchange, valid as long as the recording; NULL for a miss, which is counted in @r->misses.
 */
const struct recording_entry *replay_command(struct replay *r, const uint8_t *command, size_t len);

/* replay_expected - strict: the entry whose turn it is, NULL behind the last one; any order: NULL */
const struct recording_entry *replay_expected(const struct replay *r);

/*
 * replay_wait_ms - how long until the next scripted event
 * @now_ms: any clock that does not go back, the same one each time; an event's time begins with the
 *   first call in its turn
 * Return: milliseconds, 0 when it is due; -1 when no event has its turn.
 */
int64_t replay_wait_ms(struct replay *r, int64_t now_ms);

/* replay_event_take - play the event that has its turn, and move on; only when replay_wait_ms() gave 0 */
enum recording_event replay_event_take(struct replay *r);

/* replay_is_over - whether an event took the card out, and nothing is left to be played */
bool replay_is_over(const struct replay *r);

#endif
