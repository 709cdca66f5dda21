/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_MONITOR_HARNESS_H
#define CS_TESTS_UNIT_MONITOR_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../fake/winscard.h"
#include "core/hex.h"
#include "pcsc/monitor.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * What the monitor tells, a line each:
 *   *reader_added 0 NAME 0000>0010 #0 ATR     '*' for initial; slot, before > now, event count
 *   service_lost SCardGetStatusChange 80100013
 *   -- polling                                a notice; idle only when asked for
 * A scenario ends the run with a reader named END.
 */
struct run {
	struct monitor *monitor;
	char log[16384];
	size_t used;
	bool idle_too;
	bool mute;        /* log nothing */
	const char *only; /* the reader that is wanted */
	unsigned events;
	int64_t last_ns;
};

static inline int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void say(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void say(struct run *run, const char *format, ...)
{
	va_list args;
	int n;

	if (run->mute)
		return;
	va_start(args, format);
	n = vsnprintf(run->log + run->used, sizeof(run->log) - run->used, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(run->log) - run->used);
	run->used += (size_t)n;
}

static inline void say_reader(struct run *run, const struct monitor_event *event)
{
	char atr[HEX_PACKED_SIZE(SCARD_ATR_MAX)];

	hex_build(atr, event->atr, event->atr_len, 0);
	say(run, "%s%s %zu %s %04X>%04X #%u%s%s\n", event->initial ? "*" : "",
	    monitor_event_name(event->kind), event->slot_id, event->reader, event->before, event->state,
	    event->event_count, *atr ? " " : "", atr);
}

static inline void on_event(void *data, const struct monitor_event *event)
{
	struct run *run = data;
	int64_t mono = now_ns(CLOCK_MONOTONIC), real = now_ns(CLOCK_REALTIME);

	assert_true(event->mono_ns >= run->last_ns && event->mono_ns <= mono &&
		    mono - event->mono_ns < 1000000000);
	assert_true(event->real_ns <= real && real - event->real_ns < 1000000000);
	run->last_ns = event->mono_ns;
	run->events++;
	if (event->reader && strcmp(event->reader, "END") == 0)
		monitor_stop(run->monitor);
	else if (event->kind == MONITOR_SERVICE_LOST)
		say(run, "service_lost %s %08X\n", event->fault.call, (unsigned)event->fault.rv);
	else if (event->kind == MONITOR_SERVICE_BACK)
		say(run, "service_back\n");
	else
		say_reader(run, event);
}

static inline void on_notice(void *data, enum monitor_notice notice)
{
	static const char *const names[] = {"idle", "polling", "no reader", "split"};
	struct run *run = data;

	if (notice != MONITOR_IDLE || run->idle_too)
		say(run, "-- %s\n", names[notice]);
}

static inline bool is_wanted(void *data, const char *reader)
{
	struct run *run = data;

	return !run->only || strcmp(reader, run->only) == 0 || strcmp(reader, "END") == 0;
}

static const struct monitor_ops log_ops = {on_event, on_notice, is_wanted};

static inline void run_start(struct run *run, const char *scenario, struct monitor_options options)
{
	*run = (struct run){0};
	fake_winscard_load(scenario);
	options.retry_min_ms = options.retry_min_ms ? options.retry_min_ms : 5;
	options.poll_ms = options.poll_ms ? options.poll_ms : 20;
	assert_int_equal(monitor_new(&run->monitor, &options, &log_ops, run), CS_OK);
}

static inline void pause_ms(long ms)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

static inline void run_end(struct run *run)
{
	monitor_free(&run->monitor);
	assert_null(run->monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
}

#define LOCKSTEP "lockstep\n"
#define END      "after 0 add \"END\"\n"
#define C1       "3B80800101"
#define C2       "3B021450"

/* A run in a thread of its own. */
struct background {
	struct run run;
	enum cs_err err;
	pthread_t thread;
};

static inline void *run_thread(void *arg)
{
	struct background *b = arg;
	struct scard_fault fault;

	b->err = monitor_run(b->run.monitor, &fault);
	return NULL;
}

static inline void background_start(struct background *b)
{
	assert_int_equal(pthread_create(&b->thread, NULL, run_thread, b), 0);
}

/* Returns how long it took, in ms. */
static inline long background_stop(struct background *b)
{
	int64_t start = now_ns(CLOCK_MONOTONIC);

	monitor_stop(b->run.monitor);
	pthread_join(b->thread, NULL);
	assert_int_equal(b->err, CS_OK);
	return (long)((now_ns(CLOCK_MONOTONIC) - start) / 1000000);
}

/* A row of a table as a test. */
#define ROW(row, func)                                                                                       \
	(struct CMUnitTest)                                                                                  \
	{                                                                                                    \
		.name = (row).name, .test_func = func, .initial_state = (void *)(uintptr_t) & (row)          \
	}

#endif
