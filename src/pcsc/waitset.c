/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/waitset_priv.h"

#include <stdlib.h>

#include "pcsc/scard_priv.h"
#include "pcsc/waiters_priv.h"

#define CHUNK WAITERS_CHUNK

struct waitset {
	struct waiters waiters;
	bool split;
};

enum cs_err waitset_new(struct waitset **out)
{
	struct waitset *set = calloc(1, sizeof(*set));
	enum cs_err err = set ? waiters_init(&set->waiters) : CS_E_NOMEM;

	*out = set;
	if (err != CS_OK) {
		free(set);
		*out = NULL;
	}
	return err;
}

void waitset_free(struct waitset **set)
{
	if (!*set)
		return;
	waitset_close(*set);
	waiters_release(&(*set)->waiters);
	free(*set);
	*set = NULL;
}

enum cs_err waitset_open(struct waitset *set, struct scard_fault *fault)
{
	return scard_new_once(&set->waiters.mine.ctx, fault);
}

void waitset_close(struct waitset *set)
{
	waiters_dismiss(&set->waiters);
	scard_free(&set->waiters.mine.ctx);
	set->split = false;
}

void waitset_await_end(struct waitset *set)
{
	waiters_await_end(&set->waiters);
}

struct scard *waitset_context(struct waitset *set)
{
	return set->waiters.mine.ctx;
}

enum cs_err waitset_look(struct waitset *set, struct scard_state *states, size_t n, struct scard_fault *fault)
{
	enum cs_err err = CS_OK;

	for (size_t at = 0; at < n && err == CS_OK; at += CHUNK) {
		err = scard_wait(set->waiters.mine.ctx, states + at, n - at < CHUNK ? n - at : CHUNK, 0,
				 fault);
		if (err == CS_E_TIMEOUT || err == CS_E_CANCELLED)
			err = CS_OK;
	}
	return err;
}

static enum cs_err block_once(struct waitset *set, struct scard_state *states, size_t n, size_t together,
			      uint32_t timeout_ms, struct wait_stamp *stamp, struct scard_fault *fault)
{
	size_t mine = set->split ? CHUNK : together;
	enum cs_err err = waiters_assign(&set->waiters, states, mine, together, n, fault);

	if (err != CS_OK)
		return err;
	if (mine)
		return waiters_wait_mine(&set->waiters, states, mine, timeout_ms, stamp, fault);
	err = waiters_sleep(&set->waiters, timeout_ms, true) ? CS_E_TIMEOUT : CS_E_CANCELLED;
	*stamp = wait_stamp_now();
	return err;
}

enum cs_err waitset_block(struct waitset *set, struct scard_state *states, size_t n, size_t apart,
			  uint32_t timeout_ms, struct wait_stamp *stamp, struct scard_fault *fault)
{
	size_t together = n - apart;
	enum cs_err err;

	for (size_t i = 0; i < n; i++)
		states[i].event = states[i].current;
	*stamp = wait_stamp_now();
	set->split = set->split && together > CHUNK;
	err = block_once(set, states, n, together, timeout_ms, stamp, fault);
	if (!set->split && together > CHUNK && err == CS_E_PCSC && fault->rv == SCX_INVALID_PARAMETER) {
		set->split = true;
		err = block_once(set, states, n, together, timeout_ms, stamp, fault);
	}
	return waiters_gather(&set->waiters, err, states, stamp, fault);
}

bool waitset_is_split(const struct waitset *set)
{
	return set->split;
}

bool waitset_pause(struct waitset *set, uint32_t ms)
{
	return waiters_sleep(&set->waiters, ms, false);
}

void waitset_stop(struct waitset *set)
{
	waiters_stop(&set->waiters);
}

bool waitset_stopped(struct waitset *set)
{
	return waiters_stopped(&set->waiters);
}
