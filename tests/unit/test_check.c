/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _XOPEN_SOURCE 700 /* S_IFSOCK */
/* The engine of the doctor: order of checks, what is skipped and why, root cause, words of a verdict,
 * commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "diag/advice.h"
#include "diag/check_priv.h"
#include "diag/distro.h"
#include "diag/reach.h"

static char usual_path[] = "/run/pcscd/pcscd.comm";

/* A machine on which all is well, as far as the way to the daemon goes. */
static struct facts healthy(void)
{
	static struct live_reader reader = {.name = "Reader 00 00", .atr = "3B800101", .state = 0x22};
	struct facts facts = {0};

	facts.live.reader = &reader;
	facts.live.n = 1;
	facts.user.uid = facts.user.euid = 1000;
	facts.user.name = "alice";
	facts.host.os_id = "debian";
	facts.host.init = "systemd";
	facts.socket.path = usual_path;
	facts.socket.from_env = FACT_NO;
	facts.socket.wire_known = true;
	facts.socket.wire = (struct wire){.end = WIRE_ANSWERED, .major = 4, .minor = 4, .answer_us = 500};
	facts.live_known = true;
	facts.live.library = "/usr/lib/libpcsclite.so.1";
	facts.live.establish.outcome = facts.live.list.outcome = LIVE_ANSWERED;
	return facts;
}

static const struct diagnosis_row *row_of(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->row[i].check->id, id) == 0)
			return &d->row[i];
	fail_msg("no check %s", id);
	return NULL;
}

