/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ATRs that contactless readers make up: PC/SC part 3, ISO/IEC 14443-3:2011 7.9, MIFARE identification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/contactless.h"
#include "core/hex.h"

static struct contactless decode(const char *hex)
{
	uint8_t raw[ATR_MAX];
	struct contactless c;
	struct hist hist;
	struct atr atr;
	size_t len, bad;

	assert_int_equal(hex_parse(raw, sizeof(raw), &len, hex, strlen(hex), &bad), CS_OK);
	assert_int_equal(atr_parse(&atr, raw, len), CS_OK);
	hist_decode(&hist, atr.raw + atr.hist_offset, atr.hist_len, atr.missing_hist == 0, atr.hist_offset,
		    NULL);
	contactless_decode(&c, &atr, &hist);
	return c;
}

struct kind_row {
	const char *name, *atr;
	enum contactless_kind kind;
	bool type_b_possible;
};

static const struct kind_row kind_rows[] = {
	{"PC/SC part 3: storage card", "3B8F8001804F0CA0000003060300010000 00006A", CONTACTLESS_STORAGE,
	 false},
	{"PC/SC part 3: no historical byte", "3B80800101", CONTACTLESS_TYPE_A, false},
	{"PC/SC part 3: DESFire, category 80 alone", "3B8180018080", CONTACTLESS_TYPE_A, false},
	{"PC/SC part 3: seven bytes are never type B", "3B8780011C2D9411F771850039", CONTACTLESS_TYPE_A,
	 false},
	{"PC/SC part 3: nine bytes are never type B", "3B8980011C2D9411F77185000036", CONTACTLESS_TYPE_A,
	 false},
	{"PC/SC part 3: the chain is 80 01, not 81", "3B888181 1C2D9411F7718500", CONTACTLESS_NO, false},
	{"PC/SC part 3: no TA1", "3B981180011C2D9411F7718500BE", CONTACTLESS_NO, false},
	{"PC/SC part 3: 80 as TA1 is no chain", "3B1880011C2D9411F77185", CONTACTLESS_NO, false},
	{"PC/SC part 3: TS is 3B", "3F8880011C2D9411F7718500BE", CONTACTLESS_NO, false},
	{"PC/SC part 3: a historical byte missing", "3B8880011C2D9411F77185", CONTACTLESS_NO, false},
	{"PC/SC part 3: TCK missing", "3B8880011C2D9411F7718500", CONTACTLESS_TYPE_B, true},
	{"PC/SC part 3: no TD2", "3B808000", CONTACTLESS_NO, false},

	{"7.9 type B, application data per the standard", "3B8880011C2D9411F7718500BE", CONTACTLESS_TYPE_B,
	 true},
	{"7.9 type B, application data of zeros is no COMPACT-TLV", "3B88800100000000338181003A",
	 CONTACTLESS_TYPE_B, true},
	{"7.9 type B, category 00 and zeros even parse", "3B88800100000000008191 1009", CONTACTLESS_TYPE_B,
	 true},
	{"7.9 type B, category 00 and an empty status object", "3B88800100000000808171 0079",
	 CONTACTLESS_TYPE_B, true},
	{"7.9 type B, category 10", "3B8880011000000000817000E8", CONTACTLESS_TYPE_B, true},
	{"7.9 type B of an identity card", "3B888001000041E0B381A1003B", CONTACTLESS_TYPE_B, true},
	{"7.9 type B, named objects without a value are no COMPACT-TLV", "3B8880010060501020817100F9",
	 CONTACTLESS_TYPE_B, true},
	{"7.9 type B, an object cut off is no COMPACT-TLV", "3B88800100318066118171003F", CONTACTLESS_TYPE_B,
	 true},
	{"7.9 type B, an object of a wrong length is no COMPACT-TLV", "3B88800100338080808171004A",
	 CONTACTLESS_TYPE_B, true},
	{"7.9 type B, an object without a name is no COMPACT-TLV", "3B8880010093808080817100EA",
	 CONTACTLESS_TYPE_B, true},
	{"7.9 type B, one byte is not printable", "3B888001536D617274C1707091", CONTACTLESS_TYPE_B, true},
	{"7.9.4.4 not ISO/IEC 14443-4: type A", "3B888001D103860500808000 58", CONTACTLESS_TYPE_A, false},
	{"7.9.4.4 reserved bit of the protocol type: type A", "3B8880011C2D9411F7798500B6",
	 CONTACTLESS_TYPE_A, false},
	{"7.9.4.6 reserved bit of the bit rates: type A", "3B8880011C2D9411FF718500B6", CONTACTLESS_TYPE_A,
	 false},
	{"7.9.4.5 reserved FSCI: type A", "3B8880011C2D9411F7D185001E", CONTACTLESS_TYPE_A, false},
	{"7.9.4.3 reserved FWI: type A", "3B8880011C2D9411F771F500CE", CONTACTLESS_TYPE_A, false},
	{"7.9.4.2 reserved ADC: type A", "3B8880011C2D9411F7718900B2", CONTACTLESS_TYPE_A, false},
	{"PC/SC part 3: low nibble of MBLI is not 0: type A", "3B8880011C2D9411F7718501BF",
	 CONTACTLESS_TYPE_A, false},
	{"COMPACT-TLV in eight bytes: type A", "3B8880010073C84000009000 62", CONTACTLESS_TYPE_A, false},
	{"COMPACT-TLV, category 80, that could be an ATQB: type A, B possible", "3B8880018066B00701718100A9",
	 CONTACTLESS_TYPE_A, true},
	{"COMPACT-TLV, category 00, that could be an ATQB: type A, B possible", "3B88800100738001017181000A",
	 CONTACTLESS_TYPE_A, true},
	{"text JCOPv241: type A", "3B8880014A434F50763234315E", CONTACTLESS_TYPE_A, false},
	{"text SmartApp that could be an ATQB: type A, B possible", "3B888001536D61727441707011",
	 CONTACTLESS_TYPE_A, true},
	{"MIFARE identification of eight bytes that could be an ATQB", "3B888001C10621000181C21000",
	 CONTACTLESS_TYPE_A, true},
};

