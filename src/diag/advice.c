/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/advice.h"

#include <string.h>

#include "diag/check_priv.h"
#include "diag/distro.h"
#include "diag/polkit_rule.h"
#include "diag/reach.h"

bool advice_missing_driver(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_serial; i++) {
		const struct facts_serial *s = &facts->serial[i];

		if (!s->library || s->library_file.exists != FACT_NO)
			continue;
		verdict_set(v, CHECK_FAIL, "D36b",
			    "pcscd does not start: a driver in its configuration is missing");
		verdict_evidence(v, "%s:%u names %s, which does not exist", verdict_clean(v, s->file),
				 s->line, verdict_clean(v, s->library));
		verdict_remedy(v, true, "Install that driver, or take its entry away, and start pcscd.",
			       pool_format(v->pool, "mv %s /root/\n%s", verdict_quote(v, s->file),
					   distro_service(facts, DISTRO_RESTART)));
		return true;
	}
	return false;
}

void advice_restart(const struct facts *facts, struct verdict *v, const char *text)
{
	const struct wire *wire = &facts->socket.wire;

	if (!reach_stranger(facts)) {
		verdict_remedy(v, true, text, distro_service(facts, DISTRO_RESTART));
	} else if (facts->socket.from_env == FACT_YES) {
		verdict_remedy(v, false, "Use the socket of this computer's own pcscd.",
			       "unset PCSCLITE_CSOCK_NAME");
	} else {
		verdict_remedy(
			v, true,
			pool_format(v->pool,
				    "%s (process %ld) is not pcscd and has its socket: end it, start pcscd.",
				    verdict_clean(v, wire->peer_comm), (long)wire->peer_pid),
			pool_format(v->pool, "kill %ld\nrm -f %s\n%s", (long)wire->peer_pid,
				    verdict_quote(v, facts->socket.path),
				    distro_service(facts,
						   distro_systemd(facts) ? DISTRO_RESTART : DISTRO_START)));
	}
}

static enum polkit_form rule_form(const struct facts *facts)
{
	return reach_old_polkit(facts) ? POLKIT_PKLA : POLKIT_RULES;
}

static bool rule_text(const struct facts *facts, struct verdict *v, const char *reader, const char **text)
{
	enum polkit_form form = rule_form(facts);
	struct polkit_rule rule = {.user = facts->user.name, .reader = &reader, .n_readers = reader ? 1 : 0};

	if (form == POLKIT_PKLA)
		rule.n_readers = 0;
	return rule.user && polkit_rule_build(text, v->pool, &rule, form) == CS_OK;
}

/* A file that is there stays: rules are added to it; a key file is one of the user's own. */
static const char *rule_target(const struct facts *facts, struct verdict *v)
{
	enum polkit_form form = rule_form(facts);
	const char *path = polkit_rule_path(form), *dot = strrchr(path, '.');

	if (form == POLKIT_RULES || !dot || !facts->user.name)
		return pool_format(v->pool, ">>%s", path);
	return pool_format(v->pool, ">%.*s-%s%s", (int)(dot - path), path, facts->user.name, dot);
}

void advice_rule(const struct facts *facts, struct verdict *v, const char *reader)
{
	const char *target = rule_target(facts, v), *rule;

	if (!rule_text(facts, v, reader, &rule)) {
		verdict_remedy(v, true, "Let the user in by a rule; put the user's name in.",
			       pool_format(v->pool, "pcsc_doctor polkit-rule --user NAME >>%s",
					   polkit_rule_path(POLKIT_RULES)));
		return;
	}
	verdict_remedy(v, true,
		       pool_format(v->pool,
				   "Let %s in by a rule; polkit reads it by itself, both actions are needed.",
				   verdict_clean(v, facts->user.name)),
		       pool_format(v->pool, "cat %s <<'EOF'\n%s%sEOF", target, rule,
				   *rule && rule[strlen(rule) - 1] == '\n' ? "" : "\n"));
}

const char *advice_log(const struct facts *facts, const char *kase)
{
	for (size_t i = facts->n_log; i-- > 0;)
		if (facts->log[i].kase && strcmp(facts->log[i].kase, kase) == 0)
			return facts->log[i].line;
	return NULL;
}

void advice_journal(const struct facts *facts, struct verdict *v)
{
	if (distro_systemd(facts))
		verdict_remedy(v, true, "What it said last:", "journalctl -u pcscd -n 50 --no-pager");
	else
		verdict_remedy(v, true, "Start it by hand to see what it says.",
			       "pcscd --foreground --debug");
}
