/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_LOOP_H
#define CS_TOOLS_PCSC_SCAN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

#define LOOP_MS 1000000LL /* nanoseconds */
#define LOOP_S  (1000 * LOOP_MS)

/* How a run ended. */
struct scan_end {
	int status;       /* exit status */
	bool hung;        /* a call of PC/SC hangs in a thread: end the process without releasing anything */
	bool closed;      /* nobody reads stdout any more */
	bool stalled;     /* the reader of stdout does not read: end the process without flushing */
	int output_errno; /* why stdout took no more, 0 for none */
};

/* What woke the main thread; several at once. */
enum loop_wake {
	LOOP_NEWS = 1,    /* of the job */
	LOOP_SIGNAL = 2,  /* SIGINT, SIGTERM or SIGHUP */
	LOOP_TIME = 4,    /* end_ns is there */
	LOOP_CHILD = 8,   /* a child has ended */
	LOOP_CLOSED = 16, /* nobody reads stdout any more; told once */
};

/* What the main thread waits with. Times are CLOCK_MONOTONIC in ns, 0 for none. */
struct loop {
	int signal_fd; /* open until the process ends */
	int64_t start_ns, end_ns;
	int64_t patience_ns; /* when to say that the service has not answered yet */
	bool spinner;        /* turn one on stderr while waiting */
	bool signalled;      /* LOOP_SIGNAL was told */
	bool closed;         /* LOOP_CLOSED was told */
	unsigned turns;
};

/* loop_init - signals are blocked from here on. CS_E_IO: no descriptor for them (errno tells) */
CS_NODISCARD enum cs_err loop_init(struct loop *loop, unsigned long seconds);

/* loop_now_ns - CLOCK_MONOTONIC */
int64_t loop_now_ns(void);

/*
 * loop_wait - sleep until there is something to do
 * @job_fd, @child_fd: -1 for those not to be heeded now
 * Return: OR of enum loop_wake, not 0. Without a time to keep and without spinner, nothing else wakes it.
 */
unsigned loop_wait(struct loop *loop, int job_fd, int child_fd);

/*
 * loop_flush - hand what stdout holds to its reader, who may be slow
 * Return: CS_OK; CS_E_IO stdout takes no more (errno tells); CS_E_CANCELLED stdout is full, its reader
 * stalls, and a signal came: what it still holds would block. After a signal each flush waits 100 ms at most.
 */
CS_NODISCARD enum cs_err loop_flush(const struct loop *loop);

/*
 * scan_end_fail - end for want of memory or because of an error of loop_flush(), which is told on stderr
 * or, if stdout takes no more, noted for the end of the process
 * Return: true; false: nobody is there to read, which is no failure; the status is left as it is.
 */
bool scan_end_fail(struct scan_end *end, enum cs_err err);

/* scan_end_unanswered - the end of a run whose job hangs in its first call; told, unless it was stopped */
struct scan_end scan_end_unanswered(const struct loop *loop);

#endif
