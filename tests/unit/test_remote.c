/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What pcsc_remote gives to ssh and shells, and what it makes of their answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/remote.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void test_hosts(void **state)
{
	static const struct {
		const char *host;
		bool ok;
	} rows[] = {
		{"lab", true},
		{"user@lab", true},
		{"10.0.0.1", true},
		{"fe80::1%eth0", true},
		{"ssh://u@lab:22", true},
		{"a.b-c", true},
		{"u@x@lab", true},
		{"", false},
		{"-lab", false},
		{"-oProxyCommand=x", false},
		{"-u@lab", false},
		{"u@-lab", false},
		{"u@", false},
		{"@lab", false},
		{"ssh://-lab", false},
		{"ssh://", false},
		{"ssh://u@-lab", false},
		{"a b", false},
		{"a\nb", false},
		{"a\x1b[m", false},
		{"a;b", false},
		{"$(x)", false},
		{"`x`", false},
		{"a'b", false},
		{"a\x7f", false},
		{"b\xc3\xbcro", true},
		{"a\xff", false},
		{"a\xc2\x9b", false},
		{"a\xe2\x80\xae", false},
	};
	char longest[REMOTE_HOST_MAX + 2];

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (remote_host_ok(rows[i].host) != rows[i].ok)
			fail_msg("'%s'", rows[i].host);
	memset(longest, 'a', sizeof(longest));
	longest[REMOTE_HOST_MAX + 1] = '\0';
	assert_false(remote_host_ok(longest));
	longest[REMOTE_HOST_MAX] = '\0';
	assert_true(remote_host_ok(longest));
}

static void test_paths(void **state)
{
	static const struct {
		const char *path;
		bool ok;
	} rows[] = {
		{"/run/pcscd/pcscd.comm", true},
		{"/a_b-c+d,e=f@g.h", true},
		{"", false},
		{"run/pcscd.comm", false},
		{"/a:b", false},
		{"/a b", false},
		{"/%h", false},
		{"/${HOME}", false},
		{"/a'b", false},
		{"/a\\b", false},
		{"/a\n", false},
		{"/\xc3\xa4", false},
	};
	char longest[REMOTE_PATH_MAX + 2];

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (remote_path_ok(rows[i].path) != rows[i].ok)
			fail_msg("'%s'", rows[i].path);
	memset(longest, '/', sizeof(longest));
	longest[REMOTE_PATH_MAX + 1] = '\0';
	assert_false(remote_path_ok(longest));
	longest[REMOTE_PATH_MAX] = '\0';
	assert_true(remote_path_ok(longest));
}

static void test_quote(void **state)
{
	static const struct {
		const char *word, *quoted;
	} rows[] = {
		{"a", "'a'"},
		{"", "''"},
		{"a b", "'a b'"},
		{"it's", "'it'\\''s'"},
		{"$HOME `x` \"y\" \\", "'$HOME `x` \"y\" \\'"},
		{"'", "''\\'''"},
		{"\n", "'\n'"},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char line[64] = "";
		size_t size = strlen(rows[i].quoted) + 1;

		assert_int_equal(remote_quote(line, size, rows[i].word), CS_OK);
		assert_string_equal(line, rows[i].quoted);
		line[0] = '\0';
		assert_int_equal(remote_quote(line, size - 1, rows[i].word), CS_E_TOO_LONG);
		assert_string_equal(line, "");
	}
}

static void test_quote_appends(void **state)
{
	char line[16] = "env";

	(void)state;
	assert_int_equal(remote_quote(line, sizeof(line), "a b"), CS_OK);
	assert_string_equal(line, "env 'a b'");
	assert_int_equal(remote_quote(line, sizeof(line), "cdef"), CS_E_TOO_LONG);
	assert_string_equal(line, "env 'a b'");
}