static void order_and_ids(void **state)
{
	enum check_layer layer = 0;
	bool seen[LAYERS] = {false};
	size_t n = 0;

	(void)state;
	for (const struct check *c = check_at(0); c; c = check_at(++n)) {
		assert_true(c->layer >= layer);
		layer = c->layer;
		seen[layer] = true;
		assert_non_null(c->run);
		assert_true(strlen(c->title) > 0);
		assert_int_equal(strspn(c->id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(c->id));
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(check_at(i)->id, c->id);
	}
	assert_true(n > LAYERS);
	for (size_t i = 0; i < LAYERS; i++)
		assert_true(seen[i]);
	assert_null(check_at(n));
	assert_null(check_at(SIZE_MAX));
	assert_string_equal(check_layer_name(LAYER_LIBRARY), "library");
	assert_string_equal(check_layer_name(LAYER_CARD), "card");
}

static void well(void **state)
{
	struct facts facts = healthy();
	struct diagnosis d;
	size_t i = 0;

	(void)state;
	assert_int_equal(diagnose(&d, &facts), CS_OK);
	assert_int_equal(d.verdict, DIAGNOSIS_OK);
	assert_null(d.root_cause);
	for (; i < d.n; i++)
		assert_ptr_equal(d.row[i].check, check_at(i));
	assert_null(check_at(i));
	diagnosis_release(&d);
	assert_null(d.row);
	assert_int_equal(d.n, 0);
}

static void nothing_known(void **state)
{
	struct facts facts = {.user = {.uid = FACT_NO_UID, .euid = FACT_NO_UID}};
	struct diagnosis d;

	(void)state;
	facts.socket.path = usual_path;
	assert_int_equal(diagnose(&d, &facts), CS_OK);
	assert_null(d.root_cause);
	assert_int_equal(d.verdict, DIAGNOSIS_UNKNOWN);
	for (size_t i = 0; i < d.n; i++)
		assert_true(d.row[i].verdict.status == CHECK_OK || d.row[i].verdict.status == CHECK_SKIP);
	diagnosis_release(&d);
}

/* Two faults: the lower one is the cause, the one that does not stand on it is told all the same. */
static void two_faults(void **state)
{
	struct facts facts = healthy();
	struct diagnosis d;

	(void)state;
	facts.socket.wire.end = WIRE_MISSING;
	facts.live.establish.rv = 0x8010001D;
	facts.live.n = 0;
	facts.daemon.binary = "/usr/sbin/pcscd";
	facts.kernel.any_usb = FACT_YES;
	assert_int_equal(diagnose(&d, &facts), CS_OK);
	assert_int_equal(d.verdict, DIAGNOSIS_PROBLEM);
	assert_ptr_equal(d.root_cause, row_of(&d, "socket-present"));
	assert_int_equal(row_of(&d, "usb-reader")->verdict.status, CHECK_FAIL);
	for (size_t i = 0; i < d.n; i++) {
		const struct verdict *v = &d.row[i].verdict;

		if (d.row[i].check->layer >= LAYER_DAEMON && d.row[i].check->layer <= LAYER_SESSION) {
			assert_int_equal(v->status, CHECK_SKIP);
			assert_string_equal(v->detail, "not looked at: socket is broken");
		}
		if (d.row[i].check->layer == LAYER_DRIVER)
			assert_string_equal(v->detail, "not looked at: usb is broken");
		if (d.row[i].check->layer == LAYER_CARD)
			assert_string_equal(v->detail, "not looked at: socket is broken");
	}
	diagnosis_release(&d);
}

static void quoting(void **state)
{
	static const struct {
		const char *text, *quoted;
	} rows[] = {
		{"/run/pcscd/pcscd.comm", "/run/pcscd/pcscd.comm"},
		{"", "''"},
		{NULL, "''"},
		{"a b", "'a b'"},
		{"it's", "'it'\\''s'"},
		{"$(reboot)", "'$(reboot)'"},
		{"a;b", "'a;b'"},
		{"~root", "'~root'"},
		{"-rf", "-rf"},
		{"a\nb", "'a\\x0Ab'"},
		{"\xC3\xA4", "'\xC3\xA4'"},
		{"\x1B[31m", "'\\x1B[31m'"},
	};
	struct pool pool = {0};
	struct verdict v = {.pool = &pool};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(verdict_quote(&v, rows[i].text), rows[i].quoted);
	assert_string_equal(verdict_clean(&v, NULL), "");
	assert_string_equal(verdict_clean(&v, "a\x1B]0;b\a\xFF"), "a\\x1B]0;b\\x07\\xFF");
	pool_release(&pool);
}

static void words(void **state)
{
	struct pool pool = {0};
	struct verdict v = {.pool = &pool};

	(void)state;
	verdict_set(&v, CHECK_WARN, "D1", "%d of %s", 3, "four");
	verdict_evidence(&v, "%s", "first");
	verdict_evidence(&v, "second %u", 2u);
	verdict_remedy(&v, true, "text", "command");
	assert_int_equal(v.status, CHECK_WARN);
	assert_string_equal(v.kase, "D1");
	assert_string_equal(v.detail, "3 of four");
	assert_int_equal(v.evidence.n, 2);
	assert_string_equal(v.evidence.item[1], "second 2");
	assert_int_equal(v.n_remedies, 1);
	assert_true(v.remedy[0].as_root);
	assert_string_equal(v.remedy[0].command, "command");
	pool_release(&pool);
}

static void packages(void **state)
{
	static const struct {
		const char *id, *like, *install, *upgrade, *reinstall, *name;
	} rows[] = {
		{"debian", NULL, "apt-get install libccid", "apt-get install --only-upgrade libccid",
		 "apt-get install --reinstall libccid", "libccid"},
		{"neon", "ubuntu debian", "apt-get install libccid", "apt-get install --only-upgrade libccid",
		 "apt-get install --reinstall libccid", "libccid"},
		{"fedora", NULL, "dnf install pcsc-lite-ccid", "dnf upgrade pcsc-lite-ccid",
		 "dnf reinstall pcsc-lite-ccid", "pcsc-lite-ccid"},
		{"rocky", "rhel centos fedora", "dnf install pcsc-lite-ccid", "dnf upgrade pcsc-lite-ccid",
		 "dnf reinstall pcsc-lite-ccid", "pcsc-lite-ccid"},
		{"opensuse-tumbleweed", "opensuse suse", "zypper install pcsc-ccid",
		 "zypper update pcsc-ccid", "zypper install --force pcsc-ccid", "pcsc-ccid"},
		{"arch", NULL, "pacman -S ccid", "pacman -Syu ccid", "pacman -S ccid", "ccid"},
		{"deb", NULL, NULL, NULL, NULL, "libccid"},
		{"", "", NULL, NULL, NULL, "libccid"},
		{NULL, NULL, NULL, NULL, NULL, "libccid"},
	};
	struct pool pool = {0};
	struct verdict v = {.pool = &pool};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts facts = {.host = {.os_id = rows[i].id, .os_like = rows[i].like}};
		const char *const got[] = {distro_install(&v, &facts, DISTRO_CCID),
					   distro_upgrade(&v, &facts, DISTRO_CCID),
					   distro_reinstall(&v, &facts, DISTRO_CCID)};
		const char *const want[] = {rows[i].install, rows[i].upgrade, rows[i].reinstall};

		assert_string_equal(distro_package(&facts, DISTRO_CCID), rows[i].name);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(got[k] == NULL, want[k] == NULL);
			if (want[k])
				assert_string_equal(got[k], want[k]);
		}
	}
	pool_release(&pool);
}

