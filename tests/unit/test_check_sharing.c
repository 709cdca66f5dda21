/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is named as the holder of a card and what there is to paste; what passes and what fails is in
 * tests/roots.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "diag/check_priv.h"

#define ME        1000
#define CLIENTS   4
#define EXCLUSIVE 0xA2

static const char conf_lines[] =
	"printf 'disable-ccid\\npcsc-shared\\n' >>~/.gnupg/scdaemon.conf\ngpgconf --kill scdaemon";

/* commands: those of the remedies, "root: " before one for root, joined by " | ". */
struct row {
	const char *name;
	struct facts_client client[CLIENTS];
	unsigned hidden;
	const char *conf;
	const char *detail;
	const char *commands;
};

#define JOINED(number, owner, name)                                                                          \
	{                                                                                                    \
		.pid = (number), .uid = (owner), .user = "u", .comm = (name), .connections = 1,              \
		.by_socket = true                                                                            \
	}
#define SUSPECT(number, owner, name)                                                                         \
	{                                                                                                    \
		.pid = (number), .uid = (owner), .user = "u", .comm = (name)                                 \
	}
#define SOMEBODY "another program has the card in \"R 00 00\" for itself"

static const struct row rows[] = {
	{"nobody to be seen", {{0}}, 0, NULL, SOMEBODY, ""},
	{"the only client is the holder",
	 {JOINED(7, ME, "mytool")},
	 0,
	 NULL,
	 "mytool (process 7) has the card in \"R 00 00\" for itself",
	 "kill 7"},
	{"of two nobody can tell which",
	 {JOINED(7, ME, "a"), JOINED(8, ME, "b")},
	 0,
	 NULL,
	 SOMEBODY,
	 "kill 7 | kill 8"},
	{"nor when some are hidden",
	 {JOINED(7, ME, "a")},
	 1,
	 NULL,
	 SOMEBODY,
	 "kill 7 | root: pcsc_doctor clients"},
	{"another user's is for root",
	 {JOINED(7, 0, "a")},
	 0,
	 NULL,
	 "a (process 7) has the card in \"R 00 00\" for itself",
	 "root: kill 7"},
	{"scdaemon: now and for good",
	 {JOINED(7, ME, "scdaemon")},
	 0,
	 NULL,
	 "scdaemon (process 7) has the card in \"R 00 00\" for itself",
	 "gpgconf --kill scdaemon | CONF"},
	{"scdaemon: a comment is no option, an option with another name neither",
	 {JOINED(7, ME, "scdaemon")},
	 0,
	 "#disable-ccid\npcsc-shared-not\n  disable-ccid-x\n",
	 "scdaemon (process 7) has the card in \"R 00 00\" for itself",
	 "gpgconf --kill scdaemon | CONF"},
	{"scdaemon: only what lacks is added",
	 {JOINED(7, ME, "scdaemon")},
	 0,
	 "  disable-ccid\r\n",
	 "scdaemon (process 7) has the card in \"R 00 00\" for itself",
	 "gpgconf --kill scdaemon | printf 'pcsc-shared\\n' >>~/.gnupg/scdaemon.conf\ngpgconf --kill "
	 "scdaemon"},
	{"scdaemon: nothing lacks",
	 {JOINED(7, ME, "scdaemon")},
	 0,
	 "disable-ccid\npcsc-shared",
	 "scdaemon (process 7) has the card in \"R 00 00\" for itself",
	 "gpgconf --kill scdaemon"},
	{"scdaemon of another user: its own command does not reach it",
	 {JOINED(7, 1001, "scdaemon")},
	 0,
	 "disable-ccid\npcsc-shared",
	 "scdaemon (process 7) has the card in \"R 00 00\" for itself",
	 "root: kill 7"},
	{"those connected come before those that may be",
	 {SUSPECT(5, ME, "gsd-smartcard"), JOINED(7, ME, "mytool")},
	 1,
	 NULL,
	 SOMEBODY,
	 "kill 7 | systemctl --user stop org.gnome.SettingsDaemon.Smartcard.service | root: pcsc_doctor "
	 "clients"},
	{"a program with nothing to paste, once for all its processes",
	 {JOINED(7, ME, "firefox"), JOINED(8, ME, "firefox")},
	 0,
	 NULL,
	 SOMEBODY,
	 "-"},
	{"a name can not play tricks on a terminal",
	 {JOINED(7, ME, "\033[31m\n")},
	 0,
	 NULL,
	 "\\x1B[31m\\x0A (process 7) has the card in \"R 00 00\" for itself",
	 "kill 7"},
};

