/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/check_priv.h"
#include "diag/reach.h"

#define VARIABLE "PCSCLITE_CSOCK_NAME"

static void check_path(const struct facts *facts, struct verdict *v)
{
	const char *name = facts->env.csock_name;

	if (!name) {
		verdict_set(v, CHECK_OK, NULL, VARIABLE " is not set");
		return;
	}
	if (*name == '\0')
		verdict_set(v, CHECK_FAIL, "D19d",
			    VARIABLE " is set, but empty: there is no socket of that name");
	else if (strlen(name) > WIRE_PATH_MAX)
		verdict_set(v, CHECK_FAIL, "D19d",
			    VARIABLE " is %zu characters long; libpcsclite cuts it off after %d",
			    strlen(name), WIRE_PATH_MAX);
	else if (*name != '/')
		verdict_set(v, CHECK_WARN, "D19d",
			    VARIABLE " is a relative path: it depends on the directory");
	else
		verdict_set(v, CHECK_OK, NULL, VARIABLE " is %s", verdict_clean(v, name));
	if (v->status == CHECK_OK)
		return;
	verdict_evidence(v, VARIABLE "=%s", verdict_clean(v, name));
	verdict_remedy(v, false,
		       "Use the readers of this computer, or set the variable to a short absolute path.",
		       "unset " VARIABLE);
}

static const char *state_of(enum reach reach)
{
	switch (reach) {
	case REACH_MISSING:
		return "nothing is there";
	case REACH_NOT_SOCKET:
		return "what is there is not a socket";
	case REACH_REFUSED:
		return "nobody listens there any more";
	default:
		return NULL;
	}
}

/* ssh told to replace the socket of an earlier forward removes any file that is there: never of one that is
 * none. */
static void put_forward_remedies(const struct facts *facts, struct verdict *v, enum reach reach)
{
	const char *path = verdict_quote(v, facts->env.csock_name);

	verdict_remedy(v, false, "Use the readers of this computer.",
		       reach == REACH_REFUSED ? pool_format(v->pool, "rm -f %s\nunset " VARIABLE, path)
					      : "unset " VARIABLE);
	if (reach == REACH_NOT_SOCKET)
		return;
	if (facts->env.ssh_connection) {
		verdict_remedy(v, false,
			       "Or, for those of the computer you come from: log in from there anew.",
			       pool_format(v->pool, "ssh -R %s:/run/pcscd/pcscd.comm HOST", path));
		verdict_remedy(v, true,
			       "So that a forward replaces the socket that the one before left: the line "
			       "\"StreamLocalBindUnlink yes\" in sshd_config of this computer, before any "
			       "Match (the "
			       "client's option does not do it for -R).",
			       NULL);
	} else {
		verdict_remedy(
			v, false, "Or, for those of another computer: open the forward anew.",
			pool_format(v->pool,
				    "ssh -N -o StreamLocalBindUnlink=yes -L %s:/run/pcscd/pcscd.comm HOST",
				    path));
	}
	if (facts->env.tmux)
		verdict_remedy(
			v, false,
			"Windows of tmux and screen keep the variable of the login that started them: set "
			"it anew in each.",
			NULL);
}

static void check_leftover(const struct facts *facts, struct verdict *v)
{
	enum reach reach = reach_of(facts);
	const char *state = state_of(reach);

	if (!facts->env.csock_name || !*facts->env.csock_name) {
		verdict_set(v, CHECK_OK, NULL, "the library uses its own path to the socket");
		return;
	}
	if (!state) {
		verdict_set(v, reach == REACH_LISTENING ? CHECK_OK : CHECK_SKIP, NULL,
			    reach == REACH_LISTENING ? "somebody listens at " VARIABLE
						     : "whether " VARIABLE " is served can not be told");
		return;
	}
	verdict_set(v, CHECK_FAIL, "D19", VARIABLE " leads to %s: %s",
		    verdict_clean(v, facts->env.csock_name), state);
	verdict_evidence(v, VARIABLE "=%s", verdict_clean(v, facts->env.csock_name));
	if (facts->env.ssh_connection)
		verdict_evidence(v, "this is a login by ssh (SSH_CONNECTION=%s)",
				 verdict_clean(v, facts->env.ssh_connection));
	put_forward_remedies(facts, v, reach);
}

static void check_blocking(const struct facts *facts, struct verdict *v)
{
	if (!facts->env.no_blocking) {
		verdict_set(v, CHECK_OK, NULL, "PCSCLITE_NO_BLOCKING is not set");
		return;
	}
	verdict_set(v, CHECK_WARN, NULL,
		    "PCSCLITE_NO_BLOCKING is set: while another program uses the card, commands fail with "
		    "\"Sharing violation\" instead of waiting");
	verdict_evidence(v, "PCSCLITE_NO_BLOCKING=%s", verdict_clean(v, facts->env.no_blocking));
	verdict_remedy(v, false, "Let programs wait for their turn.", "unset PCSCLITE_NO_BLOCKING");
}

const struct check check_environment[] = {
	{"env-socket-path", LAYER_ENVIRONMENT, VARIABLE " can be a socket", check_path},
	{"env-socket-leftover", LAYER_ENVIRONMENT, VARIABLE " leads somewhere", check_leftover},
	{"env-no-blocking", LAYER_ENVIRONMENT, "programs wait for one another", check_blocking},
	{0},
};
