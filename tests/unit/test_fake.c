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
#include "core/hex.h"
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

static struct scard_card *open_card(struct scard *ctx)
{
	struct scard_card *card;
	struct scard_fault fault;

	if (scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0 | SCARD_T1, &card, &fault) != CS_OK)
		_exit(1);
	return card;
}

static void *transmit_for_ever(void *card)
{
	struct scard_fault fault;
	uint8_t rsp[8];
	size_t len = sizeof(rsp);

	if (scard_transmit(card, (const uint8_t *)"\0\xA4\0\0", 4, rsp, &len, &fault) == CS_OK)
		_exit(1);
	return NULL;
}

static void await_hanging(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (fake_winscard_hanging() == 0)
		nanosleep(&pause, NULL);
}

static struct scard_card *hang(struct scard *ctx)
{
	struct scard_card *card;
	pthread_t thread;

	fake_winscard_do("add \"A\"");
	fake_winscard_do("insert 0 3B00");
	fake_winscard_do("answer 0 * never");
	card = open_card(ctx);
	pthread_create(&thread, NULL, transmit_for_ever, card);
	await_hanging();
	return card;
}

static void disconnect_while_transmitting(void)
{
	struct scard_card *card = hang(open_context());

	scard_disconnect(&card, SCARD_LEAVE);
}

static void release_while_transmitting(void)
{
	struct scard *ctx = open_context();

	hang(ctx);
	scard_free(&ctx);
}

static void end_while_transmitting(void)
{
	/* still reachable at the end, as those of the thread that hangs would be */
	static struct scard *volatile ctx;
	static struct scard_card *volatile card;

	ctx = open_context();
	card = hang(ctx);
	fputs(card ? "nothing leaked\n" : "", stderr);
	exit(99);
}

