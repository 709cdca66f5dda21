/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_worker.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "cli/app.h"

#define NS_PER_MS INT64_C(1000000)
#define STUCK_MS  500 /* a thread that is in no call and does not end in that time is not about to */

/* Lives on the supervisor's stack: a worker whose call was abandoned does not come back to it. */
struct worker {
	struct guard *guard;
	void (*run)(void *data);
	void *data;
	atomic_bool ended;
	pthread_t thread;

	int signal_fd, signal;
	int64_t grace_ns, stuck_ns; /* after the first signal */
};

static void *run_thread(void *arg)
{
	struct worker *w = arg;
	struct guard *guard = w->guard;

	w->run(w->data);
	atomic_store(&w->ended, true);
	guard_tell(guard);
	return NULL;
}

/* The second signal leaves no time. */
static void take_signal(struct worker *w)
{
	int number = app_signal_read(w->signal_fd);
	int64_t now = guard_now_ns();

	if (!number)
		return;
	w->grace_ns = w->signal ? now : now + WORKER_GRACE_MS * NS_PER_MS;
	w->stuck_ns = now + STUCK_MS * NS_PER_MS;
	if (!w->signal)
		w->signal = number;
	guard_stop(w->guard);
}

static void rest(struct worker *w)
{
	struct pollfd fds[] = {{.fd = w->signal_fd, .events = POLLIN},
			       {.fd = w->guard->news_fd, .events = POLLIN}};
	int64_t due_ns = guard_due_ns(w->guard);

	if (w->signal && w->grace_ns < due_ns)
		due_ns = w->grace_ns > guard_now_ns() ? w->grace_ns : w->stuck_ns;
	poll(fds, 2, guard_left_ms(due_ns));
	if (fds[1].revents)
		guard_hear(w->guard);
	if (fds[0].revents)
		take_signal(w);
}

static enum worker_end supervise(struct worker *w)
{
	for (;;) {
		rest(w);
		if (atomic_load(&w->ended)) {
			pthread_join(w->thread, NULL);
			return WORKER_DONE;
		}
		if (w->signal && guard_now_ns() >= w->grace_ns && guard_abandon(w->guard, false))
			return WORKER_INTERRUPTED;
		if (w->signal && guard_now_ns() >= w->stuck_ns)
			return WORKER_STUCK;
		if (guard_abandon(w->guard, true))
			return w->signal ? WORKER_INTERRUPTED : WORKER_OVERDUE;
	}
}

enum cs_err worker_run(struct guard *guard, int signal_fd, void (*run)(void *data), void *data, int *signal,
		       enum worker_end *end)
{
	struct worker w = {.guard = guard, .run = run, .data = data, .signal_fd = signal_fd};

	*signal = 0;
	atomic_init(&w.ended, false);
	guard_reset(guard);
	if (pthread_create(&w.thread, NULL, run_thread, &w) != 0)
		return CS_E_NOMEM;
	*end = supervise(&w);
	*signal = w.signal;
	return CS_OK;
}
