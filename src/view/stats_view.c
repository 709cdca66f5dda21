/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/stats_view.h"

#include <stdio.h>

#include "view/json_out.h"

static bool is_number(const struct atr_stats_field *field)
{
	return field->kind == ATR_STATS_T || field->kind == ATR_STATS_K;
}

const char *stats_field_name(char out[STATS_FIELD_MAX], const struct atr_stats_field *field)
{
	static const char *const names[] = {
		[ATR_STATS_TS] = "TS", [ATR_STATS_T0] = "T0", [ATR_STATS_TCK] = "TCK",
		[ATR_STATS_T] = "T",   [ATR_STATS_K] = "K",   [ATR_STATS_INTERFACE] = ""};

	if (field->kind == ATR_STATS_INTERFACE)
		snprintf(out, STATS_FIELD_MAX, "T%c%u", 'A' + (int)field->pos, (unsigned)field->level & 0xFF);
	else
		snprintf(out, STATS_FIELD_MAX, "%s", names[field->kind]);
	return out;
}

static void put_row(const struct term *t, const char *value, size_t count, unsigned percent_x100)
{
	term_printf(t, TERM_VALUE, "%-6s", value);
	term_printf(t, TERM_PLAIN, " %8zu %3u.%02u %%\n", count, percent_x100 / 100, percent_x100 % 100);
}

void stats_text_put(const struct term *t, const struct atr_stats *stats)
{
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	size_t n = atr_stats_rows(stats, rows);
	char name[STATS_FIELD_MAX];

	term_printf(t, TERM_HEADING, "%-6s %8s %8s", stats_field_name(name, &stats->field), "count",
		    "percent");
	term_put(t, TERM_PLAIN, "\n");
	for (size_t i = 0; i < n; i++) {
		char value[8] = "absent";

		if (!rows[i].absent)
			snprintf(value, sizeof(value), is_number(&stats->field) ? "%u" : "%02X",
				 rows[i].value);
		put_row(t, value, rows[i].count, rows[i].percent_x100);
	}
	put_row(t, "total", stats->total, stats->total ? 10000 : 0);
}

static json_t *build_row(struct json_out *jo, const struct atr_stats *stats, const struct atr_stats_row *row)
{
	json_t *object = json_object();
	json_t *value;

	if (row->absent)
		value = json_null();
	else
		value = is_number(&stats->field) ? json_count(row->value) : json_byte(row->value);
	json_put(jo, object, "value", value);
	json_put(jo, object, "count", json_count(row->count));
	json_put(jo, object, "percent", json_real(row->percent_x100 / 100.0));
	return object;
}

enum cs_err stats_json_build(json_t **out, const struct atr_stats *stats)
{
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	size_t n = atr_stats_rows(stats, rows);
	struct json_out jo = {.failed = false};
	json_t *root = json_object(), *left_out = json_object(), *array = json_array();
	char name[STATS_FIELD_MAX];

	for (size_t i = 0; i < n; i++)
		json_push(&jo, array, build_row(&jo, stats, &rows[i]));
	json_put(&jo, left_out, "sets", json_count(stats->sets));
	json_put(&jo, left_out, "truncated", json_count(stats->truncated));
	json_put(&jo, root, "field", json_text(stats_field_name(name, &stats->field)));
	json_put(&jo, root, "total", json_count(stats->total));
	json_put(&jo, root, "left_out", left_out);
	json_put(&jo, root, "rows", array);
	return json_finish(&jo, root, out);
}
