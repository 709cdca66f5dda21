/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands: ISO/IEC 7816-3:2006 12.1.3 cases and forms, and what of a command is secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/apdu.h"
#include "core/hex.h"

struct good_row {
	const char *name, *hex;
	enum apdu_case kind;
	bool extended;
	size_t nc, ne;
};

static const struct good_row good[] = {
	{"case 1", "00E40000", APDU_CASE_1, false, 0, 0},
	{"case 2 short: five bytes", "00B0000010", APDU_CASE_2, false, 0, 16},
	{"case 2 short: Le 00 stands for 256", "00A4000000", APDU_CASE_2, false, 0, 256},
	{"case 2 short: Le FF", "00B00000FF", APDU_CASE_2, false, 0, 255},
	{"case 3 short: one byte", "00DA00010155", APDU_CASE_3, false, 1, 0},
	{"case 3 short: a data byte 00", "00DA00010100", APDU_CASE_3, false, 1, 0},
	{"case 3 short: two bytes", "00A40000023F00", APDU_CASE_3, false, 2, 0},
	{"case 4 short", "00A40000023F0010", APDU_CASE_4, false, 2, 16},
	{"case 4 short: Le 00", "00A40000023F0000", APDU_CASE_4, false, 2, 256},
	{"case 2 extended: seven bytes, C5 00", "00B00000000001", APDU_CASE_2, true, 0, 1},
	{"case 2 extended: 256", "00B00000000100", APDU_CASE_2, true, 0, 256},
	{"case 2 extended: Le 0000 stands for 65536", "00B00000000000", APDU_CASE_2, true, 0, 65536},
	{"case 3 extended: one byte", "00DA000000000155", APDU_CASE_3, true, 1, 0},
	{"case 4 extended: Le 0000", "00DA0000000001550000", APDU_CASE_4, true, 1, 65536},
	{"case 4 extended: Le 0001", "00DA0000000002AABB0001", APDU_CASE_4, true, 2, 1},
	{"seven bytes, C5 not 00: short case 3", "00DA000002AABB", APDU_CASE_3, false, 2, 0},
	{"seven bytes, C5 01: short case 4", "00DA000001AA10", APDU_CASE_4, false, 1, 16},
};

