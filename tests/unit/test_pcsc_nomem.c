/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever the monitor allocates fails once, in whichever thread: no crash, no leak, CS_E_NOMEM. */
#include "monitor_harness.h"

#include <errno.h>

#include "core/rstate.h"
#include "nomem.h"
#include "pcsc/scard_priv.h"

static char *limited_strdup(const char *text)
{
	return fails() ? NULL : strdup(text);
}

static int limited_thread(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	return fails() ? EAGAIN : pthread_create(thread, attr, run, arg);
}

/* Each of these allocates first of all. */
static enum cs_err limited_new(struct scard **out, struct scard_fault *fault)
{
	*out = NULL;
	return fails() ? CS_E_NOMEM : scard_new_once(out, fault);
}

static enum cs_err limited_names(struct scard *ctx, struct scard_names *out, struct scard_fault *fault)
{
	*out = (struct scard_names){0};
	return fails() ? CS_E_NOMEM : scard_names_get(ctx, out, fault);
}

static enum cs_err limited_wait(struct scard *ctx, struct scard_state *states, size_t n, uint32_t timeout_ms,
				struct scard_fault *fault)
{
	return fails() ? CS_E_NOMEM : scard_wait(ctx, states, n, timeout_ms, fault);
}

/* The sources themselves, so that they can be made to fail; they take the place of the library's. */
#define malloc          limited_malloc
#define calloc          limited_calloc
#define realloc         limited_realloc
#define strdup          limited_strdup
#define pthread_create  limited_thread
#define scard_new_once  limited_new
#define scard_names_get limited_names
#define scard_wait      limited_wait
#include "pcsc/monitor.c"
#include "pcsc/monitor_report.c"
#include "pcsc/roster.c"
#include "pcsc/scard_names.c"
#include "pcsc/waiters.c"
#include "pcsc/waitset.c"
#undef malloc
#undef calloc
#undef realloc
#undef strdup
#undef pthread_create
#undef scard_new_once
#undef scard_names_get
#undef scard_wait

/* Runs @attempt with the first, the second, ... allocation failing, until none does. Returns how many did. */
static long sweep(enum cs_err (*attempt)(void *data), void *data)
{
	for (long n = 0;; n++) {
		enum cs_err err;
		bool failed;

		atomic_store(&until_failure, n);
		err = attempt(data);
		failed = atomic_exchange(&until_failure, NOMEM_OFF) < 0;
		assert_int_equal(err, failed ? CS_E_NOMEM : CS_OK);
		if (!failed)
			return n;
	}
}

static enum cs_err attempt_names(void *data)
{
	static const char list[] = "A\0B\0C\0";
	struct scard_names names;
	enum cs_err err = scard_names_parse(&names, list, sizeof(list));

	(void)data;
	assert_int_equal(names.n, err == CS_OK ? 3 : 0);
	if (err != CS_OK)
		assert_null(names.name);
	scard_names_release(&names);
	return err;
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(sweep(attempt_names, NULL), 4);
}

static void stop_at_end(void *data, const struct monitor_event *event)
{
	struct monitor **monitor = data;

	if (event->reader && strcmp(event->reader, "END") == 0)
		monitor_stop(*monitor);
}

static enum cs_err attempt_monitor(void *data)
{
	static const struct monitor_ops ops = {.event = stop_at_end};
	const struct monitor_options *options = data;
	struct monitor *monitor = NULL;
	struct scard_fault fault;
	enum cs_err err = monitor_new(&monitor, options, &ops, &monitor);

	assert_true((err == CS_OK) == (monitor != NULL));
	if (err == CS_OK)
		err = monitor_run(monitor, &fault);
	monitor_free(&monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
	return err;
}

static void test_once(void **state)
{
	struct monitor_options once = {.once = true};

	(void)state;
	fake_winscard_load("reader \"A\"\nreader \"B\"\ncard 1 " C1);
	assert_in_range(sweep(attempt_monitor, &once), 9, 20);
}

/* The timeline begins again for each attempt. */
static enum cs_err attempt_scenario(void *data)
{
	struct monitor_options options = {.retry_min_ms = 1};

	fake_winscard_load(data);
	return attempt_monitor(&options);
}

static void test_scenario(void **state)
{
	assert_in_range(sweep(attempt_scenario, *state), 20, 2000);
}

#define NINE(c)                                                                                              \
	"reader \"" c "1\"\nreader \"" c "2\"\nreader \"" c "3\"\nreader \"" c "4\"\nreader \"" c            \
	"5\"\nreader \"" c "6\"\nreader \"" c "7\"\nreader \"" c "8\"\nreader \"" c "9\"\n"

int main(void)
{
	static char coming[] = LOCKSTEP "after 0 add \"A\"\nafter 0 insert 0 " C1 "\nafter 0 add \"B\"\n"
					"after 0 unplug 0\n" END;
	static char mute[] = LOCKSTEP "reader \"A\"\nreader \"B\"\nmute 0\nafter 0 insert 1 " C1
				      "\nafter 0 remove 0\n" END;
	static char many[] = LOCKSTEP NINE("A") NINE("B") NINE("C") NINE("D") "after 0 insert 20 " C1
									      "\nafter 0 remove 20\n" END;
	static char lost[] = LOCKSTEP "reader \"A\"\nafter 0 service stop\nafter 2 service start\n" END;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_once),
		{"readers and cards come", test_scenario, NULL, NULL, coming},
		{"a mute card", test_scenario, NULL, NULL, mute},
		{"more readers than one call takes", test_scenario, NULL, NULL, many},
		{"the service is lost and comes back", test_scenario, NULL, NULL, lost},
	};

	return cmocka_run_group_tests_name("PC/SC without memory", tests, NULL, NULL);
}
