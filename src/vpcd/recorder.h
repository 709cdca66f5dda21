/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VPCD_RECORDER_H
#define CS_VPCD_RECORDER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "vpcd/recording.h"

/*
 * Writes a recording (cardscope-recording(5)), line by line as things happen. Each line reaches the file
 * before the function returns, so that whatever ends the program the recording is whole.
 *
 * Return of all: CS_OK; CS_E_IO the file can not be written (errno tells); CS_E_NOMEM.
 */
struct recorder {
	FILE *out; /* borrowed */
};

/* What the first line tells. */
struct recorder_card {
	const uint8_t *atr;
	size_t atr_len;       /* 1..RECORDING_ATR_MAX */
	const char *protocol; /* "T=0", "T=1", "raw"; NULL: unknown */
	const char *reader;   /* untrusted */
	int64_t real_ns;      /* CLOCK_REALTIME */
};

CS_NODISCARD enum cs_err recorder_card_put(struct recorder *rec, const struct recorder_card *card);

/*
 * recorder_apdu_put - one exchange; the @secret_len bytes of the command at @secret_from are written as **
 * @command_len: at least RECORDING_COMMAND_MIN; @answer_len: at least RECORDING_ANSWER_MIN
 * Return also: CS_E_TOO_LONG a message above RECORDING_MESSAGE_MAX, which no recording can hold; nothing was
 *   written.
 */
CS_NODISCARD enum cs_err recorder_apdu_put(struct recorder *rec, const uint8_t *command, size_t command_len,
					   size_t secret_from, size_t secret_len, const uint8_t *answer,
					   size_t answer_len, int64_t us);

/* recorder_reset_put - the card was reset, and said this */
CS_NODISCARD enum cs_err recorder_reset_put(struct recorder *rec, const uint8_t *atr, size_t atr_len);

/* recorder_event_put - the card was removed or inserted, @after_ms after what was written last */
CS_NODISCARD enum cs_err recorder_event_put(struct recorder *rec, enum recording_event event,
					    uint32_t after_ms);

#endif
