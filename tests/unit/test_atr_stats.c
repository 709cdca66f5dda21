/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/atr_stats.h"

/* A list with everything that is passed over, left out or read in a special way. */
static const char *const list[] = {
	"# a comment",
	"",
	"3B 02 14 50",
	"\tdescription of the first card",
	"3B 95 96 80 01 01 02 03 04 05 13", /* TA1 96, TD1 80, TD2 01, TCK 13 */
	"\t3B 00 would be an ATR, but this is a description",
	"3B 9. 96 80 01 3F", /* '.' is the digit 0: K = 0 */
	"3B 12 .. 14 50",    /* TA1 00 */
	"3B 1[12] 95",       /* left out: a set */
	"3B 04 60 89",       /* left out: two historical bytes are missing */
	"3B",                /* left out: cut off before T0 */
	"3F 10 96",
	"3B 02 14 50 11",               /* a byte where no TCK is allowed counts as TCK */
	"ATR: \033[35m3F 10 96\033[0m", /* the brackets of a colour are no set */
};

static void count(struct atr_stats *stats, const char *name)
{
	struct atr_stats_field field;
	size_t bad;

	assert_int_equal(atr_stats_field_parse(&field, name), CS_OK);
	atr_stats_init(stats, &field);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		assert_int_equal(atr_stats_add_line(stats, list[i], strlen(list[i]), &bad), CS_OK);
}

static void expect_row(const struct atr_stats_row *row, int value, size_t n, unsigned percent_x100)
{
	assert_int_equal(row->absent, value < 0);
	if (value >= 0)
		assert_int_equal(row->value, value);
	assert_int_equal(row->count, n);
	assert_int_equal(row->percent_x100, percent_x100);
}

static void test_interface(void **state)
{
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	struct atr_stats stats;

	(void)state;
	count(&stats, "TA1");
	assert_int_equal(stats.total, 7);
	assert_int_equal(stats.sets, 1);
	assert_int_equal(stats.truncated, 2);
	assert_int_equal(atr_stats_rows(&stats, rows), 3);
	expect_row(&rows[0], 0x96, 4, 5714);
	expect_row(&rows[1], -1, 2, 2857);
	expect_row(&rows[2], 0x00, 1, 1429);
}

static void test_ties(void **state)
{
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	struct atr_stats stats = {.absent = 2, .total = 8};

	(void)state;
	stats.count[0x80] = 2;
	stats.count[0x10] = 2;
	stats.count[0x20] = 2;
	assert_int_equal(atr_stats_rows(&stats, rows), 4);
	expect_row(&rows[0], -1, 2, 2500);
	expect_row(&rows[1], 0x10, 2, 2500);
	expect_row(&rows[2], 0x20, 2, 2500);
	expect_row(&rows[3], 0x80, 2, 2500);
}

static void test_other_fields(void **state)
{
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	struct atr_stats stats;

	(void)state;
	count(&stats, "TS");
	assert_int_equal(stats.count[0x3B], 5);
	assert_int_equal(stats.count[0x3F], 2);
	count(&stats, "T0");
	assert_int_equal(stats.count[0x02], 2);
	assert_int_equal(stats.count[0x90], 1);
	count(&stats, "K");
	assert_int_equal(stats.count[2], 3);
	assert_int_equal(stats.count[0], 3);
	assert_int_equal(stats.count[5], 1);
	count(&stats, "T");
	assert_int_equal(stats.count[0], 2);
	assert_int_equal(stats.absent, 5);
	count(&stats, "td2");
	assert_int_equal(stats.count[0x01], 2);
	count(&stats, "tck");
	assert_int_equal(atr_stats_rows(&stats, rows), 4);
	expect_row(&rows[0], -1, 4, 5714);
	expect_row(&rows[1], 0x11, 1, 1429);
	expect_row(&rows[2], 0x13, 1, 1429);
	expect_row(&rows[3], 0x3F, 1, 1429);
}

static void test_empty(void **state)
{
	const struct atr_stats_field field = {.kind = ATR_STATS_TS};
	struct atr_stats_row rows[ATR_STATS_ROWS_MAX];
	struct atr_stats stats;

	(void)state;
	atr_stats_init(&stats, &field);
	assert_int_equal(atr_stats_rows(&stats, rows), 0);
}

static void test_bad_lines(void **state)
{
	const struct atr_stats_field field = {.kind = ATR_STATS_TS};
	static char longer[ATR_STATS_LINE_MAX + 1];
	struct atr_stats stats;
	size_t bad;

	(void)state;
	atr_stats_init(&stats, &field);
	assert_int_equal(atr_stats_add_line(&stats, "3B 0X", 5, &bad), CS_E_HEX_DIGIT);
	assert_int_equal(bad, 4);
	assert_int_equal(atr_stats_add_line(&stats, "3B 0", 4, &bad), CS_E_HEX_ODD);
	memset(longer, '3', sizeof(longer));
	assert_int_equal(atr_stats_add_line(&stats, longer, sizeof(longer), &bad), CS_E_TOO_LONG);
	assert_int_equal(stats.total, 0);
}

static void test_names(void **state)
{
	static const char *const wrong[] = {"",    "T ",   "X",    "TA",   "TA0", "TA33",
					    "TE1", "TA01", "TA1x", "TCKX", "T1",  "TA999999999999999999999",
					    "TD-1"};
	struct atr_stats_field field;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(atr_stats_field_parse(&field, wrong[i]), CS_E_FORMAT);
	assert_int_equal(atr_stats_field_parse(&field, "td32"), CS_OK);
	assert_int_equal(field.kind, ATR_STATS_INTERFACE);
	assert_int_equal(field.level, 32);
	assert_int_equal(field.pos, ATR_TD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interface),    cmocka_unit_test(test_ties),
		cmocka_unit_test(test_other_fields), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_bad_lines),    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("atr_stats", tests, NULL, NULL);
}
