/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every allocation of the card database fails once: no crash, no leak, CS_E_NOMEM, what was there stays. */
#include "nomem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The sources themselves, so that their allocations can be counted; they take the place of the library's. */
#define malloc  limited_malloc
#define calloc  limited_calloc
#define realloc limited_realloc
#include "db/carddb.c"
#include "db/carddb_add.c"
#include "db/carddb_file.c"
#include "db/carddb_match.c"
#include "db/carddb_mem.c"
#include "db/carddb_parse.c"
#include "db/carddb_pattern.c"
#include "db/carddb_text.c"
#include "db/dbfiles.c"
#undef malloc
#undef calloc
#undef realloc

#define ENTRIES 3000

static char *large_list;
static char file[] = "/tmp/carddb-nomem-XXXXXX";

static const char first_list[] = "3B 00\n\tone\n\n3B 0. [12]3\n\ttwo\n";
static const char second_list[] =
	"3B 00\n\tone\n\tnew\n\n3B 00\n\tnewer\n\n3B (\n\tbad\n\n3B .. [12]3\n\tcaf\xE9\n";

static int make_lists(void **state)
{
	char *at;
	int fd = mkstemp(file);

	(void)state;
	at = large_list = malloc(ENTRIES * 200);
	if (fd < 0 || !at)
		return -1;
	for (unsigned i = 0; i < ENTRIES; i++)
		at += sprintf(at, "3F %02X %02X %s\n\ta description of some length: %u\n", i >> 8, i & 0xFF,
			      i % 3 ? "00" : "..", i);
	if (write(fd, large_list, strlen(large_list)) != (ssize_t)strlen(large_list))
		return -1;
	return close(fd);
}

static int remove_lists(void **state)
{
	(void)state;
	free(large_list);
	return unlink(file);
}

static enum cs_err load_into(struct carddb *db)
{
	const char *const given[] = {file};
	const struct dbfiles files = {.given = given, .ngiven = 1};
	const struct dbfiles places = {.root = "/nonexistent", .home = "/nonexistent"};
	enum cs_err err = carddb_load_memory(db, "first", first_list, sizeof(first_list) - 1, NULL, NULL);

	if (err == CS_OK)
		err = carddb_load_memory(db, "second", second_list, sizeof(second_list) - 1, NULL, NULL);
	if (err == CS_OK)
		err = dbfiles_load(db, &files, NULL, NULL);
	if (err == CS_OK)
		err = dbfiles_load(db, &places, NULL, NULL);
	return err;
}

static enum cs_err new_and_load(struct carddb **db)
{
	enum cs_err err = carddb_new(db);

	return err == CS_OK ? load_into(*db) : err;
}

static void what_is_there_can_be_found(const struct carddb *db)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	const uint8_t atr[] = {0x3B, 0x00};
	size_t there = 0;

	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		assert_true(e->ndescriptions > 0);
		there += strcmp(e->pattern, "3B 00") == 0;
	}
	assert_int_equal(carddb_lookup(db, atr, sizeof(atr), matches), there);
}

static void each_allocation_fails_once(void **state)
{
	enum cs_err err = CS_E_NOMEM;
	long n;

	(void)state;
	for (n = 0; err == CS_E_NOMEM; n++) {
		struct carddb *db = NULL;

		atomic_store(&until_failure, n);
		err = new_and_load(&db);
		atomic_store(&until_failure, NOMEM_OFF);
		if (!db)
			continue;
		what_is_there_can_be_found(db);
		assert_int_equal(load_into(db), CS_OK);
		assert_int_equal(carddb_count(db), ENTRIES + 5);
		what_is_there_can_be_found(db);
		carddb_free(&db);
	}
	assert_int_equal(err, CS_OK);
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails_once),
	};

	return cmocka_run_group_tests_name("carddb without memory", tests, make_lists, remove_lists);
}
