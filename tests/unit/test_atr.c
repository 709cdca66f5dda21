/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Framing of an ATR: rules 1 to 11 and 25 to 27 of ISO/IEC 7816-3:2006 8.1, 8.2.x as rows, and properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/atr.h"
#include "core/atr_info.h"
#include "core/hex.h"

struct row {
	const char *name; /* clause first */
	const char *hex;
	const char *findings; /* codes in order of offset, blank between */
	size_t nlevels, hist_len, missing_hist, declared_len, extra_len;
	bool tck_required, tck_present;
};

static const struct row rows[] = {
	{"8.1 TS 3B is direct", "3B00", "", 1, 0, 0, 2, 0, false, false},
	{"8.1 TS 3F is inverse and is not converted again", "3F00", "", 1, 0, 0, 2, 0, false, false},
	{"8.1 any other TS is an error, the rest is read", "3A021450", "TS_INVALID", 1, 2, 0, 4, 0, false,
	 false},
	{"8.1 TS 03 is hinted at as unconverted inverse", "03021450", "TS_INVALID TS_RAW_INVERSE", 1, 2, 0, 4,
	 0, false, false},
	{"8.1 nothing at all", "", "EMPTY", 0, 0, 0, 0, 0, false, false},
	{"8.2.2 T0 missing", "3B", "T0_MISSING", 0, 0, 0, 0, 0, false, false},
	{"8.2.2 K counts historical bytes only", "3BF29500FF0091", "TRUNCATED_HISTORICAL", 2, 1, 1, 8, 0,
	 false, false},
	{"8.2.2 presence order TA TB TC TD", "3BF0110203010000", "TCK_WRONG EXTRA_BYTES", 2, 0, 0, 7, 1, true,
	 true},
	{"8.2.3 TD = 00 announces nothing", "3B8000", "", 2, 0, 0, 3, 0, false, false},
	{"8.2.3 T=1 with Y = 0 is normal", "3B80800101", "", 3, 0, 0, 5, 0, true, true},
	{"8.2.3 end inside a group", "3BF011", "TRUNCATED_INTERFACE", 1, 0, 0, 0, 0, false, false},
	{"8.2.3 end inside the last group, length still known", "3B7011", "TRUNCATED_INTERFACE", 1, 0, 0, 5,
	 0, false, false},
	{"8.2.4 end inside the historical bytes", "3B046089", "TRUNCATED_HISTORICAL", 1, 2, 2, 6, 0, false,
	 false},
	{"8.2.5 T=0 only has no TCK", "3B021450", "", 1, 2, 0, 4, 0, false, false},
	{"8.2.5 one byte more is a superfluous TCK", "3B02145011", "TCK_SUPERFLUOUS", 1, 2, 0, 4, 0, false,
	 true},
	{"8.2.5 two bytes more are extra", "3B0214501122", "EXTRA_BYTES", 1, 2, 0, 4, 2, false, false},
	{"8.2.5 T=0 and T=1 need TCK", "3B808001", "TCK_MISSING", 3, 0, 0, 5, 0, true, false},
	{"8.2.5 T=0 and T=15 need TCK", "3B80801F4788", "TCK_WRONG", 3, 0, 0, 6, 0, true, true},
	{"8.2.5 the last TD does not decide", "3B82810041423D", "TCK_WRONG", 3, 2, 0, 7, 0, true, true},
	{"8.2.5 TCK is over T0 and after, not TS", "3F80800101", "", 3, 0, 0, 5, 0, true, true},
	{"8.2.5 bytes after TCK do not count into it", "3B808001019000", "EXTRA_BYTES", 3, 0, 0, 5, 2, true,
	 true},
};

static void parse(struct atr *atr, const char *hex)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len = 0, bad;

	if (*hex)
		assert_int_equal(hex_parse(raw, sizeof(raw), &len, hex, strlen(hex), &bad), CS_OK);
	assert_int_equal(atr_parse(atr, raw, len), CS_OK);
}

