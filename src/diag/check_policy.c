/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/advice.h"
#include "diag/check_live.h"
#include "diag/distro.h"
#include "diag/reach.h"

/*
 * is_cause - whether the refusal is of one of the kinds @set (bits of enum denial); else @v says how things
 * are
 * @fine: what to say when nobody is refused
 */
static bool is_cause(const struct facts *facts, struct verdict *v, unsigned set, const char *fine)
{
	enum denial denial = denial_of(facts);

	if (set & 1u << denial)
		return true;
	if (denial == DENIAL_NONE)
		verdict_set(v, CHECK_OK, NULL, "%s", fine);
	else if (denial == DENIAL_UNKNOWN && facts->daemon.polkit == FACT_NO)
		verdict_set(v, CHECK_OK, NULL, "pcscd does not ask polkit");
	else if (denial == DENIAL_UNKNOWN)
		verdict_set(v, CHECK_SKIP, NULL, "whether pcscd lets this user in can not be told from here");
	else
		verdict_set(v, CHECK_SKIP, NULL, "pcscd refuses this user for another reason");
	return false;
}

/* pkcheck and the arguments of pcscd tell of this computer: of a daemon at the far end of a tunnel, or
 * outside of a container, they say nothing. */
static bool is_elsewhere(const struct facts *facts)
{
	const struct wire *wire = &facts->socket.wire;

	return reach_tunnel(facts) || (facts->socket.wire_known && wire->have_peer && wire->peer_pid == 0);
}

/* What shows that the connection is refused. */
static void put_refusal(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (facts->live_known && facts->live.establish.rv == RV_ACCESS_DENIED)
		verdict_evidence(v, "SCardEstablishContext: Access denied (0x8010006A), %u of %u times",
				 facts->live.establish.denied, facts->live.establish.tries);
	if (facts->socket.wire_known && wire->end == WIRE_RESET)
		verdict_evidence(v, "pcscd closed the connection without reading from it");
	if (facts->polkit.may_pcsc == FACT_NO)
		verdict_evidence(v, "pkcheck for org.debian.pcsc-lite.access_pcsc: no%s%s",
				 facts->polkit.pkcheck_said ? ": " : "",
				 verdict_clean(v, facts->polkit.pkcheck_said));
	for (size_t i = 0; i < facts->polkit.rule_files.n; i++)
		verdict_evidence(v, "a rule about pcsc-lite is in %s",
				 verdict_clean(v, facts->polkit.rule_files.item[i]));
}

/* A rule that somebody here has made, not one that came with a package; NULL: none. */
static const char *own_rule(const struct facts *facts)
{
	for (size_t i = 0; i < facts->polkit.rule_files.n; i++)
		if (strncmp(facts->polkit.rule_files.item[i], "/etc/", 5) == 0)
			return facts->polkit.rule_files.item[i];
	return NULL;
}

static void check_disabled(const struct facts *facts, struct verdict *v)
{
	const char *rule;

	if (facts->daemon.polkit_disabled == FACT_UNKNOWN) {
		verdict_set(v, CHECK_SKIP, NULL, "pcscd's arguments can not be read from here");
		return;
	}
	if (facts->daemon.polkit_disabled == FACT_NO || facts->host.container) {
		verdict_set(v, CHECK_OK, NULL, "%s",
			    facts->host.container && facts->daemon.polkit_disabled == FACT_YES
				    ? "pcscd does not ask polkit, as usual in a container"
				    : "polkit is not switched off");
		return;
	}
	rule = is_elsewhere(facts) ? NULL : own_rule(facts);
	verdict_set(v, CHECK_WARN, "D5",
		    "pcscd runs with --disable-polkit: every local user may use every card%s",
		    rule ? ", and the rules for it are without effect" : "");
	if (rule)
		verdict_evidence(v, "a rule about pcsc-lite is in %s", verdict_clean(v, rule));
	if (facts->daemon.cmdline)
		verdict_evidence(v, "process %ld: %s", (long)facts->daemon.pid,
				 verdict_clean(v, facts->daemon.cmdline));
	if (facts->daemon.args)
		verdict_evidence(v, "%s: PCSCD_ARGS=%s", verdict_clean(v, facts->daemon.args_file),
				 verdict_clean(v, facts->daemon.args));
	verdict_remedy(v, true,
		       "If that is not meant: take the option away, restart, and let users in by a rule.",
		       distro_service(facts, DISTRO_RESTART));
}

