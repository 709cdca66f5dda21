/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Meaning of interface bytes: rules 6 to 24 with their clauses of ISO/IEC 7816-3:2006, and times in real
 * units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/atr_info.h"
#include "core/hex.h"

static struct atr atr;
static struct atr_info info;

static void decode(const char *hex)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len, bad;

	assert_int_equal(hex_parse(raw, sizeof(raw), &len, hex, strlen(hex), &bad), CS_OK);
	assert_int_equal(atr_parse(&atr, raw, len), CS_OK);
	atr_info_decode(&info, &atr);
}

static const struct finding *finding(enum finding_code code)
{
	for (size_t i = 0; i < atr.findings.n; i++)
		if (atr.findings.v[i].code == code)
			return &atr.findings.v[i];
	return NULL;
}

struct finding_row {
	const char *name, *hex;
	enum finding_code code;
	size_t offset;
};

static const struct finding_row finding_rows[] = {
	{"8.2.3 T=15 is invalid in TD1", "3B801F07", FINDING_TD1_T15, 2},
	{"8.2.3 protocols shall ascend", "3B82810041424D", FINDING_T_ORDER, 3},
	{"8.2.3 T=5 is reserved", "3B810553D7", FINDING_T_RFU, 2},
	{"8.2.3 T=2 is reserved", "3B810253D0", FINDING_T_RFU, 2},
	{"8.3 FI 7 is reserved", "3B1071", FINDING_TA1_FI_RFU, 2},
	{"8.3 FI 8 is reserved", "3B1081", FINDING_TA1_FI_RFU, 2},
	{"8.3 FI E is reserved", "3B10E1", FINDING_TA1_FI_RFU, 2},
	{"8.3 FI F is reserved", "3B10F1", FINDING_TA1_FI_RFU, 2},
	{"8.3 DI 0 is reserved", "3B1010", FINDING_TA1_DI_RFU, 2},
	{"8.3 DI A is reserved", "3B101A", FINDING_TA1_DI_RFU, 2},
	{"8.3 TB1 is deprecated, 00 as well", "3B2000", FINDING_TB1_DEPRECATED, 2},
	{"8.3 TB2 is deprecated", "3B80210000", FINDING_TB2_DEPRECATED, 3},
	{"8.3 TA2 b7 b6 are reserved", "3B801021", FINDING_TA2_RFU, 3},
	{"8.3 TA2 may name what is not offered", "3B801001", FINDING_TA2_T_NOT_OFFERED, 3},
	{"10.2 TC2 belongs to T=0 though TD1 says T=1", "3B804100", FINDING_TC2_WITHOUT_T0, 3},
	{"10.2 WI 00 is reserved", "3B804000", FINDING_WI_RFU, 3},
	{"11.4.2 IFSC 00 is reserved", "3B80811100", FINDING_IFSC_RFU, 4},
	{"11.4.2 IFSC FF is reserved", "3B808111FF", FINDING_IFSC_RFU, 4},
	{"11.4.3 BWI above 9 is reserved", "3B808121A5", FINDING_BWI_RFU, 4},
	{"11.4.4 EDC bits 8 to 2 are reserved", "3B80814103", FINDING_EDC_RFU, 4},
	{"5.1.3 class code 5 is reserved", "3B80801F05", FINDING_CLASS_RFU, 4},
	{"5.1.3 class code 0 is reserved", "3B80801F00", FINDING_CLASS_RFU, 4},
	{"5.1.3 class code 8 (class D of others) is reserved", "3B80801F08", FINDING_CLASS_RFU, 4},
	{"8.3 SPU with b8 = 0 is reserved", "3B80802F01", FINDING_SPU_RFU, 4},
};

static void test_finding(void **state)
{
	const struct finding_row *row = *state;
	const struct finding *f;

	decode(row->hex);
	f = finding(row->code);
	assert_non_null(f);
	assert_int_equal(f->offset, row->offset);
}

struct clean_row {
	const char *name, *hex;
	enum finding_code code;
};

static const struct clean_row clean_rows[] = {
	{"8.2.3 the same T may be repeated", "3B80818181010080", FINDING_T_ORDER},
	{"8.2.3 T=14 is not reserved", "3B810E53DC", FINDING_T_RFU},
	{"11.4.2 IFSC FE is the largest", "3B808111FE", FINDING_IFSC_RFU},
	{"11.4.3 BWI 9 is the largest", "3B80812195", FINDING_BWI_RFU},
	{"8.3 DI 7 is 64 since 2006", "3B1097", FINDING_TA1_DI_RFU},
	{"8.3 FI 0 is 372", "3B1001", FINDING_TA1_FI_RFU},
	{"8.2.3 a second TA for T=1 does not count", "3B8081919120910000", FINDING_IFSC_RFU},
	{"8.3 SPU with b8 = 1 is proprietary", "3B80802F90", FINDING_SPU_RFU},
	{"8.2.3 TA after T=0 is no IFSC", "3B80801000", FINDING_IFSC_RFU},
	{"8.2.3 TA after T=14 is no class", "3B808E1E00", FINDING_CLASS_RFU},
};

