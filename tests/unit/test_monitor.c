/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mallinfo2() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
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
	const char *only; /* the reader that is wanted */
	unsigned events, inserted, removed;
	size_t heap_early, heap_late; /* bytes in use after 200 and after all but a few events */
	int64_t last_ns;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void say(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct run *run, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(run->log + run->used, sizeof(run->log) - run->used, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(run->log) - run->used);
	run->used += (size_t)n;
}

static void say_reader(struct run *run, const struct monitor_event *event)
{
	char atr[HEX_PACKED_SIZE(SCARD_ATR_MAX)];

	hex_build(atr, event->atr, event->atr_len, 0);
	say(run, "%s%s %zu %s %04X>%04X #%u%s%s\n", event->initial ? "*" : "",
	    monitor_event_name(event->kind), event->slot_id, event->reader, event->before, event->state,
	    event->event_count, *atr ? " " : "", atr);
}

static void on_event(void *data, const struct monitor_event *event)
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

static void on_notice(void *data, enum monitor_notice notice)
{
	static const char *const names[] = {"idle", "polling", "no reader", "split"};
	struct run *run = data;

	if (notice != MONITOR_IDLE || run->idle_too)
		say(run, "-- %s\n", names[notice]);
}

static bool is_wanted(void *data, const char *reader)
{
	struct run *run = data;

	return !run->only || strcmp(reader, run->only) == 0 || strcmp(reader, "END") == 0;
}

static const struct monitor_ops ops = {on_event, on_notice, is_wanted};

static void run_start(struct run *run, const char *scenario, struct monitor_options options)
{
	*run = (struct run){0};
	fake_winscard_load(scenario);
	options.retry_min_ms = options.retry_min_ms ? options.retry_min_ms : 5;
	options.poll_ms = options.poll_ms ? options.poll_ms : 20;
	assert_int_equal(monitor_new(&run->monitor, &options, &ops, run), CS_OK);
}

