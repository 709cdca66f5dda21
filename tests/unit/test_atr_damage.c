/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/atr_damage.h"
#include "core/hex.h"

static void parse(struct atr *atr, const char *text)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len, bad;

	assert_int_equal(hex_parse(raw, sizeof(raw), &len, text, strlen(text), &bad), CS_OK);
	assert_int_equal(atr_parse(atr, raw, len), CS_OK);
}

struct extra {
	const char *text;
	enum atr_extra_kind kind;
};

static const struct extra extras[] = {
	{"3B 02 14 50", ATR_EXTRA_NONE},
	{"3B 02 14 50 00 00", ATR_EXTRA_ZEROS},
	{"3B 82 81 00 41 42 00 00", ATR_EXTRA_ZEROS},
	{"3B 82 81 00 41 42 00 90 00", ATR_EXTRA_STATUS},
	{"3B 02 14 50 90 00", ATR_EXTRA_STATUS},
	{"3B 02 14 50 90 00 00", ATR_EXTRA_OTHER},
	{"3B 02 14 50 61 10", ATR_EXTRA_OTHER},
	{"3B 02 14 50 3B 02 14 50", ATR_EXTRA_ATR},
	{"3B 02 14 50 3F 00", ATR_EXTRA_ATR},
	{"3B 82 81 00 41 42 00 3B", ATR_EXTRA_OTHER},
};

static void test_extra(void **state)
{
	const struct extra *row = *state;
	struct atr atr;

	parse(&atr, row->text);
	assert_int_equal(atr_extra_kind(&atr), row->kind);
}

/* 3F 65 25 as it comes over the line in direct convention: 7816-3 8.1 */
static void test_convert(void **state)
{
	static const uint8_t want[] = {0x3F, 0x65, 0x25};
	uint8_t out[ATR_RAW_MAX] = {0};
	struct atr atr;

	(void)state;
	parse(&atr, "03 59 5B");
	assert_true(atr_convert(out, &atr));
	assert_memory_equal(out, want, sizeof(want));
	parse(&atr, "3F 65 25");
	assert_false(atr_convert(out, &atr));
	assert_int_equal(atr_parse(&atr, out, 0), CS_OK);
	assert_false(atr_convert(out, &atr));
}

/* Converting twice gives the byte back, and TS 3F becomes 03. */
static void test_convert_is_its_own_inverse(void **state)
{
	uint8_t raw[257] = {0x03}, once[ATR_RAW_MAX], twice[ATR_RAW_MAX];
	struct atr atr;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		raw[i + 1] = (uint8_t)i;
	assert_int_equal(atr_parse(&atr, raw, sizeof(raw)), CS_OK);
	assert_true(atr_convert(once, &atr));
	once[0] = 0x03;
	assert_int_equal(atr_parse(&atr, once, sizeof(raw)), CS_OK);
	assert_true(atr_convert(twice, &atr));
	assert_memory_equal(twice + 1, raw + 1, 256);
	assert_int_equal(twice[0], 0x3F);
}

int main(void)
{
	enum { ROWS = sizeof(extras) / sizeof(extras[0]) };
	struct CMUnitTest tests[ROWS + 2];
	size_t n = 0;

	for (; n < ROWS; n++)
		tests[n] = (struct CMUnitTest){extras[n].text, test_extra, NULL, NULL,
					       (void *)(uintptr_t)&extras[n]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_convert);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_convert_is_its_own_inverse);
	return _cmocka_run_group_tests("atr_damage", tests, n, NULL, NULL);
}
