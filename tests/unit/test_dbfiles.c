/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/dbfiles.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LIST     "/smartcard_list.txt"

#define DATA    "/xdg/data/cardscope" LIST
#define CACHE   "/xdg/cache" LIST
#define HOMELY  "/home/.smartcard_list.txt"
#define HDATA   "/home/.local/share/cardscope" LIST
#define HCACHE  "/home/.cache" LIST
#define LOCAL   "/usr/local/share/pcsc" LIST
#define SYSTEM  "/usr/share/pcsc" LIST
#define OWN     "/own" LIST
#define NAMED   "/named"
#define NAMED_2 "/named2"

/* One test's files: a directory, what was made in it, the database, and what was said of the files. */
struct world {
	char dir[32];
	char *made[64];
	size_t nmade;
	char xdg_data[64], xdg_cache[64], home[64], own[64], named[64], named2[64];
	struct dbfiles where;
	struct carddb *db;
	char said[2048];
};

static int enter(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/dbfiles-XXXXXX");
	if (!mkdtemp(w->dir) || carddb_new(&w->db) != CS_OK)
		return -1;
	snprintf(w->xdg_data, sizeof(w->xdg_data), "%s/xdg/data", w->dir);
	snprintf(w->xdg_cache, sizeof(w->xdg_cache), "%s/xdg/cache", w->dir);
	snprintf(w->home, sizeof(w->home), "%s/home", w->dir);
	snprintf(w->own, sizeof(w->own), "%s/own", w->dir);
	snprintf(w->named, sizeof(w->named), "%s" NAMED, w->dir);
	snprintf(w->named2, sizeof(w->named2), "%s" NAMED_2, w->dir);
	w->where = (struct dbfiles){.xdg_data_home = w->xdg_data,
				    .xdg_cache_home = w->xdg_cache,
				    .home = w->home,
				    .datadir = w->own,
				    .root = w->dir};
	*state = w;
	return 0;
}

static int leave(void **state)
{
	struct world *w = *state;
	int failed;

	while (w->nmade > 0) {
		remove(w->made[--w->nmade]);
		free(w->made[w->nmade]);
	}
	failed = rmdir(w->dir);
	carddb_free(&w->db);
	free(w);
	return failed;
}

static char *below(const struct world *w, const char *path, size_t len)
{
	char *full = malloc(strlen(w->dir) + len + 1);

	assert_non_null(full);
	sprintf(full, "%s%.*s", w->dir, (int)len, path);
	return full;
}

static const char *remember(struct world *w, char *path)
{
	assert_true(w->nmade < COUNT(w->made));
	return w->made[w->nmade++] = path;
}

/* Makes the directories above @path; returns the full path, which leave() will remove. */
static const char *make_way(struct world *w, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		char *full = below(w, path, (size_t)(slash - path));

		if (mkdir(full, 0700) == 0) {
			remember(w, full);
		} else {
			assert_int_equal(errno, EEXIST);
			free(full);
		}
	}
	return remember(w, below(w, path, strlen(path)));
}

