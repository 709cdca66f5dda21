/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/redact.h"

static const struct {
	const char *text, *want;
} rows[] = {
	{"user: alice", "user: USER"},
	{"alice, (alice) and alice.", "USER, (USER) and USER."},
	{"malice alice_2 alicex", "malice alice_2 alicex"},
	{"alice", "USER"},
	{"/home/alice/.gnupg", "HOME/.gnupg"},
	{"/home/bob/x and /home/carol", "/home/USER/x and /home/USER"},
	{"/home/", "/home/USER"},
	{"box box.example.org", "HOST HOST.example.org"},
	{"Reader (0A1B) 00 00", "Reader (SERIAL) 00 00"},
	{"Reader (0A1BC) 00 00", "Reader (0A1BC) 00 00"},
	{"x on every line", "x on every line"},
	{"\xC3\xA9"
	 "alice",
	 "\xC3\xA9"
	 "alice"},
	{"", ""},
};

static void test_words(void **state)
{
	struct redact redact = {.n = 0};

	(void)state;
	redact_add(&redact, "alice", "USER");
	redact_add(&redact, "/home/alice", "HOME");
	redact_add(&redact, "box", "HOST");
	redact_add(&redact, "(0A1B)", "(SERIAL)");
	redact_add(&redact, "x", "LETTER");
	redact_add(&redact, NULL, "NOTHING");
	assert_int_equal(redact.n, 4);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		assert_non_null(out);
		redact_put(out, &redact, rows[i].text);
		fclose(out);
		assert_string_equal(text, rows[i].want);
		free(text);
	}
}

static void test_room(void **state)
{
	struct redact redact = {.n = 0};

	(void)state;
	for (size_t i = 0; i < REDACT_MAX + 5; i++)
		redact_add(&redact, "alice", "USER");
	assert_int_equal(redact.n, REDACT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
