/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules for polkit: what is refused, what is escaped. That they work is tests/stack/polkit.sh's to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "diag/polkit_rule.h"

static const char user_rule[] =
	"// Smart cards without an active local session; beside it the defaults of pcsc-lite stay in force.\n"
	"polkit.addRule(function(action, subject) {\n"
	"    if ((action.id === \"org.debian.pcsc-lite.access_pcsc\" ||\n"
	"         action.id === \"org.debian.pcsc-lite.access_card\") && subject.user === \"alice\") {\n"
	"        return polkit.Result.YES;\n"
	"    }\n"
	"});\n";

static const char group_pkla[] = "[Smart cards without an active local session]\n"
				 "Identity=unix-group:card-users\n"
				 "Action=org.debian.pcsc-lite.access_pcsc;org.debian.pcsc-lite.access_card\n"
				 "ResultAny=yes\n"
				 "ResultInactive=yes\n"
				 "ResultActive=yes\n";

static void test_forms(void **state)
{
	struct pool pool = {0};
	const char *text;

	(void)state;
	assert_int_equal(
		polkit_rule_build(&text, &pool, &(struct polkit_rule){.user = "alice"}, POLKIT_RULES), CS_OK);
	assert_string_equal(text, user_rule);
	assert_int_equal(
		polkit_rule_build(&text, &pool, &(struct polkit_rule){.group = "card-users"}, POLKIT_PKLA),
		CS_OK);
	assert_string_equal(text, group_pkla);
	pool_release(&pool);
}

static void test_path(void **state)
{
	(void)state;
	assert_string_equal(polkit_rule_path(POLKIT_RULES), "/etc/polkit-1/rules.d/49-pcscd.rules");
	assert_string_equal(polkit_rule_path(POLKIT_PKLA),
			    "/etc/polkit-1/localauthority/50-local.d/49-pcscd.pkla");
}

static char too_long[POLKIT_NAME_MAX + 2];

static void test_refused(void **state)
{
	static const char *const no_name[] = {""}, *const bad[] = {"good", "bad \xFF name"},
				 *const good[] = {"A Reader 00 00"}, *const vast[] = {too_long};
	static const struct {
		const char *name;
		struct polkit_rule rule;
		enum polkit_form form;
		enum cs_err err;
	} rows[] = {
		{"nobody", {NULL, NULL, NULL, 0}, POLKIT_RULES, CS_E_ARG},
		{"user and group", {"a", "b", NULL, 0}, POLKIT_RULES, CS_E_ARG},
		{"empty user", {"", NULL, NULL, 0}, POLKIT_RULES, CS_E_EMPTY},
		{"empty group", {NULL, "", NULL, 0}, POLKIT_PKLA, CS_E_EMPTY},
		{"empty reader", {"a", NULL, no_name, 1}, POLKIT_RULES, CS_E_EMPTY},
		{"user too long", {too_long, NULL, NULL, 0}, POLKIT_RULES, CS_E_TOO_LONG},
		{"reader too long", {"a", NULL, vast, 1}, POLKIT_RULES, CS_E_TOO_LONG},
		{"user not UTF-8", {"\xC3", NULL, NULL, 0}, POLKIT_RULES, CS_E_FORMAT},
		{"second reader not UTF-8", {"a", NULL, bad, 2}, POLKIT_RULES, CS_E_FORMAT},
		{"user beyond U+FFFF", {"\xF0\x9F\x98\x80", NULL, NULL, 0}, POLKIT_RULES, CS_E_FORMAT},
		{"pkla with a reader", {"a", NULL, good, 1}, POLKIT_PKLA, CS_E_ARG},
		{"pkla with a list", {"a;unix-user:b", NULL, NULL, 0}, POLKIT_PKLA, CS_E_FORMAT},
		{"pkla with a pattern", {NULL, "*", NULL, 0}, POLKIT_PKLA, CS_E_FORMAT},
		{"pkla with a line", {"a\n[b]", NULL, NULL, 0}, POLKIT_PKLA, CS_E_FORMAT},
	};

	(void)state;
	memset(too_long, 'x', POLKIT_NAME_MAX + 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool pool = {0};
		const char *text;

		if (polkit_rule_build(&text, &pool, &rows[i].rule, rows[i].form) != rows[i].err)
			fail_msg("%s", rows[i].name);
		pool_release(&pool);
	}
}

static void test_longest(void **state)
{
	struct pool pool = {0};
	const char *text;

	(void)state;
	memset(too_long, 'x', POLKIT_NAME_MAX);
	too_long[POLKIT_NAME_MAX] = '\0';
	assert_int_equal(
		polkit_rule_build(&text, &pool, &(struct polkit_rule){.user = too_long}, POLKIT_RULES),
		CS_OK);
	assert_non_null(strstr(text, too_long));
	too_long[POLKIT_NAME_MAX] = 'x';
	pool_release(&pool);
}

static void test_escapes(void **state)
{
	static const struct {
		const char *name, *word;
	} rows[] = {
		{"plain-1 (x)", "\"plain-1 (x)\""},
		{"a\"b", "\"a\\u0022b\""},
		{"a'b", "\"a\\u0027b\""},
		{"a\\", "\"a\\u005C\""},
		{"</script>", "\"\\u003C/script\\u003E\""},
		{"a\nb\tc\x7F", "\"a\\u000Ab\\u0009c\\u007F\""},
		{"\xC3\xA9", "\"\\u00E9\""},
		{"\xE2\x80\xA8", "\"\\u2028\""},
		{"\xEF\xBF\xBF", "\"\\uFFFF\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool pool = {0};
		const char *text;

		assert_int_equal(polkit_rule_build(&text, &pool, &(struct polkit_rule){.group = rows[i].name},
						   POLKIT_RULES),
				 CS_OK);
		if (!strstr(text, "subject.isInGroup(") || !strstr(text, rows[i].word))
			fail_msg("%s: %s", rows[i].word, text);
		pool_release(&pool);
	}
}

static void test_readers(void **state)
{
	static const char *const names[] = {"One (1) 00 00", "Two\" 0A 01"};
	const struct polkit_rule rule = {.user = "u", .reader = names, .n_readers = 2};
	struct pool pool = {0};
	const char *text;

	(void)state;
	assert_int_equal(polkit_rule_build(&text, &pool, &rule, POLKIT_RULES), CS_OK);
	assert_non_null(strstr(text, "if (isReader(reader, \"One (1)\") ||\n"
				     "            isReader(reader, \"Two\\u0022\")) {"));
	assert_non_null(strstr(text, "\"org.debian.pcsc-lite.access_pcsc\" && subject.user === \"u\") {\n"));
	assert_non_null(strstr(text, "\"org.debian.pcsc-lite.access_card\" && subject.user === \"u\") {\n"));
	pool_release(&pool);
}

static void test_stem(void **state)
{
	static const struct {
		const char *name;
		size_t len;
	} rows[] = {{"A 00 00", 1},        {"Reader (12) 0F 01", 11}, {"Reader 00", 9},   {"Reader", 6},
		    {"Reader 0G 00", 12},  {"Reader 000 00", 13},     {" 00 00", 6},      {"", 0},
		    {"Reader 00 00 ", 13}, {"A 00 00 00", 4},         {"Reader00 00", 11}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (polkit_reader_stem(rows[i].name) != rows[i].len)
			fail_msg("'%s': %zu", rows[i].name, polkit_reader_stem(rows[i].name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),   cmocka_unit_test(test_path),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_longest),
		cmocka_unit_test(test_escapes), cmocka_unit_test(test_readers),
		cmocka_unit_test(test_stem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
