/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diag/check_live.h"
#include "diag/facts_priv.h"

bool reach_answered(const struct facts *facts)
{
	const struct live_call *establish = &facts->live.establish;

	if (facts->live_known && establish->outcome == LIVE_ANSWERED && establish->rv == 0)
		return true;
	return facts->socket.wire_known && facts->socket.wire.end == WIRE_ANSWERED;
}

static enum reach reach_of_wire(const struct wire *wire)
{
	switch (wire->end) {
	case WIRE_MISSING:
		return REACH_MISSING;
	case WIRE_NOT_SOCKET:
		return REACH_NOT_SOCKET;
	case WIRE_REFUSED:
		return REACH_REFUSED;
	case WIRE_NO_PERMISSION:
		return REACH_NO_PERMISSION;
	case WIRE_TOO_LONG:
		return REACH_TOO_LONG;
	case WIRE_FAILED:
		return REACH_FAILED;
	default:
		return REACH_LISTENING;
	}
}

/* Group members may have a right that is not looked at: then it is not told. */
static bool is_closed_to_us(const struct facts *facts, const struct facts_file *file, unsigned others)
{
	return facts->user.uid != FACT_NO_UID && facts->user.uid != 0 && facts->user.uid != file->uid &&
	       !(file->mode & others) && !(file->mode & others << 3);
}

static enum reach reach_of_file(const struct facts *facts)
{
	const struct facts_socket *socket = &facts->socket;
	const struct facts_file *file = &socket->file;

	if (strlen(socket->path) > WIRE_PATH_MAX)
		return REACH_TOO_LONG;
	if (socket->directory.exists == FACT_YES && is_closed_to_us(facts, &socket->directory, S_IXOTH))
		return REACH_NO_PERMISSION;
	if (file->exists == FACT_UNKNOWN)
		return file->error == EACCES ? REACH_NO_PERMISSION : REACH_UNKNOWN;
	/* without it this is no running system, where nothing has made the socket yet */
	if (file->exists == FACT_NO)
		return socket->listening == FACT_UNKNOWN ? REACH_UNKNOWN : REACH_MISSING;
	if (!S_ISSOCK(file->mode))
		return REACH_NOT_SOCKET;
	if (is_closed_to_us(facts, file, S_IWOTH))
		return REACH_NO_PERMISSION;
	if (socket->listening == FACT_UNKNOWN)
		return REACH_UNKNOWN;
	return socket->listening == FACT_YES ? REACH_LISTENING : REACH_REFUSED;
}

enum reach reach_of(const struct facts *facts)
{
	if (reach_answered(facts))
		return REACH_LISTENING;
	if (facts->socket.wire_known)
		return reach_of_wire(&facts->socket.wire);
	return facts->socket.path ? reach_of_file(facts) : REACH_UNKNOWN;
}

static bool peer_is_one_of(const struct facts *facts, const char *const *names)
{
	const struct wire *wire = &facts->socket.wire;

	for (; facts->socket.wire_known && wire->have_peer && *names; names++)
		if (strcmp(wire->peer_comm, *names) == 0)
			return true;
	return false;
}

bool reach_tunnel(const struct facts *facts)
{
	static const char *const tunnels[] = {"ssh", "sshd", "sshd-session", "socat", NULL};

	return peer_is_one_of(facts, tunnels);
}

/* Who started the daemon with its socket listens in its place: systemd, or another process 1. */
bool reach_stranger(const struct facts *facts)
{
	static const char *const starters[] = {"systemd", "", NULL};
	const struct wire *wire = &facts->socket.wire;

	return facts->socket.wire_known && wire->have_peer && wire->peer_pid > 1 && !reach_tunnel(facts) &&
	       !strstr(wire->peer_comm, "pcscd") && !peer_is_one_of(facts, starters);
}

static enum fact is_denied(const struct facts *facts)
{
	const struct live_call *establish = &facts->live.establish;

	if (reach_answered(facts))
		return FACT_NO;
	if (facts->live_known && establish->outcome == LIVE_ANSWERED && establish->rv == RV_ACCESS_DENIED)
		return FACT_YES;
	if (facts->socket.wire_known && facts->socket.wire.end == WIRE_RESET)
		return FACT_YES;
	if (facts->polkit.may_pcsc == FACT_UNKNOWN || facts->daemon.polkit != FACT_YES)
		return FACT_UNKNOWN;
	return facts->polkit.may_pcsc == FACT_NO ? FACT_YES : FACT_NO;
}

