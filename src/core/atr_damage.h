/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_DAMAGE_H
#define CS_CORE_ATR_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atr.h"

/* What bytes behind the end of an ATR look like; a guess. */
enum atr_extra_kind {
	ATR_EXTRA_NONE,
	ATR_EXTRA_ZEROS,  /* 00 and nothing else: a buffer of fixed size */
	ATR_EXTRA_STATUS, /* 90 00: the status word of a command */
	ATR_EXTRA_ATR,    /* another ATR: 3B or 3F and at least one byte more */
	ATR_EXTRA_OTHER,
};

/* atr_extra_kind - what follows the end of the ATR */
enum atr_extra_kind atr_extra_kind(const struct atr *atr);

/*
 * atr_convert - an inverse-convention ATR that was read as if it were direct (TS 03), converted: every byte
 * complemented, its bits in reverse order
 * @out: receives ATR_RAW_MAX bytes at most, as many as @atr has
 *
 * Return: whether TS is 03; @out is left alone otherwise.
 * Spec: ISO/IEC 7816-3:2006 8.1.
 */
bool atr_convert(uint8_t *out, const struct atr *atr);

#endif
