/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers against patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/expect.h"
#include "core/hex.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NONE     SIZE_MAX

static const struct {
	const char *text;
	bool ok;
	uint16_t value, mask;
} words[] = {
	{"9000", true, 0x9000, 0xFFFF}, {"61xx", true, 0x6100, 0xFF00}, {"63Cx", true, 0x63C0, 0xFFF0},
	{"63cX", true, 0x63C0, 0xFFF0}, {"xxxx", true, 0, 0},           {"x000", true, 0, 0x0FFF},
	{"900", false, 0, 0},           {"90000", false, 0, 0},         {"", false, 0, 0},
	{"90 0", false, 0, 0},          {"900.", false, 0, 0},
};

static void test_sw_parse(void **state)
{
	struct expect_sw sw;

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_int_equal(expect_sw_parse(&sw, words[i].text, strlen(words[i].text)), words[i].ok);
		if (words[i].ok) {
			assert_int_equal(sw.value, words[i].value);
			assert_int_equal(sw.mask, words[i].mask);
		}
	}
}

static void test_sw_matches(void **state)
{
	const struct expect_sw sw[] = {{0x9000, 0xFFFF}, {0x6100, 0xFF00}, {0x0005, 0x000F}};

	(void)state;
	assert_true(expect_sw_matches(NULL, 0, 0x6A82));
	assert_true(expect_sw_matches(sw, 2, 0x9000));
	assert_true(expect_sw_matches(sw, 2, 0x61FF));
	assert_false(expect_sw_matches(sw, 2, 0x9001));
	assert_false(expect_sw_matches(sw, 2, 0x6200));
	assert_false(expect_sw_matches(sw, 1, 0x6100));
	assert_true(expect_sw_matches(sw, 3, 0x12F5));
}

/* pattern: '.' for a digit that does not matter, '*' at the end for a tail, NULL for no data pattern.
 * faults: a character for each byte of the longer one. */
static const struct {
	const char *pattern, *data, *faults;
	size_t diff_at;
} rows[] = {
	{NULL, "6F0A", "--", NONE},   {"", "", "", NONE},
	{"", "6F", "!", 0},           {"6F", "", "!", 0},
	{"6F0A", "6F0A", "--", NONE}, {"6F0A", "6F0B", "-!", 1},
	{"6F0A", "7F0B", "!!", 0},    {"6F0A", "6F", "-!", 1},
	{"6F", "6F0A0B", "-!!", 1},   {"6F*", "6F0A0B", "---", NONE},
	{"6F*", "6F", "-", NONE},     {"6F*", "", "!", 0},
	{"6F*", "7F0A", "!-", 0},     {"*", "", "", NONE},
	{"*", "01", "-", NONE},       {"..0A", "FF0A", "--", NONE},
	{"6..A", "6F0A", "--", NONE}, {"6..A", "6F0B", "-!", 1},
	{".F", "6E", "!", 0},         {"....", "00", "-!", 1},
};

static size_t unpattern(const char *text, uint8_t *value, uint8_t *mask)
{
	size_t n = 0;

	for (; text[2 * n] && text[2 * n] != '*'; n++) {
		value[n] = mask[n] = 0;
		for (size_t i = 0; i < 2; i++) {
			const char c = text[2 * n + i];

			value[n] = (uint8_t)(value[n] << 4 | (c == '.' ? 0 : hex_digit(c)));
			mask[n] = (uint8_t)(mask[n] << 4 | (c == '.' ? 0 : 0x0F));
		}
	}
	return n;
}

static void test_rows(void **state)
{
	const struct expect_sw sw = {0x9000, 0xFFFF};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool has = rows[i].pattern != NULL;
		uint8_t value[8], mask[8], answer[8];
		struct expect_data data = {value, mask, 0, has && strchr(rows[i].pattern, '*')};
		struct expect_result result;
		const size_t len = strlen(rows[i].data) / 2;
		uint8_t *exact = malloc(len + 2);

		assert_non_null(exact);
		data.len = has ? unpattern(rows[i].pattern, value, mask) : 0;
		unpattern(rows[i].data, exact, answer);
		exact[len] = 0x90;
		exact[len + 1] = 0x01;
		result = expect_compare(&sw, 1, has ? &data : NULL, exact, len + 2);
		assert_false(result.sw_ok);
		assert_int_equal(result.data_ok, rows[i].diff_at == NONE);
		if (!result.data_ok)
			assert_int_equal(result.diff_at, rows[i].diff_at);
		for (size_t at = 0; rows[i].faults[at]; at++)
			assert_int_equal(expect_differs(has ? &data : NULL, exact, len, at),
					 rows[i].faults[at] == '!');
		exact[len + 1] = 0x00;
		assert_true(expect_compare(&sw, 1, NULL, exact, len + 2).sw_ok);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sw_parse),
		cmocka_unit_test(test_sw_matches),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
