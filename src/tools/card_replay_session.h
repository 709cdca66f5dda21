/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_CARD_REPLAY_SESSION_H
#define CS_TOOLS_CARD_REPLAY_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "card_replay.h"
#include "vpcd/replay.h"
#include "vpcd/vpcd.h"

#define CARD_REPLAY_RETRY_MS 100
#define CARD_REPLAY_TAKE_MS  2000 /* vpcd looks for a card every 400 ms */

/* The miss that was told last; one that comes again and again is counted instead. */
struct card_replay_miss {
	bool told; /* and nothing else happened since */
	uint8_t command[VPCD_MESSAGE_MAX];
	size_t len;
	const struct recording_entry *expected;
	size_t again;
};

/* One run of card_replay. */
struct card_replay_session {
	const struct card_replay_options *options;
	struct replay replay;
	struct vpcd vpcd; /* connected while the card is in the reader, or waits to be taken */
	int signals;      /* descriptor of those that end the run */
	int card_signals; /* descriptor of SIGUSR1 and SIGUSR2 */
	bool wanted;      /* the card is to be in the reader */
	bool taken;       /* the reader has the card: vpcd has spoken since the connection was made */
	bool wait_told;   /* since the card was wanted */
	int64_t try_ms;   /* when to connect */
	int64_t give_up_ms;
	int64_t take_ms; /* when the reader should have taken the card */
	bool atr_told;   /* since the power changed: pcscd asks for it again and again */
	struct card_replay_miss miss;
	bool ended;
	int status; /* of the end, misses apart */
};

/* card_replay_now_us, card_replay_now_ms - a clock that does not go back */
int64_t card_replay_now_us(void);
int64_t card_replay_now_ms(void);

/* card_replay_want - the card is to go into the reader, if it was not yet; card_replay_insert() does it */
void card_replay_want(struct card_replay_session *s);

/* card_replay_is_trying - whether the card is to be in the reader and there is no connection */
bool card_replay_is_trying(const struct card_replay_session *s);

/* card_replay_insert - one try to connect; sets the time of the next one, or ends the run */
void card_replay_insert(struct card_replay_session *s);

/*
 * card_replay_wait_ms - connected: how long the reader may still take its time; tells when it took too long
 * Return: milliseconds; -1: for ever.
 */
int card_replay_wait_ms(struct card_replay_session *s);

/* card_replay_take - vpcd speaks: the reader has taken the card */
void card_replay_take(struct card_replay_session *s);

/* card_replay_remove - take the card out */
void card_replay_remove(struct card_replay_session *s);

/* card_replay_lose - vpcd_read() or vpcd_write() failed with @err: connect again or end the run */
void card_replay_lose(struct card_replay_session *s, enum cs_err err);

/*
 * card_replay_tell_miss - on stderr: the command that came, what was answered, what the recording expects;
 *   the same miss again is counted only, unless every command is shown
 * @expected: NULL: nothing
 */
void card_replay_tell_miss(struct card_replay_session *s, const uint8_t *command, size_t len,
			   const struct recording_entry *expected);

/* card_replay_tell_again - how often the same miss came again, if it did; something else happens now */
void card_replay_tell_again(struct card_replay_session *s);

#endif