static void test_answers(void **state)
{
	static const struct {
		const char *line;
		enum cs_err err;
		enum remote_far far;
		const char *path;
	} rows[] = {
		{"cardscope-far: socket /run/pcscd/pcscd.comm", CS_OK, REMOTE_FAR_SOCKET,
		 "/run/pcscd/pcscd.comm"},
		{"cardscope-far: file /s", CS_OK, REMOTE_FAR_FILE, "/s"},
		{"cardscope-far: stale /s", CS_OK, REMOTE_FAR_STALE, "/s"},
		{"cardscope-far: locked /s", CS_OK, REMOTE_FAR_LOCKED, "/s"},
		{"cardscope-far: none", CS_OK, REMOTE_FAR_NO_SOCKET, ""},
		{"cardscope-far: absent", CS_OK, REMOTE_FAR_NO_PCSCD, ""},
		{"cardscope-far: failed", CS_OK, REMOTE_FAR_FAILED, ""},
		{"cardscope-far: directory /tmp/x", CS_OK, REMOTE_FAR_DIRECTORY, "/tmp/x"},
		{"Welcome", CS_E_NOT_FOUND, 0, NULL},
		{"", CS_E_NOT_FOUND, 0, NULL},
		{"cardscope-far", CS_E_NOT_FOUND, 0, NULL},
		{"cardscope-far: ", CS_E_FORMAT, 0, NULL},
		{"cardscope-far: nonesuch", CS_E_FORMAT, 0, NULL},
		{"cardscope-far: socket ", CS_E_FORMAT, 0, NULL},
		{"cardscope-far: socket relative", CS_E_FORMAT, 0, NULL},
		{"cardscope-far: socket /a:/b", CS_E_FORMAT, 0, NULL},
		{"cardscope-far: socket /a -oX", CS_E_FORMAT, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct remote_answer answer;

		if (remote_answer_parse(&answer, rows[i].line, strlen(rows[i].line)) != rows[i].err)
			fail_msg("%s", rows[i].line);
		if (rows[i].err != CS_OK)
			continue;
		assert_int_equal(answer.far, rows[i].far);
		assert_string_equal(answer.path, rows[i].path);
	}
}

static void test_long_answer(void **state)
{
	char line[sizeof(REMOTE_FAR_PREFIX "socket ") + REMOTE_PATH_MAX + 1] = REMOTE_FAR_PREFIX "socket ";
	size_t start = strlen(line);
	struct remote_answer answer;

	(void)state;
	memset(line + start, '/', REMOTE_PATH_MAX + 1);
	assert_int_equal(remote_answer_parse(&answer, line, start + REMOTE_PATH_MAX + 1), CS_E_FORMAT);
	assert_int_equal(remote_answer_parse(&answer, line, start + REMOTE_PATH_MAX), CS_OK);
	line[start + 3] = '\0';
	assert_int_equal(remote_answer_parse(&answer, line, start + 5), CS_E_FORMAT);
}

static void test_ssh_faults(void **state)
{
	static const struct {
		const char *said;
		enum remote_fault fault;
	} rows[] = {
		{"ssh: Could not resolve hostname x: Name or service not known\n", REMOTE_NAME},
		{"ssh: connect to host x port 22: Connection refused\n", REMOTE_NO_SSHD},
		{"ssh: connect to host x port 22: Connection timed out\n", REMOTE_UNREACHABLE},
		{"ssh: connect to host x port 22: No route to host\n", REMOTE_UNREACHABLE},
		{"Connection timed out during banner exchange\n", REMOTE_UNREACHABLE},
		{"u@x: Permission denied (publickey,password).\n", REMOTE_LOGIN},
		{"Host key verification failed.\n", REMOTE_HOST_KEY},
		{"@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nu@x: Permission denied\n",
		 REMOTE_HOST_KEY},
		{"command-line: line 0: Bad configuration option: x\n", REMOTE_OPTION},
		{"/etc/ssh/ssh_config: terminating, 1 bad configuration options\n", REMOTE_OPTION},
		{"something else", REMOTE_SSH},
		{"", REMOTE_SSH},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (remote_fault_of_ssh(rows[i].said) != rows[i].fault)
			fail_msg("%s", rows[i].said);
}

static void test_probe_faults(void **state)
{
	static const struct {
		struct remote_seen seen;
		enum remote_fault fault;
	} rows[] = {
		{{.other_version = true}, REMOTE_VERSION},
		{{.silent = true}, REMOTE_SILENT},
		{{.garbage = true}, REMOTE_GARBAGE},
		{{.far = REMOTE_FAR_SOCKET}, REMOTE_POLKIT},
		{{.open_failed = true, .far = REMOTE_FAR_SOCKET}, REMOTE_UNCONNECTED},
		{{.open_failed = true, .far = REMOTE_FAR_STALE}, REMOTE_STALE},
		{{.open_failed = true, .far = REMOTE_FAR_FILE}, REMOTE_UNCONNECTED},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(remote_fault_of_probe(&rows[i].seen), rows[i].fault);
}

/* Each can be told, ends in the failure that design.md has for it, and has a symbol of its own. */
static void test_fault_rows(void **state)
{
	(void)state;
	for (int i = REMOTE_OK; i < REMOTE_FAULTS; i++) {
		const struct remote_fault_row *row = remote_fault_get((enum remote_fault)i);

		assert_non_null(row->symbol);
		assert_true(row->sentence[0] != '\0');
		assert_true(i == REMOTE_OK ? row->status == 0 : row->status == 3 || row->status == 4);
		assert_true(i == REMOTE_OK || i == REMOTE_SIGNAL || row->remedy);
		for (int j = REMOTE_OK; j < i; j++)
			assert_string_not_equal(row->symbol, remote_fault_get((enum remote_fault)j)->symbol);
	}
}

static void test_remedies(void **state)
{
	char host[REMOTE_HOST_MAX + 1], text[REMOTE_REMEDY_MAX], small[12];

	(void)state;
	remote_remedy(text, sizeof(text), REMOTE_SSH, "me@lab");
	assert_string_equal(text, "try 'ssh -v me@lab true'");
	remote_remedy(text, sizeof(text), REMOTE_SIGNAL, "lab");
	assert_string_equal(text, "");
	remote_remedy(small, sizeof(small), REMOTE_SSH, "me@lab");
	assert_string_equal(small, "try 'ssh -v");
	memset(host, 'h', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	for (int i = REMOTE_OK; i < REMOTE_FAULTS; i++) {
		remote_remedy(text, sizeof(text), (enum remote_fault)i, host);
		assert_true(strlen(text) < sizeof(text) - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),      cmocka_unit_test(test_paths),
		cmocka_unit_test(test_quote),      cmocka_unit_test(test_quote_appends),
		cmocka_unit_test(test_answers),    cmocka_unit_test(test_long_answer),
		cmocka_unit_test(test_ssh_faults), cmocka_unit_test(test_probe_faults),
		cmocka_unit_test(test_fault_rows), cmocka_unit_test(test_remedies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
