/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_collect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diag/release.h"
#include "tools/pcsc_doctor_cards.h"
#include "tools/pcsc_doctor_live.h"
#include "view/term.h"

#define CHILD_MS      2000
#define PACKAGE_MS    500 /* for each of the package managers */
#define RV_COMM       UINT32_C(0x80100013)
#define RV_NO_SERVICE UINT32_C(0x8010001D)

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

/* A daemon that has just let the whole limit pass without an answer would do so again. */
static bool worth_asking(const struct facts *facts)
{
	const struct wire *wire = &facts->socket.wire;

	return facts->root.live && !(facts->socket.wire_known && wire->error == ETIMEDOUT);
}

/* The package manager that knows it takes longer than all the rest: asked only where it is told. */
static enum cs_err learn_release(struct facts *facts, const struct doctor_options *options)
{
	char release[RELEASE_MAX];

	if (options->command != DOCTOR_REPORT && facts->socket.wire.end != WIRE_OTHER_VERSION)
		return CS_OK;
	if (!release_of_library(release, &facts->root, PACKAGE_MS))
		return CS_OK;
	facts->live.library_version = pool_copy(&facts->pool, release, strlen(release));
	return facts->live.library_version ? CS_OK : CS_E_NOMEM;
}

static enum cs_err ask_pcsc(struct facts *facts, const struct doctor_options *options,
			    const struct app_env *env)
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
	if (err == CS_OK)
		err = learn_release(facts, options);
	if (err == CS_OK)
		err = doctor_cards_find(&facts->live, &facts->pool, env);
	return err == CS_E_NOMEM ? err : CS_OK;
}

static enum cs_err collect(struct facts *out, const struct doctor_options *options, const struct app_env *env)
{
	enum cs_err err = doctor_facts(out, options, env, WIRE_LIMIT_MS);

	if (err != CS_OK)
		return err;
	err = ask_pcsc(out, options, env);
	if (err != CS_OK)
		facts_release(out);
	return err;
}

static bool is_lost(const struct live_call *call)
{
	return call->outcome == LIVE_ANSWERED && (call->rv == RV_NO_SERVICE || call->rv == RV_COMM);
}

/* Whether the daemon that answered the probe ended under the calls: what was seen of it holds no more. */
static bool ended_meanwhile(const struct facts *facts)
{
	const struct live *live = &facts->live;
	bool lost = is_lost(&live->establish) || is_lost(&live->list) || is_lost(&live->status);
	struct wire again;

	if (!facts->live_known || !facts->socket.wire_known || facts->socket.wire.end != WIRE_ANSWERED)
		return false;
	for (size_t i = 0; i < live->n; i++)
		lost = lost || is_lost(&live->reader[i].connect);
	if (!lost)
		return false;
	wire_probe(&again, facts->socket.path, WIRE_LIMIT_MS);
	return again.end != WIRE_ANSWERED;
}

enum cs_err doctor_case_collect(struct doctor_case *out, const struct doctor_options *options,
				const struct app_env *env)
{
	enum cs_err err;

	*out = (struct doctor_case){.diagnosis = {.n = 0}};
	err = collect(&out->facts, options, env);
	if (err == CS_OK && ended_meanwhile(&out->facts)) {
		facts_release(&out->facts);
		err = collect(&out->facts, options, env);
	}
	if (err != CS_OK)
		return err;
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
