/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lines of a log file become facts: those of the daemon that runs, or of the last one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/facts_priv.h"

#define LINE(pid, text) "Nov 21 08:00:00 host pcscd[" #pid "]: 00000007 file.c:1:F() " text "\n"

static const char log_text[] = LINE(100, "Firmware (1.09) is bogus! Upgrade it") LINE(100,
										      "Card absent or mute")
	LINE(812,
	     "nothing of interest") "Nov 21 08:00:00 host sshd[812]: Card absent or mute\n"
				    "Nov 21 08:00:00 host systemd[1]: pcscd.service: Main process exited, "
				    "code=dumped, status=11/SEGV\n" LINE(812, "daemon ready.")
					    LINE(812, "Waiting for release of lock");

static const struct row {
	const char *name, *text;
	const char *file; /* below /var/log; NULL: none */
	pid_t pid;
	enum fact known;
	const char *kases; /* in order, each with a blank */
} rows[] = {
	{"the running daemon", log_text, "syslog", 812, FACT_YES, "D20c D12 "},
	{"no daemon runs: the last one", log_text, "messages", 0, FACT_YES, "D20c D12 "},
	{"who runs can not be told: the last one", log_text, "syslog", -1, FACT_YES, "D20c D12 "},
	{"an earlier one again", log_text, "syslog", 100, FACT_YES, "D28 D43 D20c "},
	{"a daemon that has said nothing", log_text, "syslog", 7, FACT_YES, "D20c "},
	{"an empty log", "", "syslog", 812, FACT_YES, ""},
	{"no log", NULL, NULL, 812, FACT_UNKNOWN, ""},
};

static void make_root(char *dir, const struct row *row)
{
	char path[64];
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/var", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/var/log", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	if (!row->file)
		return;
	snprintf(path, sizeof(path), "%s/var/log/%s", dir, row->file);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(row->text, f);
	assert_int_equal(fclose(f), 0);
}

static void remove_root(const char *dir, const struct row *row)
{
	char path[64];

	if (row->file) {
		snprintf(path, sizeof(path), "%s/var/log/%s", dir, row->file);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/var/log", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/var", dir);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
}

static void check_row(const struct row *row)
{
	char dir[] = "/tmp/test-log-XXXXXX", kases[64] = "";
	struct facts facts = {.root = {.dir = dir}};

	make_root(dir, row);
	facts.daemon.pid = row->pid;
	facts_log_collect(&facts, &(struct facts_options){.child_ms = 1});
	for (size_t i = 0; i < facts.n_log; i++) {
		assert_non_null(strstr(row->text, facts.log[i].line));
		strcat(strcat(kases, facts.log[i].kase), " ");
	}
	if (facts.log_known != row->known || strcmp(kases, row->kases) != 0)
		fail_msg("%s: %d '%s'", row->name, (int)facts.log_known, kases);
	pool_release(&facts.pool);
	remove_root(dir, row);
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void test_exchanges(void **state)
{
	static const char text[] =
		LINE(1, "first") LINE(1, "APDU: 00 20 00 81 04 31 32 33 34") LINE(1, "SW: 31 32 33 34 90 00")
			LINE(1, "-> 000000 6F 09 00 00 00 00 20 00 81 04 31 32 33 34")
				LINE(1, "<- 000000 80 02 00 00 00 31 32 33 34")
					LINE(1, "TxBuffer FF 82 00 00 06 31 32 33 34 35 36 ")
						LINE(1, "RxBuffer 31 32 33 34 90 00 ")
							LINE(1, "ControlUSB() TxBuffer=0x7ffd12345678")
								LINE(1, "last");
	struct row row = {"exchanges", text, "syslog", 0, FACT_YES, ""};
	char dir[] = "/tmp/test-log-XXXXXX";
	struct facts facts = {.root = {.dir = dir}};

	(void)state;
	make_root(dir, &row);
	facts_log_collect(&facts, &(struct facts_options){.child_ms = 1});
	assert_int_equal(facts.log_tail.n, 3);
	assert_non_null(strstr(facts.log_tail.item[0], "first"));
	assert_non_null(strstr(facts.log_tail.item[1], "TxBuffer=0x"));
	assert_non_null(strstr(facts.log_tail.item[2], "last"));
	pool_release(&facts.pool);
	remove_root(dir, &row);
}

static void test_many_lines(void **state)
{
	static char text[300 * 64];
	struct row row = {"many", text, "syslog", 0, FACT_YES, ""};
	char dir[] = "/tmp/test-log-XXXXXX";
	struct facts facts = {.root = {.dir = dir}};
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 300; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "pcscd[1]: Client protocol is %d\n",
					i);
	make_root(dir, &row);
	facts_log_collect(&facts, &(struct facts_options){.child_ms = 1});
	assert_int_equal(facts.n_log, 200);
	assert_string_equal(facts.log[199].line, "pcscd[1]: Client protocol is 299");
	assert_int_equal(facts.log_tail.n, 50);
	assert_string_equal(facts.log_tail.item[0], "pcscd[1]: Client protocol is 250");
	pool_release(&facts.pool);
	remove_root(dir, &row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_exchanges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
