/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ATR_DIFF_H
#define CS_VIEW_ATR_DIFF_H

#include <jansson.h>
#include <stdbool.h>

#include "core/atr_decode.h"
#include "core/err.h"
#include "view/term.h"

/*
 * atr_diff_build - two ATRs compared field by field
 * The fields are those of atr_parse --json; elements of lists are told apart by name ("interface.TA1"), by
 * code ("findings.TCK_WRONG") or else by position ("y.0").
 * @out: {"a", "b", "same", "differences": [{"field", "a", "b"}]}; null stands for what one side does not have
 *
 * Return: CS_OK; CS_E_NOMEM (*@out is NULL).
 */
CS_NODISCARD enum cs_err atr_diff_build(json_t **out, const struct atr_decoded *a,
					const struct atr_decoded *b);

/* atr_diff_same - whether an atr_diff_build() object holds no difference */
bool atr_diff_same(const json_t *diff);

/*
 * atr_diff_text_put - the same as text: "- ATR", "+ ATR", then a line per field: "fidi.fi: 372 -> 512"
 * Nothing when both are the same.
 */
void atr_diff_text_put(const struct term *t, const json_t *diff);

#endif
