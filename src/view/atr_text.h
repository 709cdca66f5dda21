/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ATR_TEXT_H
#define CS_VIEW_ATR_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "core/atr_decode.h"
#include "db/carddb.h"
#include "view/term.h"

/* atr_text_put - the whole explanation of an ATR: its bytes one by one, findings, parameters, timing */
void atr_text_put(const struct term *t, const struct atr_decoded *d);

/* atr_text_put_bytes - the bytes one by one with the findings about them, and no more */
void atr_text_put_bytes(const struct term *t, const struct atr_decoded *d);

/* atr_text_put_raw - the line "ATR: 3B .." */
void atr_text_put_raw(const struct term *t, const struct atr *atr);

/* atr_text_put_check - a line per finding: "3B ..: byte 7: error TCK_WRONG: .."; nothing for a clean ATR */
void atr_text_put_check(const struct term *t, const struct atr *atr);

/*
 * atr_text_put_short - one line: ATR, verdict, protocols and card, with a TAB between
 * The verdict is "ok", "warning" or "error". The card is the first description of the best match; "unknown"
 * when there is no match, "-" when @looked_up is false.
 * @best: NULL for none
 */
void atr_text_put_short(FILE *out, const struct atr_decoded *d, bool looked_up,
			const struct carddb_entry *best);

#endif
