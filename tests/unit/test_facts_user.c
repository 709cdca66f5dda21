/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks: identity, groups, and the session that polkit would find for this process. */
#include "facts_harness.h"

#define PASSWD                                                                                               \
	{                                                                                                    \
		"etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000:A,,:/home/alice:/bin/sh\n"       \
	}
#define GROUP                                                                                                \
	{                                                                                                    \
		"etc/group", "root:x:0:\nplugdev:x:46:alice\nalice:x:1000:\n"                                \
	}
#define STATUS                                                                                               \
	{                                                                                                    \
		"proc/self/status", "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\n" \
				    "Groups:\t46 1000 4711 \nNSpid:\t7\n"                                    \
	}
#define LOCAL                                                                                                \
	"# saved\nUID=1000\nUSER=alice\nACTIVE=1\nIS_DISPLAY=1\nSTATE=active\nREMOTE=0\nTYPE=wayland\n"      \
	"CLASS=user\nSEAT=seat0\nSERVICE=gdm-password\n"
#define REMOTE "UID=1000\nUSER=alice\nACTIVE=1\nSTATE=active\nREMOTE=1\nTYPE=tty\nCLASS=user\nSERVICE=sshd\n"
#define SEAT                                                                                                 \
	{                                                                                                    \
		"run/systemd/seats/seat0", "IS_SEAT0=1\nACTIVE=2\nACTIVE_UID=1000\nSESSIONS=2\n"             \
	}

struct row {
	const char *name;
	struct temp_file files[FILES_MAX];
	const char *env_session;
	struct facts_user user;
};

