/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "pcsc/monitor.h"

#define STOP_MS  1000
#define RETRY_MS 1000 /* as long as there never was a service */

struct watch {
	pthread_t thread;
	struct monitor *monitor;
	int news[2]; /* a pipe of enum watch_news, one byte each */
	int stop[2]; /* a pipe that is closed to stop */
	int done[2]; /* a pipe that the thread closes at its end */
	bool late;   /* there was no service at first: even what is there already is news */
};

static void tell(struct watch *watch, enum watch_news news)
{
	uint8_t byte = (uint8_t)news;

	/* When nobody has read thousands of news, one more is none. */
	if (write(watch->news[1], &byte, 1) < 0)
		return;
}

static void on_event(void *data, const struct monitor_event *event)
{
	struct watch *watch = data;

	switch (event->kind) {
	case MONITOR_SERVICE_LOST:
		tell(watch, WATCH_LOST);
		watch->late = true;
		break;
	case MONITOR_SERVICE_BACK:
		tell(watch, WATCH_BACK);
		break;
	case MONITOR_STATE_CHANGED:
		break;
	default:
		if (!event->initial || watch->late)
			tell(watch, WATCH_CARDS);
		break;
	}
}

static void on_notice(void *data, enum monitor_notice notice)
{
	(void)data;
	(void)notice;
}

static bool stopped_within(const struct watch *watch, int ms)
{
	struct pollfd stop = {.fd = watch->stop[0]};

	return poll(&stop, 1, ms) > 0;
}

static void *run(void *arg)
{
	struct watch *watch = arg;
	struct scard_fault fault;

	while (monitor_run(watch->monitor, &fault) == CS_E_PCSC && !stopped_within(watch, RETRY_MS))
		watch->late = true;
	close(watch->done[1]);
	return NULL;
}

static bool make_pipe(int fds[2])
{
	if (pipe(fds) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static void close_pipe(int fds[2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void release(struct watch *watch)
{
	close_pipe(watch->news);
	close_pipe(watch->stop);
	close_pipe(watch->done);
	monitor_free(&watch->monitor);
	free(watch);
}

/* Signals are the main thread's. */
static bool start_thread(struct watch *watch)
{
	sigset_t all, before;
	bool ok;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(&watch->thread, NULL, run, watch) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

enum cs_err watch_start(struct watch **out)
{
	static const struct monitor_options options;
	static const struct monitor_ops ops = {.event = on_event, .notice = on_notice};
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return CS_E_NOMEM;
	*watch = (struct watch){.news = {-1, -1}, .stop = {-1, -1}, .done = {-1, -1}};
	if (monitor_new(&watch->monitor, &options, &ops, watch) == CS_OK && make_pipe(watch->news) &&
	    make_pipe(watch->stop) && make_pipe(watch->done) && start_thread(watch)) {
		*out = watch;
		return CS_OK;
	}
	release(watch);
	return CS_E_NOMEM;
}

bool watch_stop(struct watch **watch)
{
	struct watch *w = *watch;
	struct pollfd done;

	if (!w)
		return true;
	*watch = NULL;
	close(w->stop[1]);
	w->stop[1] = -1;
	monitor_stop(w->monitor);
	done = (struct pollfd){.fd = w->done[0]};
	if (poll(&done, 1, STOP_MS) <= 0)
		return false;
	pthread_join(w->thread, NULL);
	w->done[1] = -1;
	release(w);
	return true;
}

int watch_fd(const struct watch *watch)
{
	return watch->news[0];
}

enum watch_news watch_next(struct watch *watch)
{
	uint8_t byte;

	return read(watch->news[0], &byte, 1) == 1 ? (enum watch_news)byte : WATCH_NOTHING;
}
