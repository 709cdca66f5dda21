/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each test is a play: a recording, and steps of what comes in beside what must come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/hex.h"
#include "vpcd/replay.h"

#define CARD         "{\"type\":\"card\",\"format\":1,\"atr\":\"3B01A0\"}\n"
#define APDU(c, r)   "{\"type\":\"apdu\",\"command\":\"" c "\",\"response\":\"" r "\"}\n"
#define RESET(atr)   "{\"type\":\"reset\",\"atr\":" atr "}\n"
#define EVENT(ms, e) "{\"type\":\"event\",\"after_ms\":" #ms ",\"event\":\"" e "\"}\n"

enum act { END, COMMAND, POWER, WARM_RESET, INSERT, ATR, EXPECT, WAIT, TAKE, OVER };

struct step {
	enum act act;
	const char *in;   /* COMMAND */
	const char *want; /* COMMAND: answer, NULL for a miss; ATR: hex */
	long number;      /* EXPECT: line, 0 for none; WAIT: milliseconds wanted; TAKE: event; OVER: 0 or 1 */
	long at_ms;       /* WAIT: the clock */
};

/* steps, each to stand in braces */
#define SEND(command, answer) COMMAND, (command), (answer), 0, 0
#define MISS(command)         COMMAND, (command), NULL, 0, 0
#define DO(what)              (what), NULL, NULL, 0, 0
#define ATR_IS(hex)           ATR, NULL, (hex), 0, 0
#define EXPECT_LINE(line)     EXPECT, NULL, NULL, (line), 0
#define WAIT_AT(clock, ms)    WAIT, NULL, NULL, (ms), (clock)
#define TAKE_EVENT(event)     TAKE, NULL, NULL, (event), 0
#define IS_OVER(truth)        OVER, NULL, NULL, (truth), 0

struct play {
	const char *name;
	const char *recording;
	struct replay_options options;
	size_t misses;
	struct step steps[20];
};

