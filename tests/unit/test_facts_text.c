/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small readers behind the facts: KEY=value files, rules of polkit, the loader's cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/keyvalue.h"
#include "diag/ldcache.h"
#include "diag/rule_scan.h"

struct value_row {
	const char *text, *value; /* of KEY */
};

static const struct value_row value_rows[] = {
	{NULL, NULL},
	{"", NULL},
	{"KEY", NULL},
	{"KEY=", ""},
	{"KEY=a", "a"},
	{"KEY=a b  \r\nX=1", "a b"},
	{"  KEY=a", "a"},
	{"export\tKEY=a", "a"},
	{"exportKEY=a", NULL},
	{"# KEY=a", NULL},
	{"MY_KEY=a\nKEYS=b", NULL},
	{"KEY=a\nKEY=b\nX=c", "b"},
	{"KEY= \"a b\" # c", "a b"},
	{"KEY=\"a \\\"b\\\" \\\\\"", "a \"b\" \\"},
	{"KEY='a \\ \"b'", "a \\ \"b"},
	{"KEY=\"not closed\nX=1", "not closed"},
	{"KEY=\"ends in \\", "ends in \\"},
	{"KEY=it's", "it's"},
	{"\n\n\nKEY=a\n\n", "a"},
};

static void test_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(value_rows) / sizeof(*value_rows); i++) {
		struct pool pool = {0};
		const char *got = keyvalue_get(&pool, value_rows[i].text, "KEY");

		print_message("%s\n", value_rows[i].text ? value_rows[i].text : "NULL");
		if (value_rows[i].value) {
			assert_non_null(got);
			assert_string_equal(got, value_rows[i].value);
		} else {
			assert_null(got);
		}
		pool_release(&pool);
	}
}

static void test_lines(void **state)
{
	static const char text[] = "Uid:\t1\nGid:\t2\nUid:\t3";
	struct pool pool = {0};

	(void)state;
	assert_string_equal(keyvalue_behind(text, "Gid:"), "\t2\nUid:\t3");
	assert_ptr_equal(keyvalue_behind(text, "Uid:"), text + 4);
	assert_null(keyvalue_behind(text, "id:"));
	assert_null(keyvalue_behind(NULL, "Uid:"));
	assert_string_equal(keyvalue_word(&pool, " \tone two"), "one");
	assert_string_equal(keyvalue_word(&pool, "one\ntwo"), "one");
	assert_string_equal(keyvalue_word(&pool, "\n"), "");
	assert_null(keyvalue_next_line("a\n"));
	assert_null(keyvalue_next_line("a"));
	pool_release(&pool);
}

#define ADD      "polkit.addRule("
#define GUARD    "if (action.id == 'org.debian.pcsc-lite.access_pcsc') "
#define DENY     "return polkit.Result.NO; "
#define FUNCTION "function(action, subject) { "

struct rule_row {
	const char *name, *text;
	bool unguarded;
};

static const struct rule_row rule_rows[] = {
	{"nothing", "", false},
	{"denies everything", ADD FUNCTION DENY "});", true},
	{"denies a user everything", ADD FUNCTION "if (subject.user == 'bob') " DENY "});", true},
	{"guarded", ADD FUNCTION GUARD DENY "});", false},
	{"guarded by lookup", ADD FUNCTION "if (action.lookup('reader')) " DENY "});", false},
	{"guarded by a function", ADD FUNCTION "if (mine(action)) " DENY "});", false},
	{"guarded under another name", ADD "function(a, s) { if (a.id == 'x') " DENY "});", false},
	{"unguarded under another name", ADD "function(a, s) { if (s.a == 'x') " DENY "});", false},
	{"unguarded, the name only as part of others", ADD "function(ac, s) { if (s.back) " DENY "});", true},
	{"the name only in a comment", ADD FUNCTION "// action.id\n/* action */ " DENY "});", true},
	{"the name only in a string", ADD FUNCTION "polkit.log('action \\' action'); " DENY "});", true},
	{"results as text", ADD FUNCTION "return 'yes'; });", true},
	{"asks for a password", ADD FUNCTION "return polkit.Result.AUTH_ADMIN_KEEP; });", true},
	{"decides nothing", ADD FUNCTION "return polkit.Result.NOT_HANDLED; });", false},
	{"only logs", ADD FUNCTION "polkit.log('no'); });", false},
	{"an arrow function", ADD "(action, subject) => { " DENY "});", true},
	{"a guarded arrow function", ADD "(action, subject) => { " GUARD DENY "});", false},
	{"a named function", ADD "function deny(action, subject) { " DENY "});", true},
	{"a function from elsewhere", "function f(a, s) { " DENY "}\n" ADD "f);", false},
	{"an admin rule", "polkit.addAdminRule(function(action, subject) { return ['yes']; });", false},
	{"the second of two", ADD FUNCTION GUARD DENY "});\n" ADD FUNCTION DENY "});", true},
	{"the first of two", ADD FUNCTION DENY "});\n" ADD FUNCTION GUARD DENY "});", true},
	{"a comment around it", "/* " ADD FUNCTION DENY "}); */", false},
	{"a comment that does not end", "/* " ADD FUNCTION DENY "});", false},
	{"cut off in the parameters", ADD "function(action", false},
	{"cut off behind the call", ADD, false},
	{"no parameters", ADD "function() { " DENY "});", false},
};

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rule_rows) / sizeof(*rule_rows); i++) {
		struct pool pool = {0};

		print_message("%s\n", rule_rows[i].name);
		assert_int_equal(rule_scan_unguarded(&pool, rule_rows[i].text), rule_rows[i].unguarded);
		pool_release(&pool);
	}
}

