/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/app.h"
#include "tools/pcsc_scan_options.h"

#define PATIENCE_NS (2 * LOOP_S)
#define SPIN_NS     (250 * LOOP_MS)
#define STALLED_MS  100

int64_t loop_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * LOOP_S + now.tv_nsec;
}

enum cs_err loop_init(struct loop *loop, unsigned long seconds)
{
	memset(loop, 0, sizeof(*loop));
	loop->signal_fd = app_signal_fd();
	loop->start_ns = loop_now_ns();
	loop->patience_ns = loop->start_ns + PATIENCE_NS;
	if (seconds)
		loop->end_ns = loop->start_ns + (int64_t)seconds * LOOP_S;
	return loop->signal_fd < 0 ? CS_E_IO : CS_OK;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* -1: sleep without limit; rounded up, or poll() would come back a moment too early again and again */
static int timeout_ms(const struct loop *loop)
{
	int64_t now = loop_now_ns();
	int64_t next = earlier(loop->end_ns, loop->patience_ns);

	if (loop->spinner)
		next = earlier(next, now + SPIN_NS);
	if (!next)
		return -1;
	if (next <= now)
		return 0;
	return (next - now) / LOOP_MS >= INT_MAX ? INT_MAX : (int)((next - now + LOOP_MS - 1) / LOOP_MS);
}

/* Not while we are in the background, where it would be over what others write, nor while the terminal is
 * stopped with Ctrl-S, where it would block us. */
static bool may_spin(void)
{
	struct pollfd terminal = {.fd = STDERR_FILENO, .events = POLLOUT};

	return tcgetpgrp(STDERR_FILENO) == getpgrp() && poll(&terminal, 1, 0) == 1 &&
	       terminal.revents == POLLOUT;
}

static void spin(struct loop *loop)
{
	if (!may_spin())
		return;
	fprintf(stderr, "%c\r", "-\\|/"[loop->turns++ % 4]);
}

static void unspin(struct loop *loop)
{
	if (loop->turns && may_spin())
		fputs(" \r", stderr);
	loop->turns = 0;
}

static void lose_patience(struct loop *loop)
{
	if (!loop->patience_ns || loop_now_ns() < loop->patience_ns)
		return;
	loop->patience_ns = 0;
	unspin(loop);
	fprintf(stderr, "%s: the PC/SC service has not answered yet; still waiting\n", scan_name);
}

static unsigned wake_of(struct loop *loop, const struct pollfd fds[4])
{
	unsigned wake = 0;

	if (fds[0].revents && app_signal_read(loop->signal_fd))
		wake |= LOOP_SIGNAL;
	if (fds[1].revents)
		wake |= LOOP_NEWS;
	if (fds[2].revents)
		wake |= LOOP_CHILD;
	if (fds[3].revents)
		wake |= LOOP_CLOSED;
	if (loop->end_ns && loop_now_ns() >= loop->end_ns)
		wake |= LOOP_TIME;
	loop->signalled = loop->signalled || (wake & LOOP_SIGNAL);
	loop->closed = loop->closed || (wake & LOOP_CLOSED);
	return wake;
}

unsigned loop_wait(struct loop *loop, int job_fd, int child_fd)
{
	/* A pipe nobody reads any more reports POLLERR without being asked. */
	struct pollfd fds[4] = {{.fd = loop->signal_fd, .events = POLLIN},
				{.fd = job_fd, .events = POLLIN},
				{.fd = child_fd, .events = POLLIN},
				{.fd = loop->closed ? -1 : STDOUT_FILENO}};
	unsigned wake = 0;

	while (!wake) {
		int n = poll(fds, 4, timeout_ms(loop));

		if (n >= 0)
			wake = wake_of(loop, fds);
		if (n == 0 && !wake) {
			lose_patience(loop);
			if (loop->spinner)
				spin(loop);
		}
	}
	unspin(loop);
	return wake;
}

/* A pipe that poll() calls writable has room for a page, which is more than nearly every event needs. */
enum cs_err loop_flush(const struct loop *loop)
{
	struct pollfd fds[2] = {{.fd = STDOUT_FILENO, .events = POLLOUT},
				{.fd = loop->signal_fd, .events = POLLIN}};
	int n;

	do
		n = poll(fds, 2, loop->signalled ? STALLED_MS : -1);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && !fds[0].revents)
		return CS_E_CANCELLED;
	return fflush(stdout) == 0 ? CS_OK : CS_E_IO;
}

bool scan_end_fail(struct scan_end *end, enum cs_err err)
{
	int error = errno;

	end->stalled = err == CS_E_CANCELLED;
	end->closed = end->closed || (err == CS_E_IO && error == EPIPE);
	if (end->stalled || end->closed)
		return false;
	if (err == CS_E_IO)
		end->output_errno = error;
	else
		fprintf(stderr, "%s: %s\n", scan_name, cs_err_text(err));
	end->status = APP_USAGE;
	return true;
}

struct scan_end scan_end_unanswered(const struct loop *loop)
{
	struct scan_end end = {.status = APP_OK, .hung = true, .closed = loop->closed};

	if (loop->signalled) {
		end.status = APP_NO;
	} else if (!loop->closed) {
		fprintf(stderr, "%s: the PC/SC service did not answer\n", scan_name);
		end.status = APP_SERVICE;
	}
	return end;
}