static const struct play plays[] = {
	{"strict: each exchange once, in its turn",
	 CARD APDU("00000001", "9001") APDU("00000002", "9002"),
	 {false, false},
	 4,
	 {{EXPECT_LINE(2)},
	  {MISS("00000002")},
	  {SEND("00000001", "9001")},
	  {MISS("00000001")},
	  {EXPECT_LINE(3)},
	  {SEND("00000002", "9002")},
	  {EXPECT_LINE(0)},
	  {MISS("00000002")},
	  {MISS("00000001")}}},
	{"strict: loop goes back to the first",
	 CARD APDU("00000001", "9001") APDU("00000002", "9002"),
	 {false, true},
	 1,
	 {{SEND("00000001", "9001")},
	  {SEND("00000002", "9002")},
	  {EXPECT_LINE(2)},
	  {MISS("00000002")},
	  {SEND("00000001", "9001")},
	  {SEND("00000002", "9002")}}},
	{"strict: power-ups and resets of pcscd move nothing on",
	 CARD APDU("00000001", "9001") APDU("00000002", "9002"),
	 {false, false},
	 0,
	 {{DO(POWER)},
	  {DO(WARM_RESET)},
	  {SEND("00000001", "9001")},
	  {DO(WARM_RESET)},
	  {DO(POWER)},
	  {DO(WARM_RESET)},
	  {SEND("00000002", "9002")},
	  {ATR_IS("3B01A0")}}},
	{"strict: a reset plays the recorded one and brings its ATR",
	 CARD APDU("00000001", "9001") RESET("\"3B01A1\"") APDU("00000002", "9002") RESET("\"3B01A2\""),
	 {false, false},
	 0,
	 {{DO(POWER)},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A0")},
	  {SEND("00000001", "9001")},
	  {EXPECT_LINE(3)},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A1")},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A1")},
	  {SEND("00000002", "9002")},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A2")},
	  {DO(POWER)},
	  {ATR_IS("3B01A0")}}},
	{"strict: a command in the place of a reset is a miss",
	 CARD APDU("00000001", "9001") RESET("null") APDU("00000002", "9002"),
	 {false, false},
	 1,
	 {{DO(POWER)},
	  {SEND("00000001", "9001")},
	  {MISS("00000002")},
	  {EXPECT_LINE(3)},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A0")},
	  {SEND("00000002", "9002")}}},
	{"strict: a power-up counts as the resets that are due",
	 CARD APDU("00000001", "9001") RESET("\"3B01A1\"") RESET("null") APDU("00000002", "9002"),
	 {false, false},
	 0,
	 {{SEND("00000001", "9001")},
	  {DO(POWER)},
	  {ATR_IS("3B01A0")},
	  {EXPECT_LINE(5)},
	  {SEND("00000002", "9002")}}},
	{"strict: a reset after a power-up is still the recorded one",
	 CARD APDU("00000001", "9001") RESET("\"3B01A1\"") APDU("00000002", "9002"),
	 {false, false},
	 0,
	 {{SEND("00000001", "9001")},
	  {DO(POWER)},
	  {ATR_IS("3B01A0")},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A1")},
	  {SEND("00000002", "9002")}}},
	{"strict: nothing but resets, looping",
	 CARD RESET("null") RESET("null"),
	 {false, true},
	 1,
	 {{DO(POWER)}, {MISS("00000001")}, {DO(WARM_RESET)}, {DO(WARM_RESET)}, {EXPECT_LINE(2)}}},
	{"strict: an event has its turn and its time",
	 CARD APDU("00000001", "9001") EVENT(500, "remove") EVENT(300, "insert") APDU("00000002", "9002"),
	 {false, false},
	 1,
	 {{WAIT_AT(0, -1)},
	  {SEND("00000001", "9001")},
	  {WAIT_AT(1000, 500)},
	  {WAIT_AT(1200, 300)},
	  {MISS("00000002")},
	  {EXPECT_LINE(3)},
	  {WAIT_AT(1500, 0)},
	  {TAKE_EVENT(RECORDING_REMOVE)},
	  {IS_OVER(0)},
	  {WAIT_AT(1500, 300)},
	  {WAIT_AT(2000, 0)},
	  {TAKE_EVENT(RECORDING_INSERT)},
	  {WAIT_AT(2000, -1)},
	  {SEND("00000002", "9002")}}},
	{"strict: over when the last entry took the card out",
	 CARD EVENT(0, "remove"),
	 {false, false},
	 0,
	 {{IS_OVER(0)},
	  {WAIT_AT(5, 0)},
	  {TAKE_EVENT(RECORDING_REMOVE)},
	  {IS_OVER(1)},
	  {DO(INSERT)},
	  {IS_OVER(0)}}},
	{"strict: not over when the card is still in",
	 CARD APDU("00000001", "9001"),
	 {false, false},
	 0,
	 {{SEND("00000001", "9001")}, {IS_OVER(0)}}},
	{"strict: not over while something is to be played",
	 CARD EVENT(0, "remove") APDU("00000001", "9001"),
	 {false, false},
	 0,
	 {{WAIT_AT(0, 0)}, {TAKE_EVENT(RECORDING_REMOVE)}, {IS_OVER(0)}}},
	{"strict: events loop",
	 CARD EVENT(10, "remove") EVENT(20, "insert"),
	 {false, true},
	 0,
	 {{WAIT_AT(0, 10)},
	  {WAIT_AT(10, 0)},
	  {TAKE_EVENT(RECORDING_REMOVE)},
	  {WAIT_AT(11, 20)},
	  {WAIT_AT(31, 0)},
	  {TAKE_EVENT(RECORDING_INSERT)},
	  {IS_OVER(0)},
	  {WAIT_AT(40, 10)}}},
	{"an insertion brings the first ATR back",
	 CARD RESET("\"3B01A1\""),
	 {false, false},
	 0,
	 {{DO(WARM_RESET)}, {ATR_IS("3B01A1")}, {DO(INSERT)}, {ATR_IS("3B01A0")}}},
	{"wildcards match, lengths must agree",
	 CARD APDU("00200001 02 ** **", "9001"),
	 {true, false},
	 2,
	 {{SEND("0020000102FFFF", "9001")},
	  {SEND("00200001020000", "9001")},
	  {MISS("002000010200")},
	  {MISS("0020000202FFFF")}}},
	{"any order: each as often as it comes",
	 CARD APDU("00000001", "9001") APDU("00000002", "9002"),
	 {true, false},
	 1,
	 {{SEND("00000002", "9002")},
	  {SEND("00000002", "9002")},
	  {SEND("00000001", "9001")},
	  {EXPECT_LINE(0)},
	  {MISS("00000003")},
	  {SEND("00000002", "9002")}}},
	{"any order: equal commands get their answers in turn, around the end",
	 CARD APDU("00000001", "9001") APDU("00000002", "9002") APDU("00000001", "9003"),
	 {true, false},
	 0,
	 {{SEND("00000001", "9001")},
	  {SEND("00000001", "9003")},
	  {SEND("00000001", "9001")},
	  {SEND("00000002", "9002")},
	  {SEND("00000001", "9003")}}},
	{"any order: a read finds the answer that follows its select",
	 CARD APDU("00A40001", "9000") APDU("00B00000", "019000") APDU("00A40002", "9000")
		 APDU("00B00000", "029000"),
	 {true, false},
	 0,
	 {{SEND("00A40002", "9000")},
	  {SEND("00B00000", "029000")},
	  {SEND("00A40001", "9000")},
	  {SEND("00B00000", "019000")},
	  {SEND("00A40002", "9000")},
	  {DO(POWER)},
	  {SEND("00B00000", "019000")}}},
	{"any order: resets bring their ATRs in turn",
	 CARD APDU("00000001", "9001") RESET("\"3B01A1\"") APDU("00000001", "9002") RESET("\"3B01A2\""),
	 {true, false},
	 0,
	 {{DO(WARM_RESET)},
	  {ATR_IS("3B01A1")},
	  {SEND("00000001", "9002")},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A2")},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A1")},
	  {DO(POWER)},
	  {ATR_IS("3B01A0")}}},
	{"any order: events run on whatever is sent",
	 CARD APDU("00000001", "9001") EVENT(100, "remove") APDU("00000002", "9002") EVENT(50, "insert"),
	 {true, false},
	 0,
	 {{WAIT_AT(0, 100)},
	  {SEND("00000002", "9002")},
	  {WAIT_AT(60, 40)},
	  {WAIT_AT(100, 0)},
	  {TAKE_EVENT(RECORDING_REMOVE)},
	  {IS_OVER(0)},
	  {WAIT_AT(100, 50)},
	  {WAIT_AT(150, 0)},
	  {TAKE_EVENT(RECORDING_INSERT)},
	  {WAIT_AT(150, -1)},
	  {SEND("00000001", "9001")}}},
	{"any order: over when the last event took the card out",
	 CARD EVENT(0, "remove") APDU("00000001", "9001"),
	 {true, false},
	 0,
	 {{WAIT_AT(0, 0)}, {TAKE_EVENT(RECORDING_REMOVE)}, {IS_OVER(1)}}},
	{"any order: events loop when told to",
	 CARD EVENT(1, "remove") APDU("00000001", "9001") EVENT(2, "insert"),
	 {true, true},
	 0,
	 {{WAIT_AT(0, 1)},
	  {WAIT_AT(1, 0)},
	  {TAKE_EVENT(RECORDING_REMOVE)},
	  {WAIT_AT(1, 2)},
	  {WAIT_AT(9, 0)},
	  {TAKE_EVENT(RECORDING_INSERT)},
	  {WAIT_AT(9, 1)}}},
	{"a recording of nothing but the card",
	 CARD,
	 {false, true},
	 1,
	 {{DO(POWER)},
	  {DO(WARM_RESET)},
	  {ATR_IS("3B01A0")},
	  {EXPECT_LINE(0)},
	  {WAIT_AT(0, -1)},
	  {MISS("00000001")},
	  {IS_OVER(0)}}},
};

