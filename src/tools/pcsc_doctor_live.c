/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* dladdr() */
#include "tools/pcsc_doctor_live.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/hex.h"
#include "core/rstate.h"
#include "tools/pcsc_doctor_ask.h"

#define READERS_MAX   512
#define CONNECT_TIMES 4 /* all connects may take so many times as long as one */

/* One child and what it is about. */
struct session {
	struct live *live;
	struct pool *pool;
	struct live_call *connect;  /* where ASK_CONNECT goes; NULL for the first child */
	struct live_call establish; /* of a child that connects: of no interest unless it fails */
	struct live_call *current;  /* begun and not ended */
	pid_t pid;
	int fd;
	int64_t end_ms;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct live_call *call_of(struct session *s, enum ask_call call)
{
	switch (call) {
	case ASK_ESTABLISH:
		return s->connect ? &s->establish : &s->live->establish;
	case ASK_LIST:
		return &s->live->list;
	case ASK_STATUS:
		return &s->live->status;
	default:
		return s->connect;
	}
}

static void add_reader(struct session *s, const struct ask_news *news)
{
	char atr[HEX_PACKED_SIZE(SCARD_ATR_MAX)];
	struct live_reader *reader;

	if (s->live->n == READERS_MAX)
		return;
	reader = &s->live->reader[s->live->n++];
	hex_build(atr, news->atr, news->atr_len, '\0');
	reader->name = pool_copy(s->pool, news->name, strnlen(news->name, sizeof(news->name)));
	reader->atr = pool_copy(s->pool, atr, strlen(atr));
	reader->state = news->state;
}

static void take(struct session *s, const struct ask_news *news)
{
	struct live_call *call = call_of(s, news->call);

	if (news->kind == ASK_READER) {
		add_reader(s, news);
	} else if (call && news->kind == ASK_BEGUN) {
		s->current = call;
	} else if (call) {
		*call = (struct live_call){
			.outcome = LIVE_ANSWERED,
			.rv = news->rv,
			.tries = news->tries,
			.denied = news->denied,
			.us = news->us,
		};
		s->current = NULL;
	}
}

/* True when there is news; false at the end of the child, or, with @late, of its time. */
static bool hear(struct session *s, struct ask_news *news, bool *late)
{
	for (;;) {
		struct pollfd pfd = {.fd = s->fd, .events = POLLIN};
		int64_t left = s->end_ms - now_ms();
		int n = poll(&pfd, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			return read(s->fd, news, sizeof(*news)) == (ssize_t)sizeof(*news);
		if (n == 0 || errno != EINTR) {
			*late = true;
			return false;
		}
	}
}

static bool start(struct session *s, const char *reader)
{
	int fds[2];

	if (pipe(fds) != 0)
		return false;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	s->fd = fds[0];
	s->pid = fork();
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		if (reader)
			ask_connect(fds[1], reader);
		else
			ask_readers(fds[1]);
		_exit(0);
	}
	close(fds[1]);
	if (s->pid < 0)
		close(fds[0]);
	return s->pid > 0;
}

/* SIGKILL ends what waits for a socket; one that the kernel holds is left to process 1. */
static void stop(struct session *s)
{
	const struct timespec moment = {.tv_nsec = 1000000};

	close(s->fd);
	kill(s->pid, SIGKILL);
	for (int i = 0; i < 100 && waitpid(s->pid, NULL, WNOHANG) == 0; i++)
		nanosleep(&moment, NULL);
}

/* Listens to the child until it ends or its time is up. */
static bool follow(struct session *s, const char *reader, int limit_ms)
{
	struct ask_news news;
	bool late = false;

	s->end_ms = now_ms() + limit_ms;
	if (!start(s, reader))
		return false;
	while (hear(s, &news, &late))
		take(s, &news);
	if (s->current)
		s->current->outcome = late ? LIVE_TIMED_OUT : LIVE_CRASHED;
	stop(s);
	return true;
}

/* A connect that never began because its context failed took that context's answer. */
static void settle(struct session *s)
{
	const struct live_call *establish = &s->establish;

	if (s->connect->outcome == LIVE_NOT_TRIED && (establish->outcome != LIVE_ANSWERED || establish->rv))
		*s->connect = *establish;
}

static void connect_all(struct live *live, struct pool *pool, const struct live_options *options)
{
	int64_t end_ms = now_ms() + (int64_t)CONNECT_TIMES * options->connect_ms;

	for (size_t i = 0; i < live->n; i++) {
		struct session s = {.live = live, .pool = pool, .connect = &live->reader[i].connect};
		int64_t left = end_ms - now_ms();

		if (!(live->reader[i].state & RSTATE_PRESENT) || !live->reader[i].name)
			continue;
		if (left <= 0 || !follow(&s, live->reader[i].name,
					 left < options->connect_ms ? (int)left : options->connect_ms))
			break;
		settle(&s);
	}
}

/* The file that holds the function we call, be it libpcsclite or something put in its place. */
static const char *library_path(struct pool *pool)
{
	void *function = dlsym(RTLD_DEFAULT, "SCardEstablishContext");
	Dl_info info;

	if (!function || !dladdr(function, &info) || !info.dli_fname)
		return NULL;
	return pool_copy(pool, info.dli_fname, strlen(info.dli_fname));
}

enum cs_err live_collect(struct live *out, struct pool *pool, const struct live_options *options)
{
	struct session s = {.live = out, .pool = pool};

	*out = (struct live){.library = library_path(pool)};
	out->reader = pool_take(pool, READERS_MAX * sizeof(*out->reader));
	if (!out->reader)
		return CS_E_NOMEM;
	if (!follow(&s, NULL, options->limit_ms))
		return CS_E_IO;
	if (options->connect)
		connect_all(out, pool, options);
	return pool->failed ? CS_E_NOMEM : CS_OK;
}
