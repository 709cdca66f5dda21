/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pcsc/reader.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef char reader_names[4][40];

static reader_names four = {"ACS ACR122U PICC Interface 00 00", "Yubico YubiKey OTP+FIDO+CCID 01 00",
			    "Yubico YubiKey OTP+FIDO+CCID 02 00", "7"};
static reader_names odd = {"Caf\xE9 \x01\xFF 00 00", "Twin", "Twin", "Twin B"};

#define NONE SIZE_MAX

static const struct select_row {
	const char *name, *want;
	reader_names *names;
	size_t n;
	enum cs_err err;
	size_t index;
} select_rows[] = {
	{"index", "2", &four, 4, CS_OK, 2},
	{"full name", "Yubico YubiKey OTP+FIDO+CCID 02 00", &four, 4, CS_OK, 2},
	{"full name in another case", "ACS acr122u picc INTERFACE 00 00", &four, 4, CS_OK, 0},
	{"a part of one name", "picc", &four, 4, CS_OK, 0},
	{"a part of two names", "yubikey", &four, 4, CS_E_AMBIGUOUS, NONE},
	{"a part of no name", "gemalto", &four, 4, CS_E_NOT_FOUND, NONE},
	{"a full name wins over an index", "7", &four, 4, CS_OK, 3},
	{"an index wins over a part", "1", &four, 4, CS_OK, 1},
	{"a number that is no index is a part", "122", &four, 4, CS_OK, 0},
	{"a number beyond the index and in no name", "99999999999999999999999", &four, 4, CS_E_NOT_FOUND,
	 NONE},
	{"a part with a space and more behind", "02 0", &four, 4, CS_OK, 2},
	{"nothing wanted, one reader", "", &four, 1, CS_OK, 0},
	{"nothing wanted, four readers", "", &four, 4, CS_E_AMBIGUOUS, NONE},
	{"no reader", "0", &four, 0, CS_E_NOT_FOUND, NONE},
	{"bytes that are no UTF-8", "\x01\xFF", &odd, 4, CS_OK, 0},
	{"two of the same name: the one PC/SC would take", "twin", &odd, 4, CS_OK, 1},
	{"longer than the name", "Twin BB", &odd, 4, CS_E_NOT_FOUND, NONE},
};

static void test_select(void **state)
{
	const struct select_row *row = *state;
	char *names[4] = {(*row->names)[0], (*row->names)[1], (*row->names)[2], (*row->names)[3]};
	const struct scard_names list = {.name = names, .n = row->n};
	size_t index = NONE;

	assert_int_equal(reader_select(&list, row->want, &index), row->err);
	assert_int_equal(index, row->index);
}

static const struct match_row {
	const char *name, *reader, *pattern;
	bool matches;
} match_rows[] = {
	{"part", "Virtual PCD 00 00", "pcd 00", true},
	{"no part", "Virtual PCD 00 00", "pcd 01", false},
	{"empty pattern", "Virtual PCD 00 00", "", true},
	{"star at both ends", "Virtual PCD 00 00", "*PCD*", true},
	{"glob covers the whole name", "Virtual PCD 00 00", "PCD*", false},
	{"prefix and star", "Virtual PCD 00 00", "virt*", true},
	{"star and suffix", "Virtual PCD 00 00", "*00", true},
	{"star must go back", "aXbXbc", "a*Xbc", true},
	{"two stars", "Virtual PCD 00 00", "v*p*0", true},
	{"question mark is one byte", "Twin", "Tw?n", true},
	{"question mark is not none", "Twn", "Tw?n", false},
	{"set", "Reader B", "reader [abc]", true},
	{"set misses", "Reader D", "reader [abc]", false},
	{"range in another case", "Reader D", "reader [a-f]", true},
	{"negated set", "Reader D", "reader [!a-c]", true},
	{"negated set misses", "Reader B", "reader [!a-c]", false},
	{"bracket first in the set", "a]", "a[]]", true},
	{"minus at the end of the set", "a-", "a[x-]", true},
	{"brackets of a name are a part of it", "X [CCID] 00", "[ccid]", true},
	{"bracket that is not closed", "a[b", "?[b", true},
	{"bracket that is not closed, other name", "acb", "?[b", false},
	{"bracket at the end", "a", "?[", false},
	{"escaped star", "a*c", "?\\*c", true},
	{"escaped star is no star", "abc", "?\\*c", false},
	{"backslash at the end", "a\\", "?\\", true},
	{"bytes above ASCII", "Caf\xC3\xA9 \xFF", "caf*\xFF", true},
	{"no folding above ASCII", "Caf\xC3\xA9", "?af\xC3\x89", false},
	{"name used up", "ab", "ab?", false},
	{"stars only", "", "**", true},
};

static void test_match(void **state)
{
	const struct match_row *row = *state;

	assert_int_equal(reader_matches(row->reader, row->pattern), row->matches);
}

/* A naive matcher would need more time than there is. */
static void test_many_stars(void **state)
{
	(void)state;
	assert_false(reader_matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
				    "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

static void test_any(void **state)
{
	const char *const patterns[] = {"Feitian", "acs*"};

	(void)state;
	assert_true(reader_matches_any("ACS ACR122U", patterns, COUNT(patterns)));
	assert_false(reader_matches_any("Gemalto", patterns, COUNT(patterns)));
	assert_false(reader_matches_any("ACS ACR122U", patterns, 1));
	assert_false(reader_matches_any("ACS ACR122U", patterns, 0));
}

int main(void)
{
	struct CMUnitTest tests[COUNT(select_rows) + COUNT(match_rows) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(select_rows); i++)
		tests[n++] = (struct CMUnitTest){.name = select_rows[i].name,
						 .test_func = test_select,
						 .initial_state = (void *)(uintptr_t)&select_rows[i]};
	for (size_t i = 0; i < COUNT(match_rows); i++)
		tests[n++] = (struct CMUnitTest){.name = match_rows[i].name,
						 .test_func = test_match,
						 .initial_state = (void *)(uintptr_t)&match_rows[i]};
	tests[n++] = (struct CMUnitTest){.name = "many stars", .test_func = test_many_stars};
	tests[n++] = (struct CMUnitTest){.name = "any of several", .test_func = test_any};
	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
