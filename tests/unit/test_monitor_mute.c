/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mute cards: PC/SC sleeps over them, which must not hold up the news of other readers. */
#include "monitor_harness.h"

#include <semaphore.h>

#define SLEEP_MS 400
#define SLEEP    "mute-sleep 400\n"

/* ---- what is told ---- */

static const struct row {
	const char *name, *scenario, *log;
	struct monitor_options options;
} rows[] = {
	{"a mute card is there from the start",
	 LOCKSTEP "mute-sleep 20\nreader \"A\"\nreader \"B\"\nmute 0\nafter 0 insert 1 " C1
		  "\nafter 0 remove 1\nafter 0 remove 0\n" END,
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "card_inserted 1 B 0010>0020 #1 " C1 "\n"
	 "card_removed 1 B 0020>0010 #2\n"
	 "card_removed 0 A 0220>0010 #2\n",
	 {0}},
	{"in use and out of use",
	 LOCKSTEP "mute-sleep 20\nreader \"A\"\nafter 0 mute 0\nafter 0 state 0 INUSE\nafter 0 state 0\n" END,
	 "*reader_added 0 A 0000>0010 #0\n"
	 "card_mute 0 A 0010>0220 #1\n"
	 "state_changed 0 A 0220>0320 #1\n"
	 "state_changed 0 A 0320>0220 #1\n",
	 {0}},
	{"a swap to a card that answers and back",
	 LOCKSTEP "mute-sleep 20\nreader \"A\"\nmute 0\nafter 0 swap 0 " C1
		  "\nafter 0 remove 0\nafter 0 mute 0\n" END,
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n"
	 "card_removed 0 A 0220>0010 #2\n"
	 "card_inserted 0 A 0010>0020 #3 " C1 "\n"
	 "card_removed 0 A 0020>0010 #4\n"
	 "card_mute 0 A 0010>0220 #5\n",
	 {0}},
	{"two of them, in readers of one name",
	 LOCKSTEP "mute-sleep 10\nreader \"T\"\nafter 0 mute 0\nafter 0 add \"T\"\n" END,
	 "*reader_added 0 T 0000>0010 #0\n"
	 "card_mute 0 T 0010>0220 #1\n"
	 "reader_added 1 T 0000>0220 #1\n"
	 "card_mute 1 T 0000>0220 #1\n",
	 {0}},
	{"the reader goes with it",
	 LOCKSTEP
	 "mute-sleep 20\nreader \"A\"\nreader \"B\"\nmute 0\nafter 0 unplug 0\nafter 0 replug 0\n" END,
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "card_removed 0 A 0220>000C #1\n"
	 "reader_removed 0 A 000C>000C #1\n"
	 "reader_added 0 A 0000>0220 #1\n"
	 "card_mute 0 A 0000>0220 #1\n",
	 {0}},
	{"the service is lost and comes back",
	 LOCKSTEP "mute-sleep 20\nreader \"A\"\nreader \"B\"\nmute 0\nafter 0 service stop\n"
		  "after 10 service start\nafter 0 remove 0\n" END,
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n"
	 "*reader_added 1 B 0000>0010 #0\n"
	 "service_lost SCardGetStatusChange 80100013\n"
	 "service_back\n"
	 "card_removed 0 A 0220>0010 #2\n",
	 {0}},
	{"without plug-and-play, and without another reader",
	 "pnp off\nmute-sleep 20\nreader \"A\"\nmute 0\nafter 100 remove 0\nafter 100 mute 0\nafter 100 add "
	 "\"END\"\n",
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n"
	 "-- polling\n"
	 "card_removed 0 A 0220>0010 #2\n"
	 "card_mute 0 A 0010>0220 #3\n",
	 {.poll_ms = 30}},
	{"once",
	 "mute-sleep 20\nreader \"A\"\nmute 0\n",
	 "*reader_added 0 A 0000>0220 #1\n"
	 "*card_mute 0 A 0000>0220 #1\n",
	 {.once = true}},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct scard_fault fault = {0};
	struct run run;

	run_start(&run, row->scenario, row->options);
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	assert_string_equal(run.log, row->log);
	run_end(&run);
}

/* ---- when it is told ---- */

struct alarm {
	struct background b;
	sem_t rung; /* posted at each event of a card in reader B */
};

static void ring(void *data, const struct monitor_event *event)
{
	struct alarm *alarm = data;

	if (event->kind != MONITOR_READER_ADDED && strcmp(event->reader, "B") == 0)
		sem_post(&alarm->rung);
}

static long ms_until_rung(struct alarm *alarm, const char *directive)
{
	int64_t start = now_ns(CLOCK_MONOTONIC);

	fake_winscard_do(directive);
	sem_wait(&alarm->rung);
	return (long)((now_ns(CLOCK_MONOTONIC) - start) / 1000000);
}

static void test_events_of_other_readers_come_at_once(void **state)
{
	const struct monitor_ops ops = {.event = ring};
	const struct monitor_options none = {0};
	struct alarm alarm = {.b.err = CS_OK};

	(void)state;
	fake_winscard_load(SLEEP "reader \"A\"\nreader \"B\"\nmute 0");
	sem_init(&alarm.rung, 0, 0);
	assert_int_equal(monitor_new(&alarm.b.run.monitor, &none, &ops, &alarm), CS_OK);
	background_start(&alarm.b);
	while (fake_winscard_waiting() < 2)
		pause_ms(1);
	for (int i = 0; i < 20; i++) {
		assert_true(ms_until_rung(&alarm, "insert 1 " C1) < SLEEP_MS / 4);
		assert_true(ms_until_rung(&alarm, "remove 1") < SLEEP_MS / 4);
	}
	background_stop(&alarm.b);
	monitor_free(&alarm.b.run.monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
	sem_destroy(&alarm.rung);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 1] = {
		cmocka_unit_test(test_events_of_other_readers_come_at_once),
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i + 1] = ROW(rows[i], test_row);
	return cmocka_run_group_tests_name("monitor and mute cards", tests, NULL, NULL);
}
