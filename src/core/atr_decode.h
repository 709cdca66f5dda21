/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_DECODE_H
#define CS_CORE_ATR_DECODE_H

#include "core/atr.h"
#include "core/atr_info.h"
#include "core/contactless.h"
#include "core/hist.h"
#include "core/memcard.h"

#define ATR_CLOCKS_MAX 2

/* Everything that can be told from one ATR alone. What the views show. */
struct atr_decoded {
	struct atr atr; /* with all findings, sorted */
	struct atr_info info;
	struct hist hist;
	struct contactless contactless;
	struct memcard memcard;
	struct atr_timing timing[ATR_CLOCKS_MAX];
	size_t ntiming;
	struct atr_pps pps; /* for the first usable protocol */
};

/*
 * atr_decode - parse and interpret an ATR
 * @out:       overwritten
 * @raw, @len: as for atr_parse()
 * @clock_khz: card clock for the timing; 0: at fmax of the card (when known) and at 4000 kHz
 *
 * Return: CS_OK; CS_E_RANGE as atr_parse().
 */
CS_NODISCARD enum cs_err atr_decode(struct atr_decoded *out, const uint8_t *raw, size_t len,
				    uint32_t clock_khz);

#endif