static void services(void **state)
{
	static const struct {
		const char *init, *id, *start, *restart;
		bool systemd;
	} rows[] = {
		{"systemd", "debian", "systemctl enable --now pcscd.socket",
		 "systemctl restart pcscd.socket pcscd.service", true},
		{"init", "alpine", "rc-service pcscd start\nrc-update add pcscd", "rc-service pcscd restart",
		 false},
		{"openrc-init", "gentoo", "rc-service pcscd start\nrc-update add pcscd",
		 "rc-service pcscd restart", false},
		{"init", "devuan", "service pcscd start", "service pcscd restart", false},
		{"runit", "void", "ln -s /etc/sv/pcscd /var/service/", "sv restart pcscd", false},
		{"bash", "debian", "pcscd", "pkill -x pcscd\nsleep 1\npcscd", false},
		{NULL, NULL, "pcscd", "pkill -x pcscd\nsleep 1\npcscd", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts facts = {.host = {.init = rows[i].init, .os_id = rows[i].id}};

		assert_string_equal(distro_service(&facts, DISTRO_START), rows[i].start);
		assert_string_equal(distro_service(&facts, DISTRO_RESTART), rows[i].restart);
		assert_int_equal(distro_systemd(&facts), rows[i].systemd);
	}
}

/* Without a probe: owner and mode decide, and a group whose members are not known does not refuse. */
static void reach_by_files(void **state)
{
	static const struct {
		enum fact exists;
		int error;
		unsigned mode;
		uid_t owner;
		unsigned directory;
		enum fact listening;
		enum reach reach;
	} rows[] = {
		{FACT_YES, 0, S_IFSOCK | 0666, 0, 0755, FACT_YES, REACH_LISTENING},
		{FACT_YES, 0, S_IFSOCK | 0666, 0, 0755, FACT_NO, REACH_REFUSED},
		{FACT_YES, 0, S_IFSOCK | 0666, 0, 0755, FACT_UNKNOWN, REACH_UNKNOWN},
		{FACT_YES, 0, S_IFREG | 0644, 0, 0755, FACT_NO, REACH_NOT_SOCKET},
		{FACT_YES, 0, S_IFSOCK | 0600, 0, 0755, FACT_YES, REACH_NO_PERMISSION},
		{FACT_YES, 0, S_IFSOCK | 0600, 1000, 0755, FACT_YES, REACH_LISTENING},
		{FACT_YES, 0, S_IFSOCK | 0660, 0, 0755, FACT_YES, REACH_LISTENING},
		{FACT_YES, 0, S_IFSOCK | 0666, 0, 0700, FACT_YES, REACH_NO_PERMISSION},
		{FACT_UNKNOWN, 13, 0, 0, 0, FACT_UNKNOWN, REACH_NO_PERMISSION},
		{FACT_UNKNOWN, 5, 0, 0, 0, FACT_UNKNOWN, REACH_UNKNOWN},
		{FACT_NO, 0, 0, 0, 0, FACT_NO, REACH_MISSING},
		{FACT_NO, 0, 0, 0, 0, FACT_UNKNOWN, REACH_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts facts = {.user = {.uid = 1000, .euid = 1000}};

		facts.socket.path = usual_path;
		facts.socket.file = (struct facts_file){.exists = rows[i].exists,
							.error = rows[i].error,
							.mode = rows[i].mode,
							.uid = rows[i].owner};
		if (rows[i].directory)
			facts.socket.directory =
				(struct facts_file){.exists = FACT_YES, .mode = S_IFDIR | rows[i].directory};
		facts.socket.listening = rows[i].listening;
		assert_int_equal(reach_of(&facts), rows[i].reach);
	}
}

/* What "Access denied" means depends on who listens, and on what polkit has to say. */
static void denials(void **state)
{
	struct facts facts = healthy();
	static const char *lab = "/etc/polkit-1/rules.d/10-lab.rules";

	(void)state;
	assert_int_equal(denial_of(&facts), DENIAL_NONE);
	facts.socket.wire.end = WIRE_RESET;
	assert_int_equal(denial_of(&facts), DENIAL_NONE); /* the library came through: a race */
	facts.live.establish.rv = 0x8010006A;
	facts.daemon.polkit = FACT_YES;
	facts.polkit.policy_file = facts.polkit.bus_socket = FACT_YES;
	assert_int_equal(denial_of(&facts), DENIAL_OTHER);
	facts.user.session = "3";
	facts.user.session_active = FACT_YES;
	facts.polkit.unguarded_rules = (struct pool_list){.item = &lab, .n = 1};
	assert_int_equal(denial_of(&facts), DENIAL_RULES);
	facts.user.session_active = FACT_NO;
	assert_int_equal(denial_of(&facts), DENIAL_INACTIVE);
	facts.env.ssh_connection = "192.0.2.1 1 192.0.2.2 22";
	assert_int_equal(denial_of(&facts), DENIAL_REMOTE);
	facts.user.session_remote = FACT_NO; /* what the session says counts more */
	assert_int_equal(denial_of(&facts), DENIAL_INACTIVE);
	facts.user.session = NULL;
	facts.user.unit = "web.service";
	assert_int_equal(denial_of(&facts), DENIAL_SERVICE);
	facts.polkit.rule_files = facts.polkit.unguarded_rules;
	facts.polkit.version = "0.106";
	assert_int_equal(denial_of(&facts), DENIAL_SERVICE);
	facts.polkit.version = "0.105";
	assert_int_equal(denial_of(&facts), DENIAL_OLD);
	facts.host.hidepid = FACT_YES;
	facts.daemon.user = "root";
	assert_int_equal(denial_of(&facts), DENIAL_OLD);
	facts.daemon.user = "pcscd";
	assert_int_equal(denial_of(&facts), DENIAL_HIDEPID);
	facts.daemon.version = "2.3.2";
	assert_int_equal(denial_of(&facts), DENIAL_VERSION);
	facts.polkit.unit_state = "failed";
	assert_int_equal(denial_of(&facts), DENIAL_POLKIT);
	facts.polkit.bus_socket = FACT_NO;
	assert_int_equal(denial_of(&facts), DENIAL_BUS);
	facts.polkit.registered = FACT_NO;
	assert_int_equal(denial_of(&facts), DENIAL_ACTION);
	facts.socket.wire.have_peer = true;
	assert_int_equal(denial_of(&facts), DENIAL_NAMESPACE);
	facts.polkit.may_pcsc = FACT_YES;
	assert_int_equal(denial_of(&facts), DENIAL_CLOSED);
	memcpy(facts.socket.wire.peer_comm, "sshd", sizeof("sshd"));
	assert_int_equal(denial_of(&facts), DENIAL_FAR);
}

static void denial_without_probe(void **state)
{
	struct facts facts = {0};

	(void)state;
	facts.socket.path = usual_path;
	facts.polkit.may_pcsc = FACT_NO;
	assert_int_equal(denial_of(&facts), DENIAL_UNKNOWN); /* whether pcscd asks is not known */
	facts.daemon.polkit = FACT_NO;
	assert_int_equal(denial_of(&facts), DENIAL_UNKNOWN);
	facts.daemon.polkit = FACT_YES;
	facts.user.euid = 1000;
	assert_int_equal(denial_of(&facts), DENIAL_OTHER);
	facts.polkit.may_pcsc = FACT_YES;
	assert_int_equal(denial_of(&facts), DENIAL_NONE);
}

/* The rule is added to what is there; a user's name can not leave the lines that are pasted. */
static void rule_to_paste(void **state)
{
	struct facts facts = healthy();
	struct pool pool = {0};
	struct verdict v = {.pool = &pool};

	(void)state;
	facts.user.name = "a\nEOF\nreboot";
	advice_rule(&facts, &v, NULL);
	assert_true(strncmp(v.remedy[0].command, "cat >>/etc/polkit-1/rules.d/", 28) == 0);
	assert_null(strstr(v.remedy[0].command, "\nreboot"));
	assert_string_equal(strstr(v.remedy[0].command, "\nEOF"), "\nEOF");
	facts.polkit.version = "0.105";
	facts.user.name = "alice";
	advice_rule(&facts, &v, "Reader 00 00");
	assert_non_null(strstr(v.remedy[1].command, "-alice.pkla <<'EOF'\n"));
	facts.user.name = NULL;
	advice_rule(&facts, &v, NULL);
	assert_non_null(strstr(v.remedy[2].command, "--user NAME"));
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_and_ids),
		cmocka_unit_test(well),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(two_faults),
		cmocka_unit_test(quoting),
		cmocka_unit_test(words),
		cmocka_unit_test(packages),
		cmocka_unit_test(services),
		cmocka_unit_test(reach_by_files),
		cmocka_unit_test(denials),
		cmocka_unit_test(denial_without_probe),
		cmocka_unit_test(rule_to_paste),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
