/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/hex.h"

struct row {
	const char *name, *text;
	enum cs_err err;
	const char *packed; /* what was read */
	size_t bad;         /* where it is wrong */
};

static const struct row rows[] = {
	{"separate bytes", "3B 02 14 50", CS_OK, "3B021450", 0},
	{"packed", "3B021450", CS_OK, "3B021450", 0},
	{"lower case", "3b0a", CS_OK, "3B0A", 0},
	{"colons", "3B:02:14", CS_OK, "3B0214", 0},
	{"commas and 0x", "0x3B,0x02, 0X14", CS_OK, "3B0214", 0},
	{"one 0x for all", "0x3B0214", CS_OK, "3B0214", 0},
	{"tabs, line ends, many blanks", "\t3B  02\r\n14 ", CS_OK, "3B0214", 0},
	{"dashes and semicolons", "3B-02;14", CS_OK, "3B0214", 0},
	{"groups of several bytes", "3B02 1450", CS_OK, "3B021450", 0},
	{"nothing", "", CS_E_EMPTY, "", 0},
	{"only separators", " :, ", CS_E_EMPTY, "", 0},
	{"odd at the end", "3B0", CS_E_HEX_ODD, "3B", 2},
	{"odd in the middle", "3B 0 14", CS_E_HEX_ODD, "3B", 3},
	{"no digit", "3B 0G", CS_E_HEX_DIGIT, "3B", 4},
	{"no digit first", "xyz", CS_E_HEX_DIGIT, "", 0},
	{"0x without digits", "3B 0x", CS_E_HEX_DIGIT, "3B", 4},
	{"0x in the middle of a group", "3B0x14", CS_E_HEX_DIGIT, "3B", 3},
	{"a byte above ASCII", "3B \xC3\xA9", CS_E_HEX_DIGIT, "3B", 3},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t bytes[64];
	char packed[HEX_PACKED_SIZE(64)];
	size_t len, bad;

	assert_int_equal(hex_parse(bytes, sizeof(bytes), &len, row->text, strlen(row->text), &bad), row->err);
	hex_build(packed, bytes, len, 0);
	assert_string_equal(packed, row->packed);
	if (row->err != CS_OK)
		assert_int_equal(bad, row->bad);
}

static void test_capacity(void **state)
{
	uint8_t bytes[2];
	size_t len, bad;

	(void)state;
	assert_int_equal(hex_parse(bytes, 2, &len, "0102", 4, &bad), CS_OK);
	assert_int_equal(hex_parse(bytes, 2, &len, "01 02 03", 8, &bad), CS_E_TOO_LONG);
	assert_int_equal(len, 2);
	assert_int_equal(bad, 6);
}

static void test_build_then_parse_is_identity(void **state)
{
	uint8_t all[256], back[256];
	char text[HEX_SPACED_SIZE(256)];
	size_t len, bad;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	for (const char *sep = " :,"; *sep; sep++) {
		assert_int_equal(hex_build(text, all, 256, *sep), 3 * 256 - 1);
		assert_int_equal(hex_parse(back, 256, &len, text, strlen(text), &bad), CS_OK);
		assert_int_equal(len, 256);
		assert_memory_equal(back, all, 256);
	}
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[NROWS + 2] = {
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_build_then_parse_is_identity),
	};

	for (size_t i = 0; i < NROWS; i++)
		tests[2 + i] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("hex", tests, NROWS + 2, NULL, NULL);
}
