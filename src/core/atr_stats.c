/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr_stats.h"

#include <string.h>

#include "core/atr_input.h"

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool same_word(const char *a, const char *b)
{
	while (*a && upper(*a) == upper(*b))
		a++, b++;
	return upper(*a) == upper(*b);
}

/* "TA1": a letter A..D and a level 1..32 without leading zeros */
static enum cs_err parse_interface(struct atr_stats_field *out, const char *text)
{
	size_t level = 0;
	char letter;

	if (upper(text[0]) != 'T')
		return CS_E_FORMAT;
	letter = upper(text[1]);
	if (letter < 'A' || letter > 'D' || text[2] < '1' || text[2] > '9')
		return CS_E_FORMAT;
	for (text += 2; *text >= '0' && *text <= '9' && level <= ATR_LEVELS_MAX; text++)
		level = 10 * level + (size_t)(*text - '0');
	if (*text || level > ATR_LEVELS_MAX)
		return CS_E_FORMAT;
	out->kind = ATR_STATS_INTERFACE;
	out->level = level;
	out->pos = (enum atr_position)(letter - 'A');
	return CS_OK;
}

enum cs_err atr_stats_field_parse(struct atr_stats_field *out, const char *text)
{
	static const struct {
		const char *name;
		enum atr_stats_kind kind;
	} names[] = {
		{"TS", ATR_STATS_TS}, {"T0", ATR_STATS_T0}, {"TCK", ATR_STATS_TCK},
		{"T", ATR_STATS_T},   {"K", ATR_STATS_K},
	};

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (same_word(text, names[i].name)) {
			out->kind = names[i].kind;
			return CS_OK;
		}
	}
	return parse_interface(out, text);
}

void atr_stats_init(struct atr_stats *out, const struct atr_stats_field *field)
{
	memset(out, 0, sizeof(*out));
	out->field = *field;
}

/* The field of one ATR, -1 when it is absent. */
static int field_value(const struct atr_stats_field *field, const struct atr *atr)
{
	switch (field->kind) {
	case ATR_STATS_TS:
		return atr->ts;
	case ATR_STATS_T0:
		return atr->t0;
	case ATR_STATS_INTERFACE:
		return atr_has(atr, field->level, field->pos) ? atr_value(atr, field->level, field->pos) : -1;
	case ATR_STATS_TCK:
		return atr->tck.present ? atr->tck.actual : -1;
	case ATR_STATS_T:
		return atr_has(atr, 1, ATR_TD) ? atr_value(atr, 1, ATR_TD) & 0x0F : -1;
	case ATR_STATS_K:
		return atr->k;
	}
	return -1;
}

void atr_stats_add(struct atr_stats *stats, const struct atr *atr)
{
	int value;

	if (atr->nlevels == 0 || !atr->interface_complete || atr->missing_hist) {
		stats->truncated++;
		return;
	}
	value = field_value(&stats->field, atr);
	stats->total++;
	if (value < 0)
		stats->absent++;
	else
		stats->count[value]++;
}

enum cs_err atr_stats_add_line(struct atr_stats *stats, const char *line, size_t len, size_t *bad)
{
	char text[ATR_STATS_LINE_MAX];
	uint8_t raw[ATR_RAW_MAX];
	struct atr atr;
	enum cs_err err;
	size_t n;

	*bad = 0;
	if (atr_input_blank(line, len) || line[0] == '\t')
		return CS_OK;
	if (len > sizeof(text))
		return CS_E_TOO_LONG;
	for (size_t i = 0; i < len; i++)
		text[i] = line[i] == '.' || line[i] == '*' ? '0' : line[i];
	err = atr_input_parse(raw, sizeof(raw), &n, text, len, bad);
	if (err == CS_E_HEX_DIGIT && text[*bad] == '[') {
		stats->sets++;
		return CS_OK;
	}
	if (err == CS_OK)
		err = atr_parse(&atr, raw, n);
	if (err == CS_OK)
		atr_stats_add(stats, &atr);
	return err;
}

static bool comes_before(const struct atr_stats_row *x, const struct atr_stats_row *y)
{
	if (x->count != y->count)
		return x->count > y->count;
	if (x->absent != y->absent)
		return x->absent;
	return x->value < y->value;
}

static unsigned percent_x100(size_t count, size_t total)
{
	return (unsigned)((20000 * (uint64_t)count + total) / (2 * (uint64_t)total));
}

/* Puts @row, unless it counts nothing, into its place among @n sorted rows; returns how many there are. */
static size_t insert_row(struct atr_stats_row *rows, size_t n, struct atr_stats_row row, size_t total)
{
	size_t at = n;

	if (row.count == 0)
		return n;
	row.percent_x100 = percent_x100(row.count, total);
	for (; at > 0 && comes_before(&row, &rows[at - 1]); at--)
		rows[at] = rows[at - 1];
	rows[at] = row;
	return n + 1;
}

size_t atr_stats_rows(const struct atr_stats *stats, struct atr_stats_row rows[ATR_STATS_ROWS_MAX])
{
	const struct atr_stats_row absent = {.absent = true, .count = stats->absent};
	size_t n = insert_row(rows, 0, absent, stats->total);

	for (unsigned value = 0; value < 256; value++) {
		const struct atr_stats_row row = {.value = (uint8_t)value, .count = stats->count[value]};

		n = insert_row(rows, n, row, stats->total);
	}
	return n;
}
