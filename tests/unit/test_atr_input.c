/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/atr_input.h"
#include "core/hex.h"

#define ESC "\033"

struct row {
	const char *name, *text;
	enum cs_err err;
	const char *packed;
	size_t bad;
};

static const struct row rows[] = {
	{"plain", "3B 02 14 50", CS_OK, "3B021450", 0},
	{"pcsc_scan", "  ATR: 3B 02 14 50", CS_OK, "3B021450", 0},
	{"pcsc_scan in colour", "  ATR: " ESC "[35m3B 02 14 50" ESC "[0m", CS_OK, "3B021450", 0},
	{"colour around each byte", ESC "[1;31m3B" ESC "[0m " ESC "[32m02" ESC "[0m", CS_OK, "3B02", 0},
	{"opensc-tool", "3b:02:14:50\n", CS_OK, "3B021450", 0},
	{"words before", "Card ATR = 3b021450", CS_OK, "3B021450", 0},
	{"lower case prefix, blank before the colon", "atr : 3B02", CS_OK, "3B02", 0},
	{"a digit-like word before", "Face ATR: 3B02", CS_OK, "3B02", 0},
	{"URL", "https://smartcard-atr.apdu.fr/parse?ATR=3B021450", CS_OK, "3B021450", 0},
	{"URL with %20", "http://x/parse?ATR=3B%2002", CS_OK, "3B02", 0},
	{"URL with plus signs", "http://x/parse?ATR=3B+02+14", CS_OK, "3B0214", 0},
	{"URL that goes on", "http://x/parse?ATR=3B02&lang=de", CS_OK, "3B02", 0},
	{"'&' ends nothing else", "3B02&14", CS_E_HEX_DIGIT, "3B02", 4},
	{"another character of a URL", "ATR=3B%2F02", CS_E_HEX_DIGIT, "3B", 6},
	{"a URL cut off", "ATR=3B%2", CS_E_HEX_DIGIT, "3B", 6},
	{"a prefix wins over a comment", "3B 02 # ATR: 3B 03", CS_OK, "3B03", 0},
	{"a comment without a prefix", "3B 02 # my card", CS_OK, "3B02", 0},
	{"a comment behind the prefix", "ATR: 3B 02# x & y", CS_OK, "3B02", 0},
	{"a quote that is never closed", "ATR: \"3B 02", CS_OK, "3B02", 0},
	{"JSON", "{\"type\":\"event\",\"atr\":\"3B 02\",\"cards\":[]}", CS_OK, "3B02", 0},
	{"JSON with blanks", "{\"atr\": \"3B 02\", \"len\": 2}", CS_OK, "3B02", 0},
	{"C array", "{0x3B, 0x02}", CS_OK, "3B02", 0},
	{"table cell", "| 3B 02 |", CS_OK, "3B02", 0},
	{"quoted", "'3B02'", CS_OK, "3B02", 0},
	{"CR LF", "3B 02\r\n", CS_OK, "3B02", 0},
	{"prefix alone", "ATR:", CS_E_EMPTY, "", 0},
	{"nothing", "", CS_E_EMPTY, "", 0},
	{"blanks", " \t ", CS_E_EMPTY, "", 0},
	{"index counts from the start of the line", "ATR: 3B 0G", CS_E_HEX_DIGIT, "3B", 9},
	{"odd behind a colour", ESC "[0m3B 0", CS_E_HEX_ODD, "3B", 7},
	{"ATR without colon", "ATR 3B", CS_E_HEX_DIGIT, "", 1},
	{"a set of a pattern is no byte", "3B 0[12]", CS_E_HEX_DIGIT, "3B", 4},
	{"unfinished colour", ESC "[3", CS_E_HEX_DIGIT, "", 0},
	{"escape alone", ESC, CS_E_HEX_DIGIT, "", 0},
};

/* The text lies in a block of its exact size, so that the sanitizer sees a read behind it. */
static void test_row(void **state)
{
	const struct row *row = *state;
	size_t text_len = strlen(row->text), len, bad;
	char *text = malloc(text_len + !text_len);
	char packed[HEX_PACKED_SIZE(16)];
	uint8_t bytes[16];

	assert_non_null(text);
	memcpy(text, row->text, text_len);
	assert_int_equal(atr_input_parse(bytes, sizeof(bytes), &len, text, text_len, &bad), row->err);
	hex_build(packed, bytes, len, 0);
	assert_string_equal(packed, row->packed);
	if (row->err != CS_OK && row->err != CS_E_EMPTY)
		assert_int_equal(bad, row->bad);
	free(text);
}

static void test_capacity(void **state)
{
	uint8_t bytes[2];
	size_t len, bad;

	(void)state;
	assert_int_equal(atr_input_parse(bytes, 2, &len, "3B|02", 5, &bad), CS_OK);
	assert_int_equal(atr_input_parse(bytes, 2, &len, "3B|02|03", 8, &bad), CS_E_TOO_LONG);
	assert_int_equal(len, 2);
}

static void test_blank(void **state)
{
	(void)state;
	assert_true(atr_input_blank("", 0));
	assert_true(atr_input_blank(" \t\r", 3));
	assert_true(atr_input_blank("# 3B", 4));
	assert_true(atr_input_blank("  # 3B", 6));
	assert_false(atr_input_blank("3B # x", 6));
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(atr_input_byte("3B"), 0x3B);
	assert_int_equal(atr_input_byte("3b"), 0x3B);
	assert_int_equal(atr_input_byte("0"), 0);
	assert_int_equal(atr_input_byte("F"), 15);
	assert_int_equal(atr_input_byte("0x3B"), 0x3B);
	assert_int_equal(atr_input_byte("0X7"), 7);
	assert_int_equal(atr_input_byte("0x3B,"), 0x3B);
	assert_int_equal(atr_input_byte("{0x3B,"), 0x3B);
	assert_int_equal(atr_input_byte("3B:"), 0x3B);
	assert_int_equal(atr_input_byte("3B 02"), -1);
	assert_int_equal(atr_input_byte("0x"), -1);
	assert_int_equal(atr_input_byte(""), -1);
	assert_int_equal(atr_input_byte("3B0"), -1);
	assert_int_equal(atr_input_byte("3G"), -1);
	assert_int_equal(atr_input_byte("-"), -1);
	assert_true(atr_input_is_short("3B"));
	assert_true(atr_input_is_short("0x3B,"));
	assert_true(atr_input_is_short("XX"));
	assert_true(atr_input_is_short("500"));
	assert_true(atr_input_is_short("0x500"));
	assert_false(atr_input_is_short("3B00"));
	assert_false(atr_input_is_short("0x"));
	assert_false(atr_input_is_short("-"));
	assert_false(atr_input_is_short(""));
	assert_true(atr_input_is_prefix("ATR:"));
	assert_true(atr_input_is_prefix("the-atr="));
	assert_false(atr_input_is_prefix("ATR"));
	assert_false(atr_input_is_prefix("TR:"));
	assert_false(atr_input_is_prefix(""));
	assert_false(atr_input_is_prefix("ATR:3B"));
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + 3];
	size_t n = 0;

	for (; n < ROWS; n++)
		tests[n] =
			(struct CMUnitTest){rows[n].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[n]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_capacity);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_blank);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_words);
	return _cmocka_run_group_tests("atr_input", tests, n, NULL, NULL);
}