static void run_end(struct run *run)
{
	monitor_free(&run->monitor);
	assert_null(run->monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
}

/* ---- scenarios ---- */

#define LOCKSTEP "lockstep\n"
#define END      "after 0 add \"END\"\n"
#define C1       "3B80800101"
#define C2       "3B021450"

static const struct row {
	const char *name, *scenario, *log;
	struct monitor_options options;
	const char *only;
	bool idle_too;
	enum cs_err err;
	uint32_t rv;
} rows[] = {
	{.name = "no reader, then the first",
	 LOCKSTEP "after 5 add \"A\"\nafter 5 insert 0 " C1 "\n" END,
	 "-- no reader\n"
	 "reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"},
	{.name = "what is there is initial",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\ncard 1 " C1 "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "*reader_added 1 B 0000>0020 #1\n"
	 "*card_inserted 1 B 0000>0020 #1 " C1 "\n"},
	{.name = "insert, use, remove",
	 LOCKSTEP "reader \"A\"\nafter 0 insert 0 " C1
		  "\nafter 0 state 0 INUSE\nafter 0 state 0\nafter 0 remove 0\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"
	 "state_changed 0 A 0020>0120 #1 " C1 "\n"
	 "state_changed 0 A 0120>0020 #1 " C1 "\n"
	 "card_removed 0 A 0020>0010 #2\n"},
	{.name = "mute card",
	 LOCKSTEP "reader \"A\"\nafter 0 mute 0\nafter 0 remove 0\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_mute 0 A 0010>0220 #1\n"
	 "card_removed 0 A 0220>0010 #2\n"},
	{.name = "swap faster than anybody looks",
	 LOCKSTEP "reader \"A\"\ncard 0 " C1 "\nafter 0 swap 0 " C2 "\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "card_removed 0 A 0020>0010 #2\n"
	 "card_inserted 0 A 0010>0020 #3 " C2 "\n"},
	{.name = "swap to a card of the same kind",
	 LOCKSTEP "reader \"A\"\ncard 0 " C1 "\nafter 0 swap 0 " C1 "\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "card_removed 0 A 0020>0010 #2\n"
	 "card_inserted 0 A 0010>0020 #3 " C1 "\n"},
	{.name = "numbers: kept while the reader lives, the lowest free for a new one",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\nreader \"C\"\nafter 0 unplug 0\nafter 0 insert 2 " C1
		  "\nafter 0 unplug 1\nafter 0 add \"D\"\nafter 0 add \"E\"\nafter 0 add \"F\"\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "*reader_added 2 C 0000>0010 #0\n"
	 "reader_removed 0 A 0010>000C #0\n"
	 "card_inserted 2 C 0010>0020 #1 " C1 "\n"
	 "reader_removed 1 B 0010>000C #0\n"
	 "reader_added 0 D 0000>0010 #0\n"
	 "reader_added 1 E 0000>0010 #0\n"
	 "reader_added 3 F 0000>0010 #0\n"},
	{.name = "a reader goes with its card and comes back",
	 LOCKSTEP "reader \"A\"\ncard 0 " C1 "\nafter 0 unplug 0\nafter 0 replug 0\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "card_removed 0 A 0020>000C #1\n"
	 "reader_removed 0 A 000C>000C #1\n"
	 "-- no reader\n"
	 "reader_added 0 A 0000>0020 #1\n"
	 "card_inserted 0 A 0000>0020 #1 " C1 "\n"},
	{.name = "a reader fails before it goes",
	 LOCKSTEP "reader \"A\"\ncard 0 " C1 "\nafter 0 state 0 UNAVAILABLE\nafter 0 unplug 0\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "card_removed 0 A 0020>0008 #1\n"
	 "reader_removed 0 A 0008>000C #1\n"
	 "-- no reader\n"},
	{.name = "two readers of one name",
	 LOCKSTEP "reader \"T\"\nreader \"T\"\nafter 0 unplug 0\nafter 0 add \"T\"\n" END,
	 "*reader_added 0 T 0000>0010 #0\n"
	 "*reader_added 1 T 0000>0010 #0\n"
	 "reader_removed 1 T 0010>000C #0\n"
	 "reader_added 1 T 0000>0010 #0\n"},
	{.name = "names that are no text",
	 LOCKSTEP "reader \"\\x01\\xFF\\x1B[2J\\xC3\"\nafter 0 insert 0 " C1
		  "\nafter 0 add \"\\x7F\\xFE\"\n" END,
	 "*reader_added 0 \x01\xFF\x1B[2J\xC3 0000>0010 #0\n"
	 "card_inserted 0 \x01\xFF\x1B[2J\xC3 0010>0020 #1 " C1 "\n"
	 "reader_added 1 \x7F\xFE 0000>0010 #0\n"},
	{.name = "only one reader is wanted",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\ncard 0 " C1 "\nafter 0 insert 1 " C2
		  "\nafter 0 add \"C\"\n" END,
	 "*reader_added 1 B 0000>0010 #0\n"
	 "card_inserted 1 B 0010>0020 #1 " C2 "\n",
	 .only = "B"},
	{.name = "idle after each round",
	 LOCKSTEP "reader \"A\"\nafter 0 insert 0 " C1 "\nafter 0 remove 0\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "-- idle\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"
	 "-- idle\n"
	 "card_removed 0 A 0020>0010 #2\n"
	 "-- idle\n",
	 .idle_too = true},
	{.name = "an ATR that is said to be too long",
	 LOCKSTEP "reader \"A\"\noversize-atr 0\nafter 0 insert 0 " C1 "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "00000000000000000000000000000000000000000000000000000000\n"},
	{.name = "the list grows while it is read",
	 LOCKSTEP "reader \"A\"\ngrow-list \"B\"\ngrow-list \"C\"\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "*reader_added 2 C 0000>0010 #0\n"},
	{.name = "the list grows in a later round",
	 LOCKSTEP "reader \"A\"\nafter 0 grow-list \"B\"\nafter 0 insert 0 " C1 "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"
	 "reader_added 1 B 0000>0010 #0\n"},
	{.name = "pseudo reader with a counter",
	 LOCKSTEP "pnp counter\nreader \"A\"\nafter 0 add \"B\"\nafter 0 unplug 0\nafter 0 insert 1 " C1
		  "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "reader_added 1 B 0000>0010 #0\n"
	 "reader_removed 0 A 0010>000C #0\n"
	 "card_inserted 1 B 0010>0020 #1 " C1 "\n"},
	{.name = "no plug-and-play: state unknown",
	 "pnp unknown\nreader \"A\"\nafter 60 insert 0 " C1
	 "\nafter 60 add \"B\"\nafter 60 unplug 0\nafter 60 add \"END\"\n",
	 "*reader_added 0 A 0000>0010 #0\n"
	 "-- polling\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"
	 "reader_added 1 B 0000>0010 #0\n"
	 "card_removed 0 A 0020>000C #1\n"
	 "reader_removed 0 A 000C>000C #1\n"},
	{.name = "no plug-and-play: unknown reader",
	 "pnp off\nafter 60 add \"A\"\nafter 60 add \"END\"\n",
	 "-- polling\n"
	 "-- no reader\n"
	 "reader_added 0 A 0000>0010 #0\n"},
	{.name = "plug-and-play is forced",
	 LOCKSTEP "pnp unknown\nreader \"A\"\nafter 0 insert 0 " C1 "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n",
	 .options = {.force_pnp = true}},
	{.name = "once",
	 "reader \"A\"\nreader \"B\"\ncard 1 " C1 "\nafter 10 insert 0 " C1 "\n",
	 "*reader_added 0 A 0000>0010 #0\n"
	 "*reader_added 1 B 0000>0020 #1\n"
	 "*card_inserted 1 B 0000>0020 #1 " C1 "\n",
	 .options = {.once = true}},
	{.name = "once without a reader", "", "", .options = {.once = true}},

	{.name = "unknown reader before the first look",
	 LOCKSTEP "reader \"A\"\nfail SCardGetStatusChange 0x80100009 times 3 on call 2\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"},
	{.name = "unknown reader while waiting",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\nfail SCardGetStatusChange 0x80100009 times 3 on call 3\nafter "
		  "0 unplug 0\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "reader_removed 0 A 0010>000C #0\n"},
	{.name = "unknown reader for ever, at the start",
	 "reader \"A\"\nfail SCardGetStatusChange 0x80100009 always on call 2",
	 "",
	 .err = CS_E_PCSC,
	 .rv = 0x80100009},
	{.name = "a cancellation by somebody else",
	 LOCKSTEP "reader \"A\"\nfail SCardGetStatusChange 0x80100002 times 3 on call 3\nafter 0 insert 0 " C1
		  "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"},

	{.name = "no service at the start", "service stop", "", .err = CS_E_PCSC, .rv = 0x8010001D},
	{.name = "access denied at the start",
	 "fail SCardEstablishContext 0x8010006A always",
	 "",
	 .err = CS_E_PCSC,
	 .rv = 0x8010006A},
	{.name = "a race of the daemon at the start",
	 LOCKSTEP
	 "fail SCardEstablishContext 0x8010006A\nfail SCardEstablishContext 0x8010001D\nreader \"A\"\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"},
	{.name = "service lost and back: what stayed is not told again",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\ncard 0 " C1
		  "\nafter 0 service stop\nafter 40 service start\nafter 0 insert 1 " C2 "\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n"
	 "service_back\n"
	 "card_inserted 1 B 0010>0020 #1 " C2 "\n"},
	{.name = "service lost and back: what changed is told",
	 LOCKSTEP "reader \"A\"\nreader \"B\"\nreader \"C\"\nreader \"D\"\ncard 0 " C1 "\ncard 1 " C1
		  "\ncard 2 " C1 "\nafter 0 service stop\nafter 10 swap 0 " C2
		  "\nafter 0 remove 1\nafter 0 unplug 2\nafter 0 insert 3 " C2
		  "\nafter 0 add \"E\"\nafter 10 service start\n" END,
	 "*reader_added 0 A 0000>0020 #1\n"
	 "*card_inserted 0 A 0000>0020 #1 " C1 "\n"
	 "*reader_added 1 B 0000>0020 #1\n"
	 "*card_inserted 1 B 0000>0020 #1 " C1 "\n"
	 "*reader_added 2 C 0000>0020 #1\n"
	 "*card_inserted 2 C 0000>0020 #1 " C1 "\n"
	 "*reader_added 3 D 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n"
	 "service_back\n"
	 "card_removed 2 C 0020>000C #1\n"
	 "reader_removed 2 C 000C>000C #1\n"
	 "card_removed 0 A 0020>0010 #0\n"
	 "*card_inserted 0 A 0010>0020 #1 " C2 "\n"
	 "card_removed 1 B 0020>0010 #0\n"
	 "*card_inserted 3 D 0010>0020 #1 " C2 "\n"
	 "*reader_added 4 E 0000>0010 #0\n"},
	{.name = "denied while it comes back",
	 LOCKSTEP
	 "reader \"A\"\nafter 0 service stop\nafter 0 fail SCardEstablishContext 0x8010006A times 3\n"
	 "after 10 service start\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n"
	 "service_back\n"},
	{.name = "lost again while it comes back",
	 LOCKSTEP "reader \"A\"\nafter 0 fail SCardListReaders 0x8010001D times 3\nafter 0 service stop\n"
		  "after 10 service start\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n"
	 "service_back\n"},
	{.name = "lost while listing after an event",
	 LOCKSTEP "reader \"A\"\nafter 0 fail SCardListReaders 0x80100013\nafter 0 insert 0 " C1 "\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n"
	 "service_lost SCardListReaders 80100013\n"
	 "service_back\n"},
	{.name = "exit on loss",
	 LOCKSTEP "reader \"A\"\nafter 5 service stop\n",
	 "*reader_added 0 A 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n",
	 .options = {.exit_on_loss = true},
	 .err = CS_E_PCSC,
	 .rv = 0x80100013},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct scard_fault fault = {0};
	struct run run;

	run_start(&run, row->scenario, row->options);
	run.only = row->only;
	run.idle_too = row->idle_too;
	assert_int_equal(monitor_run(run.monitor, &fault), row->err);
	assert_string_equal(run.log, row->log);
	if (row->err == CS_E_PCSC)
		assert_int_equal(fault.rv, row->rv);
	run_end(&run);
}

/* ---- many readers ---- */

static void append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static void test_many(size_t readers, bool split)
{
	static char scenario[8192], want[8192];
	struct scard_fault fault;
	struct run run;

	strcpy(scenario, LOCKSTEP);
	want[0] = '\0';
	for (unsigned i = 0; i < readers; i++) {
		append(scenario, sizeof(scenario), "reader \"R%u\"\n", i);
		append(want, sizeof(want), "*reader_added %u R%u 0000>0010 #0\n", i, i);
	}
	if (split)
		strcat(want, "-- split\n");
	for (unsigned i = 0; i < readers; i += 5) {
		append(scenario, sizeof(scenario), "after 0 insert %u " C1 "\n", i);
		append(scenario, sizeof(scenario), "after 0 remove %u\n", i);
		append(want, sizeof(want), "card_inserted %u R%u 0010>0020 #1 " C1 "\n", i, i);
		append(want, sizeof(want), "card_removed %u R%u 0020>0010 #2\n", i, i);
	}
	append(scenario, sizeof(scenario), "after 0 unplug %zu\n", readers - 1);
	append(want, sizeof(want), "reader_removed %zu R%zu 0010>000C #%d\n", readers - 1, readers - 1,
	       readers % 5 == 1 ? 2 : 0);
	strcat(scenario, END);
	run_start(&run, scenario, (struct monitor_options){0});
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	assert_string_equal(run.log, want);
	run_end(&run);
}

static void test_fifteen_readers(void **state)
{
	(void)state;
	test_many(15, false);
}

static void test_sixteen_readers(void **state)
{
	(void)state;
	test_many(16, true); /* the pseudo reader is one too many */
}

static void test_forty_readers(void **state)
{
	(void)state;
	test_many(40, true);
}

/* ---- a reader that comes between the list and the wait ---- */

static bool plug_meanwhile(void *data, const char *reader)
{
	(void)data;
	if (strcmp(reader, "A") == 0)
		fake_winscard_do("add \"END\"");
	return true;
}

/* The pseudo reader of pcsc-lite 1.9 says nothing about it. */
static void test_reader_between_list_and_wait(void **state)
{
	const struct monitor_ops plugging = {on_event, NULL, plug_meanwhile};
	struct monitor_options none = {0};
	struct scard_fault fault;
	struct run run = {0};

	(void)state;
	fake_winscard_load("reader \"A\"");
	assert_int_equal(monitor_new(&run.monitor, &none, &plugging, &run), CS_OK);
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	assert_string_equal(run.log, "*reader_added 0 A 0000>0010 #0\n");
	run_end(&run);
}

/* ---- stopping ---- */

struct stopper {
	struct run run;
	enum cs_err err;
	pthread_t thread;
};

static void *run_thread(void *arg)
{
	struct stopper *s = arg;
	struct scard_fault fault;

	s->err = monitor_run(s->run.monitor, &fault);
	return NULL;
}

static void pause_ms(long ms)
{
	const struct timespec pause = {.tv_nsec = ms * 1000000};

	nanosleep(&pause, NULL);
}

static const struct stop_row {
	const char *name, *scenario;
	size_t waiting; /* contexts that block before the stop */
	struct monitor_options options;
	long after_ms; /* time given to get there when nothing blocks */
} stop_rows[] = {
	{"stop while waiting", "reader \"A\"", 1, {0}, 0},
	{"stop while waiting for the first reader", "", 1, {0}, 0},
	{"stop while waiting with three contexts",
	 "reader \"A\"\nreader \"A\"\nreader \"A\"\nreader \"A\"\nreader \"A\"\nlimit 16\n"
	 "reader \"B\"\nreader \"B\"\nreader \"B\"\nreader \"B\"\nreader \"B\"\nreader \"B\"\nreader \"B\"\n"
	 "reader \"C\"\nreader \"C\"\nreader \"C\"\nreader \"C\"\nreader \"C\"\nreader \"C\"\nreader \"C\"\n"
	 "reader \"D\"\nreader \"D\"\nreader \"D\"\nreader \"D\"\nreader \"D\"\nreader \"D\"\nreader \"D\"\n"
	 "reader \"E\"\nreader \"E\"\nreader \"E\"\nreader \"E\"\nreader \"E\"\nreader \"E\"\nreader \"E\"\n",
	 3,
	 {0},
	 0},
	{"stop while polling with no reader", "pnp off", 0, {.poll_ms = 5000}, 30},
	{"stop while polling", "pnp off\nreader \"A\"", 1, {.poll_ms = 5000}, 0},
	{"stop while backing off", "reader \"A\"\nafter 5 service stop", 0, {.retry_min_ms = 5000}, 60},
	{"stop while trying to get back",
	 "reader \"A\"\nafter 5 service stop",
	 0,
	 {.retry_min_ms = 1, .retry_max_ms = 1},
	 60},
	{"stop while waiting for a service that is denied",
	 "fail SCardEstablishContext 0x8010006A always",
	 0,
	 {0},
	 30},
	{"stop while the service talks nonsense", "fail SCardGetStatusChange 0x80100002 always", 0, {0}, 200},
};

static void test_stop(void **state)
{
	const struct stop_row *row = *state;
	struct stopper s;
	int64_t start;

	run_start(&s.run, row->scenario, row->options);
	assert_int_equal(pthread_create(&s.thread, NULL, run_thread, &s), 0);
	while (fake_winscard_waiting() < row->waiting)
		pause_ms(1);
	pause_ms(row->after_ms);
	start = now_ns(CLOCK_MONOTONIC);
	monitor_stop(s.run.monitor);
	pthread_join(s.thread, NULL);
	assert_true(now_ns(CLOCK_MONOTONIC) - start < 100000000);
	assert_int_equal(s.err, CS_OK);
	run_end(&s.run);
}

static void test_stop_before_run(void **state)
{
	struct scard_fault fault;
	struct run run;

	(void)state;
	run_start(&run, "reader \"A\"", (struct monitor_options){0});
	monitor_stop(run.monitor);
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	run_end(&run);
}

/* ---- back-off ---- */

static void test_backoff_doubles_to_its_limit(void **state)
{
	struct stopper s;
	unsigned tries;

	(void)state;
	run_start(&s.run, "reader \"A\"\nafter 5 service stop",
		  (struct monitor_options){.retry_min_ms = 20, .retry_max_ms = 80});
	assert_int_equal(pthread_create(&s.thread, NULL, run_thread, &s), 0);
	pause_ms(520);
	/* tries at 20, 60, 140, 220, ... ms after the loss: 7 in 500 ms; fewer on a busy machine */
	tries = fake_winscard_calls("SCardEstablishContext") - 1;
	monitor_stop(s.run.monitor);
	pthread_join(s.thread, NULL);
	assert_in_range(tries, 3, 8);
	run_end(&s.run);
}

/* ---- no spinning ---- */

static void test_quiet_when_idle(void **state)
{
	struct stopper s;
	unsigned calls;

	(void)state;
	run_start(&s.run, "reader \"A\"\ncard 0 " C1, (struct monitor_options){0});
	assert_int_equal(pthread_create(&s.thread, NULL, run_thread, &s), 0);
	pause_ms(999);
	pause_ms(200); /* the one look after a second is over */
	calls = fake_winscard_calls("SCardGetStatusChange") + fake_winscard_calls("SCardListReaders");
	pause_ms(999);
	pause_ms(500);
	assert_int_equal(
		fake_winscard_calls("SCardGetStatusChange") + fake_winscard_calls("SCardListReaders"), calls);
	assert_int_equal(fake_winscard_waiting(), 1);
	monitor_stop(s.run.monitor);
	pthread_join(s.thread, NULL);
	run_end(&s.run);
}

static const struct spin_row {
	const char *name, *fail;
} spin_rows[] = {
	{"no spinning on cancelled", "fail SCardGetStatusChange 0x80100002 always on call 3"},
	{"no spinning on timeout", "fail SCardGetStatusChange 0x8010000A always on call 3"},
	{"no spinning on unknown reader", "fail SCardGetStatusChange 0x80100009 always on call 3"},
	{"no spinning on no service", "fail SCardGetStatusChange 0x8010001D always on call 3"},
};

static void test_no_spinning(void **state)
{
	const struct spin_row *row = *state;
	struct stopper s;
	char scenario[200];

	snprintf(scenario, sizeof(scenario), "reader \"A\"\n%s", row->fail);
	run_start(&s.run, scenario, (struct monitor_options){0});
	assert_int_equal(pthread_create(&s.thread, NULL, run_thread, &s), 0);
	pause_ms(300);
	monitor_stop(s.run.monitor);
	pthread_join(s.thread, NULL);
	assert_true(fake_winscard_calls("SCardGetStatusChange") < 30);
	run_end(&s.run);
}

/* ---- every code from every call ---- */

#define SCARD_ERR(symbol, value, exit_status, sentence, cause) value,
static const uint32_t codes[] = {
#include "pcsc/scard_err.def"
	0x1234,
};

static bool is_race(uint32_t rv)
{
	return rv == 0x8010001D || rv == 0x8010006A;
}

/* Answers of @call that are no failure at the start. */
static bool is_harmless(const char *call, uint32_t rv)
{
	if (strcmp(call, "SCardGetStatusChange") == 0)
		return rv == 0x80100002 || rv == 0x8010000A;
	return strcmp(call, "SCardListReaders") == 0 && rv == 0x8010002E;
}

/* The first call fails for good: the run ends at once and says why, or takes it for what it is. */
static void test_sweep_start(void **state)
{
	const char *call = *state;

	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault = {0};
		struct run run;
		char scenario[100];

		snprintf(scenario, sizeof(scenario), "reader \"A\"\nfail %s 0x%X always", call,
			 (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){.once = true});
		if (is_harmless(call, codes[i])) {
			assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		} else {
			assert_int_equal(monitor_run(run.monitor, &fault), CS_E_PCSC);
			assert_int_equal(fault.rv, codes[i]);
			assert_string_equal(fault.call, call);
			assert_string_equal(run.log, "");
		}
		run_end(&run);
	}
}

/* A call fails once on the way: nothing is lost, nothing is told twice. */
static void test_sweep_later(void **state)
{
	const char *call = *state;

	for (size_t i = 0; i < COUNT(codes); i++) {
		bool listing = strcmp(call, "SCardListReaders") == 0;
		struct scard_fault fault;
		struct run run;
		char scenario[400], *card;

		/* the list is empty for a moment: that is for a test of its own */
		if (listing && (codes[i] == 0x8010002E))
			continue;
		snprintf(scenario, sizeof(scenario),
			 LOCKSTEP "reader \"A\"\nafter 0 fail %s 0x%X\nafter 0 insert 0 " C1
				  "\nafter 0 fail %s 0x%X\nafter 0 remove 0\n" END,
			 call, (unsigned)codes[i], call, (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){0});
		assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		assert_true(strncmp(run.log, "*reader_added 0 A 0000>0010 #0\n", 31) == 0);
		card = strstr(run.log, "card_inserted 0 A 0010>0020 #1 " C1 "\n");
		assert_non_null(card);
		assert_null(strstr(card + 1, "card_inserted"));
		card = strstr(run.log, "card_removed 0 A 0020>0010 #");
		assert_non_null(card);
		assert_null(strstr(card + 1, "card_removed"));
		assert_null(strstr(run.log, "reader_removed"));
		if (!is_harmless(call, codes[i]) && codes[i] != 0x80100009 && codes[i] != 0x80100017 &&
		    !(listing && codes[i] == 0x80100008))
			assert_non_null(strstr(run.log, "service_back"));
		run_end(&run);
	}
}

static void test_sweep_reconnect(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault;
		struct run run;
		char scenario[300];

		snprintf(scenario, sizeof(scenario),
			 LOCKSTEP
			 "reader \"A\"\nafter 0 service stop\nafter 0 fail SCardEstablishContext 0x%X times "
			 "2\n"
			 "after 0 fail SCardReleaseContext 0x%X times 2\nafter 10 service start\n" END,
			 (unsigned)codes[i], (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){0});
		assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		assert_string_equal(run.log, "*reader_added 0 A 0000>0010 #0\n"
					     "service_lost SCardGetStatusChange 80100013\nservice_back\n");
		run_end(&run);
	}
}

static void test_establish_fails_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault = {0};
		struct run run;
		char scenario[100];

		snprintf(scenario, sizeof(scenario), "fail SCardEstablishContext 0x%X", (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){.once = true});
		assert_int_equal(monitor_run(run.monitor, &fault), is_race(codes[i]) ? CS_OK : CS_E_PCSC);
		assert_int_equal(fault.rv, codes[i]);
		run_end(&run);
	}
}

