/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every piece of memory that the facts take fails once: no crash, no leak, CS_E_NOMEM. */
#include "nomem.h"

#include "facts_harness.h"

/* The sources themselves, so that their allocations can be counted; they take the place of the library's. */
#define malloc  limited_malloc
#define calloc  limited_calloc
#define realloc limited_realloc
#include "diag/pool.c"
#include "diag/root.c"
#undef malloc
#undef calloc
#undef realloc

static const struct temp_file files[] = {
	{"etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian\"\n"},
	{"etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n"},
	{"etc/group", "alice:x:1000:\n"},
	{"etc/default/pcscd", "PCSCD_ARGS=--debug\n"},
	{"etc/polkit-1/rules.d/49-pcsc.rules", "polkit.addRule(function(a) { return polkit.Result.NO; });"},
	{"home/alice/.gnupg/scdaemon.conf", "disable-ccid\n"},
	{"proc/1/comm", "systemd\n"},
	{"proc/9/comm", "pcscd\n"},
	{"proc/9/stat", "9 (pcscd) S 1\n"},
	{"proc/9/status", "Uid:\t0\t0\t0\t0\nNSpid:\t9\n"},
	{"proc/9/cmdline", "/usr/sbin/pcscd"},
	{"proc/self/status",
	 "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t46 1000\n"},
	{"proc/self/cgroup", "0::/user.slice/user-1000.slice/session-2.scope\n"},
	{"proc/net/unix", "0: 2 0 00010000 0001 01 4712 /run/pcscd/pcscd.comm\n"},
	{"run/pcscd/pcscd.comm", ""},
	{"run/pcscd/pcscd.pid", "9\n"},
	{"run/systemd/sessions/2", "ACTIVE=1\nREMOTE=0\n"},
	{"run/systemd/seats/seat0", "ACTIVE=2\n"},
	{"usr/lib/systemd/system/pcscd.service", "[Service]\n"},
	{"usr/lib/x86_64-linux-gnu/libpcsclite.so.1", ""},
	{"usr/sbin/pcscd", "pcsc-lite 1.9.9 daemon ready.\1 Linux polkit usbdropdir=/d\1"},
	{NULL, NULL},
};

static void test_each(void **state)
{
	char dir[] = "/tmp/facts-nomem.XXXXXX";
	struct facts_options options = {.dir = dir, .env = {.library_path = "/usr/lib"}};
	enum cs_err err = CS_E_NOMEM;
	long n;

	(void)state;
	temp_make(dir, files);
	for (n = 0; err == CS_E_NOMEM; n++) {
		struct facts facts;

		atomic_store(&until_failure, n);
		err = facts_collect(&facts, &options);
		if (err == CS_OK) {
			assert_string_equal(facts.daemon.version, "1.9.9");
			facts_release(&facts);
		} else {
			assert_int_equal(err, CS_E_NOMEM);
			assert_null(facts.pool.blocks);
		}
	}
	atomic_store(&until_failure, NOMEM_OFF);
	temp_remove(dir);
	print_message("%ld allocations\n", n - 1);
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests_name("facts_nomem", tests, NULL, NULL);
}
