/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "diag/advice.h"
#include "diag/check_priv.h"
#include "diag/distro.h"
#include "diag/reach.h"

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static const char *path_of(const struct facts *facts, struct verdict *v)
{
	return verdict_clean(v, facts->socket.path);
}

/* Ways in which the systemd unit of the socket is not at work; the first that fits. */
enum unit_fault { UNIT_NOT_THERE, UNIT_MASKED, UNIT_UNREAD, UNIT_FAILED, UNIT_LISTENING, UNIT_OFF };

static enum unit_fault unit_fault_of(const struct facts_unit *unit)
{
	if (is(unit->link, "/dev/null") || is(unit->load_state, "masked") ||
	    is(unit->unit_file_state, "masked"))
		return UNIT_MASKED;
	if (!unit->file)
		return UNIT_NOT_THERE;
	if (unit->need_reload == FACT_YES || is(unit->load_state, "not-found"))
		return UNIT_UNREAD;
	if (is(unit->active_state, "failed"))
		return UNIT_FAILED;
	return is(unit->active_state, "active") ? UNIT_LISTENING : UNIT_OFF;
}

static const struct {
	const char *detail, *text, *command;
} unit_advice[] = {
	[UNIT_NOT_THERE] = {"pcscd is installed without its systemd unit pcscd.socket",
			    "Reinstall the package of pcscd; till then start pcscd by hand.", "pcscd"},
	[UNIT_MASKED] = {"pcscd.socket is masked: systemd must not start it", "Allow it and start it.",
			 "systemctl unmask pcscd.socket pcscd.service\nsystemctl enable --now pcscd.socket"},
	[UNIT_UNREAD] = {"systemd has not read pcscd.socket since it was installed or changed",
			 "Let it read its units and start the socket.",
			 "systemctl daemon-reload\nsystemctl enable --now pcscd.socket"},
	[UNIT_FAILED] = {"pcscd.socket has failed", "Start it again.",
			 "systemctl reset-failed pcscd.socket pcscd.service\nsystemctl restart pcscd.socket"},
	[UNIT_LISTENING] = {"systemd listens for pcscd, but the socket's file was removed",
			    "Have it made anew.", "systemctl restart pcscd.socket"},
	[UNIT_OFF] = {"pcscd.socket is not started", "Start it now and at each boot.",
		      "systemctl enable --now pcscd.socket"},
};

static const char *told(struct verdict *v, const char *state)
{
	return state && *state ? verdict_clean(v, state) : "unknown";
}

static void put_unit(const struct facts_unit *unit, struct verdict *v)
{
	if (unit->file)
		verdict_evidence(v, "unit file %s%s%s", verdict_clean(v, unit->file),
				 unit->link ? " -> " : "", verdict_clean(v, unit->link));
	if (unit->active_state)
		verdict_evidence(v, "%s: load %s, active %s, enabled %s, result %s", unit->name,
				 told(v, unit->load_state), told(v, unit->active_state),
				 told(v, unit->unit_file_state), told(v, unit->result));
}

static void missing_with_systemd(const struct facts *facts, struct verdict *v)
{
	enum unit_fault fault = unit_fault_of(&facts->daemon.socket_unit);

	verdict_set(v, CHECK_FAIL, "D16", "%s", unit_advice[fault].detail);
	verdict_evidence(v, "%s does not exist", path_of(facts, v));
	put_unit(&facts->daemon.socket_unit, v);
	verdict_remedy(v, true, unit_advice[fault].text, unit_advice[fault].command);
	if (fault == UNIT_FAILED)
		advice_journal(facts, v);
}

/* A daemon in a container below is seen, too, but it is not for us. */
static bool runs_here(const struct facts *facts)
{
	return facts->daemon.pid > 0 && facts->daemon.own_namespace != FACT_NO;
}

static void put_container(struct verdict *v)
{
	verdict_remedy(v, false, "Or start the container with the socket of its host (podman alike).",
		       "docker run -v /run/pcscd:/run/pcscd IMAGE");
}

