/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which release of pcsc-lite it is. */
#include <limits.h>

#include "diag/release.h"
#include "temp_root.h"

static char dir[] = "/tmp/release.XXXXXX";

static void number_is_the_first_with_a_dot(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"1.9.9-2", "1.9.9"},
		{"1:2.3.0-1build1", "2.3.0"},
		{"pcsclite 2.3.3-1\n", "2.3.3"},
		{"pcsc-lite-libs-2.0.1-r0\n", "2.0.1"},
		{"2.4.", "2.4"},
		{"2.4.1.", "2.4.1"},
		{"package pcsc-lite-libs is not installed\n", NULL},
		{"libpcsclite1 12", NULL},
		{"", NULL},
		{"1.", NULL},
		{".5", NULL},
		{"1.2345678901234567890123", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[RELEASE_MAX] = "";

		if (release_number(out, rows[i].text) != (rows[i].want != NULL))
			fail_msg("%s", rows[i].text);
		assert_string_equal(out, rows[i].want ? rows[i].want : "");
	}
}

static void daemon_is_what_its_file_says(void **state)
{
	static const struct temp_file files[] = {
		{"usr/sbin/pcscd", "pcsc-lite version %s.\npcsc-lite 7 \npcsc-lite 2.3.4 daemon ready."},
		{NULL, NULL},
	};
	const struct root root = {.dir = dir, .live = true};
	struct wire wire = {.have_peer = true, .peer_pid = INT_MAX, .peer_comm = "pcscd"};
	char out[RELEASE_MAX];

	(void)state;
	temp_make(dir, files);
	assert_true(release_of_daemon(out, &root, &wire));
	assert_string_equal(out, "2.3.4");
	strcpy(wire.peer_comm, "systemd");
	assert_true(release_of_daemon(out, &root, &wire));
	/* a tunnel's end here, another container's, nobody known */
	strcpy(wire.peer_comm, "ssh");
	assert_false(release_of_daemon(out, &root, &wire));
	strcpy(wire.peer_comm, "pcscd");
	wire.peer_pid = 0;
	assert_false(release_of_daemon(out, &root, &wire));
	wire = (struct wire){.end = WIRE_MISSING};
	assert_false(release_of_daemon(out, &root, &wire));
	temp_remove(dir);
}

#define BINARY(number) "pcsc-lite " number " daemon ready."

/* Of root's daemon /proc/PID/exe can not be read. */
static void daemon_of_two_is_what_its_command_names(void **state)
{
	static const struct row {
		const char *comm, *command, *want; /* NULL: not known */
		struct temp_file file[3];
	} rows[] = {
		{"pcscd", "/usr/local/sbin/pcscd", "2.4.1", {{"usr/sbin/pcscd", BINARY("1.9.9")}}},
		{"pcscd", "/opt/sbin/pcscd", "2.3.0", {{"opt/sbin/pcscd", BINARY("2.3.0")}}},
		{"pcscd", "/opt/gone/pcscd", NULL, {{NULL, NULL}}},
		{"pcscd", "pcscd", "2.4.1", {{NULL, NULL}}},
		{"pcscd", "pcscd", NULL, {{"usr/sbin/pcscd", BINARY("1.9.9")}}},
		{"pcscd", "pcscd", "2.4.1", {{"usr/sbin/pcscd", "-> ../local/sbin/pcscd"}}},
		{"systemd", "/sbin/init", "2.4.1", {{NULL, NULL}}},
		{"systemd", "/sbin/init", NULL, {{"usr/sbin/pcscd", BINARY("1.9.9")}}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char at[] = "/tmp/release.XXXXXX", out[RELEASE_MAX] = "";
		const struct temp_file command = {"proc/700/cmdline", rows[i].command},
				       local = {"usr/local/sbin/pcscd", BINARY("2.4.1")};
		const struct root root = {.dir = at, .live = true};
		struct wire wire = {.have_peer = true, .peer_pid = 700};

		strcpy(wire.peer_comm, rows[i].comm);
		temp_make(at, rows[i].file);
		temp_put(at, &command);
		temp_put(at, &local);
		if (release_of_daemon(out, &root, &wire) != (rows[i].want != NULL) ||
		    (rows[i].want && strcmp(out, rows[i].want) != 0))
			fail_msg("row %zu: '%s'", i, out);
		temp_remove(at);
	}
}

/* No package manager knows of these, so none is asked. */
static void library_of_no_package_is_not_known(void **state)
{
	static const char *const maps[] = {
		"7f00-7f01 r-xp 00000000 fe:01 7 /usr/local/lib/libpcsclite.so.1.0.0\n",
		"7f00-7f01 r-xp 00000000 fe:01 7 /opt/vendor/usr/lib/libpcsclite.so.1\n",
		"7f00-7f01 r-xp 00000000 fe:01 7 /usr/lib/libc.so.6\n",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		char at[] = "/tmp/release.XXXXXX", out[RELEASE_MAX];
		const struct temp_file files[] = {{"proc/self/maps", maps[i]}, {NULL, NULL}};
		const struct root root = {.dir = at, .live = true};

		temp_make(at, files);
		if (release_of_library(out, &root, 1000))
			fail_msg("%s", maps[i]);
		temp_remove(at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number_is_the_first_with_a_dot),
		cmocka_unit_test(daemon_is_what_its_file_says),
		cmocka_unit_test(daemon_of_two_is_what_its_command_names),
		cmocka_unit_test(library_of_no_package_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
