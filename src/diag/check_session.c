/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/advice.h"
#include "diag/check_priv.h"
#include "diag/reach.h"

static void put_sessions(const struct facts *facts, struct verdict *v)
{
	const struct facts_user *user = &facts->user;

	verdict_evidence(v, "session %s: state %s, seat %s", verdict_clean(v, user->session),
			 user->session_state ? verdict_clean(v, user->session_state) : "unknown",
			 user->session_seat ? verdict_clean(v, user->session_seat) : "none");
	if (user->active_session)
		verdict_evidence(v, "the session in front of seat0 is %s",
				 verdict_clean(v, user->active_session));
}

static void say_inactive(const struct facts *facts, struct verdict *v)
{
	verdict_set(v, CHECK_FAIL, "D2",
		    "session %s is not the one in front of the screen, and pcscd lets only that in",
		    verdict_clean(v, facts->user.session));
	put_sessions(facts, v);
	verdict_remedy(v, false, "Unlock the screen or switch to that session, then try again.",
		       pool_format(v->pool, "loginctl activate %s", verdict_quote(v, facts->user.session)));
	if (facts->env.tmux)
		verdict_remedy(v, false,
			       "tmux and screen belong to the session that started them: end them and start "
			       "them anew.",
			       NULL);
	advice_rule(facts, v, NULL);
}

static void check_active(const struct facts *facts, struct verdict *v)
{
	const struct facts_user *user = &facts->user;

	if (denial_of(facts) == DENIAL_INACTIVE)
		say_inactive(facts, v);
	else if (facts->daemon.polkit == FACT_NO || denial_of(facts) == DENIAL_NONE)
		verdict_set(v, CHECK_OK, NULL, "this session may use PC/SC");
	else if (user->session_active == FACT_YES && user->session_remote == FACT_NO)
		verdict_set(v, CHECK_OK, NULL, "session %s is local and active",
			    verdict_clean(v, user->session));
	else
		verdict_set(v, CHECK_SKIP, NULL,
			    "whether this session may use PC/SC can not be told from here");
}

const struct check check_session[] = {
	{"session-active", LAYER_SESSION, "this session may use PC/SC", check_active},
	{0},
};
