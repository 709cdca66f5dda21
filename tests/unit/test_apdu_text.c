/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "view/apdu_text.h"

struct row {
	const char *hex;
	enum apdu_domain domain;
	const char *text;
};

static const struct row rows[] = {
	{"00A404000BA00000030800001000010000", APDU_ISO,
	 "SELECT by DF name A0 00 00 03 08 00 00 10 00 01 00 (PIV card application), first or only "
	 "occurrence, return FCI; Lc 11, Le 256"},
	{"00A4040005A000000308", APDU_ISO,
	 "SELECT by DF name A0 00 00 03 08 (NIST), first or only occurrence, return FCI; Lc 5"},
	{"00A4040005F00000000100", APDU_ISO,
	 "SELECT by DF name F0 00 00 00 01, first or only occurrence, return FCI; Lc 5, Le 256"},
	{"11A4040C07D276000124010100", APDU_ISO,
	 "SELECT by DF name D2 76 00 01 24 01 01 (OpenPGP card), first or only occurrence, return nothing; "
	 "Lc 7, Le 256; channel 1, chained"},
	{"00A40000023F00", APDU_ISO,
	 "SELECT by file identifier, file 3F00 (MF), first or only occurrence, return FCI; Lc 2"},
	{"00A408040451005031", APDU_ISO,
	 "SELECT by path from the MF 5100/5031, first or only occurrence, return FCP; Lc 4"},
	{"00A4050A", APDU_ISO, "SELECT P1 05 (reserved), next occurrence, return FMD"},
	{"00B0831020", APDU_ISO, "READ BINARY SFI 3, offset 0x10; Le 32"},
	{"00B00000000400", APDU_ISO, "READ BINARY offset 0x00; Le 1024 (extended)"},
	{"00B2020C00", APDU_ISO, "READ RECORD SFI 1, record 2; Le 256"},
	{"00CA5F5100", APDU_ISO, "GET DATA tag 5F51 (answer to reset); Le 256"},
	{"00C0000010", APDU_ISO, "GET RESPONSE; Le 16"},
	{"00880101041122334408", APDU_ISO, "INTERNAL AUTHENTICATE algorithm 01, key 01 (global); Lc 4, Le 8"},
	{"002241B6", APDU_ISO,
	 "MANAGE SECURITY ENVIRONMENT SET for computation, decipherment, internal authentication, tag B6 "
	 "(digital signature template)"},
	{"0022F301", APDU_ISO, "MANAGE SECURITY ENVIRONMENT RESTORE, environment 1"},
	{"00700003", APDU_ISO, "MANAGE CHANNEL open, channel 3"},
	{"0CB000000D9701008E08112233445566778800", APDU_ISO,
	 "READ BINARY offset 0x00; Lc 13, Le 256; secure messaging"},
	{"40B0000010", APDU_ISO, "READ BINARY offset 0x00; Le 16; channel 4"},
	{"00200081063132333435FF", APDU_ISO, "VERIFY reference 81 (of the application); Lc 6"},
	{"0020008106313233", APDU_ISO,
	 "VERIFY reference 81 (of the application); malformed: Lc announces more bytes than follow"},
	{"00A4040010A00000", APDU_ISO,
	 "SELECT by DF name, first or only occurrence, return FCI; malformed: Lc announces 16 bytes, 3 "
	 "follow"},
	{"00A4000002", APDU_ISO, "SELECT by file identifier, first or only occurrence, return FCI; Le 2"},
	{"00A400000010", APDU_ISO,
	 "SELECT by file identifier, first or only occurrence, return FCI; malformed: an extended Le takes "
	 "two bytes, one is there"},
	{"00010000", APDU_ISO, "unknown command"},
	{"FFCA000000", APDU_ISO, "reader GET DATA UID; Le 256"},
	{"FF860000050100046000", APDU_ISO, "reader GENERAL AUTHENTICATE block 4, as key A, key 00; Lc 5"},
	{"80CA9F1700", APDU_EMV, "EMV GET DATA tag 9F17 (PIN try counter); Le 256"},
	{"80AE5000020102", APDU_EMV, "EMV GENERATE AC TC (approve offline), with CDA signature; Lc 2"},
	{"0087119A0155", APDU_PIV,
	 "PIV GENERAL AUTHENTICATE algorithm 11 (ECC P-256), key 9A (PIV authentication); Lc 1"},
	{"00CB3FFF055C035FC10200", APDU_PIV,
	 "PIV GET DATA tag 5FC102 (card holder unique identifier); Lc 5, Le 256"},
	{"00FA0305", APDU_PIV, "PIV SET PIN RETRIES 3 tries of the PIN, 5 tries of the PUK"},
	{"0047800002B60000", APDU_OPENPGP,
	 "OpenPGP GENERATE ASYMMETRIC KEY PAIR generate, tag B6 (signature key); Lc 2, Le 256"},
	{"80503001080102030405060708", APDU_GP,
	 "GlobalPlatform INITIALIZE UPDATE key version 30, key 01; Lc 8"},
	{"80F0807F", APDU_GP, "GlobalPlatform SET STATUS issuer security domain, state 7F (CARD_LOCKED)"},
	{"80E88005", APDU_GP, "GlobalPlatform LOAD block 5, last block"},
	{"A0A40000023F00", APDU_ISO, "UICC SELECT file 3F00 (MF); Lc 2"},
	{"00A5020406AABBCCDDEEFF", APDU_OPENPGP, "OpenPGP SELECT DATA 2 occurrences skipped; Lc 6"},
	{"00B12F01000004540200100000", APDU_ISO,
	 "READ BINARY file 2F01 (EF.ATR), offset in data object 54; Lc 4, Le 65536 (extended)"},
};

