/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/waiters_priv.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pcsc/scard_priv.h"

#define CANCEL_MS 5 /* a cancellation that came too early is repeated after this time */
#define NOWHERE   SIZE_MAX

/* ---- time ---- */

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

/* ---- the keeper ---- */

/* A waiter has something to tell that the caller has not heard yet. */
static bool has_news(const struct waiters *ws)
{
	for (const struct waiter *w = ws->mine.next; w; w = w->next) {
		if (w->done && !w->dismissed)
			return true;
	}
	return false;
}

static bool is_unwanted(const struct waiters *ws, const struct waiter *w)
{
	return !w->done && (ws->stop || w->dismissed || (w == &ws->mine && has_news(ws)));
}

static struct waiter *unwanted_lookup(struct waiters *ws, bool not_this_round)
{
	for (struct waiter *w = &ws->mine; w; w = w->next) {
		if (is_unwanted(ws, w) && !(not_this_round && w->round == ws->round))
			return w;
	}
	return NULL;
}

static void cancel(struct waiters *ws, struct waiter *w)
{
	w->round = ws->round;
	w->held = true;
	pthread_mutex_unlock(&ws->lock);
	scard_cancel(w->ctx);
	pthread_mutex_lock(&ws->lock);
	w->held = false;
	pthread_cond_broadcast(&ws->changed);
}

static void waiter_free(struct waiter *w)
{
	scard_free(&w->ctx);
	free(w->states);
	free(w);
}

/* It stays in the list to the last: an empty list says that every context is released. */
static void bury(struct waiters *ws, struct waiter *w)
{
	struct waiter **link = &ws->mine.next;

	pthread_mutex_unlock(&ws->lock);
	pthread_join(w->thread, NULL);
	scard_free(&w->ctx);
	pthread_mutex_lock(&ws->lock);
	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	waiter_free(w);
	pthread_cond_broadcast(&ws->changed);
}

static struct waiter *dead_lookup(struct waiters *ws)
{
	struct waiter *w = ws->mine.next;

	while (w && !(w->done && w->dismissed))
		w = w->next;
	return w;
}

static void keeper_rest(struct waiters *ws)
{
	struct timespec until = deadline(CANCEL_MS);

	if (unwanted_lookup(ws, false))
		pthread_cond_timedwait(&ws->changed, &ws->lock, &until);
	else
		pthread_cond_wait(&ws->changed, &ws->lock);
	ws->round++;
}

static void *keeper_run(void *arg)
{
	struct waiters *ws = arg;

	pthread_mutex_lock(&ws->lock);
	while (!ws->quit || ws->mine.next) {
		struct waiter *unwanted = unwanted_lookup(ws, true), *dead = dead_lookup(ws);

		if (unwanted)
			cancel(ws, unwanted);
		else if (dead)
			bury(ws, dead);
		else
			keeper_rest(ws);
	}
	pthread_mutex_unlock(&ws->lock);
	return NULL;
}

/* ---- all of them ---- */

/* The signals of the process are not for threads of a library. */
static enum cs_err thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	rc = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? CS_OK : CS_E_NOMEM;
}

enum cs_err waiters_init(struct waiters *ws)
{
	pthread_condattr_t attr;
	enum cs_err err;

	*ws = (struct waiters){.mine = {.done = true}};
	pthread_mutex_init(&ws->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&ws->changed, &attr);
	pthread_condattr_destroy(&attr);
	err = thread_start(&ws->keeper, keeper_run, ws);
	if (err != CS_OK) {
		pthread_cond_destroy(&ws->changed);
		pthread_mutex_destroy(&ws->lock);
	}
	return err;
}

static void displace_all(struct waiters *ws)
{
	for (struct waiter *w = ws->mine.next; w; w = w->next)
		w->at = NOWHERE;
}

static void dismiss_displaced(struct waiters *ws)
{
	for (struct waiter *w = ws->mine.next; w; w = w->next)
		w->dismissed = w->dismissed || w->at == NOWHERE;
	pthread_cond_broadcast(&ws->changed);
}

void waiters_dismiss(struct waiters *ws)
{
	pthread_mutex_lock(&ws->lock);
	displace_all(ws);
	dismiss_displaced(ws);
	pthread_mutex_unlock(&ws->lock);
}

void waiters_release(struct waiters *ws)
{
	waiters_dismiss(ws);
	pthread_mutex_lock(&ws->lock);
	ws->quit = true;
	pthread_cond_broadcast(&ws->changed);
	pthread_mutex_unlock(&ws->lock);
	pthread_join(ws->keeper, NULL);
	pthread_cond_destroy(&ws->changed);
	pthread_mutex_destroy(&ws->lock);
}

void waiters_await_end(struct waiters *ws)
{
	pthread_mutex_lock(&ws->lock);
	while (ws->mine.next)
		pthread_cond_wait(&ws->changed, &ws->lock);
	pthread_mutex_unlock(&ws->lock);
}

void waiters_stop(struct waiters *ws)
{
	pthread_mutex_lock(&ws->lock);
	ws->stop = true;
	pthread_cond_broadcast(&ws->changed);
	pthread_mutex_unlock(&ws->lock);
}

bool waiters_stopped(struct waiters *ws)
{
	bool stop;

	pthread_mutex_lock(&ws->lock);
	stop = ws->stop;
	pthread_mutex_unlock(&ws->lock);
	return stop;
}

/* ---- who waits for what ---- */

static bool same_rows(const struct waiter *w, const struct scard_state *states, size_t n)
{
	if (w->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (w->states[i].current != states[i].current ||
		    strcmp(w->states[i].reader, states[i].reader) != 0)
			return false;
	}
	return true;
}

