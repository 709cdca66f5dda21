/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_WORKER_H
#define CS_TOOLS_SCRIPTOR_WORKER_H

#include "core/err.h"
#include "tools/scriptor_guard.h"

#define WORKER_GRACE_MS 250 /* what a call has to end in once a signal has come */

/* How a worker ended. */
enum worker_end {
	WORKER_DONE,        /* it has returned */
	WORKER_OVERDUE,     /* a call took too long and was abandoned */
	WORKER_INTERRUPTED, /* a signal came, and the call at hand was abandoned */
	WORKER_STUCK,       /* a signal came, and it is held up, but not by a call: most likely by stdout */
};

/*
 * worker_run - run @run in a thread and look after signals and the time meanwhile (scriptor_guard.h)
 * @signal_fd: of app_signal_fd()
 * @signal:    receives the first signal that came, 0 for none; with WORKER_DONE too
 * @end:       after any end but WORKER_DONE the guard is the worker's for ever
 *
 * Return: CS_OK; CS_E_NOMEM: no thread to be had.
 */
CS_NODISCARD enum cs_err worker_run(struct guard *guard, int signal_fd, void (*run)(void *data), void *data,
				    int *signal, enum worker_end *end);

#endif
