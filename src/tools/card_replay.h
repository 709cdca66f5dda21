/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_CARD_REPLAY_H
#define CS_TOOLS_CARD_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vpcd/recording.h"

/* What the user asked for. */
struct card_replay_options {
	const char *file; /* NULL: --atr alone */
	const char *atr, *on_miss, *host;
	unsigned long port, delay_us, wait_s;
	bool any_order, loop, reconnect, quiet, verbose;
	uint8_t miss_sw[2]; /* the answer to a command that the recording does not answer */
};

/*
 * card_replay_run - be the card until a signal, the end of vpcd or the end of the recording
 * @rec: outlives the call; without a file it holds an ATR only, and no command is a miss
 * @signals: of app_signal_fd()
 *
 * Return: enum app_exit. Messages go to stderr.
 */
int card_replay_run(const struct card_replay_options *options, const struct recording *rec, int signals);

/* card_replay_tell_bytes - "WHAT 00 A4 ..." as a line on stderr */
void card_replay_tell_bytes(const char *what, const uint8_t *bytes, size_t len);

/* card_replay_tell_address - "host:port" on stderr */
void card_replay_tell_address(const struct card_replay_options *options);

#endif