static const char *commands_of(struct verdict *v)
{
	const char *text = "";

	for (size_t i = 0; i < v->n_remedies; i++) {
		const char *command = v->remedy[i].command ? v->remedy[i].command : "-";

		text = pool_format(v->pool, "%s%s%s%s", text, i ? " | " : "",
				   v->remedy[i].as_root ? "root: " : "",
				   strcmp(command, conf_lines) == 0 ? "CONF" : command);
	}
	return text;
}

static void holders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts_client client[CLIENTS];
		struct live_reader reader = {.name = "R 00 00", .state = EXCLUSIVE, .atr = "3B00"};
		struct facts facts = {.client = client, .hidden_clients = rows[i].hidden, .live_known = true};
		struct pool pool = {0};
		struct verdict v = {.pool = &pool};

		print_message("# %s\n", rows[i].name);
		memcpy(client, rows[i].client, sizeof(client));
		while (facts.n_client < CLIENTS && client[facts.n_client].comm)
			facts.n_client++;
		facts.user.uid = facts.user.euid = ME;
		facts.scdaemon_conf = rows[i].conf;
		facts.live.list.outcome = LIVE_ANSWERED;
		facts.live.reader = &reader;
		facts.live.n = 1;
		check_sharing[0].run(&facts, &v);
		assert_int_equal(v.status, CHECK_FAIL);
		assert_string_equal(v.kase, "D9");
		assert_string_equal(v.detail, rows[i].detail);
		assert_string_equal(commands_of(&v), rows[i].commands);
		pool_release(&pool);
	}
}

/* More programs than there is room for remedies: the call for root still fits. */
static void many_clients(void **state)
{
	static const char *const names[] = {"a", "b", "c", "scdaemon", "e", "f", "g", "scdaemon", "i", "j"};
	struct facts_client client[sizeof(names) / sizeof(names[0])] = {{0}};
	struct live_reader reader = {.name = "R 00 00", .state = EXCLUSIVE, .atr = "3B00"};
	struct facts facts = {.client = client, .hidden_clients = 2, .live_known = true};
	struct pool pool = {0};
	struct verdict v = {.pool = &pool};

	(void)state;
	for (; facts.n_client < sizeof(names) / sizeof(names[0]); facts.n_client++)
		client[facts.n_client] =
			(struct facts_client)JOINED((pid_t)facts.n_client, ME, names[facts.n_client]);
	facts.user.uid = facts.user.euid = ME;
	facts.live.list.outcome = LIVE_ANSWERED;
	facts.live.reader = &reader;
	facts.live.n = 1;
	check_sharing[0].run(&facts, &v);
	assert_int_equal(v.n_remedies, REMEDIES_MAX);
	assert_string_equal(v.remedy[REMEDIES_MAX - 1].command, "pcsc_doctor clients");
	v = (struct verdict){.pool = &pool};
	reader.connect.outcome = LIVE_TIMED_OUT;
	reader.state = 0x122;
	check_sharing[1].run(&facts, &v);
	assert_string_equal(v.kase, "D12");
	assert_int_equal(v.n_remedies, REMEDIES_MAX);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holders),
		cmocka_unit_test(many_clients),
	};

	return cmocka_run_group_tests_name("check_sharing", tests, NULL, NULL);
}
