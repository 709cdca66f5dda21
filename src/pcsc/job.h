/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_JOB_H
#define CS_PCSC_JOB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "core/err.h"

/*
 * A thread that talks to PC/SC, whose calls know no time limit, while the main thread looks after signals,
 * time and output.
 */
#define JOB_STOP_MS 80 /* for job_finish(): a signal is to end a run within 100 ms */

struct job {
	void (*run)(void *data);  /* in the thread */
	void (*stop)(void *data); /* makes run() return soon; never blocks; NULL: nothing can make it */
	void *data;
	int fd; /* readable when there is news */
	atomic_bool ended;
	pthread_t thread;
};

/* job_start - start run(); signals must be blocked already. CS_E_NOMEM: no thread or descriptor to be had */
CS_NODISCARD enum cs_err job_start(struct job *job, void (*run)(void *), void (*stop)(void *), void *data);

/* job_tell - there is news for the main thread; called by the thread */
void job_tell(struct job *job);

/* job_hear - take note of the news: @fd is not readable again until there is more */
void job_hear(struct job *job);

/* job_ended - whether run() has returned; its results can be read then */
bool job_ended(const struct job *job);

/*
 * job_finish - stop run() and wait for its end
 * @limit_ms: how long at most
 *
 * Return: true: ended, everything released. False: it hangs in a call that can not be cancelled; the thread
 * goes on, so @job, its data and what they point to must stay until the process ends.
 */
bool job_finish(struct job *job, int limit_ms);

#endif