static bool is_no_polkit(const struct facts *facts)
{
	return facts->daemon.polkit == FACT_NO || facts->polkit.may_pcsc == FACT_YES;
}

/* polkit never refuses root: that it could not be asked is what is left. */
static bool is_bus_gone(const struct facts *facts)
{
	const char *said = facts->polkit.pkcheck_said;

	return facts->polkit.bus_socket == FACT_NO || (said && strstr(said, "Could not connect")) ||
	       (facts->user.euid == 0 && facts->polkit.policy_file != FACT_NO);
}

static bool is_action_unknown(const struct facts *facts)
{
	return facts->polkit.policy_file == FACT_NO || facts->polkit.registered == FACT_NO;
}

static bool is_polkit_down(const struct facts *facts)
{
	const char *state = facts->polkit.unit_state;

	return state && (strcmp(state, "failed") == 0 || strcmp(state, "masked") == 0);
}

static bool is_bad_version(const struct facts *facts)
{
	return facts->daemon.version && strcmp(facts->daemon.version, "2.3.2") == 0;
}

static bool is_hidden(const struct facts *facts)
{
	return facts->host.hidepid == FACT_YES && facts->daemon.user &&
	       strcmp(facts->daemon.user, "root") != 0;
}

static bool is_outside(const struct facts *facts)
{
	return facts->socket.wire_known && facts->socket.wire.have_peer && facts->socket.wire.peer_pid == 0;
}

/* Later versions are 0.106 and on, and 121 and on. */
bool reach_old_polkit(const struct facts *facts)
{
	const char *version = facts->polkit.version;

	return version && strncmp(version, "0.", 2) == 0 && strtoul(version + 2, NULL, 10) <= 105;
}

static bool is_unread(const struct facts *facts)
{
	const struct pool_list *rules = &facts->polkit.rule_files;

	for (size_t i = 0; reach_old_polkit(facts) && i < rules->n; i++) {
		size_t len = strlen(rules->item[i]);

		if (len > 6 && strcmp(rules->item[i] + len - 6, ".rules") == 0)
			return true;
	}
	return false;
}

static bool wants_password(const struct facts *facts)
{
	return facts->polkit.may_pcsc == FACT_NO && facts->polkit.asks_password == FACT_YES;
}

static bool is_service(const struct facts *facts)
{
	const char *unit = facts->user.unit;
	size_t len = unit ? strlen(unit) : 0;

	return !facts->user.session && len > 8 && strcmp(unit + len - 8, ".service") == 0;
}

static bool is_remote(const struct facts *facts)
{
	if (facts->user.session_remote == FACT_UNKNOWN)
		return facts->env.ssh_connection != NULL;
	return facts->user.session_remote == FACT_YES;
}

static bool is_inactive(const struct facts *facts)
{
	return facts->user.session_active == FACT_NO;
}

static bool is_unguarded(const struct facts *facts)
{
	return facts->polkit.unguarded_rules.n > 0 && facts->user.session_active == FACT_YES;
}

enum denial denial_of(const struct facts *facts)
{
	static const struct {
		enum denial denial;
		bool (*applies)(const struct facts *facts);
	} reasons[] = {
		{DENIAL_FAR, reach_tunnel},       {DENIAL_CLOSED, is_no_polkit},
		{DENIAL_NAMESPACE, is_outside},   {DENIAL_ACTION, is_action_unknown},
		{DENIAL_BUS, is_bus_gone},        {DENIAL_POLKIT, is_polkit_down},
		{DENIAL_VERSION, is_bad_version}, {DENIAL_HIDEPID, is_hidden},
		{DENIAL_OLD, is_unread},          {DENIAL_PASSWORD, wants_password},
		{DENIAL_SERVICE, is_service},     {DENIAL_REMOTE, is_remote},
		{DENIAL_INACTIVE, is_inactive},   {DENIAL_RULES, is_unguarded},
	};
	enum fact denied = is_denied(facts);

	if (denied != FACT_YES)
		return denied == FACT_NO ? DENIAL_NONE : DENIAL_UNKNOWN;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].applies(facts))
			return reasons[i].denial;
	return DENIAL_OTHER;
}
