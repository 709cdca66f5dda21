/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_session.h"

#include <stdio.h>
#include <string.h>

#include "tools/scriptor_output.h"
#include "tools/scriptor_worker.h"

const char session_unit_name[] = "-";

static void on_problem(void *data, const struct script_problem *problem)
{
	struct session *s = data;

	const char *name = script_file(&s->script, problem->pos.file);

	show_problem(&s->show, show_file(&s->show, name, problem->pos.file), problem);
}

static const char *script_name(const struct scriptor_options *options)
{
	return options->file ? options->file : session_unit_name;
}

static bool is_stdin(const struct scriptor_options *options)
{
	return strcmp(script_name(options), session_unit_name) == 0;
}

/* ---- opening ---- */

static int cannot_start(enum cs_err err)
{
	fprintf(stderr, "%s: cannot start: %s\n", scriptor_name, cs_err_text(err));
	return APP_USAGE;
}

/* From now on they wait until somebody looks: while files are opened and read, which can take for ever, they
 * end the program. */
static enum cs_err take_signals(struct session *s)
{
	if (s->signal_fd < 0)
		s->signal_fd = app_signal_fd();
	return s->signal_fd < 0 ? CS_E_IO : CS_OK;
}

static enum cs_err open_parts(struct session *s)
{
	const struct script_options script = {
		.protocol = s->options->protocol,
		.units = s->show.prompt || (!s->options->check && is_stdin(s->options)),
	};
	enum cs_err err = host_init(&s->host, on_problem, s);

	if (err == CS_OK)
		err = script_init(&s->script, &s->host.ops, &script);
	host_settle(&s->host);
	if (err == CS_OK)
		err = guard_new(&s->guard);
	if (err == CS_OK)
		err = engine_init(&s->engine, s->options, s->env, &s->script, &s->host, &s->show, s->guard);
	if (err == CS_OK && s->show.prompt)
		err = take_signals(s);
	return err;
}

void session_release(struct session *s)
{
	engine_release(&s->engine);
	guard_free(&s->guard);
	host_release(&s->host);
}

/* Nothing was connected to yet. */
static int discard(struct session *s, int status)
{
	record_close(&s->engine.record);
	if (s->engine.link)
		engine_disconnect(&s->engine);
	session_release(s);
	return status;
}

int session_open(struct session *s, const struct scriptor_options *options, const struct app_env *env,
		 bool prompt)
{
	FILE *junit;
	enum cs_err err;

	*s = (struct session){.options = options, .env = env, .signal_fd = -1};
	show_init(&s->show, options, env, prompt);
	err = open_parts(s);
	if (err != CS_OK)
		return discard(s, cannot_start(err));
	if (!output_open(&s->engine.record.file, options->record, "record", options) ||
	    !output_open(&junit, options->junit, "junit", options))
		return discard(s, APP_USAGE);
	if (!options->check)
		show_begin(&s->show, junit, script_name(options));
	return APP_OK;
}

/* ---- running ---- */

/* The guard, and whatever the call may still write to, belong to the worker that was left behind. */
static void give_up(struct session *s, bool by_signal)
{
	enum cs_err err;

	s->hung = true;
	err = guard_new(&s->guard);
	if (err == CS_OK)
		err = engine_abandoned(&s->engine, s->guard, by_signal);
	if (err != CS_OK)
		s->stuck = true;
}

bool session_supervise(struct session *s, void (*work)(void *session))
{
	enum worker_end end = WORKER_DONE;
	enum cs_err err = take_signals(s);

	if (err == CS_OK)
		err = worker_run(s->guard, s->signal_fd, work, s, &s->signal, &end);
	if (err != CS_OK) {
		show_error(&s->show, NULL, cs_err_text(err));
		engine_note_failure(&s->engine, APP_USAGE);
		s->engine.flow = ENGINE_FAILED;
		return false;
	}
	switch (end) {
	case WORKER_DONE:
		if (s->signal && s->engine.flow == ENGINE_STOPPED)
			engine_interrupted(&s->engine);
		break;
	case WORKER_OVERDUE:
	case WORKER_INTERRUPTED:
		give_up(s, end == WORKER_INTERRUPTED);
		break;
	case WORKER_STUCK:
		s->hung = s->stuck = true;
		break;
	}
	return end == WORKER_DONE;
}

static enum session_end end_of(const struct session *s)
{
	if (s->signal)
		return SESSION_INTERRUPTED;
	switch (s->engine.flow) {
	case ENGINE_GO_ON:
		return SESSION_DONE;
	case ENGINE_EXIT:
		return SESSION_EXIT;
	default:
		return SESSION_FAILED;
	}
}

static void run_parsed(void *session)
{
	struct session *s = session;

	engine_run(&s->engine, s->script.first);
}

/* What is wrong with a text beyond the problems that were told. */
bool session_parse(struct session *s, const struct script_text *text, uint32_t line)
{
	enum cs_err err;

	host_forget(&s->host);
	s->engine.depth = 0;
	err = script_parse(&s->script, text, line);
	host_drop_texts(&s->host);
	if (err == CS_OK)
		return true;
	if (err != CS_E_FORMAT)
		show_error(&s->show, NULL, cs_err_text(err));
	else
		s->engine.summary.failed += s->script.errors - 1;
	engine_note_failure(&s->engine, APP_USAGE);
	return false;
}

static bool load(struct session *s, struct script_text *text)
{
	const struct term t = {.out = stderr};
	const char *path = script_name(s->options);
	char why[SCRIPT_PROBLEM_MAX];

	if (host_load(&s->host, path, text, why, sizeof(why)) == CS_OK)
		return true;
	fprintf(stderr, "%s: ", scriptor_name);
	term_put_untrusted(&t, TERM_PLAIN, path);
	fprintf(stderr, ": %s\n", why);
	engine_note_failure(&s->engine, APP_USAGE);
	return false;
}

enum session_end session_file(struct session *s)
{
	struct script_text text;

	if (!load(s, &text) || !session_parse(s, &text, 1))
		return SESSION_FAILED;
	session_supervise(s, run_parsed);
	return end_of(s);
}

int session_check(struct session *s)
{
	struct script_text text;

	if (!load(s, &text))
		return APP_USAGE;
	if (session_parse(s, &text, 1) && s->script.lints == 0)
		return APP_OK;
	s->engine.summary.failed = s->script.errors + s->script.lints;
	return APP_USAGE;
}

enum session_end session_stream(struct session *s)
{
	session_supervise(s, session_run_stream);
	return end_of(s);
}

enum session_end session_unit(struct session *s, const char *text, size_t len, uint32_t line)
{
	const struct script_text unit = {.name = session_unit_name, .text = text, .len = len};

	s->signal = 0;
	if (!session_parse(s, &unit, line))
		return SESSION_FAILED;
	session_supervise(s, run_parsed);
	return s->stuck ? SESSION_EXIT : end_of(s);
}