static void put(struct world *w, const char *path, const char *text)
{
	FILE *f = fopen(make_way(w, path), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* A list of one card, named like its place. */
static void put_card(struct world *w, const char *path)
{
	char list[160];

	snprintf(list, sizeof(list), "3B 00\n\t%s\n", path);
	put(w, path, list);
}

static void note(void *data, const struct carddb_problem *p)
{
	struct world *w = data;
	size_t used = strlen(w->said), prefix = strlen(w->dir);
	const char *file = strncmp(p->file, w->dir, prefix) == 0 ? p->file + prefix : p->file;

	snprintf(w->said + used, sizeof(w->said) - used, "%s:%zu: %s\n", file, p->line, p->message);
}

static enum cs_err load(struct world *w)
{
	return dbfiles_load(w->db, &w->where, note, w);
}

/* The places of the entries, in order. */
static void expect(struct world *w, const char *const *places, size_t n)
{
	assert_int_equal(carddb_count(w->db), n);
	for (size_t i = 0; i < n; i++) {
		const struct carddb_entry *e = carddb_entry_get(w->db, i);

		assert_string_equal(e->descriptions[0], places[i]);
		assert_string_equal(e->file + strlen(w->dir), places[i]);
	}
}
#define EXPECT(w, ...)                                                                                       \
	expect((w), (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static void put_everywhere(struct world *w)
{
	static const char *const places[] = {OWN,  SYSTEM, LOCAL,  HOMELY, CACHE,
					     DATA, HDATA,  HCACHE, NAMED,  NAMED_2};

	for (size_t i = 0; i < COUNT(places); i++)
		put_card(w, places[i]);
}

static void every_place_in_order(void **state)
{
	struct world *w = *state;

	put_everywhere(w);
	w->where.smartcard_list = w->named;
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, NAMED, DATA, CACHE, HOMELY, LOCAL, SYSTEM, OWN);
	assert_string_equal(w->said, "");
}

static void given_files_and_nothing_else(void **state)
{
	struct world *w = *state;
	const char *const given[] = {w->named2, w->named};

	put_everywhere(w);
	w->where.smartcard_list = w->named;
	w->where.given = given;
	w->where.ngiven = 2;
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, NAMED_2, NAMED);
	assert_string_equal(w->said, "");
}

static void the_defaults_lie_in_home(void **state)
{
	struct world *w = *state;

	put_everywhere(w);
	w->where.smartcard_list = "";
	w->where.xdg_data_home = NULL;
	w->where.xdg_cache_home = "";
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, HDATA, HCACHE, HOMELY, LOCAL, SYSTEM, OWN);
}

static void a_relative_xdg_directory_is_unset(void **state)
{
	struct world *w = *state;

	put_everywhere(w);
	w->where.xdg_data_home = "xdg/data";
	w->where.xdg_cache_home = "../cache";
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, HDATA, HCACHE, HOMELY, LOCAL, SYSTEM, OWN);
}

static void without_home(void **state)
{
	static const char *const unset[] = {NULL, ""};
	struct world *w = *state;

	put_card(w, SYSTEM);
	for (size_t i = 0; i < COUNT(unset); i++) {
		w->where.home = w->where.xdg_data_home = w->where.xdg_cache_home = w->where.datadir =
			unset[i];
		assert_int_equal(load(w), CS_OK);
		EXPECT(w, SYSTEM);
		assert_string_equal(w->said, "");
	}
}

static void nothing_anywhere_is_no_problem(void **state)
{
	struct world *w = *state;

	assert_int_equal(load(w), CS_OK);
	assert_int_equal(carddb_count(w->db), 0);
	assert_string_equal(w->said, "");
}

/* An update that failed leaves such a file behind; pcsc-tools then knows no card at all for hours. */
static void an_empty_cache_hides_nothing(void **state)
{
	struct world *w = *state;

	put(w, CACHE, "");
	put_card(w, SYSTEM);
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, SYSTEM);
	assert_string_equal(w->said, CACHE ":0: is empty\n");
}

static void a_broken_list_hides_nothing(void **state)
{
	struct world *w = *state;

	put(w, CACHE, "<html>\n");
	put_card(w, SYSTEM);
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, SYSTEM);
	assert_string_equal(w->said, CACHE ":1: a character that patterns do not have\n");
}

/* Distributions ship lists with cut entries for years: that is told only of files the user can mend. */
static void a_cut_entry_is_told_to_its_owner(void **state)
{
	struct world *w = *state;

	put(w, SYSTEM, "3B 00\n\tcard\n\n\tcut off\n3B (\n\tx\n");
	put(w, CACHE, "3B 01\n\tcard\n\n\tcut off\n");
	assert_int_equal(load(w), CS_OK);
	assert_int_equal(carddb_count(w->db), 2);
	assert_string_equal(w->said, CACHE ":4: description without a pattern above it\n" SYSTEM
					   ":5: a character that patterns do not have\n");
}

static void odd_files_hide_nothing(void **state)
{
	struct world *w = *state;

	assert_int_equal(mkdir(make_way(w, CACHE), 0700), 0);
	assert_int_equal(mkfifo(make_way(w, HOMELY), 0600), 0);
	assert_int_equal(symlink("/dev/null", make_way(w, LOCAL)), 0);
	assert_int_equal(symlink("smartcard_list.txt", make_way(w, DATA)), 0);
	put(w, SYSTEM, "3B 00\n\tlarge\n");
	assert_int_equal(truncate(w->made[w->nmade - 1], (off_t)CARDDB_FILE_MAX + 1), 0);
	put_card(w, OWN);
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, OWN);
	assert_string_equal(w->said,
			    DATA ":0: can not be read: Too many levels of symbolic links\n" CACHE
				 ":0: is a directory\n" HOMELY ":0: is not a regular file\n" LOCAL
				 ":0: is not a regular file\n" SYSTEM ":0: is too large for a list\n");
}