static void check_closed(const struct facts *facts, struct verdict *v)
{
	if (!is_cause(facts, v, 1u << DENIAL_CLOSED, "the connection stays open"))
		return;
	verdict_set(v, CHECK_FAIL, "D8e", "%s closes the connection, and it is no matter of permission",
		    reach_stranger(facts) ? verdict_clean(v, facts->socket.wire.peer_comm) : "pcscd");
	put_refusal(facts, v);
	verdict_evidence(v, "%s",
			 facts->polkit.may_pcsc == FACT_YES ? "polkit says yes"
							    : "this pcscd does not ask polkit");
	advice_restart(facts, v, "Restart it.");
	if (!reach_stranger(facts))
		advice_journal(facts, v);
}

static void put_bus_remedies(const struct facts *facts, struct verdict *v)
{
	const char *version = facts->daemon.version;

	verdict_remedy(v, true, "Start the system bus; it starts polkit.",
		       distro_systemd(facts) ? "systemctl start dbus polkit" : "service dbus start");
	if (!distro_systemd(facts) && (!version || strncmp(version, "1.", 2) != 0))
		verdict_remedy(
			v, true,
			"Or run pcscd without polkit (pcsc-lite 2.0 and later); only where every local user "
			"may use the card.",
			"pcscd --disable-polkit");
}

static void check_bus(const struct facts *facts, struct verdict *v)
{
	if (!is_cause(facts, v, 1u << DENIAL_BUS, "polkit can be asked"))
		return;
	verdict_set(v, CHECK_FAIL, "D5",
		    "pcscd asks polkit and can not reach it (no system bus): everybody is refused, root too");
	put_refusal(facts, v);
	if (facts->polkit.bus_socket == FACT_NO)
		verdict_evidence(v, "/run/dbus/system_bus_socket does not exist");
	if (facts->polkit.pkcheck_said && facts->polkit.may_pcsc == FACT_UNKNOWN)
		verdict_evidence(v, "pkcheck said: %s", verdict_clean(v, facts->polkit.pkcheck_said));
	put_bus_remedies(facts, v);
}

static void check_action(const struct facts *facts, struct verdict *v)
{
	enum denial denial = denial_of(facts);

	if (!is_cause(facts, v, 1u << DENIAL_ACTION | 1u << DENIAL_POLKIT | 1u << DENIAL_VERSION,
		      "polkit knows pcsc-lite's actions"))
		return;
	if (denial == DENIAL_ACTION) {
		verdict_set(v, CHECK_FAIL, "D8",
			    "polkit does not know pcsc-lite's actions: everybody is refused");
		verdict_evidence(v, "org.debian.pcsc-lite.policy is %s",
				 facts->polkit.policy_file == FACT_NO ? "not installed"
								      : "not read by polkit");
		verdict_remedy(v, true, "Reinstall pcsc-lite: its policy file is missing.",
			       distro_reinstall(v, facts, DISTRO_PCSCD));
	} else if (denial == DENIAL_POLKIT) {
		verdict_set(v, CHECK_FAIL, "D8", "polkit does not run");
		verdict_evidence(v, "polkit.service is %s", verdict_clean(v, facts->polkit.unit_state));
		verdict_remedy(v, true, "Start it.", "systemctl unmask polkit\nsystemctl restart polkit");
	} else {
		verdict_set(v, CHECK_FAIL, "D8", "pcsc-lite 2.3.2 does not handle polkit's rules rightly");
		verdict_evidence(v, "pcscd is version %s", verdict_clean(v, facts->daemon.version));
		verdict_remedy(v, true, "Upgrade to 2.3.3 or later.", distro_upgrade(v, facts, DISTRO_PCSCD));
	}
	put_refusal(facts, v);
}

