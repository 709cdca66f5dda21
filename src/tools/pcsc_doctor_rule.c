/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_rule.h"

#include <stdio.h>

#include "diag/polkit_rule.h"
#include "diag/reach.h"
#include "tools/pcsc_doctor_collect.h"

#define WIRE_MS 50 /* the socket says nothing about rules */

/* polkit knows JavaScript since 0.106; Debian went from 0.105 to 121. Its directories tell where nobody can.
 */
static enum polkit_form form_of(const struct facts *facts)
{
	const struct root *root = &facts->root;

	if (facts->polkit.version)
		return reach_old_polkit(facts) ? POLKIT_PKLA : POLKIT_RULES;
	if (root_exists(root, "/etc/polkit-1/rules.d") || root_exists(root, "/usr/share/polkit-1/rules.d"))
		return POLKIT_RULES;
	return root_exists(root, "/etc/polkit-1/localauthority.conf.d") ? POLKIT_PKLA : POLKIT_RULES;
}

static const char *user_of(const struct doctor_options *options, const struct app_env *env,
			   const struct facts *facts)
{
	if (options->user || options->group)
		return options->user;
	return facts->user.uid == 0 ? env->sudo_user : facts->user.name;
}

static int refuse(enum cs_err err, enum polkit_form form)
{
	const char *why = cs_err_text(err);

	if (err == CS_E_ARG && form == POLKIT_PKLA)
		why = "polkit before 0.106 can not tell readers apart: leave --reader out";
	else if (err == CS_E_FORMAT)
		why = "a name holds characters that polkit's rules can not";
	fprintf(stderr, "%s: %s\n", doctor_name, why);
	return APP_USAGE;
}

static int print(const struct doctor_options *options, struct facts *facts, const char *user)
{
	const struct polkit_rule rule = {
		.user = user,
		.group = options->group,
		.reader = options->reader.item,
		.n_readers = options->reader.n,
	};
	enum polkit_form form = form_of(facts);
	const char *text;
	enum cs_err err = polkit_rule_build(&text, &facts->pool, &rule, form);

	if (err != CS_OK)
		return refuse(err, form);
	fputs(text, stdout);
	if (!options->quiet)
		fprintf(stderr, "%s: to be put, as root, into %s\n", doctor_name, polkit_rule_path(form));
	return APP_OK;
}

int doctor_rule(const struct doctor_options *options, const struct app_env *env)
{
	struct facts facts;
	enum cs_err err = doctor_facts(&facts, options, env, WIRE_MS);
	const char *user;
	int status = APP_USAGE;

	if (err != CS_OK)
		return doctor_fail(options, err);
	user = user_of(options, env, &facts);
	if (user || options->group)
		status = print(options, &facts, user);
	else
		fprintf(stderr, "%s: polkit-rule: say whom to allow with --user or --group\n", doctor_name);
	facts_release(&facts);
	return status;
}
