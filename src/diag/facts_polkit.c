/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "diag/child.h"
#include "diag/facts_priv.h"
#include "diag/keyvalue.h"
#include "diag/polkit_rule.h"
#include "diag/rule_scan.h"

#define WITH_PASSWORD 2 /* status of pkcheck */

static const char *const policies[] = {
	"/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy",
	"/usr/local/share/polkit-1/actions/org.debian.pcsc-lite.policy",
	"/run/current-system/sw/share/polkit-1/actions/org.debian.pcsc-lite.policy",
};

static const char *const rule_dirs[] = {
	"/etc/polkit-1/rules.d",
	"/run/polkit-1/rules.d",
	"/usr/local/share/polkit-1/rules.d",
	"/usr/share/polkit-1/rules.d",
	"/etc/polkit-1/localauthority/10-vendor.d",
	"/etc/polkit-1/localauthority/20-org.d",
	"/etc/polkit-1/localauthority/30-site.d",
	"/etc/polkit-1/localauthority/50-local.d",
	"/etc/polkit-1/localauthority/90-mandatory.d",
	"/var/lib/polkit-1/localauthority/10-vendor.d",
	"/var/lib/polkit-1/localauthority/50-local.d",
};

static void collect_files(struct facts *facts)
{
	struct facts_polkit *polkit = &facts->polkit;
	struct stat st;

	polkit->policy_file = FACT_NO;
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
		if (root_exists(&facts->root, policies[i])) {
			polkit->policy_file = FACT_YES;
			polkit->policy_path = policies[i];
			break;
		}
		if (errno != ENOENT && errno != ENOTDIR)
			polkit->policy_file = FACT_UNKNOWN;
	}
	if (root_stat(&facts->root, "/run/dbus/system_bus_socket", false, &st))
		polkit->bus_socket = fact_of(S_ISSOCK(st.st_mode));
	else if (errno == ENOENT || errno == ENOTDIR)
		polkit->bus_socket = FACT_NO;
}

static bool has_end(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && strcmp(name + len - n, end) == 0;
}

static void read_rule(struct facts *facts, const char *path)
{
	struct facts_polkit *polkit = &facts->polkit;
	const char *text = root_read(&facts->root, &facts->pool, path, NULL);

	if (!text) {
		if (errno == EACCES || errno == EPERM)
			polkit->rules_readable = FACT_NO;
		return;
	}
	if (strstr(text, "pcsc-lite"))
		pool_list_add(&facts->pool, &polkit->rule_files, path);
	if (has_end(path, ".rules") && rule_scan_unguarded(&facts->pool, text))
		pool_list_add(&facts->pool, &polkit->unguarded_rules, path);
}

static void collect_rules(struct facts *facts)
{
	struct facts_polkit *polkit = &facts->polkit;

	polkit->rules_readable = FACT_YES;
	for (size_t i = 0; i < sizeof(rule_dirs) / sizeof(*rule_dirs); i++) {
		struct pool_list names;

		if (!root_list(&facts->root, &facts->pool, rule_dirs[i], &names)) {
			if (errno != ENOENT && errno != ENOTDIR)
				polkit->rules_readable = FACT_NO;
			continue;
		}
		for (size_t k = 0; k < names.n; k++)
			if (has_end(names.item[k], ".rules") || has_end(names.item[k], ".pkla"))
				read_rule(facts,
					  pool_format(&facts->pool, "%s/%s", rule_dirs[i], names.item[k]));
	}
	if (polkit->rules_readable == FACT_NO)
		pool_list_add(&facts->pool, &facts->unreadable, "read polkit's rules");
}

/* "PID,START,UID" of this process: with the start time no other can be taken for it. */
static const char *subject(struct facts *facts)
{
	const char *start = facts_process_start(facts, "self");

	return start ? pool_format(&facts->pool, "%ld,%s,%lu", (long)getpid(), start,
				   (unsigned long)facts->user.uid)
		     : pool_format(&facts->pool, "%ld", (long)getpid());
}

static char *first_line(struct pool *pool, const char *text)
{
	return text && *text ? pool_copy(pool, text, strcspn(text, "\n")) : NULL;
}

/* "pkaction version 122" */
static void take_version(struct facts *facts, struct child *child)
{
	struct child_result said;
	const char *at;

	if (child_finish(child, &facts->pool, &said) != CS_OK || said.status != 0)
		return;
	at = strstr(said.out, "version ");
	if (at)
		facts->polkit.version = keyvalue_word(&facts->pool, at + strlen("version "));
}

static void take_registered(struct facts *facts, struct child *child)
{
	struct child_result said;

	if (child_finish(child, &facts->pool, &said) != CS_OK)
		return;
	if (said.status == 0)
		facts->polkit.registered = FACT_YES;
	else if (strstr(said.out, "No action with action id"))
		facts->polkit.registered = FACT_NO;
}

/* 1: no; 2: only with a password, and nobody to ask for it; 3: it was asked for in vain. */
static enum fact take_verdict(struct facts *facts, struct child *child)
{
	struct child_result said;
	enum cs_err err = child_finish(child, &facts->pool, &said);

	if (!facts->polkit.pkcheck_said)
		facts->polkit.pkcheck_said =
			err == CS_E_TIMEOUT ? "no answer in time" : first_line(&facts->pool, said.out);
	if (err != CS_OK)
		return FACT_UNKNOWN;
	if (facts->polkit.asks_password != FACT_YES)
		facts->polkit.asks_password = fact_of(said.status == WITH_PASSWORD);
	if (said.status == 0)
		return FACT_YES;
	return said.status >= 1 && said.status <= 3 ? FACT_NO : FACT_UNKNOWN;
}

static void ask(struct facts *facts, int limit_ms)
{
	const char *process = subject(facts);
	const char *const version[] = {"pkaction", "--version", NULL};
	const char *const action[] = {"pkaction", "--action-id", POLKIT_ACTION_PCSC, NULL};
	const char *const pcsc[] = {"pkcheck", "--action-id", POLKIT_ACTION_PCSC, "--process", process, NULL};
	const char *const card[] = {"pkcheck", "--action-id", POLKIT_ACTION_CARD, "--process", process, NULL};
	struct child children[4];
	bool reachable = facts->polkit.bus_socket == FACT_YES && process;

	child_start(&children[0], version, limit_ms);
	if (reachable) {
		child_start(&children[1], action, limit_ms);
		child_start(&children[2], pcsc, limit_ms);
		child_start(&children[3], card, limit_ms);
	}
	take_version(facts, &children[0]);
	if (reachable) {
		take_registered(facts, &children[1]);
		facts->polkit.may_pcsc = take_verdict(facts, &children[2]);
		facts->polkit.may_card = take_verdict(facts, &children[3]);
	}
}

void facts_polkit_collect(struct facts *facts, const struct facts_options *options)
{
	collect_files(facts);
	collect_rules(facts);
	if (facts->root.live && options->ask_children)
		ask(facts, facts_child_ms(facts, options));
}
