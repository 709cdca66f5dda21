/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon: what is installed, what runs, with which arguments, and systemd's units. */
#include "diag/unit.h"
#include "facts_harness.h"

#define POLKIT_BINARY                                                                                        \
	{                                                                                                    \
		"usr/sbin/pcscd",                                                                            \
			"..\1pcsc-lite 2.3.3 daemon ready.\1..\1 Linux x86_64-pc-linux-gnu polkit usb "      \
			"usbdropdir=/opt/drivers ipcdir=/run/pcscd\1.."                                      \
	}
#define PLAIN_BINARY                                                                                         \
	{                                                                                                    \
		"usr/sbin/pcscd", "\2 Linux libsystemd usbdropdir=/usr/lib/pcsc/drivers\3"                   \
	}

static void test_nothing(void **state)
{
	static const struct temp_file files[] = {{"etc/", ""}, {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_null(facts.daemon.binary);
	assert_null(facts.daemon.version);
	assert_null(facts.daemon.drop_dir);
	assert_int_equal(facts.daemon.pid, -1);
	assert_int_equal(facts.daemon.polkit, FACT_UNKNOWN);
	assert_int_equal(facts.daemon.polkit_disabled, FACT_UNKNOWN);
	assert_null(facts.daemon.socket_unit.file);
	assert_string_equal(facts.daemon.socket_unit.name, "pcscd.socket");
	facts_release(&facts);
}

static void test_binary(void **state)
{
	static const struct temp_file files[] = {POLKIT_BINARY,
						 {"usr/local/sbin/pcscd", "own"},
						 {"sbin", "-> usr/sbin"},
						 {"bin/pcscd/", ""},
						 {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_string_equal(facts.daemon.binary, "/usr/sbin/pcscd");
	assert_int_equal(facts.daemon.binaries.n, 2);
	assert_string_equal(facts.daemon.binaries.item[1], "/usr/local/sbin/pcscd");
	assert_string_equal(facts.daemon.version, "2.3.3");
	assert_string_equal(facts.daemon.features,
			    "Linux x86_64-pc-linux-gnu polkit usb usbdropdir=/opt/drivers ipcdir=/run/pcscd");
	assert_string_equal(facts.daemon.drop_dir, "/opt/drivers");
	assert_int_equal(facts.daemon.polkit, FACT_YES);
	facts_release(&facts);
}

/* What runs counts, also when it is not what is installed. */
static void test_other_binary(void **state)
{
	static const struct temp_file files[] = {
		POLKIT_BINARY,
		{"opt/own/pcscd", "pcsc-lite 1.9.9 daemon ready.\1 Linux usbdropdir=/own ipcdir=/run\1"},
		{"proc/9/comm", "pcscd\n"},
		{"proc/9/cmdline", "/opt/own/pcscd --foreground"},
		{NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_string_equal(facts.daemon.binary, "/usr/sbin/pcscd");
	assert_string_equal(facts.daemon.version, "1.9.9");
	assert_string_equal(facts.daemon.drop_dir, "/own");
	assert_int_equal(facts.daemon.polkit, FACT_NO);
	facts_release(&facts);
}

/* The features of 1.9.9 are silent about polkit; one that starts another program tells nothing. */
static void test_polkit_library(void **state)
{
	static const struct {
		const char *content;
		enum fact polkit;
	} rows[] = {
		{"libpolkit-gobject-1.so.0\1 Linux usb usbdropdir=/d ipcdir=/run\1", FACT_YES},
		{" Linux usb polkit usbdropdir=/d ipcdir=/run\1", FACT_YES},
		{" Linux usb usbdropdir=/d ipcdir=/run\1", FACT_NO},
		{"exec /opt/pcscd", FACT_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct temp_file files[] = {{"usr/sbin/pcscd", rows[i].content}, {NULL, NULL}};
		struct facts facts;

		facts_of(&facts, files, NULL);
		assert_int_equal(facts.daemon.polkit, rows[i].polkit);
		facts_release(&facts);
	}
}

static void test_drop_dir(void **state)
{
	static const struct temp_file files[] = {
		{"usr/sbin/pcscd", "nothing to read in it"}, {"usr/lib64/pcsc/drivers/", ""}, {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_null(facts.daemon.version);
	assert_null(facts.daemon.features);
	assert_string_equal(facts.daemon.drop_dir, "/usr/lib64/pcsc/drivers");
	assert_int_equal(facts.daemon.polkit, FACT_UNKNOWN);
	facts_release(&facts);
}

struct process_row {
	const char *name;
	struct temp_file files[FILES_MAX];
	pid_t pid;
	const char *exe, *cmdline, *user;
	char state;
	enum fact own_namespace;
};

static const struct process_row process_rows[] = {
	{"none runs",
	 {{"proc/1/comm", "init\n"}, {"proc/net/unix", ""}},
	 0,
	 NULL,
	 NULL,
	 NULL,
	 0,
	 FACT_UNKNOWN},
	{"none is seen, but /proc hides",
	 {{"proc/mounts", "proc /proc proc rw,hidepid=2 0 0\n"}, {"proc/7/comm", "sh\n"}},
	 -1,
	 NULL,
	 NULL,
	 NULL,
	 0,
	 FACT_UNKNOWN},
	{"by its pid file, stopped",
	 {{"run/pcscd/pcscd.pid", "90\n"},
	  {"etc/passwd", "pcscd:x:115:120::/:\n"},
	  {"proc/50/comm", "pcscd\n"},
	  {"proc/90/comm", "pcscd\n"},
	  {"proc/90/exe", "-> /usr/sbin/pcscd"},
	  {"proc/90/cmdline", "/usr/sbin/pcscd"},
	  {"proc/90/status", "Uid:\t115\t115\t115\t115\nNSpid:\t90\n"},
	  {"proc/90/stat", "90 (pcscd) T 1 90"}},
	 90,
	 "/usr/sbin/pcscd",
	 "/usr/sbin/pcscd",
	 "pcscd",
	 'T',
	 FACT_YES},
	{"the pid file's number belongs to another by now",
	 {{"run/pcscd/pcscd.pid", "90\n"},
	  {"proc/90/comm", "bash\n"},
	  {"proc/90/stat", "90 (bash) S 1"},
	  {"proc/91/comm", "pcscd-helper\n"}},
	 0,
	 NULL,
	 NULL,
	 NULL,
	 0,
	 FACT_UNKNOWN},
	{"by a look through /proc, that of a container last",
	 {{"proc/20/comm", "pcscd\n"},
	  {"proc/20/status", "Uid:\t0\t0\t0\t0\nNSpid:\t20\t1\n"},
	  {"proc/30/comm", "pcscd\n"},
	  {"proc/30/status", "Uid:\t0\t0\t0\t0\nNSpid:\t30\n"},
	  {"proc/30/stat", "30 (pcscd) S 1"}},
	 30,
	 NULL,
	 NULL,
	 "0",
	 'S',
	 FACT_YES},
	{"only that of a container",
	 {{"proc/20/comm", "pcscd\n"}, {"proc/20/status", "Uid:\t0\t0\t0\t0\nNSpid:\t20\t1\n"}},
	 20,
	 NULL,
	 NULL,
	 "0",
	 0,
	 FACT_NO},
};

static void test_process(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(process_rows) / sizeof(*process_rows); i++) {
		const struct process_row *row = &process_rows[i];
		struct facts facts;

		print_message("%s\n", row->name);
		facts_of(&facts, row->files, NULL);
		assert_int_equal(facts.daemon.pid, row->pid);
		assert_text(facts.daemon.exe, row->exe);
		assert_text(facts.daemon.cmdline, row->cmdline);
		assert_text(facts.daemon.user, row->user);
		assert_int_equal(facts.daemon.state, row->state);
		assert_int_equal(facts.daemon.own_namespace, row->own_namespace);
		facts_release(&facts);
	}
}

struct polkit_row {
	const char *name;
	struct temp_file files[FILES_MAX];
	enum fact polkit, disabled;
};

static const struct polkit_row polkit_rows[] = {
	{"built with it, nothing else known", {POLKIT_BINARY}, FACT_YES, FACT_UNKNOWN},
	{"built without", {PLAIN_BINARY, {"etc/default/pcscd", "PCSCD_ARGS=\n"}}, FACT_NO, FACT_NO},
	{"off by the arguments",
	 {POLKIT_BINARY, {"etc/sysconfig/pcscd", "# x\nPCSCD_ARGS=\"--debug --disable-polkit\"\n"}},
	 FACT_NO,
	 FACT_YES},
	{"off by the unit",
	 {POLKIT_BINARY,
	  {"usr/lib/systemd/system/pcscd.service",
	   "[Service]\nExecStart=/usr/sbin/pcscd --disable-polkit\n"}},
	 FACT_NO,
	 FACT_YES},
	{"off by a drop-in",
	 {POLKIT_BINARY,
	  {"usr/lib/systemd/system/pcscd.service", "[Service]\nExecStart=/usr/sbin/pcscd\n"},
	  {"etc/systemd/system/pcscd.service.d/x.conf", "ExecStart=/usr/sbin/pcscd --disable-polkit\n"}},
	 FACT_NO,
	 FACT_YES},
	{"the running one counts, and has it on",
	 {POLKIT_BINARY,
	  {"etc/default/pcscd", "PCSCD_ARGS=--disable-polkit\n"},
	  {"proc/9/comm", "pcscd\n"},
	  {"proc/9/cmdline", "/usr/sbin/pcscd --foreground"}},
	 FACT_YES,
	 FACT_NO},
	{"the running one counts, and has it off",
	 {POLKIT_BINARY,
	  {"etc/default/pcscd", "PCSCD_ARGS=\n"},
	  {"proc/9/comm", "pcscd\n"},
	  {"proc/9/cmdline", "/usr/sbin/pcscd --disable-polkit"}},
	 FACT_NO,
	 FACT_YES},
};

static void test_polkit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(polkit_rows) / sizeof(*polkit_rows); i++) {
		struct facts facts;

		print_message("%s\n", polkit_rows[i].name);
		facts_of(&facts, polkit_rows[i].files, NULL);
		assert_int_equal(facts.daemon.polkit, polkit_rows[i].polkit);
		assert_int_equal(facts.daemon.polkit_disabled, polkit_rows[i].disabled);
		facts_release(&facts);
	}
}

static void test_args(void **state)
{
	static const struct temp_file files[] = {
		{"etc/default/pcscd",
		 "PCSCD_ARGS=--debug  \nexport PCSCLITE_FILTER_IGNORE_READER_NAMES='My Reader:x'\n"},
		{NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_string_equal(facts.daemon.args_file, "/etc/default/pcscd");
	assert_string_equal(facts.daemon.args, "--debug");
	assert_string_equal(facts.daemon.env_filter, "My Reader:x");
	facts_release(&facts);
}

/* A daemon that runs was told, or was not, whatever the file for the next one says. */
static void test_config(void **state)
{
	static const struct {
		struct temp_file files[5];
		const char *config;
	} cases[] = {
		{{{"etc/", ""}}, "/etc/reader.conf.d"},
		{{{"usr/sbin/pcscd", "\2 usbdropdir=/x ipcdir=/run configdir=/opt/conf\3"}}, "/opt/conf"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=\"--debug -c /opt/args\"\n"}}, "/opt/args"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=-c/opt/args\n"}}, "/opt/args"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=--config=/opt/args\n"}}, "/opt/args"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=--config  relative\n"}}, "/etc/reader.conf.d"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=-c\n"}}, "/etc/reader.conf.d"},
		{{{"etc/default/pcscd", "PCSCD_ARGS=--config /opt/args\n"},
		  {"proc/9/comm", "pcscd\n"},
		  {"proc/9/status", "Uid:\t0\t0\t0\t0\nNSpid:\t9\n"},
		  {"proc/9/cmdline", "/usr/sbin/pcscd --foreground --config /opt/runs"}},
		 "/opt/runs"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts;

		facts_of(&facts, cases[i].files, NULL);
		assert_string_equal(facts.daemon.config, cases[i].config);
		facts_release(&facts);
	}
}

static void test_units(void **state)
{
	static const struct temp_file files[] = {{"usr/lib/systemd/system/pcscd.socket", "[Socket]\n"},
						 {"etc/systemd/system/pcscd.socket", "-> /dev/null"},
						 {"lib/systemd/system/pcscd.service", "[Service]\n"},
						 {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_string_equal(facts.daemon.socket_unit.file, "/etc/systemd/system/pcscd.socket");
	assert_string_equal(facts.daemon.socket_unit.link, "/dev/null");
	assert_string_equal(facts.daemon.service_unit.file, "/lib/systemd/system/pcscd.service");
	assert_null(facts.daemon.service_unit.link);
	assert_null(facts.daemon.socket_unit.active_state);
	facts_release(&facts);
}

/* What systemctl show prints for three units; the properties come in an order of its own. */
static void test_systemctl(void **state)
{
	static const char said[] = "Result=success\nId=pcscd.socket\nLoadState=loaded\nActiveState=active\n"
				   "UnitFileState=enabled\nNeedDaemonReload=yes\n"
				   "\n"
				   "Id=pcscd.service\nLoadState=not-found\nActiveState=inactive\n"
				   "UnitFileState=\nNeedDaemonReload=no\n"
				   "\n"
				   "Id=polkit.service\nActiveState=failed\n";
	struct facts facts = {.daemon = {.socket_unit = {.name = "pcscd.socket"},
					 .service_unit = {.name = "pcscd.service"}}};

	(void)state;
	unit_take(&facts, said);
	assert_string_equal(facts.daemon.socket_unit.load_state, "loaded");
	assert_string_equal(facts.daemon.socket_unit.active_state, "active");
	assert_string_equal(facts.daemon.socket_unit.unit_file_state, "enabled");
	assert_string_equal(facts.daemon.socket_unit.result, "success");
	assert_int_equal(facts.daemon.socket_unit.need_reload, FACT_YES);
	assert_string_equal(facts.daemon.service_unit.load_state, "not-found");
	assert_null(facts.daemon.service_unit.unit_file_state);
	assert_null(facts.daemon.service_unit.result);
	assert_int_equal(facts.daemon.service_unit.need_reload, FACT_NO);
	assert_string_equal(facts.polkit.unit_state, "failed");
	unit_take(&facts, "System has not been booted with systemd as init system\n");
	assert_string_equal(facts.daemon.socket_unit.load_state, "loaded");
	unit_take(&facts, "");
	unit_take(&facts, "\n\n\n\nId=\n\nId");
	pool_release(&facts.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),        cmocka_unit_test(test_binary),
		cmocka_unit_test(test_drop_dir),       cmocka_unit_test(test_other_binary),
		cmocka_unit_test(test_polkit_library), cmocka_unit_test(test_process),
		cmocka_unit_test(test_polkit),         cmocka_unit_test(test_args),
		cmocka_unit_test(test_config),         cmocka_unit_test(test_units),
		cmocka_unit_test(test_systemctl),
	};

	return cmocka_run_group_tests_name("facts_daemon", tests, NULL, NULL);
}
