/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_STATS_H
#define CS_CORE_ATR_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atr.h"
#include "core/err.h"

enum atr_stats_kind {
	ATR_STATS_TS,
	ATR_STATS_T0,
	ATR_STATS_INTERFACE, /* TA(i) .. TD(i) */
	ATR_STATS_TCK,
	ATR_STATS_T, /* protocol that TD1 names; absent without TD1 */
	ATR_STATS_K, /* historical bytes announced */
};

/* Which byte is counted. */
struct atr_stats_field {
	enum atr_stats_kind kind;
	size_t level;          /* of ATR_STATS_INTERFACE, from 1 */
	enum atr_position pos; /* likewise */
};

/*
 * atr_stats_field_parse - "TS", "T0", "TA1" .. "TD32", "TCK", "T", "K", in any case
 * Return: CS_OK; CS_E_FORMAT no such field.
 */
CS_NODISCARD enum cs_err atr_stats_field_parse(struct atr_stats_field *out, const char *text);

/* Distribution of one field over a list. */
struct atr_stats {
	struct atr_stats_field field;
	size_t count[256];
	size_t absent;    /* ATRs without the field */
	size_t total;     /* ATRs counted, @absent included */
	size_t sets;      /* entries left out: their pattern has a set [..] */
	size_t truncated; /* ATRs left out: they end before their last historical byte */
};

/* atr_stats_init - count @field from nothing */
void atr_stats_init(struct atr_stats *out, const struct atr_stats_field *field);

/* atr_stats_add - count one ATR */
void atr_stats_add(struct atr_stats *stats, const struct atr *atr);

#define ATR_STATS_LINE_MAX 4096 /* bytes of a line */

/*
 * atr_stats_add_line - count one line of a list of ATRs or of a smartcard_list.txt
 * Blank lines, comments (#) and descriptions (a TAB first) are passed over. The wild cards '.' and '*' of a
 * pattern are read as the digit 0.
 * @bad: receives the 0-based index of the character at fault
 *
 * Return: CS_OK, also for what is passed over or left out; CS_E_TOO_LONG; CS_E_HEX_DIGIT, CS_E_HEX_ODD.
 */
CS_NODISCARD enum cs_err atr_stats_add_line(struct atr_stats *stats, const char *line, size_t len,
					    size_t *bad);

struct atr_stats_row {
	bool absent;
	uint8_t value; /* unless @absent */
	size_t count;
	unsigned percent_x100; /* of the total, rounded to the nearest */
};

#define ATR_STATS_ROWS_MAX 257

/*
 * atr_stats_rows - the rows that are not zero, by count from high to low, then by value; absent before values
 * Return: number of rows.
 */
size_t atr_stats_rows(const struct atr_stats *stats, struct atr_stats_row rows[ATR_STATS_ROWS_MAX]);

#endif
