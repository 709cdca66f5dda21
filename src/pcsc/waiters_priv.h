/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_WAITERS_PRIV_H
#define CS_PCSC_WAITERS_PRIV_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/scard.h"
#include "pcsc/waitset_priv.h"

#define WAITERS_CHUNK 16 /* readers that every PC/SC service takes in one call */

/* Somebody who may be blocked in scard_wait(). */
struct waiter {
	struct waiter *next;
	struct waiters *all;
	struct scard *ctx;
	bool done;      /* not in scard_wait(), or back from it */
	bool dismissed; /* nobody wants to know any more; the keeper's to free */
	bool held;      /* the keeper is in scard_cancel() with @ctx */
	unsigned round; /* of the keeper in which it was last cancelled */

	struct scard_state *states; /* with copies of the names behind them */
	size_t n;
	size_t at; /* where they stand in the wait at hand, or SIZE_MAX */
	pthread_t thread;
	enum cs_err err; /* these three when done */
	struct scard_fault fault;
	struct wait_stamp stamp;
};

/* The threads of a waitset: a keeper, see waitset_priv.h, and waiters with a context each. */
struct waiters {
	pthread_mutex_t lock; /* guards what follows; never held in a PC/SC call */
	pthread_cond_t changed;
	struct waiter mine; /* the caller's thread; head of the list, has neither states nor thread */
	bool stop;          /* cancel everybody from now on */
	bool quit;          /* the keeper ends when there is no waiter left */
	unsigned round;
	pthread_t keeper;
};

/* waiters_init - start the keeper; CS_E_NOMEM */
CS_NODISCARD enum cs_err waiters_init(struct waiters *ws);

/* waiters_release - dismiss all, block until the last has gone */
void waiters_release(struct waiters *ws);

/*
 * waiters_assign - see to it that somebody waits for each row from @from on; dismiss those that are not
 * needed
 * @chunked: the rows before it are waited for in chunks, the others one by one
 * @states:  copied
 * Return: CS_OK; CS_E_PCSC; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err waiters_assign(struct waiters *ws, const struct scard_state *states, size_t from,
					size_t chunked, size_t n, struct scard_fault *fault);

/* waiters_dismiss - they end and release their contexts without being waited for */
void waiters_dismiss(struct waiters *ws);

/* waiters_await_end - until those that were dismissed have gone; all must have been */
void waiters_await_end(struct waiters *ws);

/* waiters_wait_mine - scard_wait() in the caller's thread; waiters_stop() and news of a waiter cancel it */
CS_NODISCARD enum cs_err waiters_wait_mine(struct waiters *ws, struct scard_state *states, size_t n,
					   uint32_t timeout_ms, struct wait_stamp *stamp,
					   struct scard_fault *fault);

/*
 * waiters_gather - what they have to tell
 * @err:    what came of the caller's own wait, with @stamp and @fault; all three are updated
 * @states: the rows given to waiters_assign()
 */
CS_NODISCARD enum cs_err waiters_gather(struct waiters *ws, enum cs_err err, struct scard_state *states,
					struct wait_stamp *stamp, struct scard_fault *fault);

/* waiters_sleep - true: all the time has passed; false: waiters_stop(), or news where these are heeded */
bool waiters_sleep(struct waiters *ws, uint32_t ms, bool heed_news);

/* waiters_stop - from any thread; waiters_stopped */
void waiters_stop(struct waiters *ws);
bool waiters_stopped(struct waiters *ws);

#endif