#define HEADER_LEN 48
#define ENTRY_LEN  24

static void put(char *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

/* A cache with two entries for the library and one for another, and the texts behind them. */
static size_t make_cache(char *out)
{
	static const char texts[] = "libpcsclite.so.1\0/lib/a.so.1\0/lib/b.so.1\0libc.so.6\0relative";
	static const struct {
		uint32_t key, value;
	} entries[] = {{0, 17}, {42, 29}, {0, 29}, {0, 53}, {0, 4000}, {4000, 17}};
	const size_t n = sizeof(entries) / sizeof(*entries);
	const uint32_t base = HEADER_LEN + (uint32_t)n * ENTRY_LEN;

	memset(out, 0, base);
	memcpy(out, "glibc-ld.so.cache1.1", 20);
	put(out + 20, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		put(out + HEADER_LEN + i * ENTRY_LEN + 4, base + entries[i].key);
		put(out + HEADER_LEN + i * ENTRY_LEN + 8, base + entries[i].value);
	}
	memcpy(out + base, texts, sizeof(texts));
	return base + sizeof(texts);
}

static void test_cache(void **state)
{
	char cache[512], old[16 + 12 + 4 + 512] = "ld.so-1.7.0";
	size_t len = make_cache(cache);
	struct pool_list list = {0};
	struct pool pool = {0};

	(void)state;
	ldcache_lookup(&pool, cache, len, "libpcsclite.so.1", &list);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.item[0], "/lib/a.so.1");
	assert_string_equal(list.item[1], "/lib/b.so.1");
	put(old + 12, 1);
	memcpy(old + 32, cache, len);
	list.n = 0;
	ldcache_lookup(&pool, old, len + 32, "libpcsclite.so.1", &list);
	assert_int_equal(list.n, 2);
	list.n = 0;
	put(old + 12, 0xFFFFFFFF);
	ldcache_lookup(&pool, old, len + 32, "libpcsclite.so.1", &list);
	assert_int_equal(list.n, 0);
	put(cache + 20, 0xFFFFFFFF);
	ldcache_lookup(&pool, cache, len, "libpcsclite.so.1", &list);
	assert_int_equal(list.n, 2);
	pool_release(&pool);
}

/* Cut off anywhere: nothing is read behind the end, for the sanitizer to see. */
static void test_cache_cut(void **state)
{
	char cache[512];
	size_t len = make_cache(cache);

	(void)state;
	for (size_t n = 0; n <= len; n++) {
		struct pool_list list = {0};
		struct pool pool = {0};
		char *copy = malloc(n + 1);

		assert_non_null(copy);
		memcpy(copy, cache, n);
		copy = realloc(copy, n ? n : 1);
		ldcache_lookup(&pool, copy, n, "libpcsclite.so.1", &list);
		assert_int_equal(list.n, n < HEADER_LEN + 6 * ENTRY_LEN + 29   ? 0
					 : n < HEADER_LEN + 6 * ENTRY_LEN + 41 ? 1
									       : 2);
		free(copy);
		pool_release(&pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value), cmocka_unit_test(test_lines),     cmocka_unit_test(test_rules),
		cmocka_unit_test(test_cache), cmocka_unit_test(test_cache_cut),
	};

	return cmocka_run_group_tests_name("facts_text", tests, NULL, NULL);
}