/* False: nobody waits for these rows yet. */
static bool place(struct waiters *ws, const struct scard_state *states, size_t at, size_t n)
{
	struct waiter *w = ws->mine.next;

	while (w && (w->dismissed || w->at != NOWHERE || !same_rows(w, states + at, n)))
		w = w->next;
	if (w)
		w->at = at;
	return w != NULL;
}

/* The caller's names may be gone before the waiter is. */
static struct scard_state *states_copy(const struct scard_state *states, size_t n)
{
	size_t size = n * sizeof(*states);
	struct scard_state *copy;
	char *text;

	for (size_t i = 0; i < n; i++)
		size += strlen(states[i].reader) + 1;
	copy = malloc(size);
	if (!copy)
		return NULL;
	memcpy(copy, states, n * sizeof(*states));
	text = (char *)(copy + n);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(states[i].reader) + 1;

		copy[i].reader = memcpy(text, states[i].reader, len);
		text += len;
	}
	return copy;
}

static void *waiter_run(void *arg)
{
	struct waiter *w = arg;

	w->err = scard_wait(w->ctx, w->states, w->n, SCARD_WAIT_FOREVER, &w->fault);
	w->stamp = wait_stamp_now();
	pthread_mutex_lock(&w->all->lock);
	w->done = true;
	pthread_cond_broadcast(&w->all->changed);
	pthread_mutex_unlock(&w->all->lock);
	return NULL;
}

static enum cs_err add(struct waiters *ws, const struct scard_state *states, size_t at, size_t n,
		       struct scard_fault *fault)
{
	struct waiter *w = calloc(1, sizeof(*w));
	enum cs_err err = CS_E_NOMEM;

	if (!w)
		return err;
	w->all = ws;
	w->at = at;
	w->n = n;
	w->states = states_copy(states + at, n);
	if (w->states)
		err = scard_new_once(&w->ctx, fault);
	if (err == CS_OK)
		err = thread_start(&w->thread, waiter_run, w);
	if (err != CS_OK) {
		waiter_free(w);
		return err;
	}
	pthread_mutex_lock(&ws->lock);
	w->round = ws->round - 1;
	w->next = ws->mine.next;
	ws->mine.next = w;
	pthread_mutex_unlock(&ws->lock);
	return CS_OK;
}

enum cs_err waiters_assign(struct waiters *ws, const struct scard_state *states, size_t from, size_t chunked,
			   size_t n, struct scard_fault *fault)
{
	enum cs_err err = CS_OK;
	size_t len;

	pthread_mutex_lock(&ws->lock);
	displace_all(ws);
	for (size_t at = from; at < n && err == CS_OK; at += len) {
		len = at >= chunked ? 1 : chunked - at < WAITERS_CHUNK ? chunked - at : WAITERS_CHUNK;
		if (place(ws, states, at, len))
			continue;
		pthread_mutex_unlock(&ws->lock);
		err = add(ws, states, at, len, fault);
		pthread_mutex_lock(&ws->lock);
	}
	dismiss_displaced(ws);
	pthread_mutex_unlock(&ws->lock);
	return err;
}

/* ---- waiting, and what came of it ---- */

enum cs_err waiters_wait_mine(struct waiters *ws, struct scard_state *states, size_t n, uint32_t timeout_ms,
			      struct wait_stamp *stamp, struct scard_fault *fault)
{
	enum cs_err err = CS_E_CANCELLED;
	bool go;

	pthread_mutex_lock(&ws->lock);
	go = !ws->stop && !has_news(ws);
	ws->mine.done = !go;
	pthread_mutex_unlock(&ws->lock);
	if (go)
		err = scard_wait(ws->mine.ctx, states, n, timeout_ms, fault);
	*stamp = wait_stamp_now();
	pthread_mutex_lock(&ws->lock);
	ws->mine.done = true;
	/* A cancellation that is under way must not hit the next call. */
	while (ws->mine.held)
		pthread_cond_wait(&ws->changed, &ws->lock);
	pthread_mutex_unlock(&ws->lock);
	return err;
}

/* A fault wins over news, which the next wait delivers again, news over the end of time. */
static bool outranks(enum cs_err a, enum cs_err b)
{
	static const enum cs_err order[] = {CS_E_NOMEM, CS_E_PCSC, CS_OK, CS_E_TIMEOUT};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && b != order[i]; i++) {
		if (a == order[i])
			return true;
	}
	return false;
}

static void take_rows(struct scard_state *states, const struct waiter *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const char *reader = states[w->at + i].reader;

		states[w->at + i] = w->states[i];
		states[w->at + i].reader = reader;
	}
}

enum cs_err waiters_gather(struct waiters *ws, enum cs_err err, struct scard_state *states,
			   struct wait_stamp *stamp, struct scard_fault *fault)
{
	pthread_mutex_lock(&ws->lock);
	for (struct waiter *w = ws->mine.next; w; w = w->next) {
		if (!w->done || w->dismissed)
			continue;
		if (w->err == CS_OK)
			take_rows(states, w);
		if (w->stamp.mono_ns < stamp->mono_ns)
			*stamp = w->stamp;
		if (outranks(w->err, err)) {
			err = w->err;
			*fault = w->fault;
		}
		w->dismissed = true;
	}
	pthread_cond_broadcast(&ws->changed);
	pthread_mutex_unlock(&ws->lock);
	return err;
}

bool waiters_sleep(struct waiters *ws, uint32_t ms, bool heed_news)
{
	struct timespec until = deadline(ms);
	bool over = false;

	pthread_mutex_lock(&ws->lock);
	while (!over && !ws->stop && !(heed_news && has_news(ws)))
		over = pthread_cond_timedwait(&ws->changed, &ws->lock, &until) != 0;
	over = over && !ws->stop;
	pthread_mutex_unlock(&ws->lock);
	return over;
}