static void missing_without_systemd(const struct facts *facts, struct verdict *v)
{
	verdict_set(v, CHECK_FAIL, "D16b", "%s",
		    runs_here(facts) ? "pcscd runs, but its socket's file was removed"
				     : "pcscd does not run, and no systemd would start it");
	verdict_evidence(v, "%s does not exist", path_of(facts, v));
	if (facts->host.init)
		verdict_evidence(v, "process 1 is %s", verdict_clean(v, facts->host.init));
	if (runs_here(facts))
		verdict_evidence(v, "pcscd is process %ld", (long)facts->daemon.pid);
	verdict_remedy(v, true, runs_here(facts) ? "Have it made anew." : "Start it.",
		       distro_service(facts, runs_here(facts) ? DISTRO_RESTART : DISTRO_START));
	if (facts->host.container)
		put_container(v);
}

static void not_installed(const struct facts *facts, struct verdict *v)
{
	const char *pcscd = distro_install(v, facts, DISTRO_PCSCD);
	const char *ccid = distro_package(facts, DISTRO_CCID);

	verdict_set(v, CHECK_FAIL, "D15", "pcscd, the daemon of PC/SC, is not installed");
	verdict_evidence(v, "%s does not exist, and neither does pcscd nor pcscd.socket", path_of(facts, v));
	verdict_remedy(v, true, "Install it and the driver for CCID readers.",
		       pcscd ? pool_format(v->pool, "%s %s", pcscd, ccid) : NULL);
	verdict_remedy(v, true, "Then start it.", distro_service(facts, DISTRO_START));
	if (facts->host.container)
		put_container(v);
}

static void check_present(const struct facts *facts, struct verdict *v)
{
	const struct facts_daemon *daemon = &facts->daemon;

	switch (reach_of(facts)) {
	case REACH_MISSING:
		break;
	case REACH_LISTENING:
		verdict_set(v, CHECK_OK, NULL, "a daemon listens on %s", path_of(facts, v));
		return;
	case REACH_UNKNOWN:
		verdict_set(v, CHECK_SKIP, NULL, "whether a daemon listens can not be told from here");
		return;
	default:
		verdict_set(v, CHECK_OK, NULL, "%s exists", path_of(facts, v));
		return;
	}
	if (!daemon->binary && !daemon->socket_unit.file && !daemon->service_unit.file && !runs_here(facts))
		not_installed(facts, v);
	else if (advice_missing_driver(facts, v))
		return;
	else if (distro_systemd(facts) || (!facts->host.init && daemon->socket_unit.file))
		missing_with_systemd(facts, v);
	else
		missing_without_systemd(facts, v);
}

/* past - for checks of what was found at the path: false and @v set when that is not known or not so */
static bool past(const struct facts *facts, struct verdict *v, enum reach want, const char *fine)
{
	enum reach reach = reach_of(facts);

	if (reach == want)
		return true;
	if (reach == REACH_LISTENING)
		verdict_set(v, CHECK_OK, NULL, "%s", fine);
	else
		verdict_set(v, CHECK_SKIP, NULL, "%s",
			    reach == REACH_UNKNOWN ? "can not be told from here"
						   : "there is nothing to connect to");
	return false;
}

static void check_kind(const struct facts *facts, struct verdict *v)
{
	if (!past(facts, v, REACH_NOT_SOCKET, "it is a socket"))
		return;
	verdict_set(v, CHECK_FAIL, "D17", "%s is there, but it is not a socket", path_of(facts, v));
	verdict_evidence(v, "%s has mode %06o", path_of(facts, v), facts->socket.file.mode);
	verdict_remedy(v, true, "Take it away and start pcscd.",
		       pool_format(v->pool, "mv -T %s %s.old\n%s", verdict_quote(v, facts->socket.path),
				   verdict_quote(v, facts->socket.path),
				   distro_service(facts, DISTRO_RESTART)));
}

static void put_mode(struct verdict *v, const char *path, unsigned mode, unsigned long uid)
{
	verdict_evidence(v, "%s has mode %04o and belongs to uid %lu", verdict_clean(v, path), mode & 07777,
			 uid);
}

