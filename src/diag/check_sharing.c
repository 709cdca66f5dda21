/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/check_live.h"
#include "diag/distro.h"

#define EVIDENCE_MAX 12

static const char *client_role(const struct facts_client *client)
{
	if (client->raw_usb)
		return "has the reader's USB device open itself";
	return client->by_socket ? "is connected to pcscd" : "is running, perhaps connected";
}

void sharing_evidence(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_client && i < EVIDENCE_MAX; i++) {
		const struct facts_client *client = &facts->client[i];
		const struct program *program = program_lookup(client->comm);

		verdict_evidence(v, "process %ld (%s, user %s) %s%s%s", (long)client->pid,
				 verdict_clean(v, client->comm), verdict_clean(v, client->user),
				 client_role(client), program ? ": " : "", program ? program->what : "");
	}
	if (facts->n_client > EVIDENCE_MAX)
		verdict_evidence(v, "and %zu more", facts->n_client - EVIDENCE_MAX);
	if (facts->hidden_clients)
		verdict_evidence(v, "%u connection%s of processes that only root can name",
				 facts->hidden_clients, facts->hidden_clients == 1 ? "" : "s");
}

static bool came_before(const struct facts *facts, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(facts->client[j].comm, facts->client[i].comm) == 0)
			return true;
	}
	return false;
}

/* Whether a line of scdaemon.conf, comments aside, is this option. */
static bool conf_has(const char *conf, const char *option)
{
	size_t len = strlen(option);

	while (conf && *conf) {
		conf += strspn(conf, " \t");
		if (strncmp(conf, option, len) == 0 && strchr(" \t\r\n", conf[len]))
			return true;
		conf += strcspn(conf, "\n");
		conf += *conf == '\n';
	}
	return false;
}

static bool ends_in_line(const char *text)
{
	return !text || !*text || text[strlen(text) - 1] == '\n';
}

/* Lines for scdaemon.conf that are not there yet. */
static const char *scdaemon_lines(const struct facts *facts, struct verdict *v)
{
	bool ccid = conf_has(facts->scdaemon_conf, "disable-ccid");
	bool shared = conf_has(facts->scdaemon_conf, "pcsc-shared");

	if (ccid && shared)
		return NULL;
	return pool_format(v->pool, "printf '%s%s%s' >>~/.gnupg/scdaemon.conf\ngpgconf --kill scdaemon",
			   ends_in_line(facts->scdaemon_conf) ? "" : "\\n", ccid ? "" : "disable-ccid\\n",
			   shared ? "" : "pcsc-shared\\n");
}

static void gnupg_for_good(const struct facts *facts, struct verdict *v)
{
	static const char text[] =
		"For good, as the user of gpg: let scdaemon go through pcscd and share the card. Other "
		"programs can "
		"then use a PIN it has entered; a GnuPG too old for pcsc-shared wants that line left out.";
	const char *lines = scdaemon_lines(facts, v);

	if (lines)
		verdict_remedy(v, false, text, lines);
}

/* One that has no way of its own, such as a virtual machine, is not for us to kill. */
static void let_go(const struct facts *facts, struct verdict *v, const struct facts_client *client)
{
	const struct program *program = program_lookup(client->comm);
	char command[PROGRAM_COMMAND_MAX];
	struct remedy remedy;

	if (!program) {
		verdict_remedy(v, client->uid != facts->user.uid,
			       pool_format(v->pool, "Close %s (process %ld), or end it.",
					   verdict_clean(v, client->comm), (long)client->pid),
			       pool_format(v->pool, "kill %ld", (long)client->pid));
		return;
	}
	remedy = program_let_go(program, client, facts->user.uid, command);
	verdict_remedy(v, remedy.as_root,
		       pool_format(v->pool, "%s (%s): %s", program->comm, program->what, remedy.text),
		       remedy.command ? pool_copy(v->pool, remedy.command, strlen(remedy.command)) : NULL);
}

static size_t remedies_in(const struct facts *facts, struct verdict *v, size_t room, bool joined)
{
	size_t n = 0;

	for (size_t i = 0; i < facts->n_client && n < room; i++) {
		const struct facts_client *client = &facts->client[i];

		if ((client->by_socket || client->raw_usb) != joined || came_before(facts, i))
			continue;
		let_go(facts, v, client);
		n++;
		if (strcmp(client->comm, "scdaemon") == 0 && n++ < room)
			gnupg_for_good(facts, v);
	}
	return n < room ? n : room;
}

void sharing_remedies(const struct facts *facts, struct verdict *v, size_t room)
{
	size_t n = remedies_in(facts, v, room, true);

	remedies_in(facts, v, room - n, false);
}

static const struct live_reader *exclusive_reader(const struct facts *facts)
{
	for (size_t i = 0; i < live_readers(facts); i++) {
		if (live_said(facts, &facts->live.reader[i].connect, RV_SHARING))
			return &facts->live.reader[i];
	}
	return live_reader_with(facts, RSTATE_EXCLUSIVE);
}

/* Who holds it is proven only when nobody else can. */
static const struct facts_client *only_client(const struct facts *facts)
{
	const struct facts_client *only = NULL;

	for (size_t i = 0; i < facts->n_client; i++) {
		if (!facts->client[i].by_socket)
			continue;
		if (only)
			return NULL;
		only = &facts->client[i];
	}
	return facts->hidden_clients ? NULL : only;
}

static void ask_root(const struct facts *facts, struct verdict *v)
{
	if (facts->hidden_clients && facts->user.euid != 0)
		verdict_remedy(v, true, "To name the programs of other users:", "pcsc_doctor clients");
}