static size_t unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len, bad;

	assert_int_equal(hex_parse(out, cap, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static char *words(const uint8_t *raw, size_t len, enum apdu_domain domain, bool color)
{
	const struct apdu_info info = apdu_info_get(raw, len, domain);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	apdu_text_put(&(struct term){out, color}, &info, raw);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t raw[128];
	size_t len = unhex(raw, sizeof(raw), row->hex);
	char *text = words(raw, len, row->domain, false);

	assert_string_equal(text, row->text);
	free(text);
}

/* The digits of a PIN, as text or as hex, stand nowhere in the words. */
static void test_no_secret_in_words(void **state)
{
	static const char *const commands[] = {
		"0020008106939495969798", "0C20008106939495969798", "A020000106939495969798",
		"002C008106939495969798", "80D8008106939495969798", "FF82000006939495969798",
		"00DB3FFF06939495969798", "0020008109939495969798", "00200081000006939495969798",
		"002000810093949596",     "00200081000093949596",
	};
	static const char *const digits[] = {"93", "94",  "95",  "96",  "97",
					     "98", "147", "148", "149", "37780"};
	uint8_t raw[32];

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t len = unhex(raw, sizeof(raw), commands[i]);

		for (enum apdu_domain d = APDU_ISO; d <= APDU_PCSC; d++) {
			char *text = words(raw, len, d, false);

			for (size_t k = 0; k < sizeof(digits) / sizeof(digits[0]); k++)
				assert_null(strstr(text, digits[k]));
			free(text);
		}
	}
}

static void test_color(void **state)
{
	static const uint8_t raw[] = {0x00, 0xB0, 0x00, 0x10, 0x20};
	char *text = words(raw, sizeof(raw), APDU_ISO, true);

	(void)state;
	assert_string_equal(text, "\033[34mREAD BINARY\033[0m offset 0x\033[35m10\033[0m; Le 32");
	free(text);
}

struct problem_row {
	const char *name;
	struct apdu_problem problem;
	const char *text;
};

static const struct problem_row problems[] = {
	{"fine", {APDU_FINE, 0, 0, 0}, ""},
	{"short", {APDU_SHORT, 3, 0, 3}, "3 bytes, a command has 4 at least"},
	{"one byte", {APDU_SHORT, 1, 0, 1}, "1 byte, a command has 4 at least"},
	{"Lc too large", {APDU_LC_TOO_LARGE, 4, 16, 14}, "Lc announces 16 bytes, 14 follow"},
	{"Lc too large by one", {APDU_LC_TOO_LARGE, 4, 2, 1}, "Lc announces 2 bytes, 1 follows"},
	{"Lc too small",
	 {APDU_LC_TOO_SMALL, 7, 1, 3},
	 "Lc announces 1 byte, 3 follow: more than data and Le"},
	{"Lc zero", {APDU_LC_ZERO, 4, 0, 2}, "an extended Lc is 0, but 2 bytes follow"},
	{"Lc zero, one byte", {APDU_LC_ZERO, 4, 0, 1}, "an extended Lc is 0, but 1 byte follows"},
	{"Le short", {APDU_LE_SHORT, 5, 0, 1}, "an extended Le takes two bytes, one is there"},
	{"too long", {APDU_TOO_LONG, 65544, 0, 65545}, "65545 bytes, a command has 65544 at most"},
};

static void test_problem(void **state)
{
	const struct problem_row *row = *state;
	char text[APDU_PROBLEM_TEXT_MAX], cut[8];

	assert_int_equal(apdu_problem_format(text, sizeof(text), &row->problem), strlen(row->text));
	assert_string_equal(text, row->text);
	if (*row->text) {
		assert_int_equal(apdu_problem_format(cut, sizeof(cut), &row->problem), sizeof(cut) - 1);
		assert_memory_equal(cut, row->text, sizeof(cut) - 1);
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NFIXED       2
#define NROWS        (COUNT(rows) + COUNT(problems))

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS] = {
		cmocka_unit_test(test_no_secret_in_words),
		cmocka_unit_test(test_color),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[n++] =
			(struct CMUnitTest){rows[i].hex, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	for (size_t i = 0; i < COUNT(problems); i++)
		tests[n++] = (struct CMUnitTest){problems[i].name, test_problem, NULL, NULL,
						 (void *)(uintptr_t)&problems[i]};
	return _cmocka_run_group_tests("apdu_text", tests, n, NULL, NULL);
}
