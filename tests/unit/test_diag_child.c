/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs asked under a deadline: what they say, how they end, and that none can hang us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "diag/child.h"

#define LIMIT_MS 10000

struct row {
	const char *name, *script;
	int status;
	const char *out;
};

static const struct row rows[] = {
	{"nothing said", "exit 0", 0, ""},
	{"a status", "echo a; exit 7", 7, "a\n"},
	{"both streams in their order", "echo a; echo b >&2; echo c", 0, "a\nb\nc\n"},
	{"a signal", "kill -TERM $$", 128 + SIGTERM, ""},
	{"nothing to read on stdin", "cat; echo end", 0, "end\n"},
	{"its own environment", "echo $LC_ALL $PATH $HOME$LD_PRELOAD", 0,
	 "C /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"},
	{"it ends after it closed its streams", "exec >&- 2>&-; sleep 0.05; exit 3", 3, ""},
	{"a child of it keeps the streams open", "sleep 5 & echo on", 0, "on\n"},
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *argv[] = {"sh", "-c", rows[i].script, NULL};
		int64_t start = now_ms();
		struct child_result result;
		struct pool pool = {0};

		print_message("%s\n", rows[i].name);
		assert_int_equal(child_run(&pool, argv, LIMIT_MS, &result), CS_OK);
		assert_int_equal(result.status, rows[i].status);
		assert_string_equal(result.out, rows[i].out);
		assert_int_equal(result.len, strlen(rows[i].out));
		assert_true(now_ms() - start < 4000);
		pool_release(&pool);
	}
}

static void test_not_found(void **state)
{
	const char *argv[] = {"no-program-has-this-name", NULL};
	const char *with_slash[] = {"/nowhere/at/all", NULL};
	struct child_result result;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(child_run(&pool, argv, LIMIT_MS, &result), CS_E_NOT_FOUND);
	assert_int_equal(result.error, ENOENT);
	assert_int_equal(result.status, -1);
	assert_int_equal(child_run(&pool, with_slash, LIMIT_MS, &result), CS_E_NOT_FOUND);
	assert_null(pool.blocks);
}

static void test_not_executable(void **state)
{
	const char *argv[] = {"/etc/passwd", NULL};
	struct child_result result;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(child_run(&pool, argv, LIMIT_MS, &result), CS_E_IO);
	assert_int_equal(result.error, EACCES);
}

/* Gone, or dead and not yet collected by its new parent. */
static bool is_dead(int pid)
{
	char path[64], state = 'Z';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return true;
	if (fscanf(f, "%*d %*s %c", &state) != 1)
		state = 'Z';
	fclose(f);
	return state == 'Z' || state == 'X';
}

/* Killed with its children, also when it will not listen to signals; what it said is kept. */
static void test_timeout(void **state)
{
	static const char *const scripts[] = {
		"echo begun; trap '' TERM INT; sleep 60 & echo $! >&2; wait; sleep 60",
		"echo begun; echo $$; exec >&- 2>&-; sleep 60",
		"echo begun; echo $$; kill -STOP $$",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		const char *argv[] = {"sh", "-c", scripts[i], NULL};
		int64_t start = now_ms();
		struct child_result result;
		struct pool pool = {0};
		int pid;

		assert_int_equal(child_run(&pool, argv, 300, &result), CS_E_TIMEOUT);
		assert_true(now_ms() - start >= 300 && now_ms() - start < 2000);
		assert_int_equal(result.status, -1);
		assert_memory_equal(result.out, "begun\n", 6);
		pid = atoi(result.out + 6);
		assert_true(pid > 1);
		for (int ms = 0; ms < 1000 && !is_dead(pid); ms++)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		assert_true(is_dead(pid));
		pool_release(&pool);
	}
}

static void test_endless_writer(void **state)
{
	const char *argv[] = {"yes", NULL};
	int64_t start = now_ms();
	struct child_result result;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(child_run(&pool, argv, 200, &result), CS_E_TIMEOUT);
	assert_true(now_ms() - start < 2000);
	assert_int_equal(result.len, CHILD_OUT_MAX);
	assert_int_equal(strlen(result.out), CHILD_OUT_MAX);
	pool_release(&pool);
}

static void test_more_than_fits(void **state)
{
	const char *argv[] = {"head", "-c", "1000000", "/dev/zero", NULL};
	struct child_result result;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(child_run(&pool, argv, LIMIT_MS, &result), CS_OK);
	assert_int_equal(result.status, 0);
	assert_int_equal(result.len, CHILD_OUT_MAX);
	pool_release(&pool);
}

static void test_side_by_side(void **state)
{
	const char *argv[] = {"sh", "-c", "sleep 0.5; echo done", NULL};
	int64_t start = now_ms();
	struct child child[4];
	struct pool pool = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		child_start(&child[i], argv, LIMIT_MS);
	for (size_t i = 0; i < 4; i++) {
		struct child_result result;

		assert_int_equal(child_finish(&child[i], &pool, &result), CS_OK);
		assert_string_equal(result.out, "done\n");
	}
	assert_true(now_ms() - start < 1500);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),           cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_not_executable), cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_endless_writer), cmocka_unit_test(test_more_than_fits),
		cmocka_unit_test(test_side_by_side),
	};

	return cmocka_run_group_tests_name("diag_child", tests, NULL, NULL);
}