static void test_clean(void **state)
{
	const struct clean_row *row = *state;

	decode(row->hex);
	assert_null(finding(row->code));
}

static void test_fi_di_tables(void **state)
{
	static const uint16_t fi[16] = {372, 372, 558, 744,  1116, 1488, 1860, 0,
					0,   512, 768, 1024, 1536, 2048, 0,    0};
	static const uint16_t fmax[16] = {4000, 5000, 6000, 8000,  12000, 16000, 20000, 0,
					  0,    5000, 7500, 10000, 15000, 20000, 0,     0};
	static const uint8_t di[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20};
	char hex[16];

	(void)state;
	for (unsigned ta1 = 0; ta1 < 256; ta1++) {
		uint8_t raw[] = {0x3B, 0x10, (uint8_t)ta1};

		hex_build(hex, raw, sizeof(raw), 0);
		decode(hex);
		assert_int_equal(info.fidi.fi, fi[ta1 >> 4]);
		assert_int_equal(info.fidi.fmax_khz, fmax[ta1 >> 4]);
		assert_int_equal(info.fidi.di, di[ta1 & 15]);
		if (info.fidi.fi && info.fidi.di)
			assert_int_equal(info.fidi.bps_4mhz, 4000000u * info.fidi.di / info.fidi.fi);
		else
			assert_int_equal(info.fidi.bps_4mhz, 0);
	}
}

static void test_defaults(void **state)
{
	(void)state;
	decode("3B00");
	assert_true(info.fidi.known && !info.fidi.from_ta1);
	assert_int_equal(info.fidi.fi, 372);
	assert_int_equal(info.fidi.di, 1);
	assert_int_equal(info.mode, ATR_NEGOTIABLE);
	assert_int_equal(info.nprotocols, 1);
	assert_int_equal(info.protocols[0], 0);
	assert_int_equal(info.t0.wi, 10);
	assert_int_equal(info.t0.wt_etu, 9600);
	assert_false(info.t1.offered);
	assert_int_equal(info.t15_params.class_code, 1);
	assert_true(info.t15_params.class_a && !info.t15_params.class_b);
	assert_int_equal(info.guard.t0_etu, 12);
	/* 11.4: defaults hold per byte */
	decode("3B80812145");
	assert_int_equal(info.t1.ifsc, 32);
	assert_int_equal(info.t1.bwi, 4);
	assert_int_equal(info.t1.cwi, 5);
	assert_int_equal(info.t1.cwt_etu, 43);
	decode("3B80800101");
	assert_int_equal(info.t1.bwi, 4);
	assert_int_equal(info.t1.cwi, 13);
	assert_int_equal(info.t1.cwt_etu, 8203);
}

static void test_guard_255(void **state)
{
	(void)state;
	decode("3B40FF");
	assert_true(info.guard.special);
	assert_int_equal(info.guard.t0_etu, 12);
	assert_int_equal(info.guard.t1_cgt_etu, 11);
	decode("3B4005");
	assert_int_equal(info.guard.t0_etu, 17);
	assert_int_equal(info.guard.t1_cgt_etu, 17);
}

/* What the end of the bytes hides is unknown, not a default. */
static void test_unknown_when_cut_off(void **state)
{
	(void)state;
	decode("3BF0");
	assert_false(info.fidi.known);
	assert_false(info.guard.known);
	assert_false(info.protocols_known);
	assert_int_equal(info.mode, ATR_MODE_UNKNOWN);
	decode("3B8010");
	assert_int_equal(info.mode, ATR_MODE_UNKNOWN);
	decode("3B");
	assert_int_equal(info.nprotocols, 0);
}

