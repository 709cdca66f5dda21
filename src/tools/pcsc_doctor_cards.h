/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_CARDS_H
#define CS_TOOLS_PCSC_DOCTOR_CARDS_H

#include "cli/app.h"
#include "core/err.h"
#include "diag/live.h"
#include "diag/pool.h"

/*
 * doctor_cards_find - what the card lists of this computer say of the cards in @live; nothing is read when
 * there are none. Lists that are broken are passed over: pcsc_scan and atr_parse tell. Return: CS_OK;
 * CS_E_NOMEM. Memory: the pool's.
 */
CS_NODISCARD enum cs_err doctor_cards_find(struct live *live, struct pool *pool, const struct app_env *env);

#endif
