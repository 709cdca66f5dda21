/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a run ends, and that it does nothing when there is nothing to do. */
#include "monitor_harness.h"

#define SOON_MS 100 /* for the end of a run, and for anything that must not block */

#define FIVE(name)                                                                                           \
	"reader \"" name "\"\nreader \"" name "\"\nreader \"" name "\"\nreader \"" name "\"\nreader \"" name \
	"\"\n"
#define THIRTY_FIVE_READERS FIVE("A") FIVE("B") FIVE("C") FIVE("D") FIVE("E") FIVE("F") FIVE("G")

static const struct stop_row {
	const char *name, *scenario;
	size_t waiting; /* contexts that block before the stop */
	struct monitor_options options;
	long after_ms; /* time given to get there when nothing blocks */
} stop_rows[] = {
	{"stop while waiting", "reader \"A\"", 1, {0}, 0},
	{"stop while waiting for the first reader", "", 1, {0}, 0},
	{"stop while waiting with three contexts", THIRTY_FIVE_READERS, 3, {0}, 0},
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

static void await_waiting(size_t contexts)
{
	while (fake_winscard_waiting() < contexts)
		pause_ms(1);
}

static void test_stop(void **state)
{
	const struct stop_row *row = *state;
	struct background b;

	run_start(&b.run, row->scenario, row->options);
	background_start(&b);
	await_waiting(row->waiting);
	pause_ms(row->after_ms);
	assert_true(background_stop(&b) < SOON_MS);
	run_end(&b.run);
}

static void test_stop_before_run(void **state)
{
	struct scard_fault fault;
	struct run run;

	(void)state;
	run_start(&run, "reader \"A\"", (struct monitor_options){0});
	monitor_stop(run.monitor);
	monitor_stop(run.monitor);
	assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
	run_end(&run);
}

static void test_never_run(void **state)
{
	struct run run;

	(void)state;
	run_start(&run, "reader \"A\"", (struct monitor_options){0});
	run_end(&run);
}

/* ---- at any moment, by anybody ---- */

static void *stop_often(void *arg)
{
	for (int i = 0; i < 20; i++)
		monitor_stop(arg);
	return NULL;
}

static void stop_at_once(struct background *b)
{
	pthread_t threads[4];

	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, stop_often, b->run.monitor), 0);
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_true(background_stop(b) < SOON_MS);
}

static void test_stop_at_any_moment(void **state)
{
	static const char *const scenarios[] = {
		"reader \"A\"\nafter 1 burst 500 0 " C1,
		THIRTY_FIVE_READERS "after 1 burst 500 20 " C1,
		LOCKSTEP "reader \"A\"\nafter 0 service stop\nafter 1 service start\nafter 0 loop",
		THIRTY_FIVE_READERS "after 1 unplug 3\nafter 1 replug 3\nafter 0 loop",
	};

	(void)state;
	for (long i = 0; i < 200; i++) {
		const struct timespec moment = {.tv_nsec = i * 50000};
		struct background b;

		run_start(&b.run, scenarios[(size_t)i % COUNT(scenarios)],
			  (struct monitor_options){.retry_min_ms = 1, .retry_max_ms = 1});
		b.run.mute = true;
		background_start(&b);
		nanosleep(&moment, NULL);
		stop_at_once(&b);
		run_end(&b.run);
	}
}

/* ---- a service that does not answer ---- */

static void test_stop_while_frozen(void **state)
{
	const char *scenario = *state;
	struct background b;
	int64_t start;

	run_start(&b.run, scenario, (struct monitor_options){0});
	background_start(&b);
	await_waiting(1);
	fake_winscard_do("service freeze");
	start = now_ns(CLOCK_MONOTONIC);
	for (int i = 0; i < 10; i++) {
		monitor_stop(b.run.monitor);
		pause_ms(5);
	}
	assert_true(now_ns(CLOCK_MONOTONIC) - start < 50000000 + SOON_MS * 1000000LL);
	fake_winscard_do("service thaw");
	assert_true(background_stop(&b) < SOON_MS);
	run_end(&b.run);
}

/* ---- a mute card, over which PC/SC sleeps ---- */

#define SLEEP_MS 400
#define MUTE     "mute-sleep 400\nreader \"A\"\nreader \"B\"\nmute 1\n"

