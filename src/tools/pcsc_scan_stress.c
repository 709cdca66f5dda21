/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_stress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/stress.h"
#include "core/utf8.h"
#include "tools/pcsc_scan_loop.h"
#include "tools/pcsc_scan_show.h"
#include "tools/pcsc_scan_stress_run.h"
#include "view/stress_json.h"
#include "view/stress_text.h"

#define STOP_LIMIT_MS 3000 /* for the command under way; a second signal ends the wait */

static struct stress_result result_of(const struct target *t)
{
	struct stress_result result = {
		.reader = t->reader,
		.apdus = t->apdus,
		.errors = t->errors,
		.seconds = (double)(t->spent_ns / 1000) / 1e6,
		.has_latency = t->apdus > 0,
		.min_us = histogram_percentile(&t->latency, 0),
		.p50_us = histogram_percentile(&t->latency, 50),
		.p95_us = histogram_percentile(&t->latency, 95),
		.p99_us = histogram_percentile(&t->latency, 99),
		.max_us = histogram_percentile(&t->latency, 100),
	};

	if (t->spent_ns)
		result.apdu_per_s = (double)t->apdus * 1e9 / (double)t->spent_ns;
	return result;
}

/* What went wrong with a card; the exit status that goes with it. */
static int complain(const struct target *t)
{
	char name[UTF8_ESCAPE_SIZE(SCARD_READER_MAX)];
	int status = APP_OK;

	if (t->errors && t->err == CS_E_PCSC) {
		status = show_fault(t->reader, &t->fault);
	} else if (t->errors) {
		utf8_escape(name, sizeof(name), t->reader, strlen(t->reader));
		fprintf(stderr,
			"%s: %s: SCardTransmit: an answer without a status word; the card went away\n",
			scan_name, name);
		status = APP_CARD;
	}
	return t->lost ? show_fault(t->reader, &t->refusal) : status;
}

static void show_results(const struct stress *s, const struct loop *loop, const struct app_env *env,
			 struct scan_end *end)
{
	const struct term term = {stdout, app_use_color((enum app_color)s->options->color, env, stdout)};

	for (size_t i = 0; i < s->ntargets; i++) {
		struct stress_result result = result_of(&s->target[i]);
		enum cs_err err = CS_OK;
		int status;

		if (!s->options->json)
			stress_text_put(&term, &result);
		else
			err = stress_json_put(stdout, &result);
		if (err == CS_OK)
			err = loop_flush(loop);
		if (err != CS_OK)
			scan_end_fail(end, err);
		status = complain(&s->target[i]);
		if (end->status == APP_OK)
			end->status = status;
		if (err != CS_OK)
			return;
	}
}

static struct scan_end conclude(const struct stress *s, const struct loop *loop, const struct app_env *env)
{
	struct scan_end end = {.status = APP_OK};

	if (s->err == CS_E_PCSC) {
		end.status = show_fault(NULL, &s->fault);
	} else if (s->err != CS_OK) {
		scan_end_fail(&end, s->err);
	} else if (s->ntargets) {
		show_results(s, loop, env, &end);
	} else if (s->nreaders) {
		fprintf(stderr, "%s: no card in any reader\n", scan_name);
		end.status = APP_CARD;
	} else {
		fprintf(stderr, "%s: no reader%s\n", scan_name, s->names.n ? " of such a name" : "");
		end.status = APP_SERVICE;
	}
	return end;
}

/* What the job tells once, and at its end. */
static void hear(struct stress *s, struct loop *loop)
{
	job_hear(&s->job);
	loop->patience_ns = 0;
	if (!s->sending && !job_ended(&s->job) && scan_wants_hints(s->options))
		fputs("Sending SELECT MF to each card... (Ctrl-C ends)\n", stderr);
	s->sending = true;
}

/* False: a call of the job does not end. */
static bool await(struct stress *s, struct loop *loop)
{
	bool stopping = false;

	while (!job_ended(&s->job)) {
		unsigned wake = loop_wait(loop, s->job.fd, -1);

		if (wake & LOOP_NEWS)
			hear(s, loop);
		if (stopping && (wake & (LOOP_SIGNAL | LOOP_TIME)))
			break;
		if (!stopping && (wake & (LOOP_SIGNAL | LOOP_TIME | LOOP_CLOSED))) {
			stopping = true;
			stress_stop(s);
			if (!s->sending)
				break;
			loop->end_ns = loop_now_ns() + STOP_LIMIT_MS * LOOP_MS;
		}
	}
	return job_finish(&s->job, JOB_STOP_MS);
}

static struct scan_end hung(const struct stress *s, const struct loop *loop)
{
	if (!s->sending)
		return scan_end_unanswered(loop);
	fprintf(stderr, "%s: a command of the stress test does not end\n", scan_name);
	return (struct scan_end){.status = APP_CARD, .hung = true, .closed = loop->closed};
}

static void release(struct stress *s)
{
	scard_names_release(&s->names);
	free(s->target);
	free(s);
}

struct scan_end scan_stress(const struct scan_options *options, const struct app_env *env)
{
	struct stress *s = calloc(1, sizeof(*s));
	struct scan_end end = {.status = APP_USAGE};
	struct loop loop;
	enum cs_err err = s ? loop_init(&loop, options->time_s) : CS_E_NOMEM;

	if (err == CS_OK) {
		loop.spinner = !options->quiet && isatty(STDERR_FILENO);
		s->options = options;
		atomic_init(&s->stop, false);
		err = job_start(&s->job, stress_run, stress_stop, s);
	}
	if (err != CS_OK) {
		fprintf(stderr, "%s: cannot start: %s\n", scan_name, cs_err_text(err));
		free(s);
		return end;
	}
	if (!await(s, &loop))
		return hung(s, &loop);
	end = conclude(s, &loop, env);
	release(s);
	return end;
}
