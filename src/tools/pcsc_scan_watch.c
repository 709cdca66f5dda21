/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pcsc/job.h"
#include "pcsc/monitor.h"
#include "tools/pcsc_scan_loop.h"

#define LOOK_NS (2 * LOOP_S) /* what a short --timeout grants the service for its first answer */

/* One run. The job's thread uses what stands above @loop, the main thread everything but @told_idle. */
struct watch {
	const struct scan_options *options;
	struct monitor *monitor;
	struct queue queue;
	struct job job;
	struct scard_fault fault; /* of monitor_run(), with @err */
	enum cs_err err;
	bool told_idle; /* since the start, or the loss of the service: the first time is what matters */

	struct loop loop;
	struct news news;
	bool overdue; /* the time was up before there was an answer: nothing but that is waited for */
};

/* ---- the job's thread ---- */

static void on_event(void *data, const struct monitor_event *event)
{
	struct watch *w = data;

	if (event->kind == MONITOR_SERVICE_LOST)
		w->told_idle = false;
	queue_push_event(&w->queue, event);
	job_tell(&w->job);
}

static void on_notice(void *data, enum monitor_notice notice)
{
	struct watch *w = data;

	if (notice == MONITOR_IDLE && w->told_idle)
		return;
	w->told_idle = w->told_idle || notice == MONITOR_IDLE;
	queue_push_notice(&w->queue, notice);
	job_tell(&w->job);
}

static bool on_wanted(void *data, const char *reader)
{
	const struct watch *w = data;

	return scan_wants_reader(w->options, reader);
}

static void run(void *data)
{
	struct watch *w = data;

	w->err = monitor_run(w->monitor, &w->fault);
}

static void stop(void *data)
{
	struct watch *w = data;

	monitor_stop(w->monitor);
}

/* ---- the main thread ---- */

/* What waits for a command of --exec to end stays in the queue. */
static void drain(struct watch *w)
{
	struct queue_item item;

	while (!w->news.done && !w->news.exec.pid && queue_pop(&w->queue, &item)) {
		w->loop.patience_ns = 0;
		news_take(&w->news, &item);
	}
	if (w->overdue && w->news.answered)
		w->loop.end_ns = w->loop.start_ns;
}

static void time_up(struct watch *w)
{
	int64_t look_ns = w->loop.start_ns + LOOK_NS;
	bool answered = w->news.answered || job_ended(&w->job);

	if (!answered && loop_now_ns() < look_ns) {
		w->loop.end_ns = look_ns;
		w->overdue = true;
		return;
	}
	w->news.hurry = true;
	if (answered) {
		news_finish(&w->news, w->options->wait ? APP_NO : APP_OK);
		return;
	}
	fprintf(stderr, "%s: the PC/SC service did not answer in time\n", scan_name);
	news_finish(&w->news, APP_SERVICE);
}

/* Sleep, and see to what woke us. */
static void attend(struct watch *w)
{
	struct exec *exec = &w->news.exec;
	unsigned wake = loop_wait(&w->loop, exec->pid ? -1 : w->job.fd, exec->pid ? exec->fd : -1);

	if (wake & LOOP_CHILD)
		exec_reap(exec);
	if (wake & LOOP_NEWS)
		job_hear(&w->job);
	if (!exec->argv && !(wake & LOOP_CLOSED))
		drain(w);
	if (wake & (LOOP_SIGNAL | LOOP_CLOSED)) {
		w->news.end.closed = w->loop.closed;
		news_stop(&w->news);
	} else if (!w->news.done && (wake & LOOP_TIME)) {
		time_up(w);
	}
}

static void watch(struct watch *w)
{
	while (!w->news.done) {
		bool ended = job_ended(&w->job);

		drain(w);
		if (w->news.done)
			break;
		if (ended && !w->news.exec.pid)
			news_conclude(&w->news, w->err, &w->fault);
		else
			attend(w);
	}
	w->loop.end_ns = 0;
	while (w->news.exec.pid && !w->news.hurry)
		attend(w);
}

static enum cs_err prepare(struct watch *w, const struct app_env *env)
{
	const struct scan_options *o = w->options;
	const struct monitor_ops ops = {on_event, on_notice, on_wanted};
	const struct monitor_options options = {
		.force_pnp = o->pnp,
		.exit_on_loss = o->exit_on_loss,
		.once = o->once || o->cards,
	};
	enum cs_err err = loop_init(&w->loop, o->time_s);

	w->loop.spinner = !o->quiet && isatty(STDERR_FILENO) && !options.once;
	if (o->timeout)
		w->loop.end_ns = w->loop.start_ns + (int64_t)o->timeout_s * LOOP_S;
	w->news.options = o;
	show_init(&w->news.show, o, env, &w->loop);
	if (err == CS_OK)
		err = exec_init(&w->news.exec, &o->exec);
	if (err == CS_OK)
		err = queue_init(&w->queue);
	if (err == CS_OK)
		err = monitor_new(&w->monitor, &options, &ops, w);
	return err;
}

/* The monitor is at work, and its news kept, while the lists are read. */
static void load(struct watch *w, const struct app_env *env)
{
	enum cs_err err = show_load(&w->news.show, env);

	if (err == CS_E_NOT_FOUND)
		news_finish(&w->news, APP_USAGE);
	else if (err != CS_OK)
		news_give_up(&w->news, err);
}

static void release(struct watch *w)
{
	monitor_free(&w->monitor);
	queue_release(&w->queue);
	free(w);
}

struct scan_end scan_watch(const struct scan_options *options, const struct app_env *env)
{
	struct watch *w = calloc(1, sizeof(*w));
	struct scan_end end = {.status = APP_USAGE};
	enum cs_err err = CS_E_NOMEM;

	if (w) {
		w->options = options;
		err = prepare(w, env);
	}
	if (err == CS_OK)
		err = job_start(&w->job, run, stop, w);
	if (err != CS_OK) {
		fprintf(stderr, "%s: cannot start: %s\n", scan_name, cs_err_text(err));
		return end;
	}
	load(w, env);
	watch(w);
	end = w->news.end;
	news_release(&w->news);
	queue_close(&w->queue);
	end.hung = !job_finish(&w->job, JOB_STOP_MS);
	if (!end.hung)
		release(w);
	else if (w->news.answered) /* else it was told already, or stopped before there was an answer */
		fprintf(stderr, "%s: PC/SC is still busy; ended without waiting for it\n", scan_name);
	return end;
}
