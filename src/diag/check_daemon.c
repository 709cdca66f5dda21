/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "diag/advice.h"
#include "diag/check_priv.h"
#include "diag/distro.h"
#include "diag/reach.h"

#define CONNECTIONS 200 /* that pcscd allows, unless told otherwise */

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static const char *name_daemon(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (facts->daemon.pid > 0 && !reach_stranger(facts))
		return pool_format(v->pool, "pcscd (process %ld)", (long)facts->daemon.pid);
	if (facts->socket.wire_known && wire->have_peer && wire->peer_pid > 0)
		return pool_format(v->pool, "%s (process %ld)",
				   wire->peer_comm[0] ? verdict_clean(v, wire->peer_comm) : "the daemon",
				   (long)wire->peer_pid);
	return "the daemon";
}

static const char *explain_state(char state)
{
	switch (state) {
	case 'T':
	case 't':
		return "its process is stopped, by a signal or a debugger";
	case 'D':
		return "its process waits in the kernel, in all likelihood for a USB device";
	case 'Z':
		return "its process has ended and was not collected";
	default:
		return NULL;
	}
}

static void put_handshake(const struct facts *facts, struct verdict *v)
{
	if (facts->socket.wire_known)
		verdict_evidence(v, "handshake on %s: %s", verdict_clean(v, facts->socket.path),
				 wire_end_name(facts->socket.wire.end));
}

static void say_silent(const struct facts *facts, struct verdict *v, const char *how)
{
	const char *state = explain_state(facts->daemon.state);

	verdict_set(v, CHECK_FAIL, "D20", "%s %s", name_daemon(facts, v), how);
	put_handshake(facts, v);
	if (facts->live_known && facts->live.establish.outcome == LIVE_TIMED_OUT)
		verdict_evidence(v, "SCardEstablishContext did not return in time");
	if (state)
		verdict_evidence(v, "%s (state %c)", state, facts->daemon.state);
	if (facts->daemon.state == 'T' && facts->daemon.pid > 0)
		verdict_remedy(v, true, "Let it go on.",
			       pool_format(v->pool, "kill -CONT %ld", (long)facts->daemon.pid));
	advice_restart(facts, v, "Restart it; when it hangs again, unplug the reader.");
	if (!reach_stranger(facts))
		advice_journal(facts, v);
}

static bool service_failed(const struct facts *facts)
{
	const struct facts_unit *unit = &facts->daemon.service_unit;

	return is(unit->active_state, "failed") || (unit->result && !is(unit->result, "success"));
}

static void say_dying(const struct facts *facts, struct verdict *v)
{
	if (reach_stranger(facts)) {
		verdict_set(v, CHECK_FAIL, "D20c", "%s closes connections at once", name_daemon(facts, v));
		put_handshake(facts, v);
		advice_restart(facts, v, NULL);
		return;
	}
	if (advice_missing_driver(facts, v))
		return;
	verdict_set(v, CHECK_FAIL, "D20c",
		    "pcscd does not start or does not stay: the connection is closed at once");
	put_handshake(facts, v);
	if (facts->daemon.service_unit.active_state)
		verdict_evidence(v, "pcscd.service is %s, result %s",
				 verdict_clean(v, facts->daemon.service_unit.active_state),
				 verdict_clean(v, facts->daemon.service_unit.result));
	advice_journal(facts, v);
}

static void check_wire(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	switch (wire->end) {
	case WIRE_SILENT:
		say_silent(facts, v, "accepts connections, but does not answer");
		return;
	case WIRE_CLOSED:
		say_dying(facts, v);
		return;
	case WIRE_RESET:
		if (service_failed(facts)) {
			say_dying(facts, v);
			return;
		}
		break;
	default:
		break;
	}
	verdict_set(v, CHECK_OK, NULL, "%s accepts connections", name_daemon(facts, v));
}

static void check_answers(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (facts->live_known && facts->live.establish.outcome == LIVE_TIMED_OUT &&
	    !(facts->socket.wire_known && wire->end == WIRE_SILENT))
		say_silent(facts, v, "does not answer the library");
	else if (facts->socket.wire_known && wire->end == WIRE_ANSWERED)
		verdict_set(v, CHECK_OK, NULL, "%s answers, protocol %d:%d", name_daemon(facts, v),
			    wire->major, wire->minor);
	else if (reach_answered(facts))
		verdict_set(v, CHECK_OK, NULL, "%s answers", name_daemon(facts, v));
	else if (facts->socket.wire_known)
		check_wire(facts, v);
	else if (facts->daemon.pid > 0 && facts->daemon.state == 'T')
		say_silent(facts, v, "is stopped");
	else
		verdict_set(v, CHECK_SKIP, NULL, "whether the daemon answers can not be told from here");
}

static unsigned count_connections(const struct facts *facts)
{
	unsigned n = facts->hidden_clients;

	for (size_t i = 0; i < facts->n_client; i++)
		n += facts->client[i].connections;
	return n;
}

/* What --max-thread says, else the default. */
static unsigned connections_allowed(const struct facts *facts)
{
	static const char *const forms[] = {" --max-thread=", " --max-thread ", " -t "};

	for (size_t i = 0; facts->daemon.cmdline && i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *at = strstr(facts->daemon.cmdline, forms[i]);
		unsigned long told = at ? strtoul(at + strlen(forms[i]), NULL, 10) : 0;

		if (told > 0 && told <= UINT_MAX)
			return (unsigned)told;
	}
	return CONNECTIONS;
}

/* Who has more than half of all. */
static const struct facts_client *hoarder(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_client; i++)
		if (facts->client[i].connections > count_connections(facts) / 2)
			return &facts->client[i];
	return NULL;
}

