/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket: which path, what stands there, who may reach it, who listens, and whose pid file lies about. */
#include <errno.h>
#include <fcntl.h>

#include "facts_harness.h"

#define UNIX_HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"

static void test_path(void **state)
{
	static const struct temp_file files[] = {{"run/pcscd/pcscd.comm", ""}, {NULL, NULL}};
	static const struct facts_env env = {.csock_name = "/home/a b/far.sock"};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_string_equal(facts.socket.path, "/run/pcscd/pcscd.comm");
	assert_int_equal(facts.socket.from_env, FACT_NO);
	assert_int_equal(facts.socket.file.exists, FACT_YES);
	assert_int_equal(facts.socket.directory.exists, FACT_YES);
	assert_string_equal(facts.socket.directory.path, "/run/pcscd");
	assert_false(facts.socket.wire_known);
	facts_release(&facts);
	facts_of(&facts, files, &env);
	assert_string_equal(facts.socket.path, "/home/a b/far.sock");
	assert_int_equal(facts.socket.from_env, FACT_YES);
	assert_int_equal(facts.socket.file.exists, FACT_NO);
	assert_string_equal(facts.socket.directory.path, "/home/a b");
	assert_int_equal(facts.socket.directory.exists, FACT_NO);
	assert_null(facts.socket.owner);
	facts_release(&facts);
}

static void test_modes(void **state)
{
	static const struct temp_file files[] = {{"etc/passwd", "root:x:0:0::/:\nalice:x:1000:1000::/:\n"},
						 {"proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n"},
						 {"run/.meta", "pcscd 700 0 0 d\n"},
						 {"run/pcscd/.meta", "pcscd.comm 666 0 0 s\n"},
						 {"run/pcscd/pcscd.comm", ""},
						 {"run/user/.meta", "1000 700 1000 1000 d\n"},
						 {"run/user/1000/.meta", "far.sock 600 1000 1000 s\n"},
						 {"run/user/1000/far.sock", ""},
						 {NULL, NULL}};
	static const struct facts_env env = {.csock_name = "/run/user/1000/far.sock"};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_int_equal(facts.socket.file.exists, FACT_UNKNOWN);
	assert_int_equal(facts.socket.file.error, EACCES);
	assert_int_equal(facts.socket.directory.exists, FACT_YES);
	assert_int_equal(facts.socket.directory.mode, S_IFDIR | 0700);
	facts_release(&facts);
	facts_of(&facts, files, &env);
	assert_int_equal(facts.socket.file.exists, FACT_YES);
	assert_int_equal(facts.socket.file.mode, S_IFSOCK | 0600);
	assert_int_equal(facts.socket.file.uid, 1000);
	assert_string_equal(facts.socket.owner, "alice");
	facts_release(&facts);
}

struct listen_row {
	const char *name, *table;
	const char *path;
	enum fact listening;
};

static const struct listen_row listen_rows[] = {
	{"no table", NULL, NULL, FACT_UNKNOWN},
	{"empty table", UNIX_HEAD, NULL, FACT_NO},
	{"a listener",
	 UNIX_HEAD "ffff888: 00000002 00000000 00000000 0002 01 4711\n"
		   "ffff889: 00000002 00000000 00010000 0001 01 4712 /run/pcscd/pcscd.comm\n",
	 NULL, FACT_YES},
	{"by its old name", UNIX_HEAD "0: 2 0 00010000 0001 01 4712 /var/run/pcscd/pcscd.comm\n", NULL,
	 FACT_YES},
	{"only connections to it", UNIX_HEAD "0: 2 0 00000000 0001 03 4712 /run/pcscd/pcscd.comm\n", NULL,
	 FACT_NO},
	{"another path that begins alike",
	 UNIX_HEAD "0: 2 0 00010000 0001 01 4712 /run/pcscd/pcscd.comm.old\n", NULL, FACT_NO},
	{"a path with a blank", UNIX_HEAD "0: 2 0 00010000 0001 01 4712 /tmp/a b\n", "/tmp/a b", FACT_YES},
	{"cut off", "0: 2 0 00010000", NULL, FACT_NO},
	{"garbage", "\n\n  \n:::: : :\n\t\n", NULL, FACT_NO},
};

static void test_listening(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(listen_rows) / sizeof(*listen_rows); i++) {
		const struct listen_row *row = &listen_rows[i];
		struct temp_file files[] = {{"etc/", ""}, {"proc/net/unix", row->table}, {NULL, NULL}};
		struct facts_env env = {.csock_name = row->path};
		struct facts facts;

		print_message("%s\n", row->name);
		if (!row->table)
			files[1].path = NULL;
		facts_of(&facts, files, &env);
		assert_int_equal(facts.socket.listening, row->listening);
		facts_release(&facts);
	}
}

struct pid_row {
	const char *name;
	struct temp_file files[FILES_MAX];
	const char *pid_file;
	enum fact alive;
};

static const struct pid_row pid_rows[] = {
	{"none", {{"proc/1/comm", "init\n"}}, NULL, FACT_UNKNOWN},
	{"alive",
	 {{"run/pcscd/pcscd.pid", "812\n"}, {"proc/812/stat", "812 (pcscd) S 1\n"}},
	 "812",
	 FACT_YES},
	{"a name with a parenthesis",
	 {{"run/pcscd/pcscd.pid", "812"}, {"proc/812/stat", "812 (a) Z) S 1\n"}},
	 "812",
	 FACT_YES},
	{"a zombie",
	 {{"run/pcscd/pcscd.pid", "812"}, {"proc/812/stat", "812 (pcscd) Z 1\n"}},
	 "812",
	 FACT_NO},
	{"dead", {{"run/pcscd/pcscd.pid", "812\n"}, {"proc/1/comm", "init\n"}}, "812", FACT_NO},
	{"hidden",
	 {{"run/pcscd/pcscd.pid", "812\n"}, {"proc/mounts", "proc /proc proc rw,hidepid=2 0 0\n"}},
	 "812",
	 FACT_UNKNOWN},
	{"no /proc", {{"run/pcscd/pcscd.pid", "812\n"}}, "812", FACT_UNKNOWN},
	{"not a number",
	 {{"run/pcscd/pcscd.pid", "pcscd\n"}, {"proc/1/comm", "init\n"}},
	 "pcscd",
	 FACT_UNKNOWN},
	{"no number of a process",
	 {{"run/pcscd/pcscd.pid", "99999999999999999999\n"}, {"proc/1/comm", "init\n"}},
	 "99999999999999999999",
	 FACT_UNKNOWN},
	{"negative", {{"run/pcscd/pcscd.pid", "-1\n"}, {"proc/1/comm", "init\n"}}, "-1", FACT_UNKNOWN},
};

static void test_pid_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pid_rows) / sizeof(*pid_rows); i++) {
		struct facts facts;

		print_message("%s\n", pid_rows[i].name);
		facts_of(&facts, pid_rows[i].files, NULL);
		assert_text(facts.socket.pid_file, pid_rows[i].pid_file);
		assert_int_equal(facts.socket.pid_alive, pid_rows[i].alive);
		facts_release(&facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_listening),
		cmocka_unit_test(test_pid_file),
	};

	return cmocka_run_group_tests_name("facts_socket", tests, NULL, NULL);
}
