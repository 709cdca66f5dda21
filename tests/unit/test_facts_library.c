/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the library: found once each, in the order the loader would take them, none for another machine.
 */
#include "facts_harness.h"

/* The first 20 bytes of an ELF file end in e_type and e_machine; a NUL can not be part of a row. */
static void put_elf(const char *dir, const char *path, char machine)
{
	char where[TEMP_PATH_MAX];
	char elf[64] = "\x7f"
		       "ELF\2\1\1";
	struct temp_file file = {path, ""};

	elf[18] = machine;
	temp_put(dir, &file);
	snprintf(where, sizeof(where), "%s/%s", dir, path);
	temp_write(where, elf, sizeof(elf));
}

static void assert_copies(const struct facts *facts, const char *const *want)
{
	size_t n = 0;

	for (; want[n]; n += 2) {
		assert_true(n / 2 < facts->n_library);
		print_message("%s\n", facts->library[n / 2].path);
		assert_string_equal(facts->library[n / 2].path, want[n]);
		assert_string_equal(facts->library[n / 2].origin, want[n + 1]);
	}
	assert_int_equal(facts->n_library, n / 2);
}

static void test_places(void **state)
{
	static const struct temp_file files[] = {
		{"usr/lib/x86_64-linux-gnu/libpcsclite.so.1", "a"},
		{"lib", "-> usr/lib"},
		{"usr/local/lib/libpcsclite.so.1", "-> libpcsclite.so.2.3.1"},
		{"usr/local/lib/libpcsclite.so.2.3.1", "b"},
		{"home/u/lib/libpcsclite.so.1", "c"},
		{"snap/cards/current/usr/lib/x86_64-linux-gnu/libpcsclite.so.1", "d"},
		{"usr/lib64/libpcsclite.so.1/", ""},
		{NULL, NULL}};
	static const struct facts_env env = {.library_path = "/nowhere:relative:/home/u/lib::"};
	static const char *const want[] = {"/home/u/lib/libpcsclite.so.1",
					   "LD_LIBRARY_PATH",
					   "/usr/lib/x86_64-linux-gnu/libpcsclite.so.1",
					   "/usr/lib/x86_64-linux-gnu",
					   "/usr/local/lib/libpcsclite.so.1",
					   "/usr/local/lib",
					   "/snap/cards/current/usr/lib/x86_64-linux-gnu/libpcsclite.so.1",
					   "snap",
					   NULL};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, &env);
	assert_copies(&facts, want);
	assert_null(facts.library[0].version);
	assert_string_equal(facts.library[2].version, "2.3.1");
	facts_release(&facts);
}

static void test_machines(void **state)
{
	static const char *const want[] = {"/usr/lib/x86_64-linux-gnu/libpcsclite.so.1",
					   "/usr/lib/x86_64-linux-gnu", NULL};
	char dir[] = "/tmp/facts.XXXXXX";
	struct facts_options options = {.dir = dir};
	struct facts facts;

	(void)state;
	assert_non_null(mkdtemp(dir));
	put_elf(dir, "bin/sh", 62);
	put_elf(dir, "usr/lib/x86_64-linux-gnu/libpcsclite.so.1", 62);
	put_elf(dir, "usr/lib/i386-linux-gnu/libpcsclite.so.1", 3);
	assert_int_equal(facts_collect(&facts, &options), CS_OK);
	temp_remove(dir);
	assert_copies(&facts, want);
	facts_release(&facts);
}

static void test_none(void **state)
{
	static const struct temp_file files[] = {
		{"usr/lib/", ""}, {"etc/ld.so.cache", "garbage"}, {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_int_equal(facts.n_library, 0);
	facts_release(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("facts_library", tests, NULL, NULL);
}
