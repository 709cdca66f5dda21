/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file system that is diagnosed: no path leads out of it, nothing in it blocks, .meta stands for owners.
 */
#include <errno.h>
#include <fcntl.h>

#include "diag/root.h"
#include "temp_root.h"

static char base[] = "/tmp/diag-root.XXXXXX"; /* holds "secret" and the root, "r" */
static char dir[PATH_MAX];

static const char meta[] = "sock 666 0 0 s\nmine 600 1000 1000 f\nhers 600 1001 1000 f\nopen 644 1001 0 f\n"
			   "shut 700 0 0 d\nlisted 744 0 0 d\nroom 700 1000 0 d\nnode 660 0 24 c\n"
			   "min 0 7 7 f\n";

static const struct temp_file files[] = {
	{"a/f", "a/f"},
	{"a/b/g", "a/b/g"},
	{"a/top", "-> /"},
	{"m/.meta", meta},
	{"m/sock", ""},
	{"m/mine", "m/mine"},
	{"m/hers", "m/hers"},
	{"m/open", "m/open"},
	{"m/node", ""},
	{"m/shut/in", "m/shut/in"},
	{"m/listed/in", "m/listed/in"},
	{"m/room/in", "m/room/in"},
	{"lines", "first line\r\nsecond\n"},
	{"abs", "-> /a/f"},
	{"rel", "-> a/b"},
	{"up", "-> ../../../../a/f"},
	{"out", "-> ../secret"},
	{"dangling", "-> /nowhere"},
	{"loop1", "-> loop2"},
	{"loop2", "-> loop1"},
	{"../secret", "outside"},
	{NULL, NULL},
};

static int set_up(void **state)
{
	char path[TEMP_PATH_MAX];

	(void)state;
	temp_make(base, &files[sizeof(files) / sizeof(*files) - 1]);
	snprintf(dir, sizeof(dir), "%s/r", base);
	assert_int_equal(mkdir(dir, 0755), 0);
	for (size_t i = 0; files[i].path; i++)
		temp_put(dir, &files[i]);
	snprintf(path, sizeof(path), "%s/nul", dir);
	temp_write(path, "a\0b", 3);
	snprintf(path, sizeof(path), "%s/fifo", dir);
	return mkfifo(path, 0644);
}

static int tear_down(void **state)
{
	(void)state;
	temp_remove(base);
	return 0;
}

struct row {
	const char *path;
	const char *text; /* NULL: can not be read */
	int error;
};

static const struct row rows[] = {
	{"/a/f", "a/f", 0},
	{"//a/./b//g", "a/b/g", 0},
	{"/a/b/../f", "a/f", 0},
	{"/abs", "a/f", 0},
	{"/rel/g", "a/b/g", 0},
	{"/rel/../f", "a/f", 0},
	{"/up", "a/f", 0},
	{"/a/top/a/top/lines", "first line\r\nsecond\n", 0},
	{"/../../a/f", "a/f", 0},
	{"/out", NULL, ENOENT},
	{"/../secret", NULL, ENOENT},
	{"/a/../../secret", NULL, ENOENT},
	{"/a/top/../secret", NULL, ENOENT},
	{"/dangling", NULL, ENOENT},
	{"/loop1", NULL, ELOOP},
	{"/missing", NULL, ENOENT},
	{"/missing/../a/f", NULL, ENOENT},
	{"/a/f/g", NULL, ENOTDIR},
	{"/a", NULL, EISDIR},
	{"/fifo", NULL, EINVAL},
};

static void test_read(void **state)
{
	struct root root = {.dir = dir};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pool pool = {0};
		size_t len = 99;
		char *text;

		print_message("%s\n", rows[i].path);
		errno = 0;
		text = root_read(&root, &pool, rows[i].path, &len);
		if (rows[i].text) {
			assert_non_null(text);
			assert_string_equal(text, rows[i].text);
			assert_int_equal(len, strlen(rows[i].text));
		} else {
			assert_null(text);
			assert_int_equal(errno, rows[i].error);
		}
		pool_release(&pool);
	}
}

