/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_STATS_VIEW_H
#define CS_VIEW_STATS_VIEW_H

#include <jansson.h>

#include "core/atr_stats.h"
#include "core/err.h"
#include "view/term.h"

/* stats_field_name - "TA1", "TCK", ... */
#define STATS_FIELD_MAX 8
const char *stats_field_name(char out[STATS_FIELD_MAX], const struct atr_stats_field *field);

/* stats_text_put - a table: value, count, percent; one row "absent", last row "total" */
void stats_text_put(const struct term *t, const struct atr_stats *stats);

/*
 * stats_json_build - {"field", "total", "left_out": {"sets", "truncated"}, "rows": [{"value", "count",
 *   "percent"}]}; "value" is null in the row of ATRs without the field, a number for T and K, hex otherwise
 * Return: CS_OK; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err stats_json_build(json_t **out, const struct atr_stats *stats);

#endif