static size_t from_hex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len, bad;

	assert_int_equal(hex_parse(out, cap, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static void check_command(struct replay *r, const struct step *step)
{
	uint8_t command[32], answer[32];
	const struct recording_entry *entry =
		replay_command(r, command, from_hex(command, sizeof(command), step->in));

	if (step->want == NULL) {
		assert_null(entry);
		return;
	}
	assert_non_null(entry);
	assert_int_equal(entry->answer_len, from_hex(answer, sizeof(answer), step->want));
	assert_memory_equal(entry->answer, answer, entry->answer_len);
}

static void check_atr(const struct replay *r, const struct step *step)
{
	uint8_t atr[32];

	assert_int_equal(r->atr_len, from_hex(atr, sizeof(atr), step->want));
	assert_memory_equal(r->atr, atr, r->atr_len);
}

static void check_step(struct replay *r, const struct step *step)
{
	const struct recording_entry *expected = replay_expected(r);

	switch (step->act) {
	case COMMAND:
		check_command(r, step);
		break;
	case POWER:
		replay_power_up(r);
		break;
	case WARM_RESET:
		replay_reset(r);
		break;
	case INSERT:
		replay_insert(r);
		break;
	case ATR:
		check_atr(r, step);
		break;
	case EXPECT:
		assert_int_equal(expected ? expected->line : 0, step->number);
		break;
	case WAIT:
		assert_int_equal(replay_wait_ms(r, step->at_ms), step->number);
		break;
	case TAKE:
		assert_int_equal(replay_event_take(r), step->number);
		break;
	case OVER:
		assert_int_equal(replay_is_over(r), step->number);
		break;
	case END:
		break;
	}
}

static void test_play(void **state)
{
	const struct play *play = *state;
	struct recording_problem problem;
	struct recording rec;
	struct replay r;
	size_t i = 0;

	if (recording_parse(&rec, play->recording, strlen(play->recording), &problem) != CS_OK)
		fail_msg("%zu:%zu: %s", problem.line, problem.column, problem.text);
	replay_init(&r, &rec, play->options);
	for (; play->steps[i].act != END; i++) {
		print_message("# step %zu\n", i);
		check_step(&r, &play->steps[i]);
	}
	assert_true(i > 0);
	assert_int_equal(r.misses, play->misses);
	recording_release(&rec);
}

#define PLAYS (sizeof(plays) / sizeof(plays[0]))

int main(void)
{
	struct CMUnitTest tests[PLAYS];

	for (size_t i = 0; i < PLAYS; i++) {
		union {
			const struct play *in;
			void *out;
		} play = {.in = &plays[i]};

		tests[i] = (struct CMUnitTest){plays[i].name, test_play, NULL, NULL, play.out};
	}
	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
