/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carddb_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A directory of our own for the tests that need files; files in it are named by the tests. */
static char dir[] = "/tmp/carddb-XXXXXX";
static char path[64];

static const char *in_dir(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put_file(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void a_file_is_read_or_missed(void **state)
{
	struct carddb *db = fresh();
	struct log log = {0};

	(void)state;
	put_file("list", "3B 00\n\tone\n\torphan\n\n\tx\n");
	assert_int_equal(carddb_load(db, in_dir("list"), note, &log), CS_OK);
	assert_string_equal(log.text, "5:0 description without a pattern above it\n");
	assert_int_equal(carddb_count(db), 1);
	assert_string_equal(carddb_entry_get(db, 0)->file, in_dir("list"));
	assert_int_equal(carddb_load(db, in_dir("none"), note, &log), CS_E_NOT_FOUND);
	assert_int_equal(carddb_load(db, in_dir("list/none"), note, &log), CS_E_NOT_FOUND);
	assert_int_equal(carddb_load(db, "", note, &log), CS_E_NOT_FOUND);
	assert_int_equal(carddb_count(db), 1);
	put_file("zero", "");
	log = (struct log){0};
	assert_int_equal(carddb_load(db, in_dir("zero"), note, &log), CS_OK);
	assert_string_equal(log.text, "0:0 is empty\n");
	carddb_free(&db);
}

static void no_directories_or_devices(void **state)
{
	static const char *const devices[] = {"/dev/zero", "/dev/null", "/dev/tty"};
	struct carddb *db = fresh();

	(void)state;
	assert_int_equal(carddb_load(db, dir, NULL, NULL), CS_E_IO);
	assert_int_equal(errno, EISDIR);
	for (size_t i = 0; i < COUNT(devices); i++)
		assert_int_equal(carddb_load(db, devices[i], NULL, NULL), CS_E_IO);
	assert_int_equal(symlink("loop", in_dir("loop")), 0);
	assert_int_equal(carddb_load(db, in_dir("loop"), NULL, NULL), CS_E_IO);
	assert_int_equal(errno, ELOOP);
	carddb_free(&db);
}

static void too_large_a_file(void **state)
{
	struct carddb *db = fresh();

	(void)state;
	put_file("large", "3B 00\n\tone\n");
	assert_int_equal(truncate(in_dir("large"), (off_t)CARDDB_FILE_MAX + 1), 0);
	assert_int_equal(carddb_load(db, in_dir("large"), NULL, NULL), CS_E_TOO_LONG);
	assert_int_equal(carddb_count(db), 0);
	carddb_free(&db);
}

/* The child writes slowly, in two pieces, the second longer than a pipe holds. */
static void write_slowly(const char *fifo)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	int fd = open(fifo, O_WRONLY);
	char line[32];

	nanosleep(&pause, NULL);
	if (fd < 0 || write(fd, "3B 00\n\tone\n\n", 12) != 12)
		_exit(1);
	nanosleep(&pause, NULL);
	for (unsigned i = 0; i < 0x4000; i++) {
		int n = snprintf(line, sizeof(line), "3B 01 %02X %02X\n\ttwo\n\n", i >> 8, i & 0xFF);

		if (write(fd, line, (size_t)n) != n)
			_exit(1);
	}
	_exit(0);
}

static void a_fifo_is_read_to_its_end(void **state)
{
	struct carddb *db = fresh();
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_slowly(path);
	assert_int_equal(carddb_load(db, path, NULL, NULL), CS_OK);
	assert_int_equal(carddb_count(db), 1 + 0x4000);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	carddb_free(&db);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const names[] = {"list", "zero", "loop", "large", "fifo"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		unlink(in_dir(names[i]));
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_or_missed),
		cmocka_unit_test(no_directories_or_devices),
		cmocka_unit_test(too_large_a_file),
		cmocka_unit_test(a_fifo_is_read_to_its_end),
	};

	return cmocka_run_group_tests_name("carddb files", tests, make_dir, remove_dir);
}
