/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/scriptor_statement.h"

static void set_access(struct link *link, const struct scriptor_options *options)
{
	static const unsigned protocols[] = {
		[SCRIPT_PROTOCOL_SAME] = SCARD_T0 | SCARD_T1,
		[SCRIPT_T0] = SCARD_T0,
		[SCRIPT_T1] = SCARD_T1,
		[SCRIPT_RAW] = SCARD_RAW,
		[SCRIPT_DIRECT] = 0,
	};

	link->protocols = protocols[options->protocol];
	link->share = options->exclusive ? SCARD_AS_EXCLUSIVE : SCARD_AS_SHARED;
	if (options->protocol == SCRIPT_DIRECT)
		link->share = SCARD_AS_DIRECT;
}

enum cs_err engine_init(struct engine *engine, const struct scriptor_options *options,
			const struct app_env *env, const struct script *script, const struct host *host,
			struct show *show, struct guard *guard)
{
	enum cs_err err;

	*engine = (struct engine){
		.options = options,
		.env = env,
		.script = script,
		.host = host,
		.show = show,
		.guard = guard,
		.record = {.secrets = options->record_secrets},
		.timeout_ms = ENGINE_TIMEOUT_MS,
		.start_ns = guard_now_ns(),
	};
	err = link_new(&engine->link, guard);
	if (err == CS_OK)
		set_access(engine->link, options);
	guard_limit(guard, engine->timeout_ms);
	return err;
}

void engine_disconnect(struct engine *engine)
{
	link_free(&engine->link);
}

void engine_release(struct engine *engine)
{
	for (size_t i = 0; i < engine->n_values; i++)
		free(engine->vars[i].bytes);
	free(engine->vars);
	free(engine->values);
	checks_release(&engine->checks);
}

struct place engine_place(const struct engine *engine, struct script_pos pos)
{
	return (struct place){
		.file = show_file(engine->show, script_file(engine->script, pos.file), pos.file),
		.line = pos.line,
		.column = pos.column,
		.main_file = pos.file == 0,
	};
}

struct place engine_here(const struct engine *engine)
{
	if (engine->depth == 0)
		return (struct place){.file = NULL};
	return engine_place(engine, engine->at[engine->depth - 1]->pos);
}

bool engine_note_failure(struct engine *engine, int status)
{
	engine->summary.failed++;
	if (engine->exit_status <= APP_NO)
		engine->exit_status = status;
	if (!engine->options->keep_going)
		engine->flow = ENGINE_FAILED;
	return false;
}

bool engine_fail(struct engine *engine, struct script_pos pos, int status, const char *message)
{
	const struct place place = engine_place(engine, pos);

	snprintf(engine->message, sizeof(engine->message), "%s", message);
	show_error(engine->show, &place, message);
	return engine_note_failure(engine, status);
}

/* ---- the run ---- */

static size_t commands_in(const struct script_op *op)
{
	size_t n = 0;

	for (; op; op = op->next)
		n += (op->kind == SCRIPT_APDU) + commands_in(op->body) + commands_in(op->other);
	return n;
}

/* What stands behind the operation at hand, in its block and those around it. */
void engine_count_skipped(struct engine *engine)
{
	for (size_t i = 0; i < engine->depth; i++)
		engine->summary.skipped += commands_in(engine->at[i]->next);
}

void engine_run_list(struct engine *engine, const struct script_op *first)
{
	size_t depth = engine->depth;

	assert(depth < sizeof(engine->at) / sizeof(engine->at[0]));
	if (!first)
		return;
	engine->depth++;
	for (const struct script_op *op = first; op; op = op->next) {
		engine->at[depth] = op;
		statement_run(engine, op);
		if (engine->flow == ENGINE_GO_ON && guard_stopping(engine->guard))
			engine->flow = ENGINE_STOPPED;
		if (engine->flow == ENGINE_GO_ON && engine->show->output_errno)
			engine->flow = ENGINE_FAILED; /* nobody would see what the card says */
		if (engine->flow != ENGINE_GO_ON)
			return; /* the places at hand stay for whoever asks */
	}
	engine->depth--;
}

bool engine_prepare(struct engine *engine)
{
	if (engine_make_values(engine) == CS_OK)
		return true;
	show_error(engine->show, NULL, cs_err_text(CS_E_NOMEM));
	engine_note_failure(engine, APP_USAGE);
	engine->flow = ENGINE_FAILED;
	return false;
}

enum engine_flow engine_run(struct engine *engine, const struct script_op *first)
{
	engine->flow = ENGINE_GO_ON;
	engine->depth = 0;
	engine->show->commanded = false;
	if (!engine_prepare(engine))
		return engine->flow;
	engine_run_list(engine, first);
	if (engine->flow == ENGINE_FAILED || engine->flow == ENGINE_STOPPED)
		engine_count_skipped(engine);
	return engine->flow;
}

void engine_interrupted(struct engine *engine)
{
	const struct place place = engine_here(engine);

	show_interrupted(engine->show, engine->depth ? &place : NULL);
}

struct script_summary engine_end_summary(const struct engine *engine)
{
	struct script_summary summary = engine->summary;

	summary.us = (guard_now_ns() - engine->start_ns) / 1000;
	return summary;
}
