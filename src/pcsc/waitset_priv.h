/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_WAITSET_PRIV_H
#define CS_PCSC_WAITSET_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/scard.h"

/*
 * A wait for any number of readers that another thread can end.
 *
 * One SCardGetStatusChange does not serve everybody: pcsc-lite before 2.5 takes 16 readers, and it sleeps for
 * 400 ms over each mute card, deaf to SCardCancel and silent about all other readers, when the call begins
 * and again after every event of any reader. So the caller's thread waits for the first rows; the others have
 * waiters, threads with a context each, that go on waiting from call to call while their rows stay the same.
 *
 * A thread of the set (the keeper) does all cancelling: SCardCancel has no memory and has to be repeated, and
 * with a daemon that does not answer it does not return. It also buries the waiters that are done with, for
 * releasing the context of one that sleeps takes as long as the sleep.
 *
 * waitset_stop() may be called from any thread and never blocks; everything else from one.
 */
struct waitset;

struct wait_stamp {
	int64_t mono_ns; /* CLOCK_MONOTONIC */
	int64_t real_ns; /* CLOCK_REALTIME */
};

struct wait_stamp wait_stamp_now(void);

/* waitset_new - without a connection to the service; CS_E_NOMEM */
CS_NODISCARD enum cs_err waitset_new(struct waitset **out);

void waitset_free(struct waitset **set);

/* waitset_open - connect, one try */
CS_NODISCARD enum cs_err waitset_open(struct waitset *set, struct scard_fault *fault);

/* waitset_close - drop every connection, if any, those of the waiters as soon as these let go */
void waitset_close(struct waitset *set);

/* waitset_await_end - after waitset_close(): until the last connection is gone */
void waitset_await_end(struct waitset *set);

/* waitset_context - the context of the caller's thread, for other calls between two waits; borrowed */
struct scard *waitset_context(struct waitset *set);

/*
 * waitset_look - what the states are now, without blocking
 * Return: CS_OK; CS_E_PCSC; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err waitset_look(struct waitset *set, struct scard_state *states, size_t n,
				      struct scard_fault *fault);

/*
 * waitset_block - block until a state differs from what the caller knows
 * @states: the event of a row that was not heard of is what the caller knew
 * @apart:  so many rows at the end, those of mute cards, have a waiter each
 * @stamp:  when SCardGetStatusChange returned
 * Return: as scard_wait(); CS_E_CANCELLED after waitset_stop().
 */
CS_NODISCARD enum cs_err waitset_block(struct waitset *set, struct scard_state *states, size_t n,
				       size_t apart, uint32_t timeout_ms, struct wait_stamp *stamp,
				       struct scard_fault *fault);

/* waitset_is_split - whether the last waitset_block() had more rows, but for those apart, than one takes */
bool waitset_is_split(const struct waitset *set);

/* waitset_pause - sleep; false, at once, after waitset_stop() */
bool waitset_pause(struct waitset *set, uint32_t ms);

/* waitset_stop - end the wait or the pause at hand and all to come */
void waitset_stop(struct waitset *set);
bool waitset_stopped(struct waitset *set);

#endif
