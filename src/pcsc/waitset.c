/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/waitset_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "pcsc/scard_priv.h"

#define CHUNK     16 /* readers that every PC/SC service takes in one call */
#define CANCEL_MS 5  /* a cancellation that came too early is repeated after this time */

struct waitset {
	pthread_mutex_t lock; /* guards what follows; never held while blocking in a wait */
	pthread_cond_t changed;
	struct scard *ctx;
	bool stop;
	bool blocking; /* the caller's thread is in scard_wait() with ctx */
	size_t done;   /* chunks that have returned */
	struct wait_stamp first;

	struct scard **extra; /* contexts of the second and later chunks, kept from wait to wait */
	size_t nextra;
	bool split;
};

/* What one thread waits for. */
struct chunk {
	struct waitset *set;
	struct scard *ctx;
	struct scard_state *states;
	size_t n;
	uint32_t timeout_ms;
	pthread_t thread;
	bool done;
	enum cs_err err;
	struct scard_fault fault;
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct wait_stamp wait_stamp_now(void)
{
	return (struct wait_stamp){.mono_ns = clock_ns(CLOCK_MONOTONIC), .real_ns = clock_ns(CLOCK_REALTIME)};
}

static struct timespec deadline(uint32_t ms)
{
	int64_t ns = clock_ns(CLOCK_MONOTONIC) + (int64_t)ms * 1000000;

	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

enum cs_err waitset_new(struct waitset **out)
{
	struct waitset *set = calloc(1, sizeof(*set));
	pthread_condattr_t attr;

	*out = set;
	if (!set)
		return CS_E_NOMEM;
	pthread_mutex_init(&set->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&set->changed, &attr);
	pthread_condattr_destroy(&attr);
	return CS_OK;
}

void waitset_free(struct waitset **set)
{
	if (!*set)
		return;
	waitset_close(*set);
	pthread_cond_destroy(&(*set)->changed);
	pthread_mutex_destroy(&(*set)->lock);
	free(*set);
	*set = NULL;
}

enum cs_err waitset_open(struct waitset *set, struct scard_fault *fault)
{
	struct scard *ctx = NULL;
	enum cs_err err = scard_new_once(&ctx, fault);

	pthread_mutex_lock(&set->lock);
	set->ctx = ctx;
	pthread_mutex_unlock(&set->lock);
	return err;
}

static void extra_drop(struct waitset *set, size_t keep)
{
	while (set->nextra > keep)
		scard_free(&set->extra[--set->nextra]);
}

void waitset_close(struct waitset *set)
{
	struct scard *ctx;

	pthread_mutex_lock(&set->lock);
	ctx = set->ctx;
	set->ctx = NULL;
	pthread_mutex_unlock(&set->lock);
	scard_free(&ctx);
	extra_drop(set, 0);
	free(set->extra);
	set->extra = NULL;
	set->split = false;
}

struct scard *waitset_context(struct waitset *set)
{
	return set->ctx;
}

enum cs_err waitset_look(struct waitset *set, struct scard_state *states, size_t n, struct scard_fault *fault)
{
	enum cs_err err = CS_OK;

	for (size_t at = 0; at < n && err == CS_OK; at += CHUNK) {
		err = scard_wait(set->ctx, states + at, n - at < CHUNK ? n - at : CHUNK, 0, fault);
		if (err == CS_E_TIMEOUT || err == CS_E_CANCELLED)
			err = CS_OK;
	}
	return err;
}

static enum cs_err extra_fit(struct waitset *set, size_t n, struct scard_fault *fault)
{
	enum cs_err err = CS_OK;

