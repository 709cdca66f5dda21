/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_DETAIL_H
#define CS_TUI_TOP_DETAIL_H

#include "core/err.h"
#include "db/carddb.h"
#include "tui/top_model.h"

/*
 * top_detail_update - make model->detail the text about the selected reader, unless it is
 * @db: NULL: cards are not looked up
 * Return: CS_OK; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err top_detail_update(struct top_model *model, const struct carddb *db);

#endif
