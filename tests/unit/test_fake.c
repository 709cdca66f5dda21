/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake winscard itself: it notices what a program does wrong, and what is wrong in a scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../fake/winscard.h"
#include "pcsc/scard.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- what a program does wrong ---- */

static struct scard *open_context(void)
{
	struct scard *ctx;
	struct scard_fault fault;

	if (scard_new(&ctx, &fault) != CS_OK)
		_exit(1);
	return ctx;
}

static void leak_a_context(void)
{
	open_context();
	exit(0);
}

static void leak_a_card(void)
{
	struct scard *ctx = open_context();
	struct scard_card *card;
	struct scard_fault fault;

	fake_winscard_do("add \"A\"");
	fake_winscard_do("insert 0 3B00");
	if (scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0, &card, &fault) != CS_OK)
		_exit(1);
	scard_free(&ctx);
	exit(0);
}

static void *wait_for_ever(void *ctx)
{
	struct scard_state row = {.reader = scard_pnp_name};
	struct scard_fault fault;

	if (scard_wait(ctx, &row, 1, SCARD_WAIT_FOREVER, &fault) != CS_OK)
		_exit(1);
	return NULL;
}

static void await_waiting(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (fake_winscard_waiting() == 0)
		nanosleep(&pause, NULL);
}

static void release_while_waiting(void)
{
	struct scard *ctx = open_context();
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_ever, ctx);
	await_waiting();
	scard_free(&ctx);
}

static void use_after_release(void)
{
	struct scard *ctx = open_context(), *stale = malloc(64);
	struct scard_names names;
	struct scard_fault fault;

	if (!stale)
		_exit(1);
	memcpy(stale, ctx, sizeof(long)); /* its handle */
	scard_free(&ctx);
	if (scard_names_get(stale, &names, &fault) == CS_OK)
		_exit(1);
}

static void wait_without_a_name(void)
{
	struct scard *ctx = open_context();
	struct scard_state row = {.reader = NULL};
	struct scard_fault fault;

	if (scard_wait(ctx, &row, 1, 0, &fault) == CS_OK)
		_exit(1);
}

/* ---- what is wrong in a scenario ---- */

static void load(void)
{
	fake_winscard_load(getenv("SCENARIO"));
	/* and time for what stands in the timeline */
	wait_for_ever(open_context());
}

static const struct row {
	const char *name;
	void (*run)(void);
	const char *scenario, *says;
	int signal; /* 0: ends with status 99 */
} rows[] = {
	{"a context is not released", leak_a_context, NULL, "fake winscard: 1 contexts leaked\n", 0},
	{"a card is not disconnected", leak_a_card, NULL, "fake winscard: 1 cards leaked\n", 0},
	{"a context is released while it waits", release_while_waiting, NULL,
	 "fake winscard: SCardReleaseContext: the context waits in another thread\n", SIGABRT},
	{"a context is used after its release", use_after_release, NULL,
	 "fake winscard: SCardListReaders: no such context, or released before\n", SIGABRT},
	{"a row has no name", wait_without_a_name, NULL,
	 "fake winscard: SCardGetStatusChange: a row without a name\n", SIGABRT},

	{"unknown word", load, "reader \"A\"\n\n  insrt 0 3B00",
	 "fake winscard: scenario line 3: unknown word: insrt\n", 0},
	{"unknown word in the timeline", load, "# comment\nafter 5 insrt 0 3B00",
	 "fake winscard: scenario line 2: unknown word: insrt\n", 0},
	{"nothing after the time", load, "after 5ms",
	 "fake winscard: scenario line 1: nothing to do after 5ms\n", 0},
	{"no such reader", load, "remove 0", "fake winscard: scenario line 1: no reader 0\n", 0},
	{"no such reader, found out later", load, "reader \"A\"\nafter 1 remove 0\nafter 1 remove 1",
	 "fake winscard: scenario line 3: no reader 1\n", 0},
	{"half a byte", load, "reader \"A\"\ncard 0 3B0",
	 "fake winscard: scenario line 2: not hexadecimal, or too long: 3B0\n", 0},
	{"too few words", load, "reader \"A\"\ncard 0",
	 "fake winscard: scenario line 2: too few words after card\n", 0},
	{"too many words", load, "lockstep please",
	 "fake winscard: scenario line 1: too many words after lockstep\n", 0},
	{"an open quote", load, "reader \"A", "fake winscard: scenario line 1: quote not closed\n", 0},
	{"no number", load, "limit many", "fake winscard: scenario line 1: not a number: many\n", 0},
	{"no call of that name", load, "fail SCardGetStatus 0x80100001",
	 "fake winscard: scenario line 1: unknown word: SCardGetStatus\n", 0},
	{"an APDU without an arrow", load, "apdu 00A40000 9000 9000",
	 "fake winscard: scenario line 1: no -> after the command\n", 0},
};

static void run_child(const struct row *row, int out)
{
	dup2(out, STDERR_FILENO);
	if (row->scenario)
		setenv("SCENARIO", row->scenario, 1);
	alarm(20);
	signal(SIGABRT, SIG_DFL);
	fake_winscard_load("");
	row->run();
	_exit(0);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char said[200];
	size_t used = 0;
	ssize_t n;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		run_child(row, ends[1]);
	close(ends[1]);
	while ((n = read(ends[0], said + used, sizeof(said) - 1 - used)) > 0)
		used += (size_t)n;
	said[used] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_string_equal(said, row->says);
	if (row->signal)
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == row->signal);
	else
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 99);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(rows)];

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
					       .test_func = test_row,
					       .initial_state = (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests_name("fake winscard", tests, NULL, NULL);
}