static void test_read_more(void **state)
{
	struct root root = {.dir = dir};
	struct pool pool = {0};
	char *big = malloc(ROOT_FILE_MAX + 10), *text, path[TEMP_PATH_MAX];
	size_t len;

	(void)state;
	assert_non_null(big);
	memset(big, 'x', ROOT_FILE_MAX + 10);
	snprintf(path, sizeof(path), "%s/big", dir);
	temp_write(path, big, ROOT_FILE_MAX + 10);
	text = root_read(&root, &pool, "/big", &len);
	assert_non_null(text);
	assert_int_equal(len, ROOT_FILE_MAX);
	assert_int_equal(strlen(text), ROOT_FILE_MAX);
	text = root_read(&root, &pool, "/nul", &len);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	assert_string_equal(root_line(&root, &pool, "/lines"), "first line");
	assert_null(root_line(&root, &pool, "/missing"));
	free(big);
	pool_release(&pool);
}

static void test_long_path(void **state)
{
	struct root root = {.dir = dir};
	struct pool pool = {0};
	char path[PATH_MAX + 10];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	errno = 0;
	assert_null(root_read(&root, &pool, path, NULL));
	assert_int_equal(errno, ENAMETOOLONG);
	root = (struct root){.dir = "", .live = true};
	assert_null(root_read(&root, &pool, path, NULL));
	assert_int_equal(errno, ENAMETOOLONG);
}

static void test_list(void **state)
{
	static const char *const names[] = {"hers", "listed", "mine", "node", "open", "room", "shut", "sock"};
	struct root root = {.dir = dir};
	struct pool pool = {0};
	struct pool_list list;

	(void)state;
	assert_true(root_list(&root, &pool, "/m", &list));
	assert_int_equal(list.n, sizeof(names) / sizeof(*names));
	for (size_t i = 0; i < list.n; i++)
		assert_string_equal(list.item[i], names[i]);
	assert_false(root_list(&root, &pool, "/a/f", &list));
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(list.n, 0);
	pool_release(&pool);
}

static void test_links(void **state)
{
	struct root root = {.dir = dir};
	struct pool pool = {0};
	struct stat st;

	(void)state;
	assert_string_equal(root_readlink(&root, &pool, "/out"), "../secret");
	assert_string_equal(root_readlink(&root, &pool, "/a/top"), "/");
	assert_null(root_readlink(&root, &pool, "/a/f"));
	assert_int_equal(errno, EINVAL);
	assert_true(root_exists(&root, "/dangling"));
	assert_false(root_exists(&root, "/dangling/x"));
	assert_true(root_stat(&root, "/dangling", true, &st));
	assert_true(S_ISLNK(st.st_mode));
	assert_false(root_stat(&root, "/dangling", false, &st));
	assert_true(root_stat(&root, "/abs", false, &st));
	assert_true(S_ISREG(st.st_mode));
	assert_true(root_stat(&root, "/", false, &st));
	assert_true(S_ISDIR(st.st_mode));
	pool_release(&pool);
}

static void test_meta(void **state)
{
	struct root root = {.dir = dir};
	struct stat st;

	(void)state;
	assert_true(root_stat(&root, "/m/sock", false, &st));
	assert_int_equal(st.st_mode, S_IFSOCK | 0666);
	assert_true(root_stat(&root, "/m/node", false, &st));
	assert_int_equal(st.st_mode, S_IFCHR | 0660);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(st.st_gid, 24);
	assert_true(root_stat(&root, "/m/mine", false, &st));
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_uid, 1000);
}

struct access_row {
	const char *path;
	uid_t uid;
	bool read;
};