static void a_file_in_the_way_is_no_list(void **state)
{
	struct world *w = *state;

	put(w, "/home", "");
	put_card(w, SYSTEM);
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, SYSTEM);
	assert_string_equal(w->said, "");
}

static void the_named_list_has_to_be_there(void **state)
{
	struct world *w = *state;

	put_card(w, SYSTEM);
	w->where.smartcard_list = w->named;
	assert_int_equal(load(w), CS_OK);
	EXPECT(w, SYSTEM);
	assert_string_equal(w->said, NAMED ":0: can not be read: No such file or directory\n");
}

static void a_given_list_has_to_be_there(void **state)
{
	struct world *w = *state;
	const char *const given[] = {w->named, w->own, "/dev/zero", w->named2, ""};

	put_card(w, NAMED_2);
	put_card(w, OWN);
	w->where.given = given;
	w->where.ngiven = COUNT(given);
	assert_int_equal(load(w), CS_E_NOT_FOUND);
	EXPECT(w, NAMED_2);
	assert_string_equal(w->said, NAMED ":0: can not be read: No such file or directory\n"
					   "/own:0: is a directory\n"
					   "/dev/zero:0: is not a regular file\n"
					   ":0: can not be read: No such file or directory\n");
}

static void a_given_empty_list_is_there(void **state)
{
	struct world *w = *state;
	const char *const given[] = {w->named};

	put(w, NAMED, "");
	w->where.given = given;
	w->where.ngiven = 1;
	assert_int_equal(load(w), CS_OK);
	assert_string_equal(w->said, NAMED ":0: is empty\n");
}

/* What the shell makes of --db <(command). */
static void a_given_pipe_is_read(void **state)
{
	static const char list[] = "3B 00\n\tpiped\n";
	struct world *w = *state;
	char path[32];
	const char *const given[] = {path};
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(write(ends[1], list, sizeof(list) - 1), sizeof(list) - 1);
	assert_int_equal(close(ends[1]), 0);
	w->where.given = given;
	w->where.ngiven = 1;
	assert_int_equal(load(w), CS_OK);
	assert_int_equal(carddb_count(w->db), 1);
	assert_string_equal(carddb_entry_get(w->db, 0)->descriptions[0], "piped");
	assert_string_equal(w->said, "");
	close(ends[0]);
}

static void the_same_list_twice_counts_once(void **state)
{
	struct world *w = *state;
	const char *system_list;

	put_card(w, SYSTEM);
	system_list = w->made[w->nmade - 1];
	assert_int_equal(link(system_list, make_way(w, CACHE)), 0);
	assert_int_equal(load(w), CS_OK);
	assert_int_equal(carddb_count(w->db), 1);
}

static void nobody_has_to_listen(void **state)
{
	struct world *w = *state;

	put(w, CACHE, "");
	put_card(w, SYSTEM);
	w->where.smartcard_list = w->named;
	assert_int_equal(dbfiles_load(w->db, &w->where, NULL, NULL), CS_OK);
	EXPECT(w, SYSTEM);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_place_in_order),
		TEST(given_files_and_nothing_else),
		TEST(the_defaults_lie_in_home),
		TEST(a_relative_xdg_directory_is_unset),
		TEST(without_home),
		TEST(nothing_anywhere_is_no_problem),
		TEST(an_empty_cache_hides_nothing),
		TEST(a_broken_list_hides_nothing),
		TEST(a_cut_entry_is_told_to_its_owner),
		TEST(odd_files_hide_nothing),
		TEST(a_file_in_the_way_is_no_list),
		TEST(the_named_list_has_to_be_there),
		TEST(a_given_list_has_to_be_there),
		TEST(a_given_empty_list_is_there),
		TEST(a_given_pipe_is_read),
		TEST(the_same_list_twice_counts_once),
		TEST(nobody_has_to_listen),
	};

	return cmocka_run_group_tests_name("dbfiles", tests, NULL, NULL);
}