static void run_exclusive(const struct facts *facts, struct verdict *v)
{
	const struct live_reader *reader = exclusive_reader(facts);
	const struct facts_client *holder = only_client(facts);

	if (!live_readers(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "no reader to look at");
		return;
	}
	if (!reader) {
		verdict_set(v, CHECK_OK, NULL, "no program keeps a card for itself");
		return;
	}
	if (holder)
		verdict_set(v, CHECK_FAIL, "D9", "%s (process %ld) has the card in \"%s\" for itself",
			    verdict_clean(v, holder->comm), (long)holder->pid,
			    verdict_clean(v, reader->name));
	else
		verdict_set(v, CHECK_FAIL, "D9", "another program has the card in \"%s\" for itself",
			    verdict_clean(v, reader->name));
	verdict_evidence(v, "state of the reader 0x%04X: exclusive", (unsigned)(reader->state & 0xFFFF));
	if (reader->connect.outcome == LIVE_ANSWERED)
		verdict_evidence(v, "SCardConnect answered 0x%08X", (unsigned)reader->connect.rv);
	sharing_evidence(facts, v);
	sharing_remedies(facts, v, REMEDIES_MAX - 1);
	ask_root(facts, v);
}

static const struct live_reader *blocked_reader(const struct facts *facts)
{
	for (size_t i = 0; i < live_readers(facts); i++) {
		if (live_hung(facts, &facts->live.reader[i].connect))
			return &facts->live.reader[i];
	}
	return NULL;
}

static bool any_connect(const struct facts *facts)
{
	for (size_t i = 0; i < live_readers(facts); i++) {
		if (facts->live.reader[i].connect.outcome != LIVE_NOT_TRIED)
			return true;
	}
	return false;
}

static void run_blocked(const struct facts *facts, struct verdict *v)
{
	const struct live_reader *reader = blocked_reader(facts);
	bool in_use;

	if (!any_connect(facts)) {
		verdict_set(v, CHECK_SKIP, NULL,
			    live_reader_with(facts, RSTATE_PRESENT)
				    ? "no card was connected to (--connect does)"
				    : "no card in a reader");
		return;
	}
	if (!reader) {
		verdict_set(v, CHECK_OK, NULL, "no transaction blocks a card");
		return;
	}
	in_use = reader->state & RSTATE_INUSE;
	verdict_set(v, CHECK_FAIL, "D12",
		    in_use ? "another program keeps a transaction open on the card in \"%s\""
			   : "SCardConnect to \"%s\" does not return: its driver or its card hangs",
		    verdict_clean(v, reader->name));
	verdict_evidence(v, "state of the reader 0x%04X: %s", (unsigned)(reader->state & 0xFFFF),
			 in_use ? "in use by others" : "not in use by others");
	sharing_evidence(facts, v);
	if (in_use)
		sharing_remedies(facts, v, REMEDIES_MAX - 2);
	else
		verdict_remedy(v, false, "Take the card out, unplug the reader, plug it in again.", NULL);
	verdict_remedy(v, true, "Or start the daemon again: every program loses its session.",
		       distro_service(facts, DISTRO_RESTART));
	ask_root(facts, v);
}

static const struct facts_client *other_than_gnupg(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_client; i++) {
		if (facts->client[i].by_socket && strcmp(facts->client[i].comm, "scdaemon") != 0)
			return &facts->client[i];
	}
	return NULL;
}

static void run_gnupg(const struct facts *facts, struct verdict *v)
{
	bool ccid = conf_has(facts->scdaemon_conf, "disable-ccid");
	bool shared = conf_has(facts->scdaemon_conf, "pcsc-shared");
	const struct facts_client *other = other_than_gnupg(facts);
	const struct live_reader *reader = live_reader_with(facts, RSTATE_PRESENT | RSTATE_INUSE);

	if (!facts->scdaemon_conf) {
		verdict_set(v, CHECK_SKIP, NULL, "no ~/.gnupg/scdaemon.conf");
		return;
	}
	if (!other || !reader || (ccid && shared)) {
		verdict_set(v, CHECK_OK, NULL, "gpg and other programs can share a card");
		return;
	}
	verdict_set(v, CHECK_WARN, "D10",
		    "gpg wants the card for itself and will not get it while %s shares \"%s\"",
		    verdict_clean(v, other->comm), verdict_clean(v, reader->name));
	if (!ccid)
		verdict_evidence(v, "~/.gnupg/scdaemon.conf lacks disable-ccid");
	if (!shared)
		verdict_evidence(v, "~/.gnupg/scdaemon.conf lacks pcsc-shared");
	gnupg_for_good(facts, v);
}

static void run_clients(const struct facts *facts, struct verdict *v)
{
	unsigned connections = facts->hidden_clients;
	size_t named = 0;

	if (facts->clients_known != FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "who is connected to pcscd can not be told from here");
		return;
	}
	for (size_t i = 0; i < facts->n_client; i++) {
		connections += facts->client[i].connections;
		named += facts->client[i].by_socket;
	}
	verdict_set(v, CHECK_OK, NULL, "%u connection%s to pcscd, %zu program%s known by name", connections,
		    connections == 1 ? "" : "s", named, named == 1 ? "" : "s");
	sharing_evidence(facts, v);
}

const struct check check_sharing[] = {
	{"sharing-exclusive", LAYER_SHARING, "no program keeps a card for itself", run_exclusive},
	{"sharing-blocked", LAYER_SHARING, "no transaction blocks a card", run_blocked},
	{"sharing-gnupg", LAYER_SHARING, "gpg and other programs can share a card", run_gnupg},
	{"sharing-clients", LAYER_SHARING, "who is connected to pcscd", run_clients},
	{0},
};
