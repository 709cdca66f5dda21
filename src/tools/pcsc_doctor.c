/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out why PC/SC does not work. The parts: _collect, _live, _ask (what is so), _explain, _rule, _report.
 */
#include <stdio.h>

#include "cli/app.h"
#include "tools/pcsc_doctor_collect.h"
#include "tools/pcsc_doctor_explain.h"
#include "tools/pcsc_doctor_options.h"
#include "tools/pcsc_doctor_report.h"
#include "tools/pcsc_doctor_rule.h"
#include "view/clients_json.h"
#include "view/clients_text.h"
#include "view/diagnosis_json.h"
#include "view/diagnosis_text.h"
#include "view/json_out.h"

static enum diagnosis_detail detail_of(const struct doctor_options *options)
{
	if (options->quiet)
		return DIAGNOSIS_ROOT_CAUSE;
	return options->verbose ? DIAGNOSIS_ALL : DIAGNOSIS_LINES;
}

static enum cs_err put_json(json_t *value)
{
	struct json_line line = {.buffer = NULL};
	enum cs_err err = json_line_write(&line, value, stdout);

	json_line_release(&line);
	json_decref(value);
	return err;
}

static enum cs_err put_diagnosis(const struct doctor_case *c, const struct doctor_options *options,
				 const struct term *t)
{
	json_t *value;
	enum cs_err err;

	if (!options->json) {
		diagnosis_text_put(t, &c->diagnosis, &c->facts.unreadable, detail_of(options));
		return CS_OK;
	}
	err = diagnosis_json_build(&value, &c->diagnosis, &c->facts);
	return err == CS_OK ? put_json(value) : err;
}

static enum cs_err put_clients(const struct doctor_case *c, const struct doctor_options *options,
			       const struct term *t)
{
	json_t *value;
	enum cs_err err;

	if (!options->json) {
		clients_text_put(t, &c->facts, &c->diagnosis);
		return CS_OK;
	}
	err = clients_json_build(&value, &c->facts, &c->diagnosis);
	return err == CS_OK ? put_json(value) : err;
}

static int look(const struct doctor_options *options, const struct app_env *env)
{
	const struct term t = {stdout, app_use_color((enum app_color)options->color, env, stdout)};
	bool clients = options->command == DOCTOR_CLIENTS;
	struct doctor_case c;
	enum cs_err err = doctor_case_collect(&c, options, env);
	int status = APP_OK;

	if (err != CS_OK)
		return doctor_fail(options, err);
	err = clients ? put_clients(&c, options, &t) : put_diagnosis(&c, options, &t);
	if (err != CS_OK)
		status = doctor_fail(options, err);
	else if (!clients && c.diagnosis.verdict != DIAGNOSIS_OK)
		status = APP_NO;
	doctor_case_release(&c);
	return status;
}

static int run(const struct doctor_options *options, const struct app_env *env)
{
	switch (options->command) {
	case DOCTOR_EXPLAIN:
		return doctor_explain(options, env);
	case DOCTOR_POLKIT_RULE:
		return doctor_rule(options, env);
	case DOCTOR_REPORT:
		return doctor_report(options, env);
	default:
		return look(options, env);
	}
}

int main(int argc, char **argv)
{
	const struct app_env *env = app_start(doctor_name);
	struct doctor_options options;
	int status = APP_OK;

	if (!env)
		return APP_USAGE;
	switch (doctor_options_parse(&options, argc, argv)) {
	case OPT_RUN:
		status = run(&options, env);
		break;
	case OPT_DONE:
		break;
	case OPT_USAGE:
		status = APP_USAGE;
		break;
	}
	return app_finish(doctor_name, status);
}
