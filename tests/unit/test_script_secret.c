/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a prompt may remember. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/script_secret.h"
#include "script_harness.h"

struct row {
	const char *text;
	bool secret;
};

static const struct row units[] = {
	{"", false},
	{"# 00 20 00 81 04 31 32 33 34", false},
	{"00 A4 04 00 05 A0 00 00 03 08", false},
	{"00 20 00 81", false}, /* asks for the tries left */
	{"00 20 00 81 04 31 32 33 34", true},
	{"0020008104:31:32:33:34 => 9000", true},
	{"00 20 00 81 { \"1234\" }", true},
	{"00 20 00 81 08 31 32", true}, /* Lc promises more */
	{"01 24 00 81 08 31 32 33 34 35 36 37 38", true},
	{"A0 2C 00 81 10 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F", true},
	{"80 D8 00 81 01 00", true},
	{"FF 82 00 00 06 FF FF FF FF FF FF", true}, /* LOAD KEYS of PC/SC part 3 */
	{"mask 80 50 00 00 08 01 02 03 04 05 06 07 08", true},
	{"repeat 2 {\n00 20 00 81 04 31 32 33 34\n}", true},
	{"repeat 2 {\nif SW 9000 {\necho no\n} else {\n00 20 00 81 04 31 32 33 34\n}\n}", true},
	{"repeat 2 {\n00 B0 00 00 00\n}", false},
	{"echo first\n00 20 00 81 04 31 32 33 34\necho last", true},
	{"select PIV => 9000", false},
	{"set PIN \"1234\"", true},
	{"set PIN 31323334", true},
	{"set COPY $ATR", false},
	{"set PART $ATR[0:1]", false},
	{"set COPY $ATR 31", true},
	{"set COPY { $ATR 31 }", true},
	{"00 B0 $P 00 00", true}, /* P1 could make it one that hides its data */
	{"00 B0 00 00 $P", false},
	{"00 20 00 81 { $P }", true},
	{"$P", true},
	{"$P 00 00 00", true},
	{"00 A4 04 00 { $P }", false},
	{"00 CB 3F FF { tlv(5C { 5F C1 02 }) } 00", false},
	{"FF 00 00 00 04 D4 4A 01 00", false},
	{"FF 00 00 00 0F D4 40 01 60 04 FF FF FF FF FF FF 01 02 03 04", true},
	{"FF 00 00 00 { D4 40 01 60 04 FF FF FF FF FF FF $P }", true},
	{"90 C4 00 00 02 01 02 00", true},
	{"control 3500 FF 00 00 00 04 D4 4A 01 00", false},
	{"control 3400", false},
	{"control 1 FF 82 00 00 06 FF FF FF FF FF FF", true},
	{"control 1 $P", true},
	{"include expect.scr", false},
	{"connect \"Virtual PCD 00 00\" t1", false},

	/* with a mistake */
	{"00 A4 04 0Z", true}, /* might have become anything */
	{"00 A4 04 00 0Z", false},
	{"00 20 00 81 04 31 32 33 3Z", true},
	{"mas 00 20 00 81 04 31 32 33 34", true},
	{"repet 2 { 00 20 00 81 04 31 32 33 34 }", true},
	{"repeat 2 { 00 A4 04 00 0Z\n}", false},
	{"repeat 2 { 00 20 00 81 04 31 32 33 3Z\n}", true},
	{"conect", false},
	{"reset luke", false},
	{"st PIN 1234", true},
	{"echo $NOTHING", false},
	{"00 A4 04 00 0Z\n00 20 00 81 04 31 32 33 34", true},
};

static void a_unit_is_secret(void **state)
{
	struct h_state *h = malloc(sizeof(*h));

	(void)state;
	assert_non_null(h);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const struct script_text unit = {"main", units[i].text, strlen(units[i].text)};

		h_start(h, (struct script_options){0});
		if (h_parse(h, "set P 01", 8, 1) != CS_OK ||
		    h_parse(h, units[i].text, unit.len, 2) == CS_E_NOMEM)
			fail();
		if (script_is_secret(&h->script, &unit) != units[i].secret)
			fail_msg("%s: should be %s; %s", units[i].text, units[i].secret ? "secret" : "kept",
				 h->problems);
		h_stop(h);
	}
	free(h);
}

/* The file holds a PIN, the line that includes it does not. */
static void what_is_included_does_not_count(void **state)
{
	static const char text[] = "include select.scr";
	const struct script_text unit = {"main", text, strlen(text)};
	struct h_state *h = malloc(sizeof(*h));

	(void)state;
	assert_non_null(h);
	h_start(h, (struct script_options){0});
	assert_int_equal(h_parse(h, text, unit.len, 1), CS_OK);
	assert_string_equal(strstr(h_ops(h), "set"), "set FROM_FILE 01");
	assert_false(script_is_secret(&h->script, &unit));
	h_stop(h);
	free(h);
}

static void a_text_that_was_not_parsed_is_looked_at(void **state)
{
	static const char start[] = "00 20 00 81 04 31 32 33 34\n#";
	const size_t len = SCRIPT_FILE_MAX + 1;
	struct h_state *h = malloc(sizeof(*h));
	char *text = malloc(len);
	const struct script_text unit = {"main", text, len};

	(void)state;
	assert_non_null(h);
	assert_non_null(text);
	memset(text, ' ', len);
	memcpy(text, start, strlen(start));
	h_start(h, (struct script_options){0});
	assert_int_equal(script_parse(&h->script, &unit, 1), CS_E_TOO_LONG);
	assert_true(script_is_secret(&h->script, &unit));
	h_stop(h);
	free(text);
	free(h);
}

static const struct row texts[] = {
	{"", false},
	{" \t\r\n\n", false},
	{"00 A4 04 00", false},
	{"0x00 0xA4 0x04 0x00 junk", false},
	{"00A4", true},
	{"0", true},
	{"00 20 00 81 \\\n 04 31 32 33 34", true},
	{"00 20 00 81", true}, /* more could follow that is not read */
	{"SET KEY AABBCCDDEEFFGG", true},
	{"Echo 00 20 00 81", false},
	{"\"secret\"", true},
	{"pin \"secret\"", true},
	{"$PIN", true},
	{"set X $DATA", true},
	{"mask", true},
	{"control x", true},
	{"} else { 00 20 00 81 04 31 32 33 34", true},
	{"} else {", false},
	{"}}}", false},
	{"wait insert { 00 20", true},
	{"expect 9000", false},
	{"hello world", false},
	{"decod on", false},
	{"features all", false},
	{"\xFF\xFE", false},
};

static void a_text_is_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (script_text_is_secret(texts[i].text, strlen(texts[i].text)) != texts[i].secret)
			fail_msg("%s: should be %s", texts[i].text, texts[i].secret ? "secret" : "kept");
}

/* What is typed or pasted may be long. */
static void a_long_text_ends(void **state)
{
	const size_t len = 1 << 20;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = "if {"[i % 4];
	assert_false(script_text_is_secret(text, len));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_secret),
		cmocka_unit_test(what_is_included_does_not_count),
		cmocka_unit_test(a_text_that_was_not_parsed_is_looked_at),
		cmocka_unit_test(a_text_is_secret),
		cmocka_unit_test(a_long_text_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