static void put_permission_evidence(const struct facts *facts, struct verdict *v)
{
	const struct facts_socket *socket = &facts->socket;

	if (socket->wire_known && socket->wire.denied_at[0]) {
		put_mode(v, socket->wire.denied_at, socket->wire.denied_mode, socket->wire.denied_uid);
		return;
	}
	if (socket->directory.exists == FACT_YES)
		put_mode(v, socket->directory.path, socket->directory.mode, socket->directory.uid);
	if (socket->file.exists == FACT_YES)
		put_mode(v, socket->file.path, socket->file.mode, socket->file.uid);
}

static bool belongs_to_other(const struct facts *facts)
{
	const struct facts_file *file = &facts->socket.file;

	return facts->socket.from_env == FACT_YES && file->exists == FACT_YES && S_ISSOCK(file->mode) &&
	       file->uid != facts->user.uid;
}

/* A restart makes the socket anew; of its directory not every version and init system cares. */
static void put_permission_remedies(const struct facts *facts, struct verdict *v)
{
	const struct facts_socket *socket = &facts->socket;
	const char *at = socket->wire_known ? socket->wire.denied_at : "";
	bool closed_socket = strcmp(at, socket->path) == 0;

	if (socket->from_env == FACT_YES) {
		verdict_remedy(v, false,
			       "Forward the socket to a path of your own, or use the readers of this "
			       "computer.",
			       "unset PCSCLITE_CSOCK_NAME");
		return;
	}
	if (*at)
		verdict_remedy(v, true,
			       closed_socket ? "Open the socket to everybody: srw-rw-rw-."
					     : "Open the directory to everybody: drwxr-xr-x.",
			       pool_format(v->pool, "chmod %s %s", closed_socket ? "0666" : "0755",
					   verdict_quote(v, at)));
	verdict_remedy(
		v, true,
		*at ? "If it does not last: have both made anew."
		    : "The directory must be drwxr-xr-x and the socket srw-rw-rw-: have them made anew.",
		distro_service(facts, DISTRO_RESTART));
}

static void check_permission(const struct facts *facts, struct verdict *v)
{
	if (!past(facts, v, REACH_NO_PERMISSION, "this user may connect"))
		return;
	if (belongs_to_other(facts)) {
		verdict_set(v, CHECK_FAIL, "D19c", "the forwarded socket %s belongs to %s", path_of(facts, v),
			    facts->socket.owner ? verdict_clean(v, facts->socket.owner) : "another user");
		verdict_remedy(
			v, false,
			"ssh makes it for the user who logs in, nobody else: forward it yourself, to a path "
			"of your own, or use the readers of this computer.",
			"unset PCSCLITE_CSOCK_NAME");
	} else {
		verdict_set(v, CHECK_FAIL, "D18", "this user may not connect to %s", path_of(facts, v));
		put_permission_remedies(facts, v);
	}
	put_permission_evidence(facts, v);
}

static void put_refused_evidence(const struct facts *facts, struct verdict *v)
{
	const struct facts_socket *socket = &facts->socket;

	if (socket->wire_known)
		verdict_evidence(v, "connecting to %s: %s", path_of(facts, v),
				 "connection refused (ECONNREFUSED)");
	if (socket->listening == FACT_NO)
		verdict_evidence(v, "/proc/net/unix has nobody who listens there");
	if (socket->pid_file)
		verdict_evidence(v, "pcscd.pid says %s%s", verdict_clean(v, socket->pid_file),
				 socket->pid_alive == FACT_NO ? ", which is no process" : "");
}

static void check_refused(const struct facts *facts, struct verdict *v)
{
	const char *quoted;

	if (!past(facts, v, REACH_REFUSED, "somebody listens"))
		return;
	if (advice_missing_driver(facts, v))
		return;
	quoted = verdict_quote(v, facts->socket.path);
	verdict_set(v, CHECK_FAIL, "D17", "nobody listens on %s: pcscd died and left it", path_of(facts, v));
	put_refused_evidence(facts, v);
	verdict_remedy(
		v, true, "Take away what it left and start it.",
		pool_format(v->pool, "rm -f %s /run/pcscd/pcscd.pid\n%s", quoted,
			    distro_service(facts, distro_systemd(facts) ? DISTRO_RESTART : DISTRO_START)));
	advice_journal(facts, v);
}

