/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Header bytes H1..H4 of synchronous cards, ISO/IEC 7816-10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/hex.h"
#include "core/memcard.h"

struct row {
	const char *name, *atr;
	bool present;
	const char *protocol; /* NULL: reserved */
	uint8_t structure;
	bool rfu_h1;
	uint32_t units;
	unsigned unit_bits;
	bool read_to_end;
	uint8_t category, dir_ref;
};

static const struct row rows[] = {
	{"SLE 4442: two-wire bus, 256 bytes", "3B04A2131091", true, "two-wire bus", 2, false, 256, 8, true,
	 0x10, 0x91},
	{"SLE 4428: three-wire bus, 1024 bytes", "3B0492231091", true, "three-wire bus", 2, false, 1024, 8,
	 true, 0x10, 0x91},
	{"I2C, any length can be read", "3B0482931091", true, "serial data access (I2C)", 2, false, 256, 8,
	 false, 0x10, 0x91},
	{"protocols 0 to 7 are ISO's", "3B0407080000", true, "defined by ISO/IEC", 7, false, 128, 1, true, 0,
	 0},
	{"protocol 7", "3B0470000000", true, "defined by ISO/IEC", 0, false, 0, 1, true, 0, 0},
	{"protocol B is reserved", "3B04B4231091", true, NULL, 4, false, 1024, 8, true, 0x10, 0x91},
	{"protocol F is reserved", "3B04F2231091", true, NULL, 2, false, 1024, 8, true, 0x10, 0x91},
	{"b4 of H1 is reserved", "3B04AA131091", true, "two-wire bus", 2, true, 256, 8, true, 0x10, 0x91},
	{"number of units not indicated", "3B04A2031091", true, "two-wire bus", 2, false, 0, 8, true, 0x10,
	 0x91},
	{"number of units, largest code", "3B04A2731091", true, "two-wire bus", 2, false, 1048576, 8, true,
	 0x10, 0x91},
	{"number of units, reserved code", "3B04A27B1091", true, "two-wire bus", 2, false, 0, 8, true, 0x10,
	 0x91},
	{"units of 128 bits", "3B04A2171091", true, "two-wire bus", 2, false, 256, 128, true, 0x10, 0x91},
	{"one byte too few", "3B04A21310", false, NULL, 0, false, 0, 0, false, 0, 0},
	{"one byte too many", "3B04A213109100", false, NULL, 0, false, 0, 0, false, 0, 0},
	{"three header bytes", "3B03A21310", false, NULL, 0, false, 0, 0, false, 0, 0},
	{"interface bytes", "3B1411A21310", false, NULL, 0, false, 0, 0, false, 0, 0},
	{"inverse convention", "3F04A2131091", false, NULL, 0, false, 0, 0, false, 0, 0},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t raw[ATR_MAX];
	struct memcard m;
	struct atr atr;
	size_t len, bad;

	assert_int_equal(hex_parse(raw, sizeof(raw), &len, row->atr, strlen(row->atr), &bad), CS_OK);
	assert_int_equal(atr_parse(&atr, raw, len), CS_OK);
	memcard_decode(&m, &atr);
	assert_int_equal(m.present, row->present);
	if (row->present)
		assert_memory_equal(m.h, raw + 2, 4);
	assert_int_equal(m.protocol, row->present ? raw[2] >> 4 : 0);
	if (row->protocol)
		assert_string_equal(m.protocol_text, row->protocol);
	else
		assert_null(m.protocol_text);
	assert_int_equal(m.structure, row->structure);
	assert_int_equal(m.rfu_h1, row->rfu_h1);
	assert_int_equal(m.units, row->units);
	assert_int_equal(m.unit_bits, row->unit_bits);
	assert_int_equal(m.read_to_end, row->read_to_end);
	assert_int_equal(m.category, row->category);
	assert_int_equal(m.dir_ref, row->dir_ref);
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[NROWS];

	for (size_t i = 0; i < NROWS; i++)
		tests[i] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("memcard", tests, NROWS, NULL, NULL);
}
