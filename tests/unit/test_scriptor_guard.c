/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_guard.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

/* The tool's parts are in no library. */
#include "tools/scriptor_guard.c"

#define LONG_MS 10000

static struct guard *guard_of_test(void)
{
	struct guard *guard;

	assert_int_equal(guard_new(&guard), CS_OK);
	return guard;
}

static void nap(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void test_call(void **state)
{
	struct guard *guard = guard_of_test();

	(void)state;
	guard_limit(guard, LONG_MS);
	assert_false(guard_abandon(guard, false));
	assert_true(guard_enter(guard, "SCardX", 0));
	assert_false(guard_abandon(guard, true));
	assert_int_equal(guard_leave(guard, CS_E_PCSC), CS_E_PCSC);
	assert_false(guard_abandon(guard, false));
	guard_free(&guard);
	assert_null(guard);
	guard_free(&guard);
}

static void test_due(void **state)
{
	struct guard *guard = guard_of_test();
	int64_t now = guard_now_ns();

	(void)state;
	assert_true(guard_due_ns(guard) == GUARD_NO_LIMIT);
	assert_int_equal(guard_left_ms(GUARD_NO_LIMIT), -1);
	assert_int_equal(guard_left_ms(now - 1), 0);
	assert_true(guard_enter(guard, "SCardX", 0));
	assert_true(guard_due_ns(guard) == GUARD_NO_LIMIT);
	assert_int_equal(guard_leave(guard, CS_OK), CS_OK);
	guard_limit(guard, LONG_MS);
	assert_in_range(guard_left_ms(guard_due_ns(guard)), LONG_MS - 1000, LONG_MS);
	assert_true(guard_enter(guard, "SCardX", LONG_MS));
	assert_in_range(guard_left_ms(guard_due_ns(guard)), 2 * LONG_MS - 1000, 2 * LONG_MS);
	assert_int_equal(guard_leave(guard, CS_OK), CS_OK);
	guard_free(&guard);
}

static void test_stop(void **state)
{
	struct guard *guard = guard_of_test();

	(void)state;
	assert_true(guard_wait(guard, -1, 1));
	guard_stop(guard);
	assert_true(guard_stopping(guard));
	assert_false(guard_enter(guard, "SCardX", 0));
	assert_false(guard_abandon(guard, false));
	assert_false(guard_wait(guard, -1, LONG_MS));
	guard_reset(guard);
	assert_true(guard_enter(guard, "SCardX", 0));
	assert_int_equal(guard_leave(guard, CS_OK), CS_OK);
	assert_true(guard_wait(guard, -1, 1));
	guard_free(&guard);
}

static void test_limit_is_news(void **state)
{
	struct guard *guard = guard_of_test();
	struct pollfd news = {.fd = guard->news_fd, .events = POLLIN};

	(void)state;
	assert_int_equal(poll(&news, 1, 0), 0);
	guard_limit(guard, 5);
	assert_int_equal(poll(&news, 1, 0), 1);
	guard_hear(guard);
	assert_int_equal(poll(&news, 1, 0), 0);
	guard_free(&guard);
}

static void *stop_soon(void *data)
{
	nap(50);
	guard_stop(data);
	return NULL;
}

static void test_stop_ends_a_wait(void **state)
{
	struct guard *guard = guard_of_test();
	int64_t start = guard_now_ns();
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, guard), 0);
	assert_false(guard_wait(guard, -1, GUARD_FOREVER));
	assert_true(guard_now_ns() - start < 5 * INT64_C(1000000000));
	pthread_join(thread, NULL);
	guard_free(&guard);
}

/* A worker whose call takes longer than it may. */
struct slow {
	struct guard *guard;
	atomic_bool in, out;
};

static void *slow_call(void *data)
{
	struct slow *s = data;

	if (!guard_enter(s->guard, "SCardSlow", 0))
		return NULL;
	atomic_store(&s->in, true);
	nap(100);
	if (guard_leave(s->guard, CS_OK) == CS_OK)
		atomic_store(&s->out, true);
	return NULL;
}

/* The thread and its guard stay for ever: that is what they are for. */
static void test_abandoned_worker_never_returns(void **state)
{
	static struct slow s;
	pthread_t thread;

	(void)state;
	s.guard = guard_of_test();
	guard_limit(s.guard, 20);
	assert_int_equal(pthread_create(&thread, NULL, slow_call, &s), 0);
	pthread_detach(thread);
	while (!atomic_load(&s.in))
		nap(1);
	while (!guard_abandon(s.guard, true))
		nap(1);
	assert_string_equal(s.guard->call, "SCardSlow");
	assert_int_equal(s.guard->call_limit_ms, 20);
	assert_false(atomic_load(&s.out));
	nap(200);
	assert_false(atomic_load(&s.out));
}

/* Whoever comes first has it, the other one does not. */
static void *many_calls(void *data)
{
	struct guard *guard = data;

	for (int i = 0; i < 100000 && guard_enter(guard, "SCardX", 0); i++)
		if (guard_leave(guard, CS_OK) != CS_OK)
			break;
	guard_stop(guard);
	return NULL;
}

static void test_overdue_is_never_a_call_with_time(void **state)
{
	struct guard *guard = guard_of_test();
	pthread_t thread;

	(void)state;
	guard_limit(guard, LONG_MS);
	assert_int_equal(pthread_create(&thread, NULL, many_calls, guard), 0);
	while (!guard_stopping(guard))
		assert_false(guard_abandon(guard, true));
	pthread_join(thread, NULL);
	guard_free(&guard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_limit_is_news),
		cmocka_unit_test(test_stop_ends_a_wait),
		cmocka_unit_test(test_abandoned_worker_never_returns),
		cmocka_unit_test(test_overdue_is_never_a_call_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