static void put_connections(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_client; i++)
		if (facts->client[i].connections > 1)
			verdict_evidence(v, "process %ld (%s) has %u", (long)facts->client[i].pid,
					 verdict_clean(v, facts->client[i].comm),
					 facts->client[i].connections);
	if (facts->hidden_clients)
		verdict_evidence(v, "%u of processes that only root may look at", facts->hidden_clients);
}

static void check_room(const struct facts *facts, struct verdict *v)
{
	unsigned n = count_connections(facts), allowed = connections_allowed(facts);
	const struct facts_client *most = hoarder(facts);

	if (facts->clients_known != FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "how many programs are connected can not be told from here");
		return;
	}
	if (n < allowed - allowed / 4) { /* some may have ended meanwhile */
		verdict_set(v, CHECK_OK, NULL, "%u connection%s open", n, n == 1 ? "" : "s");
		return;
	}
	verdict_set(v, reach_answered(facts) ? CHECK_WARN : CHECK_FAIL, NULL,
		    "%u connections are open; pcscd takes %u and refuses the next as \"Access denied\" or "
		    "\"Service not available\"",
		    n, allowed);
	put_connections(facts, v);
	if (most)
		verdict_remedy(v, most->uid != facts->user.uid, "End the program that opens most of them.",
			       pool_format(v->pool, "kill %ld", (long)most->pid));
	else
		verdict_remedy(v, facts->hidden_clients > 0, "Find the program that opens them and end it.",
			       "pcsc_doctor clients");
	verdict_remedy(v, true, "Or end them all.", distro_service(facts, DISTRO_RESTART));
}

/* find_log - the last line of a case; @v set when there is none */
static const char *find_log(const struct facts *facts, struct verdict *v, const char *kase, const char *fine)
{
	const char *line = advice_log(facts, kase);

	if (line)
		return line;
	if (facts->log_known == FACT_YES)
		verdict_set(v, CHECK_OK, NULL, "%s", fine);
	else
		verdict_set(v, CHECK_SKIP, NULL, "the daemon's log can not be read from here");
	return NULL;
}

/* Drivers that are not the CCID driver: the usual suspects. */
static void put_suspects(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_bundle; i++) {
		const char *dir = facts->bundle[i].dir;

		if (!dir || strstr(dir, "ifd-ccid.bundle"))
			continue;
		verdict_evidence(v, "a driver other than the CCID driver: %s", verdict_clean(v, dir));
		if (v->n_remedies == 0)
			verdict_remedy(v, true,
				       "Take that driver out of the way and see whether it still crashes.",
				       pool_format(v->pool, "mv %s /root/\n%s", verdict_quote(v, dir),
						   distro_service(facts, DISTRO_RESTART)));
	}
}

static void check_crash(const struct facts *facts, struct verdict *v)
{
	const char *line = find_log(facts, v, "D20c", "no crash of pcscd in its last messages");

	if (!line)
		return;
	verdict_set(v, reach_answered(facts) ? CHECK_WARN : CHECK_FAIL, "D20c", "pcscd has crashed");
	verdict_evidence(v, "%s", verdict_clean(v, line));
	put_suspects(facts, v);
	advice_journal(facts, v);
}

static void check_second(const struct facts *facts, struct verdict *v)
{
	const char *line = find_log(facts, v, "D20b", "nobody started a second pcscd");

	if (!line)
		return;
	verdict_set(v, CHECK_WARN, "D20b", "a second pcscd was started while the first one ran");
	verdict_evidence(v, "%s", verdict_clean(v, line));
	verdict_remedy(
		v, true, "To run it by hand, stop the service before; start it again afterwards.",
		pool_format(v->pool, "%s\npcscd --foreground --debug", distro_service(facts, DISTRO_STOP)));
}

static void check_args(const struct facts *facts, struct verdict *v)
{
	if (find_log(facts, v, "D20d", "nothing odd about its arguments"))
		verdict_set(v, CHECK_OK, NULL, "systemd's message about PCSCD_ARGS is harmless");
}

/* libpcsclite never connects again by itself: such a program sees "Service not available" until it ends. */
static void check_restarted(const struct facts *facts, struct verdict *v)
{
	if (facts->clients_known != FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "what programs are connected to can not be told from here");
		return;
	}
	if (!facts->n_left) {
		verdict_set(v, CHECK_OK, NULL, "no program is seen that was connected to an earlier one");
		return;
	}
	verdict_set(v, CHECK_WARN, "D20e",
		    "pcscd was restarted: %s (process %ld) may still have its connection to the one before",
		    verdict_clean(v, facts->left[0].comm), (long)facts->left[0].pid);
	for (size_t i = 0; i < facts->n_left; i++)
		verdict_evidence(v, "process %ld (%s) is older than pcscd, and a connection of it was closed",
				 (long)facts->left[i].pid, verdict_clean(v, facts->left[i].comm));
	/* What was closed may have been a connection to anything: no command that ends a sound program. */
	verdict_remedy(v, false, "If it says Service not available, end it and start it again.", NULL);
}

const struct check check_daemon[] = {
	{"daemon-answers", LAYER_DAEMON, "the daemon answers", check_answers},
	{"daemon-room", LAYER_DAEMON, "it has room for one more program", check_room},
	{"daemon-crash", LAYER_DAEMON, "it does not crash", check_crash},
	{"daemon-second", LAYER_DAEMON, "it runs once", check_second},
	{"daemon-args", LAYER_DAEMON, "its arguments are fine", check_args},
	{"daemon-restarted", LAYER_DAEMON, "programs are connected to the one that runs", check_restarted},
	{0},
};
