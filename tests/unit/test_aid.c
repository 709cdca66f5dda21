/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Application identifiers: the longest row wins; ISO/IEC 7816-4:2005 8.2.1.2 for their length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/aid.h"
#include "core/hex.h"

struct row {
	const char *name; /* of the test */
	const char *hex;
	const char *alias, *application; /* NULL: none */
};

static const struct row rows[] = {
	{"PIV as selected", "A00000030800001000", "PIV", "PIV card application"},
	{"PIV with its version", "A000000308000010000100", "PIV", "PIV card application"},
	{"the RID before PIV, cut short", "A000000308000010", NULL, "NIST"},
	{"OpenPGP with serial number", "D27600012401030400061234567800 00", "OpenPGP", "OpenPGP card"},
	{"OATH and HSM Auth share five bytes of RID and one more", "A0000005272101 01", "OATH",
	 "Yubico OATH"},
	{"HSM Auth", "A000000527210701", "HSMAUTH", "YubiHSM Auth"},
	{"FIDO", "A0000006472F0001", "FIDO", "FIDO U2F and FIDO2"},
	{"PKCS #15", "A000000063504B43532D3135", "PKCS15", "PKCS #15"},
	{"issuer security domain", "A000000151000000", "ISD", "GlobalPlatform issuer security domain"},
	{"PPSE is a name, not a RID", "325041592E5359532E4444463031", "PPSE",
	 "proximity payment system environment"},
	{"Visa with a PIX beyond ours", "A000000003101001", "VISA", "Visa credit or debit"},
	{"another application of Visa", "A000000003999999", NULL, "Visa"},
	{"USIM of an operator", "A0000000871002FF49FF0589", "USIM", "3GPP USIM"},
	{"NDEF", "D2760000850101", "NDEF", "NFC Forum NDEF tag"},
	{"passport", "A0000002471001", "MRTD", "eMRTD, the chip of a passport"},
	{"four bytes of a RID", "A0000003", NULL, NULL},
	{"unknown provider", "A0000099990101", NULL, NULL},
	{"no byte", "", NULL, NULL},
};

static void test_lookup_row(void **state)
{
	const struct row *row = *state;
	const struct aid *aid;
	uint8_t bytes[AID_MAX];
	size_t len = 0, bad;

	if (*row->hex)
		assert_int_equal(hex_parse(bytes, AID_MAX, &len, row->hex, strlen(row->hex), &bad), CS_OK);
	aid = aid_lookup(len ? bytes : NULL, len);
	assert_int_equal(aid == NULL, row->application == NULL);
	if (!aid)
		return;
	assert_string_equal(aid->name, row->application);
	assert_int_equal(aid->alias == NULL, row->alias == NULL);
	if (aid->alias)
		assert_string_equal(aid->alias, row->alias);
}

static void test_alias(void **state)
{
	static const struct {
		const char *text, *alias;
	} cases[] = {
		{"PIV", "PIV"}, {"piv", "PIV"},   {"openPGP", "OpenPGP"}, {"ppse", "PPSE"},
		{"pse", "PSE"}, {"Mrtd", "MRTD"}, {"NDEF", "NDEF"},       {"PI", NULL},
		{"PIVX", NULL}, {"", NULL},       {"NIST", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct aid *aid = aid_by_alias(cases[i].text, strlen(cases[i].text));

		assert_int_equal(aid == NULL, cases[i].alias == NULL);
		if (aid)
			assert_string_equal(aid->alias, cases[i].alias);
	}
	assert_string_equal(aid_by_alias("PIV 00", 3)->alias, "PIV");
	assert_null(aid_by_alias("P\xC9V", 3));
}

/* Every alias is one ASCII word, leads back to its own row, and its bytes are a legal AID. */
static void test_every_alias(void **state)
{
	const struct aid *aid;
	size_t i = 0, n = 0;

	(void)state;
	while ((aid = aid_next(&i)) != NULL) {
		n++;
		for (const char *c = aid->alias; *c; c++)
			assert_true((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
				    (*c >= 'a' && *c <= 'z'));
		assert_in_range(aid->len, 5, AID_MAX);
		assert_ptr_equal(aid_by_alias(aid->alias, strlen(aid->alias)), aid);
		assert_ptr_equal(aid_lookup(aid->bytes, aid->len), aid);
	}
	assert_true(n >= 40);
	assert_null(aid_next(&i));
}

#define NROWS  (sizeof(rows) / sizeof(rows[0]))
#define NFIXED 2

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS] = {
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_every_alias),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NROWS; i++)
		tests[n++] = (struct CMUnitTest){rows[i].name, test_lookup_row, NULL, NULL,
						 (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("aid", tests, n, NULL, NULL);
}