static size_t unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len, bad;

	if (!*hex)
		return 0;
	assert_int_equal(hex_parse(out, cap, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static void test_good(void **state)
{
	const struct good_row *row = *state;
	uint8_t raw[64], back[64];
	size_t len = unhex(raw, sizeof(raw), row->hex), back_len;
	struct apdu_problem problem;
	struct apdu apdu;

	assert_int_equal(apdu_parse(&apdu, raw, len, &problem), CS_OK);
	assert_int_equal(problem.fault, APDU_FINE);
	assert_int_equal(problem.offset + problem.said + problem.there, 0);
	assert_int_equal(apdu.kind, row->kind);
	assert_int_equal(apdu.extended, row->extended);
	assert_int_equal(apdu.nc, row->nc);
	assert_int_equal(apdu.ne, row->ne);
	if (row->nc)
		assert_ptr_equal(apdu.data, raw + (row->extended ? 7 : 5));
	else
		assert_null(apdu.data);
	assert_int_equal(apdu_build(back, sizeof(back), &back_len, &apdu), CS_OK);
	assert_int_equal(back_len, len);
	assert_memory_equal(back, raw, len);
	assert_int_equal(apdu_build(back, len - 1, &back_len, &apdu), CS_E_TOO_LONG);
}

struct bad_row {
	const char *name, *hex;
	enum cs_err err;
	struct apdu_problem problem;
};

static const struct bad_row bad[] = {
	{"no byte", "", CS_E_RANGE, {APDU_SHORT, 0, 0, 0}},
	{"three bytes", "00A404", CS_E_RANGE, {APDU_SHORT, 3, 0, 3}},
	{"short Lc announces one byte too many", "00A4000003AABB", CS_E_FORMAT, {APDU_LC_TOO_LARGE, 4, 3, 2}},
	{"short Lc with nothing behind it but one byte",
	 "00A4040010A0",
	 CS_E_FORMAT,
	 {APDU_LC_TOO_LARGE, 4, 16, 1}},
	{"two bytes behind short data", "00A4000001AABBCC", CS_E_FORMAT, {APDU_LC_TOO_SMALL, 7, 1, 3}},
	{"six bytes, C5 00", "00A400000010", CS_E_FORMAT, {APDU_LE_SHORT, 5, 0, 1}},
	{"extended Lc 0 and one byte", "00A4000000000010", CS_E_FORMAT, {APDU_LC_ZERO, 4, 0, 1}},
	{"extended Lc 0 and an extended Le", "00A400000000000010", CS_E_FORMAT, {APDU_LC_ZERO, 4, 0, 2}},
	{"extended Lc announces too many", "00A40000000003AABB", CS_E_FORMAT, {APDU_LC_TOO_LARGE, 4, 3, 2}},
	{"one byte of Le behind extended data",
	 "00A40000000002AABB00",
	 CS_E_FORMAT,
	 {APDU_LE_SHORT, 9, 2, 3}},
	{"three bytes behind extended data",
	 "00A40000000002AABB000011",
	 CS_E_FORMAT,
	 {APDU_LC_TOO_SMALL, 11, 2, 5}},
};

static void test_bad(void **state)
{
	const struct bad_row *row = *state;
	struct apdu_problem problem;
	uint8_t raw[64];
	size_t len = unhex(raw, sizeof(raw), row->hex);
	struct apdu apdu;

	assert_int_equal(apdu_parse(&apdu, raw, len, &problem), row->err);
	assert_int_equal(problem.fault, row->problem.fault);
	assert_int_equal(problem.offset, row->problem.offset);
	assert_int_equal(problem.said, row->problem.said);
	assert_int_equal(problem.there, row->problem.there);
	assert_int_equal(apdu.kind, 0);
	assert_null(apdu.data);
	assert_int_equal(apdu.nc + apdu.ne, 0);
	assert_int_equal(apdu.ins, len >= APDU_HEADER ? raw[1] : 0);
}

static void test_too_long(void **state)
{
	uint8_t *raw = calloc(1, APDU_COMMAND_MAX + 1);
	struct apdu_problem problem;
	struct apdu apdu;

	(void)state;
	assert_non_null(raw);
	raw[5] = raw[6] = 0xFF;
	assert_int_equal(apdu_parse(&apdu, raw, APDU_COMMAND_MAX, &problem), CS_OK);
	assert_int_equal(apdu.nc, 65535);
	assert_int_equal(apdu.ne, 65536);
	assert_int_equal(apdu_parse(&apdu, raw, APDU_COMMAND_MAX + 1, &problem), CS_E_RANGE);
	assert_int_equal(problem.fault, APDU_TOO_LONG);
	assert_int_equal(problem.offset, APDU_COMMAND_MAX);
	assert_int_equal(problem.there, APDU_COMMAND_MAX + 1);
	free(raw);
}

static void check_round(const struct apdu *want, uint8_t *raw)
{
	struct apdu_problem problem;
	struct apdu got;
	size_t len;

	assert_int_equal(apdu_build(raw, APDU_COMMAND_MAX, &len, want), CS_OK);
	assert_int_equal(apdu_parse(&got, raw, len, &problem), CS_OK);
	assert_int_equal(got.cla, want->cla);
	assert_int_equal(got.ins, want->ins);
	assert_int_equal(got.p1, want->p1);
	assert_int_equal(got.p2, want->p2);
	assert_int_equal(got.kind, want->kind);
	assert_int_equal(got.extended, want->extended);
	assert_int_equal(got.nc, want->nc);
	assert_int_equal(got.ne, want->ne);
	if (want->nc)
		assert_memory_equal(got.data, want->data, want->nc);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

/* parse(build(x)) = x: every case and form, boundary sizes and random ones */
static void test_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 254, 255, 256, 257, 65534, 65535};
	static const size_t expected[] = {0, 1, 2, 255, 256, 257, 65535, 65536};
	uint8_t *raw = malloc(APDU_COMMAND_MAX), *data = malloc(65535);
	uint32_t seed = 1;

	(void)state;
	assert_true(raw && data);
	for (size_t i = 0; i < 65535; i++)
		data[i] = (uint8_t)next_random(&seed);
	for (unsigned round = 0; round < 400; round++) {
		const bool extended = round % 2;
		struct apdu apdu = {.cla = (uint8_t)next_random(&seed), .ins = (uint8_t)next_random(&seed)};

		apdu.p1 = (uint8_t)next_random(&seed);
		apdu.p2 = (uint8_t)next_random(&seed);
		apdu.nc = sizes[round / 2 % 9];
		apdu.ne = expected[round / 18 % 8];
		if (round >= 144) {
			apdu.nc = next_random(&seed) % (extended ? 65536 : 256);
			apdu.ne = next_random(&seed) % (extended ? 65537 : 257);
		}
		if (!extended && (apdu.nc > 255 || apdu.ne > 256))
			continue;
		apdu.extended = extended && (apdu.nc || apdu.ne);
		apdu.data = apdu.nc ? data : NULL;
		apdu.kind = apdu.nc ? (apdu.ne ? APDU_CASE_4 : APDU_CASE_3)
				    : (apdu.ne ? APDU_CASE_2 : APDU_CASE_1);
		check_round(&apdu, raw);
	}
	free(data);
	free(raw);
}

struct refused_row {
	const char *name;
	enum apdu_case kind;
	bool extended;
	size_t nc, ne;
};

static const struct refused_row refused[] = {
	{"case 1 with data", APDU_CASE_1, false, 1, 0},
	{"case 1 with Le", APDU_CASE_1, false, 0, 1},
	{"case 1 extended", APDU_CASE_1, true, 0, 0},
	{"case 2 without Le", APDU_CASE_2, false, 0, 0},
	{"case 2 with data", APDU_CASE_2, false, 1, 1},
	{"case 2 short, 257", APDU_CASE_2, false, 0, 257},
	{"case 2 extended, 65537", APDU_CASE_2, true, 0, 65537},
	{"case 3 without data", APDU_CASE_3, false, 0, 0},
	{"case 3 with Le", APDU_CASE_3, false, 1, 1},
	{"case 3 short, 256 bytes", APDU_CASE_3, false, 256, 0},
	{"case 3 extended, 65536 bytes", APDU_CASE_3, true, 65536, 0},
	{"case 4 without Le", APDU_CASE_4, false, 1, 0},
	{"case 4 without data", APDU_CASE_4, true, 0, 1},
	{"case 4 short, 257", APDU_CASE_4, false, 1, 257},
	{"no case", (enum apdu_case)0, false, 0, 0},
};

static void test_refused(void **state)
{
	const struct refused_row *row = *state;
	const struct apdu apdu = {.kind = row->kind, .extended = row->extended, .nc = row->nc, .ne = row->ne};
	uint8_t out[16];
	size_t len = 1;

	assert_int_equal(apdu_build(out, sizeof(out), &len, &apdu), CS_E_RANGE);
	assert_int_equal(len, 0);
}

/* ISO/IEC 7816-4:2005 5.1.1 Tables 2 and 3 */
static void test_class_bytes(void **state)
{
	(void)state;
	for (unsigned cla = 0; cla <= 0xFF; cla++) {
		const bool first = cla < 0x20, further = cla >= 0x40 && cla < 0x80;

		assert_int_equal(apdu_is_interindustry((uint8_t)cla), first || further);
		assert_int_equal(apdu_chained((uint8_t)cla), (first || further) && cla & 0x10);
		assert_int_equal(apdu_channel((uint8_t)cla), first     ? (int)(cla & 3)
							     : further ? (int)(4 + (cla & 15))
								       : -1);
	}
}

/* shown: the command as text with ** for what is secret */
struct secret_row {
	const char *name, *hex, *shown;
	bool verifies;
};

static const struct secret_row secrets[] = {
	{"VERIFY", "002000810631323334FFFF", "0020008106************", true},
	{"VERIFY: Le is not secret",
	 "00200081023132"
	 "00",
	 "0020008102****00", true},
	{"VERIFY, extended", "002000810000023132", "00200081000002****", true},
	{"VERIFY, extended, with Le", "0020008100000231320000", "00200081000002****0000", true},
	{"VERIFY that asks for the state", "00200081", "00200081", false},
	{"VERIFY with Le alone", "0020008100", "0020008100", false},
	{"VERIFY on channel 3", "03200081023132", "0320008102****", true},
	{"VERIFY on channel 19", "4F200081023132", "4F20008102****", true},
	{"VERIFY with secure messaging", "0C200081023132", "0C20008102****", true},
	{"VERIFY with secure messaging, further channel", "60200081023132", "6020008102****", true},
	{"VERIFY, part of a chain", "10200081023132", "1020008102****", true},
	{"VERIFY CHV of a SIM",
	 "A020000108"
	 "3132333435363738",
	 "A020000108****************", true},
	{"VERIFY of the reader", "FF200001023132", "FF20000102****", true},
	{"VERIFY in a proprietary class", "80200001023132", "8020000102****", true},
	{"VERIFY, odd INS", "00210001023132", "0021000102****", true},
	{"CHANGE REFERENCE DATA", "00240081023132", "0024008102****", true},
	{"CHANGE REFERENCE DATA, odd INS", "00250081023132", "0025008102****", true},
	{"PIN CHANGE of EMV", "84240002023132", "8424000202****", true},
	{"DISABLE VERIFICATION REQUIREMENT", "00260081023132", "0026008102****", true},
	{"ENABLE VERIFICATION REQUIREMENT", "00280081023132", "0028008102****", true},
	{"RESET RETRY COUNTER", "002C0081023132", "002C008102****", true},
	{"RESET RETRY COUNTER, odd INS", "002D0081023132", "002D008102****", true},
	{"EXTERNAL AUTHENTICATE", "0082000002AABB", "0082000002****", true},
	{"EXTERNAL AUTHENTICATE of GlobalPlatform", "8482010002AABB", "8482010002****", true},
	{"MUTUAL AUTHENTICATE", "0082000002AABB10", "0082000002****10", true},
	{"LOAD KEYS of the reader costs no try", "FF82000002AABB", "FF82000002****", false},
	{"PUT KEY", "80D8008102AABB00", "80D8008102****00", false},
	{"PUT KEY, class 84", "84D8008102AABB", "84D8008102****", false},
	{"PUT KEY, class 90", "90D8008102AABB", "90D8008102****", false},
	{"PUT DATA of OpenPGP's resetting code", "00DA00D302AABB", "00DA00D302****", false},
	{"PUT DATA of OpenPGP's AES key", "00DA00D502AABB", "00DA00D502****", false},
	{"PUT DATA of a name is not secret", "00DA005B02AABB", "00DA005B02AABB", false},
	{"key import of OpenPGP", "00DB3FFF024D00", "00DB3FFF02****", false},
	{"key import of OpenPGP, later part", "00DB3FFF0411223344", "00DB3FFF04********", false},
	{"key import, a part that starts like a tag list", "00DB3FFF055C0188AABB", "00DB3FFF05**********",
	 false},
	{"PUT DATA of PIV is not secret", "00DB3FFF075C035FC1025300", "00DB3FFF075C035FC1025300", false},
	{"Yubico's IMPORT ASYMMETRIC KEY", "00FE079A02AABB", "00FE079A02****", false},
	{"Yubico's SET MANAGEMENT KEY", "00FFFFFE02AABB", "00FFFFFE02****", false},
	{"CHANGE KEY of DESFire", "90C4000003AABBCC00", "90C4000003******00", false},
	{"SET CONFIGURATION of DESFire", "905C000003AABBCC00", "905C000003******00", false},
	{"these are other commands in other classes", "00C400000211AA", "00C400000211AA", false},
	{"direct transmit: MIFARE authentication, key A", "FF0000000BD440016004FFFFFFFFFFFF",
	 "FF0000000B**********************", false},
	{"direct transmit: MIFARE authentication, key B", "FF00000005D440016104", "FF00000005**********",
	 false},
	{"direct transmit: VERIFY", "FF00000009D44001002000810131", "FF00000009******************", false},
	{"direct transmit: SELECT is not secret",
	 "FF00000007D44001"
	 "00A40400",
	 "FF00000007D4400100A40400", false},
	{"direct transmit: polling is not secret", "FF00000004D44A0100", "FF00000004D44A0100", false},
	{"direct transmit: a frame that is cut off", "FF00000003D44001", "FF00000003D44001", false},
	{"SELECT is not secret", "00A40400023132", "00A40400023132", false},
	{"UPDATE BINARY is not secret", "00D60000023132", "00D60000023132", false},
	{"GENERAL AUTHENTICATE is not secret", "00879A9B023132", "00879A9B023132", false},
	{"malformed: Lc too large", "00200081083132", "00200081******", true},
	{"malformed: too much", "0020008101313233", "00200081********", true},
	{"malformed: six bytes, C5 00", "002000810031", "00200081****", true},
	{"malformed: extended Lc 0", "002000810000003132", "00200081**********", true},
	{"malformed direct transmit", "FF00000004D44A01", "FF000000********", false},
	{"too short for anything", "0020", "0020", false},
};

static void test_secret(void **state)
{
	const struct secret_row *row = *state;
	uint8_t raw[64];
	size_t len = unhex(raw, sizeof(raw), row->hex), from, n;
	char text[HEX_PACKED_SIZE(sizeof(raw))];

	n = apdu_secret(raw, len, &from);
	assert_true(n > 0 || from == 0);
	hex_build(text, raw, len, 0);
	memset(text + 2 * from, '*', 2 * n);
	assert_string_equal(text, row->shown);
	assert_int_equal(apdu_verifies(raw, len), row->verifies);
}

/* Whatever the class byte: these INS carry a PIN or a key. */
static void test_secret_in_every_class(void **state)
{
	static const uint8_t ins[] = {0x20, 0x21, 0x24, 0x25, 0x26, 0x28, 0x2C, 0x2D, 0x82, 0xD8};
	uint8_t raw[] = {0, 0, 0, 0, 2, 0x31, 0x32};
	size_t from;

	(void)state;
	for (unsigned cla = 0; cla <= 0xFF; cla++) {
		for (size_t i = 0; i < sizeof(ins); i++) {
			raw[0] = (uint8_t)cla;
			raw[1] = ins[i];
			assert_int_equal(apdu_secret(raw, sizeof(raw), &from), 2);
			assert_int_equal(from, 5);
		}
	}
}

static void test_fault_texts(void **state)
{
	(void)state;
	assert_string_equal(apdu_fault_text(APDU_FINE), "");
	for (enum apdu_fault f = APDU_SHORT; f <= APDU_TOO_LONG; f++) {
		assert_true(strlen(apdu_fault_text(f)) > 10);
		for (enum apdu_fault other = APDU_SHORT; other < f; other++)
			assert_string_not_equal(apdu_fault_text(f), apdu_fault_text(other));
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NFIXED       5
#define NROWS        (COUNT(good) + COUNT(bad) + COUNT(refused) + COUNT(secrets))
#define ADD(rows, test)                                                                                      \
	for (size_t i = 0; i < COUNT(rows); i++)                                                             \
		tests[n++] = (struct CMUnitTest)                                                             \
		{                                                                                            \
			rows[i].name, test, NULL, NULL, (void *)(uintptr_t)&rows[i]                          \
		}

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS] = {
		cmocka_unit_test(test_too_long),    cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_class_bytes), cmocka_unit_test(test_secret_in_every_class),
		cmocka_unit_test(test_fault_texts),
	};
	size_t n = NFIXED;

	ADD(good, test_good);
	ADD(bad, test_bad);
	ADD(refused, test_refused);
	ADD(secrets, test_secret);
	return _cmocka_run_group_tests("apdu", tests, n, NULL, NULL);
}
