/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_RECORD_H
#define CS_TOOLS_SCRIPTOR_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vpcd/recorder.h"
#include "view/exchange.h"

/*
 * The recording of a run. It begins with the first card that has an ATR; without a file nothing here has an
 * effect. When the file can not be written that is told once, and @failed is set.
 */
struct record {
	FILE *file; /* NULL: none */
	bool secrets, begun, failed;
	bool removed; /* the last event: the card is out */
	struct recorder recorder;
	int64_t last_ns; /* when the last line was written */
};

/* record_card - a connection was made; if it is not the first one: with a card that is back when it was
 * removed, or, @reset, that was reset */
void record_card(struct record *record, const struct recorder_card *card, bool reset);
void record_exchange(struct record *record, const struct exchange *x);
void record_reset(struct record *record, const uint8_t *atr, size_t atr_len);
void record_event(struct record *record, enum recording_event event);

/* record_close - false: the recording is not complete, which was told */
bool record_close(struct record *record);

#endif