/* ---- ten thousand ---- */

static void count_event(void *data, const struct monitor_event *event)
{
	struct run *run = data;

	run->events++;
	run->inserted += event->kind == MONITOR_CARD_INSERTED;
	run->removed += event->kind == MONITOR_CARD_REMOVED;
	assert_true(event->kind != MONITOR_CARD_INSERTED || run->inserted == run->removed + 1);
	if (run->events == 200)
		run->heap_early = mallinfo2().uordblks;
	if (run->events == 20000)
		run->heap_late = mallinfo2().uordblks;
	if (strcmp(event->reader, "END") == 0)
		monitor_stop(run->monitor);
}

static void test_ten_thousand(void **state)
{
	const struct monitor_ops counting = {.event = count_event};
	const struct monitor_options none = {0};
	struct scard_fault fault;
	struct run run = {0};

	(void)state;
	fake_winscard_load(LOCKSTEP "reader \"A\"\nreader \"B\"\nafter 0 burst 10000 1 " C1 "\n" END);
	assert_int_equal(monitor_new(&run.monitor, &none, &counting, &run), CS_OK);
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	assert_int_equal(run.inserted, 10000);
	assert_int_equal(run.removed, 10000);
	assert_int_equal(run.events, 2 + 20000 + 1);
	assert_int_equal(run.heap_late, run.heap_early);
	run_end(&run);
}

