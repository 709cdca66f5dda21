/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_WAITSET_PRIV_H
#define CS_PCSC_WAITSET_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/scard.h"

/*
 * A wait for any number of readers that another thread can end. pcsc-lite before 2.5 takes 16 readers in a
 * call; more are shared out to threads with a context each, all blocked in SCardGetStatusChange: the first
 * that returns has the others cancelled. waitset_stop() may be called from any thread, everything else from
 * one.
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

/* waitset_open - connect, one try; waitset_close - drop every connection, without effect when there is none
 */
CS_NODISCARD enum cs_err waitset_open(struct waitset *set, struct scard_fault *fault);
void waitset_close(struct waitset *set);

/* waitset_context - the first context, for other calls between two waits; borrowed */
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
 * @stamp:  when SCardGetStatusChange returned
 * Return: as scard_wait(); CS_E_CANCELLED after waitset_stop().
 */
CS_NODISCARD enum cs_err waitset_block(struct waitset *set, struct scard_state *states, size_t n,
				       uint32_t timeout_ms, struct wait_stamp *stamp,
				       struct scard_fault *fault);

/* waitset_is_split - whether the last waitset_block() needed more than one context */
bool waitset_is_split(const struct waitset *set);

/* waitset_pause - sleep; false, at once, after waitset_stop() */
bool waitset_pause(struct waitset *set, uint32_t ms);

/* waitset_stop - end the wait or the pause at hand and all to come */
void waitset_stop(struct waitset *set);
bool waitset_stopped(struct waitset *set);

#endif