static const struct access_row access_rows[] = {
	{"/m/mine", 0, true},       {"/m/mine", 1000, true},     {"/m/mine", 1001, false},
	{"/m/hers", 1000, false},   {"/m/hers", 1001, true},     {"/m/open", 1000, true},
	{"/m/shut/in", 0, true},    {"/m/shut/in", 1000, false}, {"/m/listed/in", 1000, false},
	{"/m/room/in", 1000, true}, {"/m/room/in", 1001, false}, {"/m/room/../open", 1001, false},
	{"/m/../a/f", 1000, true},
};

static void test_meta_access(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(access_rows) / sizeof(*access_rows); i++) {
		const struct access_row *row = &access_rows[i];
		struct root root = {.dir = dir, .uid = row->uid};
		struct pool pool = {0};

		print_message("%s by %u\n", row->path, (unsigned)row->uid);
		assert_int_equal(root_read(&root, &pool, row->path, NULL) != NULL, row->read);
		if (!row->read)
			assert_int_equal(errno, EACCES);
		pool_release(&pool);
	}
}

static void test_meta_list(void **state)
{
	struct root root = {.dir = dir, .uid = 1000};
	struct pool pool = {0};
	struct pool_list list;
	struct stat st;

	(void)state;
	assert_true(root_list(&root, &pool, "/m/listed", &list));
	assert_int_equal(list.n, 1);
	assert_false(root_list(&root, &pool, "/m/shut", &list));
	assert_int_equal(errno, EACCES);
	assert_true(root_stat(&root, "/m/shut", false, &st));
	assert_false(root_stat(&root, "/m/shut/in", false, &st));
	assert_int_equal(errno, EACCES);
	pool_release(&pool);
}

/* Of a real system: files without a size, FIFOs and devices left alone, .meta without a meaning. */
static void test_live(void **state)
{
	struct root root = {.dir = "", .live = true};
	struct pool pool = {0};
	char path[TEMP_PATH_MAX];
	struct stat st;
	size_t len;

	(void)state;
	assert_non_null(root_read(&root, &pool, "/proc/self/status", &len));
	assert_true(len > 100);
	assert_null(root_read(&root, &pool, "/dev/zero", NULL));
	assert_int_equal(errno, EINVAL);
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_null(root_read(&root, &pool, path, NULL));
	assert_int_equal(errno, EINVAL);
	snprintf(path, sizeof(path), "%s/m/sock", dir);
	assert_true(root_stat(&root, path, false, &st));
	assert_true(S_ISREG(st.st_mode));
	snprintf(path, sizeof(path), "%s/out", dir);
	assert_string_equal(root_read(&root, &pool, path, NULL), "outside");
	pool_release(&pool);
}

static void test_pool(void **state)
{
	struct pool pool = {0};
	struct pool_list list = {0};
	char *text;

	(void)state;
	text = pool_format(&pool, "%s %d", "a", 1);
	assert_string_equal(text, "a 1");
	assert_string_equal(pool_copy(&pool, "abcdef", 3), "abc");
	for (int i = 0; i < 100; i++)
		pool_list_add(&pool, &list, pool_format(&pool, "%d", i));
	pool_list_add(&pool, &list, NULL);
	assert_int_equal(list.n, 100);
	assert_string_equal(list.item[99], "99");
	assert_false(pool.failed);
	assert_null(pool_take(&pool, SIZE_MAX));
	assert_true(pool.failed);
	pool_release(&pool);
	assert_null(pool.blocks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),        cmocka_unit_test(test_read_more),
		cmocka_unit_test(test_long_path),   cmocka_unit_test(test_list),
		cmocka_unit_test(test_links),       cmocka_unit_test(test_meta),
		cmocka_unit_test(test_meta_access), cmocka_unit_test(test_meta_list),
		cmocka_unit_test(test_live),        cmocka_unit_test(test_pool),
	};

	return cmocka_run_group_tests_name("diag_root", tests, set_up, tear_down);
}