static void test_timing_negotiable(void **state)
{
	struct atr_timing t;

	(void)state;
	/* TA1 = 95: 512/16; TC1 = 5; T=1 with BWI 4 CWI 5 */
	decode("3BD0950581214500");
	atr_timing_compute(&t, &info, 4000);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.now[0].f, 372);
	assert_int_equal(t.now[0].etu_ps, 93000000);
	assert_int_equal(t.now[0].bps, 10752);
	assert_int_equal(t.now[0].gt_ns, 17 * 93000);
	assert_int_equal(t.now[0].cwt_ns, 43 * 93000);
	assert_int_equal(t.now[0].bgt_ns, 22 * 93000);
	assert_int_equal(t.now[0].bwt_ns, 11 * 93000 + 1428480000); /* 2^4 * 960 * 372 / 4 MHz */
	assert_int_equal(t.offer[0].etu_ps, 8000000);
	assert_int_equal(t.offer[0].bps, 125000);
	assert_int_equal(t.offer[0].gt_ns, 17 * 8000);
	assert_int_equal(t.offer[0].bwt_ns, 11 * 8000 + 1428480000); /* Fd, not Fi: 11.4.3 */
}

static void test_timing_t0_uses_fi(void **state)
{
	struct atr_timing t;

	(void)state;
	decode("3B1095");
	atr_timing_compute(&t, &info, 4000);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.now[0].wt_ns, 10ull * 960 * 512 * 250); /* 10.2: WI * 960 * Fi / f */
	assert_int_equal(t.offer[0].wt_ns, t.now[0].wt_ns);
}

static void test_timing_guard_reference(void **state)
{
	struct atr_timing t;

	(void)state;
	/* 8.3: with T=15, N = 16 counts in Fi/Di of TA1 (512/16 = 32 clocks) though F/D = 372 is in force */
	decode("3BD09510801F01");
	atr_timing_compute(&t, &info, 4000);
	assert_true(info.guard.by_fi_di);
	assert_int_equal(t.now[0].gt_ns, 12 * 93000 + 16 * 8000);
}

static void test_timing_specific(void **state)
{
	struct atr_timing t;

	(void)state;
	decode("3B90951101"); /* TA1 95, TD1 = 11, TA2 = 01: T=1 at once with TA1 */
	atr_timing_compute(&t, &info, 5000);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.now[0].f, 512);
	assert_int_equal(t.now[0].bps, 156250);
	decode("3B90951111"); /* b5: implicit, nothing to tell */
	atr_timing_compute(&t, &info, 5000);
	assert_int_equal(t.n, 0);
	decode("3B1071"); /* reserved Fi: the clock of the reset holds, the offer can not be told */
	atr_timing_compute(&t, &info, 5000);
	assert_int_equal(t.now[0].f, 372);
	assert_int_equal(t.offer[0].bps, 0);
}

static void test_pps(void **state)
{
	struct atr_pps pps;

	(void)state;
	decode("3B909581010100");
	atr_pps_build(&pps, &info, 1);
	assert_true(pps.possible && pps.useful);
	assert_int_equal(pps.len, 4);
	assert_memory_equal(pps.bytes, ((uint8_t[]){0xFF, 0x11, 0x95, 0x7B}), 4);
	decode("3B00");
	atr_pps_build(&pps, &info, 0);
	assert_true(pps.possible && !pps.useful);
	assert_int_equal(pps.len, 3);
	assert_memory_equal(pps.bytes, ((uint8_t[]){0xFF, 0x00, 0xFF}), 3);
	decode("3B90951101");
	atr_pps_build(&pps, &info, 1);
	assert_false(pps.possible); /* specific mode */
}

#define NFINDINGS (sizeof(finding_rows) / sizeof(finding_rows[0]))
#define NCLEAN    (sizeof(clean_rows) / sizeof(clean_rows[0]))

int main(void)
{
	struct CMUnitTest tests[NFINDINGS + NCLEAN + 9] = {
		cmocka_unit_test(test_fi_di_tables),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_guard_255),
		cmocka_unit_test(test_unknown_when_cut_off),
		cmocka_unit_test(test_timing_negotiable),
		cmocka_unit_test(test_timing_t0_uses_fi),
		cmocka_unit_test(test_timing_guard_reference),
		cmocka_unit_test(test_timing_specific),
		cmocka_unit_test(test_pps),
	};
	size_t n = 9;

	for (size_t i = 0; i < NFINDINGS; i++)
		tests[n++] = (struct CMUnitTest){finding_rows[i].name, test_finding, NULL, NULL,
						 (void *)(uintptr_t)&finding_rows[i]};
	for (size_t i = 0; i < NCLEAN; i++)
		tests[n++] = (struct CMUnitTest){clean_rows[i].name, test_clean, NULL, NULL,
						 (void *)(uintptr_t)&clean_rows[i]};
	return _cmocka_run_group_tests("atr_info", tests, n, NULL, NULL);
}
