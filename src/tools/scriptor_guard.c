/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_guard.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

enum { IDLE = 0 };

int64_t guard_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

enum cs_err guard_new(struct guard **out)
{
	struct guard *guard = calloc(1, sizeof(*guard));

	*out = NULL;
	if (!guard)
		return CS_E_NOMEM;
	atomic_init(&guard->state, IDLE);
	atomic_init(&guard->stop, false);
	atomic_init(&guard->limit_ms, 0);
	guard->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	guard->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	*out = guard;
	if (guard->stop_fd >= 0 && guard->news_fd >= 0)
		return CS_OK;
	guard_free(out);
	return CS_E_NOMEM;
}

void guard_free(struct guard **guard)
{
	if (!*guard)
		return;
	if ((*guard)->stop_fd >= 0)
		close((*guard)->stop_fd);
	if ((*guard)->news_fd >= 0)
		close((*guard)->news_fd);
	free(*guard);
	*guard = NULL;
}

/* A counter that is full is as readable as can be. */
static void ring(int fd)
{
	static const uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) < 0)
		return;
}

static void hush(int fd)
{
	uint64_t count;

	if (read(fd, &count, sizeof(count)) < 0)
		return;
}

static int64_t deadline_of(uint32_t limit_ms, uint32_t extra_ms)
{
	return limit_ms ? guard_now_ns() + ((int64_t)limit_ms + extra_ms) * NS_PER_MS : GUARD_NO_LIMIT;
}

bool guard_enter(struct guard *guard, const char *call, uint32_t extra_ms)
{
	int64_t idle = IDLE;

	guard->call = call;
	guard->call_limit_ms = atomic_load(&guard->limit_ms);
	atomic_compare_exchange_strong(&guard->state, &idle, deadline_of(guard->call_limit_ms, extra_ms));
	/* Behind the exchange: a supervisor that saw no call has set it before. */
	if (!atomic_load(&guard->stop))
		return true;
	return guard_leave(guard, CS_OK) != CS_OK;
}

enum cs_err guard_leave(struct guard *guard, enum cs_err err)
{
	int64_t deadline = atomic_load(&guard->state);

	while (deadline == GUARD_ABANDONED || !atomic_compare_exchange_strong(&guard->state, &deadline, IDLE))
		if (deadline == GUARD_ABANDONED)
			pause();
	return err;
}

void guard_limit(struct guard *guard, uint32_t ms)
{
	atomic_store(&guard->limit_ms, ms);
	ring(guard->news_fd);
}

bool guard_wait(struct guard *guard, int fd, uint32_t ms)
{
	struct pollfd fds[] = {{.fd = guard->stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	int64_t end_ns = ms == GUARD_FOREVER ? GUARD_NO_LIMIT : guard_now_ns() + ms * NS_PER_MS;

	while (!guard_stopping(guard) && !fds[1].revents) {
		int left_ms = guard_left_ms(end_ns);

		if (left_ms == 0)
			break;
		if (poll(fds, 2, left_ms) < 0 && errno != EINTR)
			break;
	}
	return !guard_stopping(guard);
}

bool guard_stopping(const struct guard *guard)
{
	return atomic_load(&guard->stop);
}

void guard_tell(struct guard *guard)
{
	ring(guard->news_fd);
}

void guard_hear(struct guard *guard)
{
	hush(guard->news_fd);
}

void guard_reset(struct guard *guard)
{
	atomic_store(&guard->stop, false);
	hush(guard->stop_fd);
	hush(guard->news_fd);
}

void guard_stop(struct guard *guard)
{
	atomic_store(&guard->stop, true);
	ring(guard->stop_fd);
}

int64_t guard_due_ns(const struct guard *guard)
{
	int64_t state = atomic_load(&guard->state);

	return state != IDLE ? state : deadline_of(atomic_load(&guard->limit_ms), 0);
}

int guard_left_ms(int64_t due_ns)
{
	int64_t left_ns;

	if (due_ns == GUARD_NO_LIMIT)
		return -1;
	left_ns = due_ns - guard_now_ns();
	if (left_ns <= 0)
		return 0;
	/* Rounded up, or poll() would come back a moment too early again and again. */
	return (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}

bool guard_abandon(struct guard *guard, bool overdue)
{
	int64_t deadline = atomic_load(&guard->state);

	if (deadline == IDLE || (overdue && guard_left_ms(deadline) != 0))
		return false;
	return atomic_compare_exchange_strong(&guard->state, &deadline, GUARD_ABANDONED);
}