static void check_hidepid(const struct facts *facts, struct verdict *v)
{
	if (!is_cause(facts, v, 1u << DENIAL_HIDEPID, "pcscd can look at its clients"))
		return;
	verdict_set(v, CHECK_FAIL, "D7", "/proc hides processes from pcscd, which runs as user %s",
		    verdict_clean(v, facts->daemon.user));
	put_refusal(facts, v);
	verdict_evidence(v, "/proc is mounted with hidepid");
	verdict_remedy(v, true, "Mount /proc without it, in /etc/fstab for good.",
		       "mount -o remount,hidepid=0 /proc");
	verdict_remedy(
		v, true,
		"Or let one group see all processes (gid=proc in the options of /proc) and pcscd be in it.",
		pool_format(v->pool, "usermod -aG proc %s\n%s", verdict_quote(v, facts->daemon.user),
			    distro_service(facts, DISTRO_RESTART)));
}

static void check_namespace(const struct facts *facts, struct verdict *v)
{
	if (!is_cause(facts, v, 1u << DENIAL_NAMESPACE, "polkit knows who asks"))
		return;
	verdict_set(v, CHECK_FAIL, "D6",
		    "the daemon is outside of this container, and its polkit refuses uid %lu",
		    (unsigned long)facts->user.uid);
	put_refusal(facts, v);
	verdict_evidence(v, "the process that listens is in another PID namespace");
	verdict_remedy(v, true, "On the host: let the user in who has this uid there; put the name in.",
		       "pcsc_doctor polkit-rule --user NAME >>/etc/polkit-1/rules.d/49-pcscd.rules");
}

static void check_rules(const struct facts *facts, struct verdict *v)
{
	if (!is_cause(facts, v, 1u << DENIAL_RULES, "no rule is in the way"))
		return;
	verdict_set(v, CHECK_FAIL, "D8c", "a rule of polkit decides without a look at the action");
	put_refusal(facts, v);
	for (size_t i = 0; i < facts->polkit.unguarded_rules.n; i++)
		verdict_evidence(v, "%s", verdict_clean(v, facts->polkit.unguarded_rules.item[i]));
	verdict_remedy(v, true, "Make that rule ask first: if (action.id == \"...\").", NULL);
	advice_rule(facts, v, NULL);
}

/*
 * A refusal of access_card: told as such by pcsc-lite 2, by an RPC error of a daemon that lives on by 1.9.
 */
static bool is_reader_refused(const struct facts *facts, const struct live_reader *reader)
{
	const char *version = facts->daemon.version;

	if (reader->connect.outcome != LIVE_ANSWERED)
		return false;
	if (reader->connect.rv == RV_ACCESS_DENIED)
		return true;
	return reader->connect.rv == RV_COMM && facts->daemon.polkit != FACT_NO && reach_answered(facts) &&
	       (facts->polkit.may_card == FACT_NO || (version && strncmp(version, "1.", 2) == 0));
}

static bool is_any_tried(const struct facts *facts)
{
	for (size_t i = 0; facts->live_known && i < facts->live.n; i++)
		if (facts->live.reader[i].connect.outcome == LIVE_ANSWERED)
			return true;
	return false;
}

static bool is_any_refused(const struct facts *facts)
{
	for (size_t i = 0; facts->live_known && i < facts->live.n; i++)
		if (is_reader_refused(facts, &facts->live.reader[i]))
			return true;
	return false;
}

/* Seen to work, by the daemon's own answers: what pkcheck says of a password asks without a look at the
 * reader that a rule may name. */