static void leak_beside_a_hanging_card(void)
{
	hang(open_context());
	open_context();
	exit(0);
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

	{"a card is disconnected while a command hangs", disconnect_while_transmitting, NULL,
	 "fake winscard: SCardDisconnect: a call of the card has not returned in another thread\n", SIGABRT},
	{"a context is released while a command hangs", release_while_transmitting, NULL,
	 "fake winscard: SCardReleaseContext: a call of the context has not returned in another thread\n",
	 SIGABRT},
	{"what hangs can not be given back", end_while_transmitting, NULL, "nothing leaked\n", 0},
	{"a context leaks beside one that hangs", leak_beside_a_hanging_card, NULL,
	 "fake winscard: 1 contexts leaked\n", 0},

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
	{"an answer of no word", load, "reader \"A\"\nanswer 0 00A40000",
	 "fake winscard: scenario line 2: too few words after answer\n", 0},
	{"an answer that is not hex", load, "reader \"A\"\nanswer 0 * 90 nevr",
	 "fake winscard: scenario line 2: not hexadecimal, or too long: nevr\n", 0},
	{"an answer without end", load, "reader \"A\"\nanswer 0 * 00x200000",
	 "fake winscard: scenario line 2: answer too long\n", 0},
	{"a delay of no time", load, "reader \"A\"\nanswer 0 * 9000 delay",
	 "fake winscard: scenario line 2: too few words after answer\n", 0},
	{"a control code that is no number", load, "reader \"A\"\ncontrol 0 features - 00",
	 "fake winscard: scenario line 2: not a number: features\n", 0},
	{"release without hold", load, "reader \"A\"\nrelease 0",
	 "fake winscard: scenario line 2: the card is not held by another program\n", 0},
	{"hold twice", load, "reader \"A\"\nhold 0\nhold 0",
	 "fake winscard: scenario line 3: the card is held already\n", 0},
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

/* ---- what it plays ---- */

struct play {
	const char *name, *scenario;
	/* Calls, by their letters: "t00A40000" transmit, "r" reconnect keeping, "R" with a reset, "U" with a
	 * cold one, "b" begin, "e" end, "E" end with a reset, "s" status, "c" connect another card (then all
	 * calls go to it), "x" connect another card exclusively, "d" disconnect it, "k2A:0102" control,
	 * "a10100" attribute;
	 * "!DIRECTIVE" of a scenario */
	const char *calls[10];
	const char *log; /* of these calls, each name cut down to a letter */
};

#define CARD "reader \"A\"\ncard 0 3B80800101\n"

static const struct play plays[] = {
	{"answers in turn, the last stays",
	 CARD "answer 0 00B0* 019000\nanswer 0 00B0* 029000 delay 1ms",
	 {"t00B00000", "t00B0000001", "t00B00001", "t00A40000"},
	 "T 00B00000 -> 019000\nT 00B0000001 -> 029000\nT 00B00001 -> 029000\nT 00A40000 -> 6D00\n"},
	{"the better answer",
	 CARD "answer 0 * 6E00\napdu 00B0* -> 6F00\nanswer 0 00B00000 9001\n"
	      "apdu 00B00000 -> 9002",
	 {"t00A40000", "t00B00000", "t00B00001"},
	 "T 00A40000 -> 6E00\nT 00B00000 -> 9001\nT 00B00001 -> 6F00\n"},
	{"another apdu takes its place",
	 CARD "apdu 00B00000 -> 9001\napdu 00B00000 -> 9002",
	 {"t00B00000", "!apdu 00B00000 -> 9003", "t00B00000"},
	 "T 00B00000 -> 9002\nT 00B00000 -> 9003\n"},
	{"long, short and empty",
	 CARD "answer 0 * 01x3 9000\nanswer 0 * 90\nanswer 0 * -",
	 {"t00B00000", "t00B00000", "t00B00000"},
	 "T 00B00000 -> 0101019000\nT 00B00000 -> 90\nT 00B00000 -> -\n"},
	{"the card goes away in the middle",
	 CARD "answer 0 * remove",
	 {"t00B00000", "t00B00000", "t00B00000", "r", "!insert 0 3B00", "t00B00000", "r", "t00B00000"},
	 "T 00B00000 -> -\nT 00B00000 -> 0x80100016\nT 00B00000 -> 0x80100069\n"
	 "R SHARED T0|T1 LEAVE -> 0x8010000C\nT 00B00000 -> 0x80100069\nR SHARED T0|T1 LEAVE -> T0\n"
	 "T 00B00000 -> -\n"},
	{"a reset by another program",
	 CARD,
	 {"!reset 0", "s", "b", "t00B00000", "r", "s", "b"},
	 "S -> 0x80100068\nB -> 0x80100068\nT 00B00000 -> 0x80100068\nR SHARED T0|T1 LEAVE -> T1\n"
	 "S -> 3B80800101\nB -> ok\n"},
	{"resets of one's own",
	 CARD,
	 {"R", "s", "U", "b", "b", "E", "e", "r", "e", "e"},
	 "R SHARED T0|T1 RESET -> T1\nS -> 3B80800101\nR SHARED T0|T1 UNPOWER -> T1\nB -> ok\nB -> ok\n"
	 "E RESET -> ok\nE LEAVE -> 0x80100068\nR SHARED T0|T1 LEAVE -> T1\nE LEAVE -> ok\n"
	 "E LEAVE -> 0x80100016\n"},
	{"a transaction of another program",
	 CARD "control 0 0x2A 0102 03\nattrib 0 0x10100 41",
	 {"!hold 0", "k2A:0102", "a10100", "e", "!release 0", "k2A:0102", "k2A:01", "a10100", "a10101"},
	 "C 0x0000002A 0102 -> 0x8010000B\nA 0x00010100 -> 0x8010000B\nE LEAVE -> 0x8010000B\n"
	 "C 0x0000002A 0102 -> 03\nC 0x0000002A 01 -> 0x8010001F\nA 0x00010100 -> 41\n"
	 "A 0x00010101 -> 0x8010001F\n"},
	{"exclusive elsewhere", CARD, {"!state 0 EXCLUSIVE", "c"}, "N SHARED T0|T1 -> 0x8010000B\n"},
	{"exclusive beside another card", CARD, {"x"}, "N EXCLUSIVE T0|T1 -> 0x8010000B\n"},
	{"a second card, and its reset",
	 CARD "answer 0 * 9000",
	 {"c", "t00B00000", "R", "d", "t00B00000"},
	 "N SHARED T0|T1 -> T1\nT 00B00000 -> 9000\nR SHARED T0|T1 RESET -> T1\nD LEAVE -> ok\n"
	 "T 00B00000 -> 0x80100068\n"},
};

static void play_bytes(const char *hex, uint8_t *out, size_t *len)
{
	size_t bad;

	*len = 0;
	if (*hex)
		assert_int_equal(hex_parse(out, 32, len, hex, strlen(hex), &bad), CS_OK);
}

static enum cs_err play_reader(struct scard_card *card, const char *call)
{
	char *end;
	uint32_t number = (uint32_t)strtoul(call + 1, &end, 16);
	struct scard_fault fault;
	uint8_t in[32], out[64];
	size_t in_len, out_len = sizeof(out);

	if (*call == 'a')
		return scard_attrib(card, number, out, &out_len, &fault);
	play_bytes(end + 1, in, &in_len);
	return scard_control(card, number, in, in_len, out, &out_len, &fault);
}

static enum cs_err play_card(struct scard_card *card, const char *call)
{
	struct scard_fault fault;
	uint8_t in[32], out[64];
	size_t in_len, out_len = sizeof(out);
	const unsigned both = SCARD_T0 | SCARD_T1;

	switch (*call) {
	case 't':
		play_bytes(call + 1, in, &in_len);
		return scard_transmit(card, in, in_len, out, &out_len, &fault);
	case 'r':
		return scard_reconnect(card, SCARD_AS_SHARED, both, SCARD_LEAVE, &fault);
	case 'R':
		return scard_reconnect(card, SCARD_AS_SHARED, both, SCARD_RESET, &fault);
	case 'U':
		return scard_reconnect(card, SCARD_AS_SHARED, both, SCARD_UNPOWER, &fault);
	case 'b':
		return scard_begin(card, &fault);
	case 'e':
		return scard_end(card, SCARD_LEAVE, &fault);
	case 'E':
		return scard_end(card, SCARD_RESET, &fault);
	case 's':
		return scard_atr(card, out, &out_len, &fault);
	default:
		return play_reader(card, call);
	}
}

static void play_call(struct scard *ctx, struct scard_card **card, const char *call)
{
	enum scard_share share = *call == 'x' ? SCARD_AS_EXCLUSIVE : SCARD_AS_SHARED;
	struct scard_fault fault;

	if (*call == '!')
		fake_winscard_do(call + 1);
	else if (*call == 'd')
		scard_disconnect(&card[1], SCARD_LEAVE);
	else if (*call == 'c' || *call == 'x')
		(void)!scard_connect(ctx, "A", share, SCARD_T0 | SCARD_T1, &card[1], &fault);
	else
		(void)!play_card(card[1] ? card[1] : card[0], call);
}

/* "SCardTransmit "A" 00" -> "T 00", and so on */
static void shorten(char *log)
{
	static const struct {
		const char *call;
		char letter;
	} calls[] = {{"SCardTransmit \"A\"", 'T'},       {"SCardReconnect \"A\"", 'R'},
		     {"SCardStatus \"A\"", 'S'},         {"SCardBeginTransaction \"A\"", 'B'},
		     {"SCardEndTransaction \"A\"", 'E'}, {"SCardControl \"A\"", 'C'},
		     {"SCardGetAttrib \"A\"", 'A'},      {"SCardConnect \"A\"", 'N'},
		     {"SCardDisconnect \"A\"", 'D'}};

	for (size_t i = 0; i < COUNT(calls); i++) {
		size_t n = strlen(calls[i].call);

		for (char *p = strstr(log, calls[i].call); p; p = strstr(p, calls[i].call)) {
			*p = calls[i].letter;
			memmove(p + 1, p + n, strlen(p + n) + 1);
		}
	}
}

static void test_play(void **state)
{
	const struct play *play = *state;
	struct scard_card *card[2] = {NULL, NULL};
	struct scard *ctx;
	char *log = NULL;
	size_t size;
	FILE *stream;

	fake_winscard_load(play->scenario);
	ctx = open_context();
	card[0] = open_card(ctx);
	stream = open_memstream(&log, &size);
	fake_winscard_log(stream);
	for (size_t i = 0; i < COUNT(play->calls) && play->calls[i]; i++)
		play_call(ctx, card, play->calls[i]);
	fake_winscard_log(NULL);
	fclose(stream);
	shorten(log);
	assert_string_equal(log, play->log);
	free(log);
	scard_disconnect(&card[1], SCARD_LEAVE);
	scard_disconnect(&card[0], SCARD_LEAVE);
	scard_free(&ctx);
}

static void *begin_and_end(void *card)
{
	struct scard_fault fault;

	if (scard_begin(card, &fault) != CS_OK || scard_end(card, SCARD_LEAVE, &fault) != CS_OK)
		return NULL;
	return card;
}

static void test_hold_and_release(void **state)
{
	struct scard_card *card;
	struct scard *ctx;
	pthread_t thread;
	void *done;

	(void)state;
	fake_winscard_load(CARD);
	ctx = open_context();
	card = open_card(ctx);
	fake_winscard_do("hold 0");
	pthread_create(&thread, NULL, begin_and_end, card);
	await_hanging();
	fake_winscard_do("release 0");
	pthread_join(thread, &done);
	assert_ptr_equal(done, card);
	assert_int_equal(fake_winscard_hanging(), 0);
	scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
}

static const struct {
	const char *directive;
	uint32_t rv; /* 0: success of length 0 */
} frees[] = {{"remove 0", 0}, {"unplug 0", 0}, {"service stop", 0x80100013}};

/* An answer that never comes ends with the card, the reader or the service. */
static void test_never(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(frees); i++) {
		char scenario[200];
		struct scard_fault fault = {0};
		struct scard_card *card;
		struct scard *ctx;
		uint8_t rsp[8];
		size_t len = sizeof(rsp);

		snprintf(scenario, sizeof(scenario), CARD "answer 0 * never\nlockstep\nafter 5ms %s",
			 frees[i].directive);
		fake_winscard_load(scenario);
		ctx = open_context();
		card = open_card(ctx);
		assert_int_equal(scard_transmit(card, (const uint8_t *)"\0\xA4\0\0", 4, rsp, &len, &fault),
				 frees[i].rv ? CS_E_PCSC : CS_E_FORMAT);
		assert_int_equal(fault.rv, frees[i].rv);
		assert_int_equal(len, 0);
		scard_disconnect(&card, SCARD_LEAVE);
		scard_free(&ctx);
	}
}

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_hold_and_release),
		cmocka_unit_test(test_never),
	};
	struct CMUnitTest tests[COUNT(plain) + COUNT(rows) + COUNT(plays)];
	size_t n = COUNT(rows);

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
					       .test_func = test_row,
					       .initial_state = (void *)(uintptr_t)&rows[i]};
	for (size_t i = 0; i < COUNT(plays); i++)
		tests[n++] = (struct CMUnitTest){.name = plays[i].name,
						 .test_func = test_play,
						 .initial_state = (void *)(uintptr_t)&plays[i]};
	memcpy(tests + n, plain, sizeof(plain));
	return cmocka_run_group_tests_name("fake winscard", tests, NULL, NULL);
}