static void test_kind(void **state)
{
	const struct kind_row *row = *state;
	const struct contactless c = decode(row->atr);

	assert_int_equal(c.kind, row->kind);
	assert_int_equal(c.type_b_possible, row->type_b_possible);
}

/* EZ-Link: application data 1C 2D 94 11, protocol info F7 71 85, MBLI 0 */
static void test_type_b_fields(void **state)
{
	const struct contactless c = decode("3B8880011C2D9411F7718500BE");
	static const uint16_t all[4] = {106, 212, 424, 848};

	(void)state;
	assert_memory_equal(c.type_b.application_data, "\x1C\x2D\x94\x11", 4);
	assert_memory_equal(c.type_b.protocol_info, "\xF7\x71\x85", 3);
	assert_true(c.type_b.adc_iso);
	assert_int_equal(c.type_b.afi, 0x1C);
	assert_int_equal(c.type_b.aid_crc, 0x942D);
	assert_int_equal(c.type_b.applications_afi, 1);
	assert_int_equal(c.type_b.applications, 1);
	assert_memory_equal(c.type_b.kbps_from_card, all, sizeof(all));
	assert_memory_equal(c.type_b.kbps_to_card, all, sizeof(all));
	assert_true(c.type_b.same_rate_both_ways);
	assert_int_equal(c.type_b.fsci_bytes, 128);
	assert_int_equal(c.type_b.protocol_type, 1);
	assert_true(c.type_b.iso14443_4);
	assert_int_equal(c.type_b.fwi, 8);
	assert_int_equal(c.type_b.fwt_us, 77328);
	assert_false(c.type_b.nad);
	assert_true(c.type_b.cid);
	assert_int_equal(c.type_b.mbli, 0);
}

/* The CRC_B of the passport application's AID A0000002471001 is 5EF3: the low byte comes first. */
static void test_type_b_passport(void **state)
{
	const struct contactless c = decode("3B888001E1F35E117781C72045");

	(void)state;
	assert_int_equal(c.type_b.afi, 0xE1);
	assert_int_equal(c.type_b.aid_crc, 0x5EF3);
	assert_int_equal(c.type_b.mbli, 2);
	assert_true(c.type_b.nad && c.type_b.cid);
	assert_false(c.type_b.same_rate_both_ways);
	assert_int_equal(c.type_b.fsci_bytes, 256);
	assert_int_equal(c.type_b.fwt_us, 1237257);
}

/* 7.9.4.6: high half what the card sends, low half what it receives; proprietary application data */
static void test_type_b_rates(void **state)
{
	const struct contactless c = decode("3B888001112233442181710011");
	static const uint16_t from[4] = {106, 424}, to[4] = {106, 212};

	(void)state;
	assert_int_equal(c.kind, CONTACTLESS_TYPE_B);
	assert_memory_equal(c.type_b.kbps_from_card, from, sizeof(from));
	assert_memory_equal(c.type_b.kbps_to_card, to, sizeof(to));
	assert_false(c.type_b.adc_iso);
	assert_int_equal(c.type_b.afi, 0);
	assert_int_equal(c.type_b.aid_crc, 0);
	assert_int_equal(c.type_b.applications, 0);
}

