/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mallinfo2() */
#include <malloc.h>

#include "monitor_harness.h"

/* ---- scenarios ---- */

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
	{.name = "no service at the start, and waited for",
	 LOCKSTEP "reader \"A\"\nservice stop\nafter 1500 service start\nafter 0 insert 0 " C1 "\n" END,
	 "service_lost SCardEstablishContext 8010001D\n"
	 "service_back\n"
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_inserted 0 A 0010>0020 #1 " C1 "\n",
	 .options = {.await_service = true}},
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

/* ---- ten thousand ---- */

struct counts {
	struct monitor *monitor;
	unsigned events, inserted, removed;
	size_t heap_early, heap_late; /* bytes in use after 200 and after all but a few events */
};

static void count_event(void *data, const struct monitor_event *event)
{
	struct counts *counts = data;

	counts->events++;
	counts->inserted += event->kind == MONITOR_CARD_INSERTED;
	counts->removed += event->kind == MONITOR_CARD_REMOVED;
	assert_true(event->kind != MONITOR_CARD_INSERTED || counts->inserted == counts->removed + 1);
	if (counts->events == 200)
		counts->heap_early = mallinfo2().uordblks;
	if (counts->events == 20000)
		counts->heap_late = mallinfo2().uordblks;
	if (strcmp(event->reader, "END") == 0)
		monitor_stop(counts->monitor);
}

static void test_ten_thousand(void **state)
{
	const struct monitor_ops counting = {.event = count_event};
	const struct monitor_options none = {0};
	struct scard_fault fault;
	struct counts counts = {0};

	(void)state;
	fake_winscard_load(LOCKSTEP "reader \"A\"\nreader \"B\"\nafter 0 burst 10000 1 " C1 "\n" END);
	assert_int_equal(monitor_new(&counts.monitor, &none, &counting, &counts), CS_OK);
	assert_int_equal(monitor_run(counts.monitor, &fault), CS_OK);
	assert_int_equal(counts.inserted, 10000);
	assert_int_equal(counts.removed, 10000);
	assert_int_equal(counts.events, 2 + 20000 + 1);
	assert_int_equal(counts.heap_late, counts.heap_early);
	monitor_free(&counts.monitor);
}

int main(void)
{
	const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_fifteen_readers), cmocka_unit_test(test_sixteen_readers),
		cmocka_unit_test(test_forty_readers),   cmocka_unit_test(test_reader_between_list_and_wait),
		cmocka_unit_test(test_ten_thousand),
	};
	struct CMUnitTest tests[COUNT(plain) + COUNT(rows)];
	size_t n = COUNT(plain);

	memcpy(tests, plain, sizeof(plain));
	for (size_t i = 0; i < COUNT(rows); i++)
		tests[n++] = ROW(rows[i], test_row);
	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
