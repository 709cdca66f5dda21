/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_GUARD_H
#define CS_TOOLS_SCRIPTOR_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Keeps PC/SC calls, which know no time limit, from holding up the program. A worker thread makes them, each
 * between guard_enter() and guard_leave(); the main thread, the supervisor, looks after signals and the time.
 *
 * Who owns what the worker works on is decided by @state alone: 0 the worker is not in a call; a deadline: it
 * is in one that has to end by then; GUARD_ABANDONED: the supervisor has taken everything over. A worker that
 * comes back from an abandoned call touches nothing and sleeps for ever; the guard and all that the call may
 * still write to are left to it.
 *
 * An exchange costs two compare-and-swaps, a look at the clock, and no wake-up of the supervisor.
 */
struct guard {
	_Atomic int64_t state;
	atomic_bool stop;          /* the worker is to come to an end */
	_Atomic uint32_t limit_ms; /* of every call, 0: none */
	const char *call;       /* what the worker is in; the supervisor's to read once it has abandoned it */
	uint32_t call_limit_ms; /* likewise */
	int stop_fd;            /* readable once @stop is set */
	int news_fd;            /* readable when the supervisor has to look again */
};

#define GUARD_ABANDONED INT64_C(-1)
#define GUARD_NO_LIMIT  INT64_MAX

/* guard_now_ns - CLOCK_MONOTONIC */
int64_t guard_now_ns(void);

/* guard_new - for one worker after the other; CS_E_NOMEM: no memory or no descriptor */
CS_NODISCARD enum cs_err guard_new(struct guard **out);
void guard_free(struct guard **guard);

/* ---- the worker's ---- */

/*
 * guard_enter - a call begins
 * @call:     its name, static
 * @extra_ms: time that it may take beyond the limit, because it is a wait
 * Return: false: the run is being stopped, do not make the call.
 */
CS_NODISCARD bool guard_enter(struct guard *guard, const char *call, uint32_t extra_ms);

/* guard_leave - the call has returned @err, which is returned; does not return after it was abandoned */
CS_NODISCARD enum cs_err guard_leave(struct guard *guard, enum cs_err err);

/* guard_limit - a new limit for the calls to come */
void guard_limit(struct guard *guard, uint32_t ms);

#define GUARD_FOREVER UINT32_MAX

/*
 * guard_wait - until @fd is readable, at most @ms, GUARD_FOREVER for no limit
 * @fd: -1: just sleep
 * Return: false, at once, when the run is being stopped.
 */
bool guard_wait(struct guard *guard, int fd, uint32_t ms);

bool guard_stopping(const struct guard *guard);

/* guard_tell - the supervisor has to look: the worker has ended */
void guard_tell(struct guard *guard);

/* ---- the supervisor's ---- */

/* guard_reset - a new worker is about to begin */
void guard_reset(struct guard *guard);

/* guard_stop - the worker ends before its next call; never blocks */
void guard_stop(struct guard *guard);

/* guard_due_ns - when to look again: the deadline of the call at hand, or the earliest of one that begins
 * now; GUARD_NO_LIMIT for never */
int64_t guard_due_ns(const struct guard *guard);

/* guard_left_ms - for poll(): milliseconds until then, rounded up; 0: it is over; -1: GUARD_NO_LIMIT */
int guard_left_ms(int64_t due_ns);

/* guard_hear - news_fd is not readable again until there is more */
void guard_hear(struct guard *guard);

/*
 * guard_abandon - take over from a worker that is in a call
 * @overdue: only when the deadline is over
 * Return: false: it is in no call, or in one that still has time.
 */
bool guard_abandon(struct guard *guard, bool overdue);

#endif