static bool is_let_in(const struct facts *facts)
{
	return facts->polkit.may_pcsc == FACT_YES && is_any_tried(facts) && !is_any_refused(facts);
}

static void check_password(const struct facts *facts, struct verdict *v)
{
	bool refused = denial_of(facts) == DENIAL_PASSWORD;

	if (!refused && (facts->polkit.asks_password == FACT_UNKNOWN || facts->daemon.polkit != FACT_YES ||
			 is_elsewhere(facts))) {
		verdict_set(v, facts->daemon.polkit == FACT_NO ? CHECK_OK : CHECK_SKIP, NULL, "%s",
			    facts->daemon.polkit == FACT_NO
				    ? "pcscd does not ask polkit"
				    : "whether polkit asks for a password can not be told from here");
		return;
	}
	if (facts->polkit.asks_password != FACT_YES || (!refused && is_let_in(facts))) {
		verdict_set(v, CHECK_OK, NULL, "polkit asks for no password");
		return;
	}
	verdict_set(
		v, refused ? CHECK_FAIL : CHECK_WARN, "D59",
		refused ? "polkit wants a password before it lets this user in, and nobody asks for it here"
			: "polkit asks for a password before this user may use PC/SC or a card");
	put_refusal(facts, v);
	if (facts->polkit.rule_files.n)
		verdict_remedy(v, true,
			       "If it is a rule that asks (AUTH_ADMIN, AUTH_SELF) change that one: the first "
			       "that answers counts.",
			       NULL);
	advice_rule(facts, v, NULL);
	verdict_remedy(v, true,
		       "Or, if no cards are used here and windows ask for passwords: take pcsc-lite away, or "
		       "the program that asks.",
		       NULL);
}

static void put_session(const struct facts *facts, struct verdict *v)
{
	const struct facts_user *user = &facts->user;

	if (user->session)
		verdict_evidence(v, "session %s: remote %s, active %s%s%s", verdict_clean(v, user->session),
				 user->session_remote == FACT_YES ? "yes" : "no",
				 user->session_active == FACT_YES ? "yes" : "no",
				 user->session_service ? ", by " : "",
				 verdict_clean(v, user->session_service));
	else
		verdict_evidence(v, "this process belongs to no login session%s%s",
				 user->unit ? ": it is in " : "", verdict_clean(v, user->unit));
	if (facts->env.ssh_connection)
		verdict_evidence(v, "SSH_CONNECTION=%s", verdict_clean(v, facts->env.ssh_connection));
}

static void say_service(const struct facts *facts, struct verdict *v)
{
	verdict_set(v, CHECK_FAIL, "D3",
		    "%s runs as %s, which has no login session: pcscd's polkit refuses it",
		    verdict_clean(v, facts->user.unit),
		    facts->user.name ? verdict_clean(v, facts->user.name) : "a user");
}

static void check_access(const struct facts *facts, struct verdict *v)
{
	enum denial denial = denial_of(facts);

	if (!is_cause(facts, v,
		      1u << DENIAL_OLD | 1u << DENIAL_SERVICE | 1u << DENIAL_REMOTE | 1u << DENIAL_OTHER,
		      "pcscd lets this user in"))
		return;
	if (denial == DENIAL_SERVICE)
		say_service(facts, v);
	else if (denial == DENIAL_OLD)
		verdict_set(v, CHECK_FAIL, "D8b",
			    "polkit %s knows no *.rules: the rule that is there is not read",
			    verdict_clean(v, facts->polkit.version));
	else if (denial == DENIAL_REMOTE)
		verdict_set(v, CHECK_FAIL, "D1",
			    "pcscd lets only the active local session in (polkit), and this is a remote one");
	else
		verdict_set(v, CHECK_FAIL, facts->user.session ? "D1" : "D3", "polkit refuses this user%s",
			    facts->user.session ? "" : ": there is no login session, and no rule for it");
	put_refusal(facts, v);
	put_session(facts, v);
	advice_rule(facts, v, NULL);
	if (denial == DENIAL_SERVICE)
		verdict_remedy(v, false,
			       "If the service uses no cards nothing is broken: some PKCS#11 module that it "
			       "loads asks.",
			       NULL);
}