	extra_drop(set, n);
	if (n > set->nextra) {
		struct scard **extra = realloc(set->extra, n * sizeof(*extra));

		if (!extra)
			return CS_E_NOMEM;
		set->extra = extra;
	}
	while (set->nextra < n && err == CS_OK) {
		err = scard_new_once(&set->extra[set->nextra], fault);
		if (err == CS_OK)
			set->nextra++;
	}
	return err;
}

static void *chunk_run(void *arg)
{
	struct chunk *chunk = arg;
	struct waitset *set = chunk->set;
	struct wait_stamp stamp;

	chunk->err = scard_wait(chunk->ctx, chunk->states, chunk->n, chunk->timeout_ms, &chunk->fault);
	stamp = wait_stamp_now();
	pthread_mutex_lock(&set->lock);
	if (set->done++ == 0)
		set->first = stamp;
	chunk->done = true;
	pthread_cond_broadcast(&set->changed);
	pthread_mutex_unlock(&set->lock);
	return NULL;
}

/* Until every chunk is back; those that nothing woke are cancelled. A cancellation has no memory: one that
 * comes before the thread blocks is lost, hence the repetition. */
static void chunks_await(struct waitset *set, struct chunk *chunks, size_t started, bool give_up)
{
	pthread_mutex_lock(&set->lock);
	while (set->done == 0 && !set->stop && !give_up)
		pthread_cond_wait(&set->changed, &set->lock);
	while (set->done < started) {
		struct timespec until = deadline(CANCEL_MS);

		for (size_t i = 0; i < started; i++) {
			if (!chunks[i].done)
				scard_cancel(chunks[i].ctx);
		}
		pthread_cond_timedwait(&set->changed, &set->lock, &until);
	}
	pthread_mutex_unlock(&set->lock);
	for (size_t i = 0; i < started; i++)
		pthread_join(chunks[i].thread, NULL);
}

/* A fault wins over news, which the next wait delivers again, news over the end of time. */
static enum cs_err chunks_result(const struct chunk *chunks, size_t n, struct scard_fault *fault)
{
	static const enum cs_err order[] = {CS_E_NOMEM, CS_E_PCSC, CS_OK, CS_E_TIMEOUT};

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < n; i++) {
			if (chunks[i].err == order[k]) {
				*fault = chunks[i].fault;
				return order[k];
			}
		}
	}
	return CS_E_CANCELLED;
}

static enum cs_err block_split(struct waitset *set, struct scard_state *states, size_t n, uint32_t timeout_ms,
			       struct scard_fault *fault)
{
	size_t nchunks = (n + CHUNK - 1) / CHUNK, started = 0;
	struct chunk *chunks = calloc(nchunks, sizeof(*chunks));
	enum cs_err err = chunks ? extra_fit(set, nchunks - 1, fault) : CS_E_NOMEM;

	if (err != CS_OK)
		goto out;
	set->done = 0;
	for (; started < nchunks; started++) {
		struct chunk *chunk = &chunks[started];
		size_t at = started * CHUNK;

		*chunk = (struct chunk){.set = set,
					.ctx = started ? set->extra[started - 1] : set->ctx,
					.states = states + at,
					.n = n - at < CHUNK ? n - at : CHUNK,
					.timeout_ms = timeout_ms};
		if (pthread_create(&chunk->thread, NULL, chunk_run, chunk) != 0)
			break;
	}
	chunks_await(set, chunks, started, started < nchunks);
	err = started < nchunks ? CS_E_NOMEM : chunks_result(chunks, nchunks, fault);
out:
	free(chunks);
	return err;
}

static bool blocking_set(struct waitset *set, bool blocking)
{
	bool stop;

	pthread_mutex_lock(&set->lock);
	set->blocking = blocking;
	stop = set->stop;
	pthread_mutex_unlock(&set->lock);
	return !stop;
}

enum cs_err waitset_block(struct waitset *set, struct scard_state *states, size_t n, uint32_t timeout_ms,
			  struct wait_stamp *stamp, struct scard_fault *fault)
{
	enum cs_err err = CS_E_CANCELLED;

	for (size_t i = 0; i < n; i++)
		states[i].event = states[i].current;
	set->split = set->split && n > CHUNK;
	if (!set->split) {
		extra_drop(set, 0);
		if (blocking_set(set, true))
			err = scard_wait(set->ctx, states, n, timeout_ms, fault);
		*stamp = wait_stamp_now();
		blocking_set(set, false);
		set->split = err == CS_E_PCSC && fault->rv == SCX_INVALID_PARAMETER && n > CHUNK;
	}
	if (set->split) {
		err = block_split(set, states, n, timeout_ms, fault);
		*stamp = set->first;
	}
	return err;
}

bool waitset_is_split(const struct waitset *set)
{
	return set->split;
}

bool waitset_pause(struct waitset *set, uint32_t ms)
{
	struct timespec until = deadline(ms);
	bool stop;

	pthread_mutex_lock(&set->lock);
	while (!set->stop && pthread_cond_timedwait(&set->changed, &set->lock, &until) == 0)
		;
	stop = set->stop;
	pthread_mutex_unlock(&set->lock);
	return !stop;
}

void waitset_stop(struct waitset *set)
{
	pthread_mutex_lock(&set->lock);
	set->stop = true;
	pthread_cond_broadcast(&set->changed);
	if (set->blocking)
		scard_cancel(set->ctx);
	pthread_mutex_unlock(&set->lock);
}

bool waitset_stopped(struct waitset *set)
{
	bool stop;

	pthread_mutex_lock(&set->lock);
	stop = set->stop;
	pthread_mutex_unlock(&set->lock);
	return stop;
}