/* 7.9.4.5 and 7.9.4.3: every FSCI and every FWI */
static void test_type_b_fsci_and_fwi(void **state)
{
	static const unsigned bytes[13] = {16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096};
	static const unsigned fwt_us[15] = {302,   604,    1208,   2416,   4833,    9666,    19332,  38664,
					    77328, 154657, 309314, 618628, 1237257, 2474515, 4949031};
	struct atr atr = {.len = 12, .ts = 0x3B, .t0 = 0x88, .raw = {0x3B, 0x88, 0x80, 0x01}};
	struct hist hist = {.len = 8, .bytes = {0xE1}};
	struct contactless c;

	(void)state;
	for (unsigned fsci = 0; fsci < 13; fsci++) {
		hist.bytes[5] = (uint8_t)(fsci << 4 | 1);
		contactless_decode(&c, &atr, &hist);
		assert_int_equal(c.type_b.fsci_bytes, bytes[fsci]);
	}
	for (unsigned fwi = 0; fwi < 15; fwi++) {
		hist.bytes[6] = (uint8_t)(fwi << 4);
		contactless_decode(&c, &atr, &hist);
		assert_int_equal(c.type_b.fwi, fwi);
		assert_int_equal(c.type_b.fwt_us, fwt_us[fwi]);
	}
}

struct mifare_row {
	const char *name, *atr;
	bool present, has_crc, crc_ok;
	uint8_t type, chip_status, vcs;
	uint16_t crc;
};

static const struct mifare_row mifare_rows[] = {
	{"MIFARE Plus X", "3B878001C1052F2F01BCD6A9", true, true, true, 0x2F, 0x2F, 0x01, 0xD6BC},
	{"MIFARE Plus S", "3B878001C1052F2F0035C730", true, true, true, 0x2F, 0x2F, 0x00, 0xC735},
	{"MIFARE Plus, 1 kB", "3B878001C10521300077C165", true, true, true, 0x21, 0x30, 0x00, 0xC177},
	{"CRC wrong", "3B878001C1052F2F01BCD7A8", true, true, false, 0x2F, 0x2F, 0x01, 0xD7BC},
	{"CRC cut off", "3B868001C1052F2F01BC7E", true, false, false, 0x2F, 0x2F, 0x01, 0},
	{"length without a CRC", "3B858001C1032F2F0100", true, false, false, 0x2F, 0x2F, 0x01, 0},
	{"length too small", "3B858001C1022F2F0100", false, false, false, 0, 0, 0, 0},
	{"length beyond the end", "3B878001C10F2F2F01BCD6A9", true, false, false, 0x2F, 0x2F, 0x01, 0},
	{"too short", "3B848001C1052F2F00", false, false, false, 0, 0, 0, 0},
	{"not C1", "3B878001C2052F2F01BCD6A9", false, false, false, 0, 0, 0, 0},
	{"C1 of a contact card", "3B07C1052F2F01BCD6", false, false, false, 0, 0, 0, 0},
};

static void test_mifare(void **state)
{
	const struct mifare_row *row = *state;
	const struct contactless_mifare m = decode(row->atr).mifare;

	assert_int_equal(m.present, row->present);
	assert_int_equal(m.has_crc, row->has_crc);
	assert_int_equal(m.crc_ok, row->crc_ok);
	assert_int_equal(m.type, row->type);
	assert_int_equal(m.chip_status, row->chip_status);
	assert_int_equal(m.vcs, row->vcs);
	assert_int_equal(m.crc, row->crc);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(contactless_afi_text(0x00), "all families");
	assert_string_equal(contactless_afi_text(0x05), "sub-family of the maker's own");
	assert_string_equal(contactless_afi_text(0x10), "transport");
	assert_string_equal(contactless_afi_text(0x2F), "financial");
	assert_string_equal(contactless_afi_text(0xE1), "machine readable travel documents");
	assert_null(contactless_afi_text(0xD0));
	assert_null(contactless_afi_text(0xFF));
	assert_string_equal(contactless_mifare_chip_text(0x12), "MIFARE DESFire");
	assert_string_equal(contactless_mifare_chip_text(0x2F), "MIFARE Plus");
	assert_null(contactless_mifare_chip_text(0x30));
	assert_string_equal(contactless_mifare_memory_text(0x20), "less than 1 kB");
	assert_string_equal(contactless_mifare_memory_text(0x24), "8 kB");
	assert_string_equal(contactless_mifare_memory_text(0x2F), "unspecified");
	assert_null(contactless_mifare_memory_text(0x25));
}

#define NKINDS  (sizeof(kind_rows) / sizeof(kind_rows[0]))
#define NMIFARE (sizeof(mifare_rows) / sizeof(mifare_rows[0]))
#define NFIXED  5

int main(void)
{
	struct CMUnitTest tests[NFIXED + NKINDS + NMIFARE] = {
		cmocka_unit_test(test_type_b_fields), cmocka_unit_test(test_type_b_passport),
		cmocka_unit_test(test_type_b_rates),  cmocka_unit_test(test_type_b_fsci_and_fwi),
		cmocka_unit_test(test_words),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NKINDS; i++)
		tests[n++] = (struct CMUnitTest){kind_rows[i].name, test_kind, NULL, NULL,
						 (void *)(uintptr_t)&kind_rows[i]};
	for (size_t i = 0; i < NMIFARE; i++)
		tests[n++] = (struct CMUnitTest){mifare_rows[i].name, test_mifare, NULL, NULL,
						 (void *)(uintptr_t)&mifare_rows[i]};
	return _cmocka_run_group_tests("contactless", tests, n, NULL, NULL);
}