static void codes(char *out, const struct findings *f)
{
	*out = '\0';
	for (size_t i = 0; i < f->n; i++) {
		strcat(out, i ? " " : "");
		strcat(out, finding_rule_get(f->v[i].code)->code);
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char got[1024];
	struct atr atr;

	parse(&atr, row->hex);
	codes(got, &atr.findings);
	assert_string_equal(got, row->findings);
	assert_int_equal(atr.nlevels, row->nlevels);
	assert_int_equal(atr.hist_len, row->hist_len);
	assert_int_equal(atr.missing_hist, row->missing_hist);
	assert_int_equal(atr.declared_len, row->declared_len);
	assert_int_equal(atr.extra_len, row->extra_len);
	assert_int_equal(atr.tck.required, row->tck_required);
	assert_int_equal(atr.tck.present, row->tck_present);
}

/* 3B and a chain of lone TDs to the 33rd byte: 31 levels that are there and one more announced */
static void test_chain_to_33_bytes(void **state)
{
	uint8_t raw[ATR_RAW_MAX];
	struct atr atr;

	(void)state;
	memset(raw, 0x80, sizeof(raw));
	raw[0] = 0x3B;
	assert_int_equal(atr_parse(&atr, raw, 33), CS_OK);
	assert_int_equal(atr.nlevels, ATR_LEVELS_MAX);
	assert_false(atr.interface_complete);
	assert_int_equal(atr.findings.v[0].code, FINDING_TRUNCATED_INTERFACE);
	assert_int_equal(atr.findings.v[0].offset, 33);

	assert_int_equal(atr_parse(&atr, raw, 34), CS_OK);
	assert_int_equal(atr.nlevels, ATR_LEVELS_MAX);
	assert_int_equal(atr.extra_len, 1);

	raw[32] = 0x00; /* the chain ends with the last byte there may be */
	assert_int_equal(atr_parse(&atr, raw, 33), CS_OK);
	assert_int_equal(atr.nlevels, ATR_LEVELS_MAX);
	assert_true(atr.interface_complete);
	assert_int_equal(atr.findings.n, 0);
}

static void test_33_bytes_are_legal_34_are_not(void **state)
{
	uint8_t raw[ATR_RAW_MAX] = {0x3B, 0xFF, 0x11, 0x00, 0x00, 0x80, 0x80, 0x80, 0x80,
				    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
	struct atr atr;

	(void)state;
	assert_int_equal(atr_parse(&atr, raw, 33), CS_OK);
	assert_int_equal(atr.declared_len, 33);
	assert_int_equal(atr.findings.n, 0);
	assert_int_equal(atr_parse(&atr, raw, 34), CS_OK);
	assert_int_equal(atr.findings.n, 2); /* the superfluous byte, and the length */
	assert_int_equal(atr.findings.v[1].code, FINDING_TOO_LONG);
	assert_int_equal(atr_parse(&atr, raw, ATR_RAW_MAX), CS_OK);
	assert_int_equal(atr_parse(&atr, raw, ATR_RAW_MAX + 1), CS_E_RANGE);
}

static void test_every_tck_bit_counts(void **state)
{
	uint8_t raw[] = {0x3B, 0x80, 0x80, 0x01, 0x01};
	struct atr atr;

	(void)state;
	for (unsigned bit = 0; bit < 8; bit++) {
		raw[4] = (uint8_t)(0x01 ^ 1u << bit);
		assert_int_equal(atr_parse(&atr, raw, sizeof(raw)), CS_OK);
		assert_int_equal(atr.findings.n, 1);
		assert_int_equal(atr.findings.v[0].code, FINDING_TCK_WRONG);
		assert_int_equal(atr.findings.v[0].want, 0x01);
	}
}

/* Each prefix of each row, in memory of its exact size: nothing is read beyond it, nothing lost before it. */
static void test_truncation_ladder(void **state)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len, bad;
	struct atr whole, part;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (hex_parse(raw, sizeof(raw), &len, rows[i].hex, strlen(rows[i].hex), &bad) != CS_OK)
			continue;
		assert_int_equal(atr_parse(&whole, raw, len), CS_OK);
		for (size_t n = 0; n <= len; n++) {
			uint8_t *exact = malloc(n ? n : 1);

			assert_non_null(exact);
			memcpy(exact, raw, n);
			assert_int_equal(atr_parse(&part, exact, n), CS_OK);
			free(exact);
			assert_true(part.nlevels <= whole.nlevels);
			for (size_t level = 1; level <= part.nlevels; level++)
				for (unsigned pos = ATR_TA; pos < ATR_POSITIONS; pos++)
					if (atr_has(&part, level, pos))
						assert_int_equal(atr_value(&part, level, pos),
								 atr_value(&whole, level, pos));
			assert_int_equal(part.hist_offset + part.hist_len + part.tck.present + part.extra_len,
					 n > 1 ? n : part.hist_offset + part.extra_len);
		}
	}
}

static void test_fix(void **state)
{
	static const struct {
		const char *given, *fixed; /* NULL: beyond repair */
	} fixes[] = {
		{"3B80800101", "3B80800101"},
		{"3B80800100", "3B80800101"},
		{"3B808001", "3B80800101"},
		{"3B02145011", "3B021450"},
		{"3B808001019000", "3B80800101"},
		{"3B046089", NULL},
		{"3BF011", NULL},
		{"", NULL},
		{"3B", NULL},
	};
	uint8_t out[ATR_RAW_MAX];
	char hex[HEX_PACKED_SIZE(ATR_RAW_MAX)];
	struct atr atr;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(fixes) / sizeof(fixes[0]); i++) {
		parse(&atr, fixes[i].given);
		assert_int_equal(atr_fix(&atr, out, &len), fixes[i].fixed ? CS_OK : CS_E_FORMAT);
		if (!fixes[i].fixed)
			continue;
		hex_build(hex, out, len, 0);
		assert_string_equal(hex, fixes[i].fixed);
	}
}

static void test_first_for_t(void **state)
{
	struct atr atr;

	(void)state;
	/* 8.2.3: TD2 = T=1 with TA3 absent, TD3 = T=1 with TA4 and TD4 = T=1 with TA5: TA4 is the first */
	parse(&atr, "3B80818191912091302100");
	assert_int_equal(atr_first(&atr, ATR_TA, 1), 4);
	assert_int_equal(atr_value(&atr, 4, ATR_TA), 0x91);
	/* TA2 is global, whatever T is in TD1 */
	parse(&atr, "3B80110100");
	assert_int_equal(atr_first(&atr, ATR_TA, 1), 0);
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[NROWS + 6] = {
		cmocka_unit_test(test_chain_to_33_bytes),
		cmocka_unit_test(test_33_bytes_are_legal_34_are_not),
		cmocka_unit_test(test_every_tck_bit_counts),
		cmocka_unit_test(test_truncation_ladder),
		cmocka_unit_test(test_fix),
		cmocka_unit_test(test_first_for_t),
	};
	size_t n = 6;

	for (size_t i = 0; i < NROWS; i++)
		tests[n++] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("atr", tests, n, NULL, NULL);
}
