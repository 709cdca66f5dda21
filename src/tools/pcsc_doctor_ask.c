/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_ask.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RV_NO_MEMORY     UINT32_C(0x80100006)
#define RV_ACCESS_DENIED UINT32_C(0x8010006A)

_Static_assert(sizeof(struct ask_news) <= _POSIX_PIPE_BUF, "written as a whole");

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The parent may have gone; then SIGPIPE or, where that is ignored, the rest of the calls ends this. */
static void tell(int fd, const struct ask_news *news)
{
	ssize_t n = write(fd, news, sizeof(*news));

	(void)n;
}

static void begin(int fd, struct ask_news *news, enum ask_call call)
{
	memset(news, 0, sizeof(*news)); /* padding goes through the pipe, too */
	news->kind = ASK_BEGUN;
	news->call = call;
	tell(fd, news);
	news->kind = ASK_ENDED;
	news->tries = 1;
	news->us = now_us();
}

static uint32_t rv_of(enum cs_err err, const struct scard_fault *fault)
{
	if (err == CS_E_PCSC)
		return fault->rv;
	return err == CS_E_NOMEM ? RV_NO_MEMORY : 0;
}

static bool finish(int fd, struct ask_news *news, uint32_t rv)
{
	news->us = now_us() - news->us;
	news->rv = rv;
	tell(fd, news);
	return rv == 0;
}

static struct scard *establish(int fd)
{
	struct scard *ctx = NULL;
	struct scard_fault fault;
	struct ask_news news;
	uint32_t rv;

	begin(fd, &news, ASK_ESTABLISH);
	for (;;) {
		rv = rv_of(scard_new_once(&ctx, &fault), &fault);
		news.denied += rv == RV_ACCESS_DENIED;
		if (!scard_may_be_race(rv) || news.tries > SCARD_RETRIES)
			break;
		nanosleep(&(struct timespec){.tv_nsec = scard_retry_ms(news.tries - 1) * 1000000L}, NULL);
		news.us = now_us();
		news.tries++;
	}
	finish(fd, &news, rv);
	return ctx;
}

static bool list(int fd, struct scard *ctx, struct scard_names *names)
{
	struct scard_fault fault;
	struct ask_news news;

	begin(fd, &news, ASK_LIST);
	return finish(fd, &news, rv_of(scard_names_get(ctx, names, &fault), &fault));
}

static void look(int fd, struct scard *ctx, struct scard_state *states, size_t n)
{
	struct scard_fault fault;
	struct ask_news news;
	uint32_t rv = 0;

	begin(fd, &news, ASK_STATUS);
	for (size_t i = 0; i < n && rv == 0; i += ASK_ROOM) {
		size_t some = n - i < ASK_ROOM ? n - i : ASK_ROOM;

		rv = rv_of(scard_wait(ctx, states + i, some, 0, &fault), &fault);
	}
	finish(fd, &news, rv);
}

static void describe(int fd, const struct scard_state *state)
{
	struct ask_news news;

	memset(&news, 0, sizeof(news));
	news.kind = ASK_READER;
	memcpy(news.name, state->reader, strnlen(state->reader, sizeof(news.name) - 1));
	news.state = state->event;
	news.atr_len = state->atr_len;
	memcpy(news.atr, state->atr, state->atr_len);
	tell(fd, &news);
}

void ask_readers(int fd)
{
	struct scard *ctx = establish(fd);
	struct scard_names names = {0};
	struct scard_state *states = NULL;

	if (!ctx)
		return;
	if (!list(fd, ctx, &names))
		goto out;
	states = calloc(names.n ? names.n : 1, sizeof(*states));
	if (!states)
		goto out;
	for (size_t i = 0; i < names.n; i++)
		states[i].reader = names.name[i];
	look(fd, ctx, states, names.n);
	for (size_t i = 0; i < names.n; i++)
		describe(fd, &states[i]);
out:
	free(states);
	scard_names_release(&names);
	scard_free(&ctx);
}

void ask_connect(int fd, const char *reader)
{
	struct scard *ctx = establish(fd);
	struct scard_card *card = NULL;
	struct scard_fault fault;
	struct ask_news news;
	enum cs_err err;

	if (!ctx)
		return;
	begin(fd, &news, ASK_CONNECT);
	err = scard_connect(ctx, reader, SCARD_AS_SHARED, SCARD_T0 | SCARD_T1, &card, &fault);
	finish(fd, &news, rv_of(err, &fault));
	scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
}