static void check_connect(const struct facts *facts, struct verdict *v)
{
	enum reach reach = reach_of(facts);

	if (reach != REACH_FAILED && reach != REACH_TOO_LONG) {
		(void)past(facts, v, REACH_FAILED, "connecting works");
		return;
	}
	verdict_set(v, CHECK_FAIL, reach == REACH_TOO_LONG ? "D19d" : NULL, "%s can not be connected to",
		    path_of(facts, v));
	verdict_evidence(v, "%s",
			 reach == REACH_TOO_LONG ? "the path is longer than a socket's path can be"
						 : strerror(facts->socket.wire.error));
}

/* What each end of the handshake means when ssh is in between. */
static const struct {
	enum wire_end end;
	const char *detail, *text, *command;
} tunnel_ends[] = {
	{WIRE_RESET, "the ssh forward works, but at its far end nobody takes the connection",
	 "On the other computer: start pcscd, and let sshd forward sockets (AllowStreamLocalForwarding yes).",
	 "pcsc_doctor"},
	{WIRE_CLOSED,
	 "the ssh forward works, but the pcscd at its far end refuses the user who logged in there",
	 "On the other computer, as that user: find out why (polkit, in all likelihood).", "pcsc_doctor"},
	{WIRE_SILENT, "the ssh forward is frozen: it takes the connection and does not answer",
	 "End that ssh (in its terminal: Enter, then ~ and .) and log in again with a watch on the line.",
	 "ssh -o ServerAliveInterval=15 HOST"},
};

static void check_tunnel(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;
	const struct live_call *establish = &facts->live.establish;

	if (!reach_tunnel(facts)) {
		verdict_set(v, facts->socket.wire_known ? CHECK_OK : CHECK_SKIP, NULL, "%s",
			    facts->socket.wire_known ? "no tunnel is in between"
						     : "who listens can not be told from here");
		return;
	}
	verdict_set(v, CHECK_OK, NULL, "the daemon is reached through %s", verdict_clean(v, wire->peer_comm));
	if (reach_answered(facts) && facts->live_known && establish->denied > 0)
		verdict_set(
			v, CHECK_WARN, "D19b",
			"the tunnel turned %u of %u calls away (\"Access denied\"): it takes few at a time",
			establish->denied, establish->tries);
	for (size_t i = 0; !reach_answered(facts) && i < sizeof(tunnel_ends) / sizeof(tunnel_ends[0]); i++) {
		if (tunnel_ends[i].end != wire->end)
			continue;
		verdict_set(v, CHECK_FAIL, "D19b", "%s", tunnel_ends[i].detail);
		verdict_evidence(v, "process %ld (%s) listens on %s; the handshake ended: %s",
				 (long)wire->peer_pid, verdict_clean(v, wire->peer_comm), path_of(facts, v),
				 wire_end_name(wire->end));
		verdict_remedy(v, false, tunnel_ends[i].text, tunnel_ends[i].command);
		if (facts->env.csock_name)
			verdict_remedy(v, false, "Or use the readers of this computer.",
				       "unset PCSCLITE_CSOCK_NAME");
	}
}

const struct check check_socket[] = {
	{"socket-present", LAYER_SOCKET, "there is a socket", check_present},
	{"socket-kind", LAYER_SOCKET, "it is a socket", check_kind},
	{"socket-permission", LAYER_SOCKET, "this user may connect", check_permission},
	{"socket-refused", LAYER_SOCKET, "somebody listens", check_refused},
	{"socket-connect", LAYER_SOCKET, "connecting works", check_connect},
	{"socket-tunnel", LAYER_SOCKET, "the tunnel, if any, is open", check_tunnel},
	{0},
};
