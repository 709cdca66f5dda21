/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_CARD_TEXT_H
#define CS_VIEW_CARD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/atr_decode.h"
#include "db/carddb.h"
#include "view/term.h"

/*
 * cards_text_put - the cards that match an ATR, as a look-up gave them, or where to submit an unknown one
 * @d:         the ATR; a made-up ATR of a contactless card gets a warning that it names no product
 * @entries:   @n of them
 */
void cards_text_put(const struct term *t, const struct atr_decoded *d,
		    const struct carddb_entry *const *entries, size_t n);

/* card_text_put - one entry: its pattern, and its descriptions below, each after a TAB */
void card_text_put(const struct term *t, const struct carddb_entry *entry);

#endif