static const struct row rows[] = {
	{"nothing there", {{"empty/", ""}}, NULL, {.uid = FACT_NO_UID, .euid = FACT_NO_UID}},
	{"a local session",
	 {PASSWD,
	  GROUP,
	  STATUS,
	  SEAT,
	  {"proc/self/cgroup", "0::/user.slice/user-1000.slice/session-2.scope\n"},
	  {"run/systemd/sessions/2", LOCAL}},
	 "9",
	 {.uid = 1000,
	  .euid = 1000,
	  .name = "alice",
	  .groups = "alice plugdev 4711",
	  .cgroup = "/user.slice/user-1000.slice/session-2.scope",
	  .unit = "session-2.scope",
	  .session = "2",
	  .session_active = FACT_YES,
	  .session_remote = FACT_NO,
	  .session_state = "active",
	  .session_class = "user",
	  .session_seat = "seat0",
	  .session_service = "gdm-password",
	  .session_user = "alice",
	  .active_session = "2"}},
	{"over ssh, cgroup v1",
	 {PASSWD,
	  STATUS,
	  SEAT,
	  {"proc/self/cgroup", "4:memory:/\n1:name=systemd:/user.slice/user-1000.slice/session-c7.scope\n"
			       "0::/\n"},
	  {"run/systemd/sessions/c7", REMOTE}},
	 NULL,
	 {.uid = 1000,
	  .euid = 1000,
	  .name = "alice",
	  .groups = "1000 46 4711",
	  .cgroup = "/user.slice/user-1000.slice/session-c7.scope",
	  .unit = "session-c7.scope",
	  .session = "c7",
	  .session_active = FACT_YES,
	  .session_remote = FACT_YES,
	  .session_state = "active",
	  .session_class = "user",
	  .session_service = "sshd",
	  .session_user = "alice",
	  .active_session = "2"}},
	{"started by the user's service manager: the session of the display",
	 {{"proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n"},
	  {"run/systemd/users/1000", "NAME=alice\nSTATE=active\nDISPLAY=2\n"},
	  {"run/systemd/sessions/2", LOCAL}},
	 NULL,
	 {.uid = FACT_NO_UID,
	  .euid = FACT_NO_UID,
	  .cgroup = "/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope",
	  .unit = "term.scope",
	  .session = "2",
	  .session_active = FACT_YES,
	  .session_remote = FACT_NO,
	  .session_state = "active",
	  .session_class = "user",
	  .session_seat = "seat0",
	  .session_service = "gdm-password",
	  .session_user = "alice"}},
	{"the same without a display",
	 {{"proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n"},
	  {"run/systemd/users/1000", "NAME=alice\nSTATE=lingering\n"}},
	 NULL,
	 {.uid = FACT_NO_UID,
	  .euid = FACT_NO_UID,
	  .cgroup = "/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope",
	  .unit = "term.scope"}},
	{"a service has no session, whatever the environment says",
	 {{"proc/self/cgroup", "0::/system.slice/apache2.service\n"}, {"run/systemd/sessions/2", LOCAL}},
	 "2",
	 {.uid = FACT_NO_UID,
	  .euid = FACT_NO_UID,
	  .cgroup = "/system.slice/apache2.service",
	  .unit = "apache2.service"}},
	{"no control group to go by: the environment",
	 {{"proc/self/cgroup", "0::/\n"}, {"run/systemd/sessions/3", "ACTIVE=0\nSTATE=online\n"}},
	 "3",
	 {.uid = FACT_NO_UID,
	  .euid = FACT_NO_UID,
	  .cgroup = "/",
	  .session = "3",
	  .session_active = FACT_NO,
	  .session_state = "online"}},
	{"a session of the environment that is gone",
	 {{"proc/self/cgroup", "0::/\n"}, {"run/systemd/sessions/3", LOCAL}},
	 "4",
	 {.uid = FACT_NO_UID, .euid = FACT_NO_UID, .cgroup = "/"}},
	{"a session that would lead elsewhere",
	 {{"run/systemd/sessions/3", LOCAL}, {"etc/passwd", ""}},
	 "../../../etc/passwd",
	 {.uid = FACT_NO_UID, .euid = FACT_NO_UID}},
	{"the same from the control group",
	 {{"proc/self/cgroup", "0::/session-../../x.scope\n"}},
	 NULL,
	 {.uid = FACT_NO_UID, .euid = FACT_NO_UID, .cgroup = "/session-../../x.scope", .unit = "x.scope"}},
	{"a session file that can not be read",
	 {{"proc/self/cgroup", "0::/user.slice/user-1000.slice/session-5.scope\n"}},
	 NULL,
	 {.uid = FACT_NO_UID,
	  .euid = FACT_NO_UID,
	  .cgroup = "/user.slice/user-1000.slice/session-5.scope",
	  .unit = "session-5.scope",
	  .session = "5"}},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct facts_env env = {.session_id = rows[i].env_session};
		const struct facts_user *want = &rows[i].user, *got;
		struct facts facts;

		print_message("%s\n", rows[i].name);
		facts_of(&facts, rows[i].files, &env);
		got = &facts.user;
		assert_int_equal(got->uid, want->uid);
		assert_int_equal(got->euid, want->euid);
		assert_text(got->name, want->name);
		assert_text(got->groups, want->groups);
		assert_text(got->cgroup, want->cgroup);
		assert_text(got->unit, want->unit);
		assert_text(got->session, want->session);
		assert_int_equal(got->session_active, want->session_active);
		assert_int_equal(got->session_remote, want->session_remote);
		assert_text(got->session_state, want->session_state);
		assert_text(got->session_class, want->session_class);
		assert_text(got->session_seat, want->session_seat);
		assert_text(got->session_service, want->session_service);
		assert_text(got->session_user, want->session_user);
		assert_text(got->active_session, want->active_session);
		facts_release(&facts);
	}
}

static void test_scdaemon_conf(void **state)
{
	static const struct temp_file files[] = {
		PASSWD, STATUS, {"home/alice/.gnupg/scdaemon.conf", "disable-ccid\n"}, {NULL, NULL}};
	struct facts facts;

	(void)state;
	facts_of(&facts, files, NULL);
	assert_text(facts.scdaemon_conf, "disable-ccid\n");
	facts_release(&facts);
	facts_of(&facts, files + 2, NULL);
	assert_null(facts.scdaemon_conf);
	facts_release(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_scdaemon_conf),
	};

	return cmocka_run_group_tests_name("facts_user", tests, NULL, NULL);
}
