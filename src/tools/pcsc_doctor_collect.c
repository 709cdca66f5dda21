/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_collect.h"

#include <stdio.h>

#include "tools/pcsc_doctor_live.h"
#include "view/term.h"

#define CHILD_MS 2000

static struct facts_env surroundings(const struct app_env *env)
{
	return (struct facts_env){
		.csock_name = env->csock_name,
		.no_blocking = env->no_blocking,
		.delegate = env->delegate,
		.library_path = env->library_path,
		.preload = env->preload,
		.ssh_connection = env->ssh_connection,
		.session_id = env->session_id,
		.tmux = env->tmux,
		.snap = env->snap,
		.appimage = env->appimage,
		.flatpak_id = env->flatpak_id,
		.path = env->path,
		.home = env->home,
	};
}

enum cs_err doctor_facts(struct facts *out, const struct doctor_options *options, const struct app_env *env,
			 int wire_ms)
{
	struct facts_options how = {
		.dir = options->root,
		.wire_ms = wire_ms,
		.child_ms = CHILD_MS,
		.ask_children = !options->root,
	};

	if (!options->root)
		how.env = surroundings(env);
	return facts_collect(out, &how);
}

/* A daemon that has just let the whole limit pass without a word would do so again. */
static bool worth_asking(const struct facts *facts)
{
	return facts->root.live && !(facts->socket.wire_known && facts->socket.wire.end == WIRE_SILENT);
}

static enum cs_err ask_pcsc(struct facts *facts, const struct doctor_options *options)
{
	const struct live_options how = {
		.connect = options->connect,
		.limit_ms = LIVE_LIMIT_MS,
		.connect_ms = LIVE_CONNECT_MS,
	};
	enum cs_err err;

	if (!worth_asking(facts))
		return CS_OK;
	err = live_collect(&facts->live, &facts->pool, &how);
	facts->live_known = err == CS_OK;
	return err == CS_E_NOMEM ? err : CS_OK;
}

enum cs_err doctor_case_collect(struct doctor_case *out, const struct doctor_options *options,
				const struct app_env *env)
{
	enum cs_err err;

	*out = (struct doctor_case){.diagnosis = {.n = 0}};
	err = doctor_facts(&out->facts, options, env, WIRE_LIMIT_MS);
	if (err != CS_OK)
		return err;
	err = ask_pcsc(&out->facts, options);
	if (err == CS_OK)
		err = diagnose(&out->diagnosis, &out->facts);
	if (err != CS_OK)
		facts_release(&out->facts);
	return err;
}

void doctor_case_release(struct doctor_case *c)
{
	diagnosis_release(&c->diagnosis);
	facts_release(&c->facts);
}

int doctor_fail(const struct doctor_options *options, enum cs_err err)
{
	const struct term t = {.out = stderr};

	fprintf(stderr, "%s: ", doctor_name);
	if (err == CS_E_NOT_FOUND) {
		term_put_untrusted(&t, TERM_PLAIN, options->root);
		fputs(": no such directory\n", stderr);
	} else {
		fprintf(stderr, "%s\n", cs_err_text(err));
	}
	return APP_USAGE;
}