#define ROW(row, func)                                                                                       \
	(struct CMUnitTest)                                                                                  \
	{                                                                                                    \
		.name = (row).name, .test_func = func, .initial_state = (void *)(uintptr_t) & (row)          \
	}

int main(void)
{
	static char list[] = "SCardListReaders", status[] = "SCardGetStatusChange",
		    establish[] = "SCardEstablishContext";
	const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_fifteen_readers),
		cmocka_unit_test(test_sixteen_readers),
		cmocka_unit_test(test_forty_readers),
		cmocka_unit_test(test_reader_between_list_and_wait),
		cmocka_unit_test(test_stop_before_run),
		cmocka_unit_test(test_backoff_doubles_to_its_limit),
		cmocka_unit_test(test_quiet_when_idle),
		cmocka_unit_test(test_sweep_reconnect),
		cmocka_unit_test(test_establish_fails_once),
		cmocka_unit_test(test_ten_thousand),
		{"sweep at the start: SCardEstablishContext", test_sweep_start, NULL, NULL, establish},
		{"sweep at the start: SCardListReaders", test_sweep_start, NULL, NULL, list},
		{"sweep at the start: SCardGetStatusChange", test_sweep_start, NULL, NULL, status},
		{"sweep later: SCardListReaders", test_sweep_later, NULL, NULL, list},
		{"sweep later: SCardGetStatusChange", test_sweep_later, NULL, NULL, status},
	};
	struct CMUnitTest tests[COUNT(plain) + COUNT(rows) + COUNT(stop_rows) + COUNT(spin_rows)];
	size_t n = COUNT(plain);

	memcpy(tests, plain, sizeof(plain));
	for (size_t i = 0; i < COUNT(rows); i++)
		tests[n++] = ROW(rows[i], test_row);
	for (size_t i = 0; i < COUNT(stop_rows); i++)
		tests[n++] = ROW(stop_rows[i], test_stop);
	for (size_t i = 0; i < COUNT(spin_rows); i++)
		tests[n++] = ROW(spin_rows[i], test_no_spinning);
	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