static void test_stop_beside_a_mute_card(void **state)
{
	struct background b;

	(void)state;
	run_start(&b.run, MUTE, (struct monitor_options){0});
	background_start(&b);
	await_waiting(2);
	assert_true(background_stop(&b) < SOON_MS);
	run_end(&b.run);
}

/* Not at once, but it frees the others' context at once and ends of itself. */
static void test_stop_while_it_sleeps(void **state)
{
	struct background b;
	int64_t start;

	(void)state;
	run_start(&b.run, MUTE, (struct monitor_options){0});
	background_start(&b);
	await_waiting(2);
	start = now_ns(CLOCK_MONOTONIC);
	fake_winscard_do("insert 0 " C1);
	pause_ms(50);
	monitor_stop(b.run.monitor);
	pause_ms(50);
	assert_int_equal(fake_winscard_contexts(), 1);
	background_stop(&b);
	assert_true(now_ns(CLOCK_MONOTONIC) - start < (SLEEP_MS + SOON_MS) * 1000000LL);
	assert_int_equal(fake_winscard_contexts(), 0);
	assert_non_null(strstr(b.run.log, "card_inserted 0 A 0010>0020 #1 " C1 "\n"));
	run_end(&b.run);
}

/* ---- back-off ---- */

static void test_backoff_doubles_to_its_limit(void **state)
{
	struct background b;
	unsigned tries;

	(void)state;
	run_start(&b.run, "reader \"A\"\nafter 5 service stop",
		  (struct monitor_options){.retry_min_ms = 20, .retry_max_ms = 80});
	background_start(&b);
	pause_ms(520);
	/* tries at 20, 60, 140, 220, ... ms after the loss: 7 in 500 ms; fewer on a busy machine */
	tries = fake_winscard_calls("SCardEstablishContext") - 1;
	background_stop(&b);
	assert_in_range(tries, 3, 8);
	run_end(&b.run);
}

/* ---- no spinning ---- */

static void test_quiet_when_idle(void **state)
{
	struct background b;
	unsigned calls;

	(void)state;
	run_start(&b.run, "reader \"A\"\ncard 0 " C1, (struct monitor_options){0});
	background_start(&b);
	pause_ms(1200); /* the one look after a second is over */
	calls = fake_winscard_calls("SCardGetStatusChange") + fake_winscard_calls("SCardListReaders");
	pause_ms(1500);
	assert_int_equal(
		fake_winscard_calls("SCardGetStatusChange") + fake_winscard_calls("SCardListReaders"), calls);
	assert_int_equal(fake_winscard_waiting(), 1);
	background_stop(&b);
	run_end(&b.run);
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
	struct background b;
	char scenario[200];

	snprintf(scenario, sizeof(scenario), "reader \"A\"\n%s", row->fail);
	run_start(&b.run, scenario, (struct monitor_options){0});
	background_start(&b);
	pause_ms(300);
	background_stop(&b);
	assert_true(fake_winscard_calls("SCardGetStatusChange") < 30);
	run_end(&b.run);
}

int main(void)
{
	static char one[] = "reader \"A\"", many[] = THIRTY_FIVE_READERS, first[] = "";
	const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_stop_before_run),
		cmocka_unit_test(test_never_run),
		cmocka_unit_test(test_stop_at_any_moment),
		{"stop while frozen: one reader", test_stop_while_frozen, NULL, NULL, one},
		{"stop while frozen: no reader", test_stop_while_frozen, NULL, NULL, first},
		{"stop while frozen: three contexts", test_stop_while_frozen, NULL, NULL, many},
		cmocka_unit_test(test_stop_beside_a_mute_card),
		cmocka_unit_test(test_stop_while_it_sleeps),
		cmocka_unit_test(test_backoff_doubles_to_its_limit),
		cmocka_unit_test(test_quiet_when_idle),
	};
	struct CMUnitTest tests[COUNT(plain) + COUNT(stop_rows) + COUNT(spin_rows)];
	size_t n = COUNT(plain);

	memcpy(tests, plain, sizeof(plain));
	for (size_t i = 0; i < COUNT(stop_rows); i++)
		tests[n++] = ROW(stop_rows[i], test_stop);
	for (size_t i = 0; i < COUNT(spin_rows); i++)
		tests[n++] = ROW(spin_rows[i], test_no_spinning);
	return cmocka_run_group_tests_name("monitor stops", tests, NULL, NULL);
}
