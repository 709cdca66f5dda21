/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Status words, ISO/IEC 7816-4:2005 5.1.3 Tables 5 and 6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/sw.h"

#define T5 "7816-4 5.1.3 Table 5"
#define T6 "7816-4 5.1.3 Table 6"
#define P  "7816-4 5.1.3"

struct row {
	const char *name;
	uint16_t sw;
	enum sw_class cls;
	int count;
	const char *clause;
	const char *part; /* of the sentence */
};

static const struct row rows[] = {
	{"9000", 0x9000, SW_NORMAL, -1, T5, "done"},
	{"61xx carries a number of bytes", 0x6112, SW_NORMAL, 0x12, T5, "waiting"},
	{"6100 stands for 256", 0x6100, SW_NORMAL, 256, T5, "waiting"},
	{"61FF", 0x61FF, SW_NORMAL, 255, T5, "waiting"},
	{"62xx in general", 0x62F1, SW_WARNING, -1, T5, "nothing was changed"},
	{"6200", 0x6200, SW_WARNING, -1, T6, "without details"},
	{"6201 is not among the questions", 0x6201, SW_WARNING, -1, T5, "nothing was changed"},
	{"6202, first of the questions of the card", 0x6202, SW_WARNING, -1, T6, "question"},
	{"6280, last of them", 0x6280, SW_WARNING, -1, T6, "question"},
	{"6281", 0x6281, SW_WARNING, -1, T6, "damaged"},
	{"6282", 0x6282, SW_WARNING, -1, T6, "ended before"},
	{"6283", 0x6283, SW_WARNING, -1, T6, "deactivated"},
	{"6284", 0x6284, SW_WARNING, -1, T6, "control information"},
	{"6285", 0x6285, SW_WARNING, -1, T6, "termination"},
	{"6286", 0x6286, SW_WARNING, -1, T6, "sensor"},
	{"63xx in general", 0x63F0, SW_WARNING, -1, T5, "memory was changed"},
	{"6300", 0x6300, SW_WARNING, -1, T6, "without details"},
	{"6381", 0x6381, SW_WARNING, -1, T6, "filled"},
	{"63BF is no counter", 0x63BF, SW_WARNING, -1, T5, "memory was changed"},
	{"63C0: counter 0", 0x63C0, SW_WARNING, 0, T6, "counter"},
	{"63CF: counter 15", 0x63CF, SW_WARNING, 15, T6, "counter"},
	{"63D0 is no counter", 0x63D0, SW_WARNING, -1, T5, "memory was changed"},
	{"64xx in general", 0x6481, SW_EXECUTION_ERROR, -1, T5, "nothing was changed"},
	{"6400", 0x6400, SW_EXECUTION_ERROR, -1, T6, "without details"},
	{"6401", 0x6401, SW_EXECUTION_ERROR, -1, T6, "at once"},
	{"6402", 0x6402, SW_EXECUTION_ERROR, -1, T6, "question"},
	{"6480", 0x6480, SW_EXECUTION_ERROR, -1, T6, "question"},
	{"65xx in general", 0x6501, SW_EXECUTION_ERROR, -1, T5, "memory was changed"},
	{"6500", 0x6500, SW_EXECUTION_ERROR, -1, T6, "without details"},
	{"6581", 0x6581, SW_EXECUTION_ERROR, -1, T6, "memory failure"},
	{"66xx", 0x6612, SW_EXECUTION_ERROR, -1, T5, "security"},
	{"6700", 0x6700, SW_CHECKING_ERROR, -1, T5, "wrong length"},
	{"67xx is the maker's", 0x6701, SW_CHECKING_ERROR, -1, P, "wrong length, with details"},
	{"68xx in general", 0x6890, SW_CHECKING_ERROR, -1, T5, "CLA"},
	{"6800", 0x6800, SW_CHECKING_ERROR, -1, T6, "no details"},
	{"6881", 0x6881, SW_CHECKING_ERROR, -1, T6, "logical channel"},
	{"6882", 0x6882, SW_CHECKING_ERROR, -1, T6, "secure messaging"},
	{"6883", 0x6883, SW_CHECKING_ERROR, -1, T6, "last command"},
	{"6884", 0x6884, SW_CHECKING_ERROR, -1, T6, "chaining"},
	{"69xx in general", 0x6999, SW_CHECKING_ERROR, -1, T5, "not allowed"},
	{"6900", 0x6900, SW_CHECKING_ERROR, -1, T6, "no details"},
	{"6981", 0x6981, SW_CHECKING_ERROR, -1, T6, "structure"},
	{"6982", 0x6982, SW_CHECKING_ERROR, -1, T6, "security status"},
	{"6983", 0x6983, SW_CHECKING_ERROR, -1, T6, "blocked"},
	{"6984", 0x6984, SW_CHECKING_ERROR, -1, T6, "reference data"},
	{"6985", 0x6985, SW_CHECKING_ERROR, -1, T6, "conditions"},
	{"6986", 0x6986, SW_CHECKING_ERROR, -1, T6, "no file is selected"},
	{"6987", 0x6987, SW_CHECKING_ERROR, -1, T6, "missing"},
	{"6988", 0x6988, SW_CHECKING_ERROR, -1, T6, "wrong"},
	{"6Axx in general", 0x6AF0, SW_CHECKING_ERROR, -1, T5, "P1 P2"},
	{"6A00", 0x6A00, SW_CHECKING_ERROR, -1, T6, "no details"},
	{"6A80", 0x6A80, SW_CHECKING_ERROR, -1, T6, "command data"},
	{"6A81", 0x6A81, SW_CHECKING_ERROR, -1, T6, "function"},
	{"6A82", 0x6A82, SW_CHECKING_ERROR, -1, T6, "file or application not found"},
	{"6A83", 0x6A83, SW_CHECKING_ERROR, -1, T6, "record not found"},
	{"6A84", 0x6A84, SW_CHECKING_ERROR, -1, T6, "not enough memory"},
	{"6A85", 0x6A85, SW_CHECKING_ERROR, -1, T6, "TLV"},
	{"6A86", 0x6A86, SW_CHECKING_ERROR, -1, T6, "P1 or P2"},
	{"6A87", 0x6A87, SW_CHECKING_ERROR, -1, T6, "agree with P1 P2"},
	{"6A88", 0x6A88, SW_CHECKING_ERROR, -1, T6, "reference data"},
	{"6A89", 0x6A89, SW_CHECKING_ERROR, -1, T6, "file exists"},
	{"6A8A", 0x6A8A, SW_CHECKING_ERROR, -1, T6, "DF name exists"},
	{"6B00", 0x6B00, SW_CHECKING_ERROR, -1, T5, "P1 P2"},
	{"6Bxx is the maker's", 0x6B01, SW_CHECKING_ERROR, -1, P, "P1 P2, with details"},
	{"6Cxx tells Le", 0x6C0A, SW_CHECKING_ERROR, 10, T5, "Le"},
	{"6C00 stands for 256", 0x6C00, SW_CHECKING_ERROR, 256, T5, "Le"},
	{"6D00", 0x6D00, SW_CHECKING_ERROR, -1, T5, "INS"},
	{"6Dxx is the maker's", 0x6D01, SW_CHECKING_ERROR, -1, P, "INS"},
	{"6E00", 0x6E00, SW_CHECKING_ERROR, -1, T5, "CLA"},
	{"6Exx is the maker's", 0x6E01, SW_CHECKING_ERROR, -1, P, "CLA"},
	{"6F00", 0x6F00, SW_CHECKING_ERROR, -1, T5, "without a diagnosis"},
	{"6Fxx is the maker's", 0x6F15, SW_CHECKING_ERROR, -1, P, "details"},
	{"9F10 of a SIM card", 0x9F10, SW_NORMAL, 16, "3GPP TS 51.011 9.4.1", "waiting"},
	{"9xxx is the maker's", 0x91AE, SW_UNKNOWN, -1, P, "maker"},
	{"9001 is the maker's", 0x9001, SW_UNKNOWN, -1, P, "maker"},
	{"60xx asks for time with T=0", 0x6000, SW_UNKNOWN, -1, "7816-3 10.3.3", "more time"},
	{"0000 reports nothing", 0x0000, SW_UNKNOWN, -1, "7816-4 8.1.1.3", "no status"},
	{"0001", 0x0001, SW_UNKNOWN, -1, P, "not a status word"},
	{"5FFF", 0x5FFF, SW_UNKNOWN, -1, P, "not a status word"},
	{"7000", 0x7000, SW_UNKNOWN, -1, P, "not a status word"},
	{"8FFF", 0x8FFF, SW_UNKNOWN, -1, P, "not a status word"},
	{"FFFF", 0xFFFF, SW_UNKNOWN, -1, P, "not a status word"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	const struct sw_info info = sw_get(row->sw);

	assert_int_equal(info.cls, row->cls);
	assert_int_equal(info.count, row->count);
	assert_string_equal(info.clause, row->clause);
	if (!strstr(info.text, row->part))
		fail_msg("%s does not say %s", info.text, row->part);
}

static enum sw_class class_of_first_byte(unsigned sw1)
{
	if (sw1 < 0x61 || sw1 > 0x6F)
		return SW_UNKNOWN;
	if (sw1 == 0x61)
		return SW_NORMAL;
	return sw1 <= 0x63 ? SW_WARNING : sw1 <= 0x66 ? SW_EXECUTION_ERROR : SW_CHECKING_ERROR;
}

/* 5.1.3: SW1 alone decides the class, but for 9000 and a SIM card's 9Fxx. */
static void test_every_word_has_a_class(void **state)
{
	(void)state;
	for (unsigned sw = 0; sw <= 0xFFFF; sw++) {
		const struct sw_info info = sw_get((uint16_t)sw);

		if (sw == 0x9000 || sw >> 8 == 0x9F)
			assert_int_equal(info.cls, SW_NORMAL);
		else
			assert_int_equal(info.cls, class_of_first_byte(sw >> 8));
		assert_non_null(info.text);
		assert_non_null(info.clause);
		assert_in_range(info.count + 1, 0, 257);
	}
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[1 + NROWS] = {cmocka_unit_test(test_every_word_has_a_class)};

	for (size_t i = 0; i < NROWS; i++)
		tests[1 + i] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("sw", tests, 1 + NROWS, NULL, NULL);
}