static void say_no_cards(struct verdict *v)
{
	verdict_set(
		v, CHECK_WARN, "D4",
		"polkit lets this user list the readers, but use no card, unless a rule names the reader");
	verdict_remedy(v, false, "See whether one does: ask for the card itself.", "pcsc_doctor --connect");
}

static void say_untried(const struct facts *facts, struct verdict *v)
{
	if (facts->daemon.polkit == FACT_NO)
		verdict_set(v, CHECK_OK, NULL, "pcscd does not ask polkit");
	else if (facts->user.euid == 0 || facts->polkit.may_card == FACT_YES)
		verdict_set(v, CHECK_OK, NULL, "polkit lets this user use cards");
	else if (facts->daemon.polkit == FACT_YES && facts->polkit.may_card == FACT_NO &&
		 facts->polkit.may_pcsc == FACT_YES && !is_elsewhere(facts))
		say_no_cards(v);
	else
		verdict_set(v, CHECK_SKIP, NULL, "whether this user may use cards can not be told from here");
}

static void check_card_access(const struct facts *facts, struct verdict *v)
{
	bool tried = is_any_tried(facts);

	for (size_t i = 0; tried && i < facts->live.n; i++) {
		const struct live_reader *reader = &facts->live.reader[i];

		if (!is_reader_refused(facts, reader))
			continue;
		if (v->status != CHECK_FAIL) {
			verdict_set(v, CHECK_FAIL, "D4",
				    "this user may list the readers, but not use the card in %s: polkit "
				    "refuses it",
				    verdict_clean(v, reader->name));
			advice_rule(facts, v, reader->name);
		}
		verdict_evidence(v, "SCardConnect to %s: 0x%08X", verdict_clean(v, reader->name),
				 reader->connect.rv);
	}
	if (v->status == CHECK_FAIL)
		return;
	if (tried)
		verdict_set(v, CHECK_OK, NULL, "polkit refuses no reader");
	else
		say_untried(facts, v);
}

/* Not a finding: a hint for who asks as root about what troubles another user. */
static void check_root(const struct facts *facts, struct verdict *v)
{
	if (facts->user.euid == 0 && facts->daemon.polkit != FACT_NO && denial_of(facts) == DENIAL_NONE)
		verdict_set(v, CHECK_SKIP, "D8d",
			    "polkit always lets root in: ask as the user who is refused");
	else
		verdict_set(v, CHECK_OK, NULL, "this is the view of an ordinary user, or polkit has no say");
}

const struct check check_policy[] = {
	{"policy-access", LAYER_POLICY, "pcscd lets this user in", check_access},
	{"policy-bus", LAYER_POLICY, "polkit can be asked", check_bus},
	{"policy-action", LAYER_POLICY, "polkit knows pcsc-lite", check_action},
	{"policy-hidepid", LAYER_POLICY, "pcscd can look at its clients", check_hidepid},
	{"policy-namespace", LAYER_POLICY, "polkit knows who asks", check_namespace},
	{"policy-rules", LAYER_POLICY, "no rule of polkit is in the way", check_rules},
	{"policy-closed", LAYER_POLICY, "pcscd keeps the connection open", check_closed},
	{"policy-card", LAYER_POLICY, "pcscd lets this user use cards", check_card_access},
	{"policy-password", LAYER_POLICY, "polkit asks for no password", check_password},
	{"policy-disabled", LAYER_POLICY, "polkit is not switched off", check_disabled},
	{"policy-root", LAYER_POLICY, "what holds here holds for users", check_root},
	{0},
};
