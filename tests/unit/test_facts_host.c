/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The computer: distribution, init, container, sandbox, /proc and the security modules, from files alone. */
#include "facts_harness.h"

struct row {
	const char *name;
	struct temp_file files[FILES_MAX];
	struct facts_env env;
	struct facts_host host;
};

static const struct row rows[] = {
	{.name = "nothing there", .files = {{"empty/", ""}}},
	{.name = "a desktop",
	 .files = {{"etc/os-release", "-> ../usr/lib/os-release"},
		   {"usr/lib/os-release",
		    "PRETTY_NAME=\"Linux Mint 22\"\nID=linuxmint\nID_LIKE='ubuntu debian'\n"},
		   {"proc/version", "Linux version 6.8.0 (gcc)\nmore\n"},
		   {"proc/1/comm", "systemd\n"},
		   {"proc/1/cgroup", "0::/init.scope\n"},
		   {"proc/mounts", "sysfs /sys sysfs rw 0 0\nproc /proc proc rw,nosuid,relatime 0 0\n"},
		   {"sys/fs/cgroup/", ""},
		   {"sys/module/apparmor/parameters/enabled", "Y\n"},
		   {"sys/class/dmi/id/sys_vendor", "LENOVO\n"}},
	 .host = {.os_id = "linuxmint",
		  .os_like = "ubuntu debian",
		  .os_name = "Linux Mint 22",
		  .kernel = "Linux version 6.8.0 (gcc)",
		  .init = "systemd",
		  .vm = "LENOVO",
		  .wsl = FACT_NO,
		  .hidepid = FACT_NO,
		  .selinux_enforcing = FACT_NO,
		  .apparmor = FACT_YES}},
	{.name = "os-release of a system without /etc",
	 .files = {{"usr/lib/os-release", "ID=void\n"}},
	 .host = {.os_id = "void"}},
	{.name = "SELinux enforces, AppArmor is off, /proc hides",
	 .files = {{"sys/fs/selinux/enforce", "1"},
		   {"sys/module/apparmor/parameters/enabled", "N\n"},
		   {"proc/mounts", "proc /proc proc rw,hidepid=2,gid=proc 0 0\n"}},
	 .host = {.selinux_enforcing = FACT_YES, .apparmor = FACT_NO, .hidepid = FACT_YES}},
	{.name = "SELinux permissive; hidepid by its new name; another mount of proc does not count",
	 .files = {{"sys/fs/selinux/enforce", "0"},
		   {"proc/mounts", "proc /proc proc rw,hidepid=invisible 0 0\nproc /srv/proc proc rw 0 0\n"}},
	 .host = {.selinux_enforcing = FACT_NO, .apparmor = FACT_NO, .hidepid = FACT_YES}},
	{.name = "hidepid=off, and a remount counts",
	 .files = {{"proc/mounts", "proc /proc proc rw,hidepid=2 0 0\nproc /proc proc rw,hidepid=off 0 0\n"}},
	 .host = {.hidepid = FACT_NO}},
	{.name = "WSL",
	 .files = {{"proc/version", "Linux version 5.15.90.1-microsoft-standard-WSL2\n"},
		   {"run/systemd/container", "wsl\n"}},
	 .host = {.kernel = "Linux version 5.15.90.1-microsoft-standard-WSL2", .wsl = FACT_YES}},
	{.name = "docker by its file", .files = {{".dockerenv", ""}}, .host = {.container = "docker"}},
	{.name = "podman", .files = {{"run/.containerenv", "engine"}}, .host = {.container = "podman"}},
	{.name = "what systemd calls it",
	 .files = {{"run/systemd/container", "systemd-nspawn\n"}, {".dockerenv", ""}},
	 .host = {.container = "systemd-nspawn"}},
	{.name = "by the control group",
	 .files = {{"proc/1/cgroup", "12:cpu:/kubepods/besteffort/pod1\n"}},
	 .host = {.container = "kubepods"}},
	{.name = "process 1 is hidden, systemd runs all the same",
	 .files = {{"run/systemd/system/", ""}},
	 .host = {.init = "systemd"}},
	{.name = "flatpak by its file", .files = {{".flatpak-info", ""}}, .host = {.sandbox = "flatpak"}},
	{.name = "flatpak by the environment",
	 .files = {{"empty/", ""}},
	 .env = {.flatpak_id = "org.example.App"},
	 .host = {.sandbox = "flatpak"}},
	{.name = "within a snap",
	 .files = {{"proc/self/exe", "-> /snap/cards/12/usr/bin/pcsc_doctor"}},
	 .env = {.snap = "/snap/cards/12"},
	 .host = {.sandbox = "snap"}},
	{.name = "started from a snap, but none",
	 .files = {{"proc/self/exe", "-> /usr/bin/pcsc_doctor"}},
	 .env = {.snap = "/snap/code/12", .appimage = "/home/u/x.AppImage"}},
	{.name = "within an AppImage",
	 .files = {{"proc/self/exe", "-> /tmp/.mount_abc/usr/bin/pcsc_doctor"}},
	 .env = {.appimage = "/home/u/x.AppImage"},
	 .host = {.sandbox = "appimage"}},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct facts_host *want = &rows[i].host, *got;
		struct facts facts;

		print_message("%s\n", rows[i].name);
		facts_of(&facts, rows[i].files, &rows[i].env);
		got = &facts.host;
		assert_text(got->os_id, want->os_id);
		assert_text(got->os_like, want->os_like);
		assert_text(got->os_name, want->os_name);
		assert_text(got->kernel, want->kernel);
		assert_text(got->init, want->init);
		assert_text(got->container, want->container);
		assert_text(got->sandbox, want->sandbox);
		assert_text(got->vm, want->vm);
		assert_int_equal(got->wsl, want->wsl);
		assert_int_equal(got->hidepid, want->hidepid);
		assert_int_equal(got->selinux_enforcing, want->selinux_enforcing);
		assert_int_equal(got->apparmor, want->apparmor);
		facts_release(&facts);
	}
}

static void test_roots(void **state)
{
	struct facts_options options = {.dir = "/nowhere/at/all"};
	struct facts facts;

	(void)state;
	assert_int_equal(facts_collect(&facts, &options), CS_E_NOT_FOUND);
	options.dir = "/dev/null";
	assert_int_equal(facts_collect(&facts, &options), CS_E_NOT_FOUND);
	options.dir = "";
	assert_int_equal(facts_collect(&facts, &options), CS_E_NOT_FOUND);
	assert_null(facts.pool.blocks);
}

/* This computer: "/" is live whatever the number of slashes. */
static void test_live(void **state)
{
	static const char *const dirs[] = {NULL, "/", "//"};

	(void)state;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		struct facts_options options = {.dir = dirs[i], .wire_ms = 100, .child_ms = 1000};
		struct facts facts;

		assert_int_equal(facts_collect(&facts, &options), CS_OK);
		assert_true(facts.root.live);
		assert_int_equal(facts.user.uid, getuid());
		assert_true(facts.socket.wire_known);
		assert_non_null(facts.host.kernel);
		facts_release(&facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests_name("facts_host", tests, NULL, NULL);
}
