/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_CARD_REPLAY_SESSION_H
#define CS_TOOLS_CARD_REPLAY_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "card_replay.h"
#include "vpcd/replay.h"
#include "vpcd/vpcd.h"

#define CARD_REPLAY_RETRY_MS 100

/* One run of card_replay. */
struct card_replay_session {
	const struct card_replay_options *options;
	struct replay replay;
	struct vpcd vpcd; /* connected while the card is in the reader */
	int signals;      /* descriptor of those that end the run */
	int card_signals; /* descriptor of SIGUSR1 and SIGUSR2 */
	bool wanted;      /* the card is to be in the reader */
	int64_t try_ms;   /* when to connect */
	int64_t give_up_ms;
	bool atr_told; /* since the power changed: pcscd asks for it again and again */
	bool ended;
	int status; /* of the end, misses apart */
};

/* card_replay_now_us, card_replay_now_ms - a clock that does not go back */
int64_t card_replay_now_us(void);
int64_t card_replay_now_ms(void);

/* card_replay_want - the card is to go into the reader; card_replay_insert() does it. No effect when wanted
 * already */
void card_replay_want(struct card_replay_session *s);

/* card_replay_is_trying - whether the card is to be in the reader and is not */
bool card_replay_is_trying(const struct card_replay_session *s);

/* card_replay_insert - one try to connect; sets the time of the next one, or ends the run */
void card_replay_insert(struct card_replay_session *s);

/* card_replay_remove - take the card out */
void card_replay_remove(struct card_replay_session *s);

/* card_replay_lose - vpcd has closed the connection: connect again or end the run */
void card_replay_lose(struct card_replay_session *s);

#endif
