/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reader states: names, sentences and what a pair of states means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/rstate.h"

static void test_names_in_order_of_bits(void **state)
{
	static const char *const want[] = {"IGNORE",   "UNKNOWN",   "UNAVAILABLE", "EMPTY", "PRESENT",
					   "ATRMATCH", "EXCLUSIVE", "INUSE",       "MUTE",  "UNPOWERED"};
	static const uint16_t bits[] = {0x001, 0x004, 0x008, 0x010, 0x020, 0x040, 0x080, 0x100, 0x200, 0x400};

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		const struct rstate_name *name = rstate_name_get(i);

		assert_string_equal(name->name, want[i]);
		assert_int_equal(name->bit, bits[i]);
		assert_non_null(name->words);
	}
	assert_null(rstate_name_get(10));
	assert_null(rstate_name_get((size_t)-1));
}

struct sentence_row {
	const char *name;
	uint16_t state;
	const char *sentence;
};

static const struct sentence_row sentence_rows[] = {
	{"00 unaware", 0x00, "nothing known yet"},
	{"02 CHANGED alone", 0x02, "nothing known yet"},
	{"01 IGNORE", 0x01, "not watched, on request"},
	{"06 UNKNOWN", 0x06, "the service knows no such reader: unplugged or misspelt"},
	{"0E UNKNOWN UNAVAILABLE, a pulled reader", 0x0E,
	 "the service knows no such reader: unplugged or misspelt"},
	{"0A UNAVAILABLE", 0x0A, "the state of the reader is not available"},
	{"8A UNAVAILABLE EXCLUSIVE", 0x8A,
	 "the state of the reader is not available, what else is reported of it may be stale"},
	{"12 EMPTY", 0x12, "no card"},
	{"92 EMPTY EXCLUSIVE", 0x92, "no card, but the reader is held exclusively by another program"},
	{"112 EMPTY INUSE", 0x112, "no card, but the reader is in use by at least one program"},
	{"22 PRESENT", 0x22, "card present, not in use"},
	{"62 ATRMATCH says nothing of the card", 0x62, "card present, not in use"},
	{"A2 PRESENT EXCLUSIVE", 0xA2, "card present and powered, used exclusively by another program"},
	{"1A2 PRESENT EXCLUSIVE INUSE", 0x1A2,
	 "card present and powered, used exclusively by another program"},
	{"122 PRESENT INUSE", 0x122, "card present and powered, shared by at least one program"},
	{"420 PRESENT UNPOWERED", 0x420, "card present but unpowered, which is normal power saving"},
	{"4A0 PRESENT UNPOWERED EXCLUSIVE", 0x4A0,
	 "card present but unpowered, used exclusively by another program"},
	{"520 PRESENT UNPOWERED INUSE", 0x520, "card present but unpowered, shared by at least one program"},
	{"220 PRESENT MUTE", 0x220, "card present but mute: it does not answer to reset"},
	{"620 PRESENT MUTE UNPOWERED", 0x620, "card present but mute: it does not answer to reset"},
	{"2A0 PRESENT MUTE EXCLUSIVE", 0x2A0, "card present but mute, used exclusively by another program"},
	{"320 PRESENT MUTE INUSE", 0x320, "card present but mute, shared by at least one program"},
	{"32 EMPTY and PRESENT", 0x32, "a card and no card are reported at once"},
	{"80 EXCLUSIVE alone", 0x80, "an unusual combination of states"},
	{"400 UNPOWERED alone", 0x400, "an unusual combination of states"},
	{"8000 a bit nobody knows", 0x8000, "an unusual combination of states"},
};

static void test_sentence(void **state)
{
	const struct sentence_row *row = *state;

	assert_string_equal(rstate_sentence(row->state), row->sentence);
}

/* A sentence may leave things out but must not contradict a bit. */
static void test_no_sentence_is_wrong(void **state)
{
	(void)state;
	for (unsigned s = 0; s <= 0xFFFF; s++) {
		const char *text = rstate_sentence((uint16_t)s);

		assert_non_null(text);
		if (strstr(text, "card present"))
			assert_int_equal(s & (RSTATE_PRESENT | RSTATE_EMPTY), RSTATE_PRESENT);
		if (strstr(text, "no card,") || strcmp(text, "no card") == 0)
			assert_int_equal(s & (RSTATE_PRESENT | RSTATE_EMPTY), RSTATE_EMPTY);
		if (strstr(text, "exclusively"))
			assert_true(s & RSTATE_EXCLUSIVE);
		if (strstr(text, "at least one"))
			assert_true(s & RSTATE_INUSE);
		if (strstr(text, "not in use"))
			assert_false(s & (RSTATE_INUSE | RSTATE_EXCLUSIVE));
		if (strstr(text, "and powered"))
			assert_false(s & (RSTATE_UNPOWERED | RSTATE_MUTE));
		if (strstr(text, "unpowered"))
			assert_true(s & RSTATE_UNPOWERED);
		if (strstr(text, "mute"))
			assert_true(s & RSTATE_MUTE);
	}
}

struct diff_row {
	const char *name;
	uint16_t before, now, counter_before, counter_now;
	const char *events; /* one letter each: I R M S */
};

static const struct diff_row diff_rows[] = {
	{"first sight of an empty reader", 0, 0x12, 0, 0, ""},
	{"first sight of an empty reader that is held", 0, 0x92, 0, 0, ""},
	{"first sight of a card", 0, 0x22, 0, 1, "I"},
	{"first sight of a card in use", 0, 0x122, 0, 1, "I"},
	{"first sight of a mute card", 0, 0x222, 0, 1, "M"},
	{"first sight of a reader whose state is unavailable", 0, 0x0A, 0, 0, "S"},
	{"first sight without any state", 0, 0x02, 0, 0, ""},
	{"the counter does not matter at first sight", 0, 0x22, 0, 7, "I"},
	{"insertion", 0x12, 0x22, 4, 5, "I"},
	{"insertion of a mute card", 0x12, 0x222, 4, 5, "M"},
	{"insertion after a removal and an insertion nobody saw", 0x12, 0x22, 4, 7, "I"},
	{"removal", 0x22, 0x12, 5, 6, "R"},
	{"removal of a card in use", 0x122, 0x12, 5, 6, "R"},
	{"removal, unpowered card", 0x420, 0x12, 5, 6, "R"},
	{"the reader is gone, and the card with it", 0x22, 0x0E, 5, 0, "R"},
	{"the reader is gone, it was empty", 0x12, 0x0E, 4, 0, "S"},
	{"swap", 0x22, 0x22, 5, 7, "RI"},
	{"swap for a mute card", 0x22, 0x222, 5, 7, "RM"},
	{"swap of a mute card", 0x222, 0x22, 5, 7, "RI"},
	{"swap, counter wraps", 0x22, 0x22, 0xFFFF, 1, "RI"},
	{"two swaps in one", 0x22, 0x22, 5, 9, "RI"},
	{"counter wraps by one", 0x22, 0x22, 0xFFFF, 0, ""},
	{"swap along with a change of use", 0x122, 0x22, 5, 7, "RI"},
	{"no card before and after, counter moved", 0x12, 0x12, 4, 6, ""},
	{"nothing changed", 0x22, 0x22, 5, 5, ""},
	{"only CHANGED came", 0x20, 0x22, 5, 5, ""},
	{"only CHANGED went", 0x22, 0x20, 5, 5, ""},
	{"INUSE comes", 0x22, 0x122, 5, 5, "S"},
	{"INUSE goes", 0x122, 0x22, 5, 5, "S"},
	{"EXCLUSIVE comes", 0x22, 0xA2, 5, 5, "S"},
	{"UNPOWERED comes", 0x22, 0x420, 5, 5, "S"},
	{"UNPOWERED goes, INUSE comes", 0x420, 0x122, 5, 5, "S"},
	{"EXCLUSIVE of an empty reader", 0x12, 0x92, 4, 4, "S"},
	{"the card in the reader falls mute", 0x22, 0x222, 5, 5, "M"},
	{"a mute card answers after all", 0x222, 0x22, 5, 5, "S"},
	{"UNAVAILABLE comes", 0x12, 0x1A, 4, 4, "S"},
};

static void test_diff(void **state)
{
	static const char letters[] = "-IRMS";
	const struct diff_row *row = *state;
	enum rstate_event events[RSTATE_EVENTS_MAX];
	char got[RSTATE_EVENTS_MAX + 1] = "";
	const size_t n = rstate_diff(row->before, row->now, row->counter_before, row->counter_now, events);

	assert_in_range(n, 0, RSTATE_EVENTS_MAX);
	for (size_t i = 0; i < n; i++)
		got[i] = letters[events[i]];
	assert_string_equal(got, row->events);
}

#define NSENTENCES (sizeof(sentence_rows) / sizeof(sentence_rows[0]))
#define NDIFFS     (sizeof(diff_rows) / sizeof(diff_rows[0]))
#define NFIXED     2

int main(void)
{
	struct CMUnitTest tests[NFIXED + NSENTENCES + NDIFFS] = {
		cmocka_unit_test(test_names_in_order_of_bits),
		cmocka_unit_test(test_no_sentence_is_wrong),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NSENTENCES; i++)
		tests[n++] = (struct CMUnitTest){sentence_rows[i].name, test_sentence, NULL, NULL,
						 (void *)(uintptr_t)&sentence_rows[i]};
	for (size_t i = 0; i < NDIFFS; i++)
		tests[n++] = (struct CMUnitTest){diff_rows[i].name, test_diff, NULL, NULL,
						 (void *)(uintptr_t)&diff_rows[i]};
	return _cmocka_run_group_tests("rstate", tests, n, NULL, NULL);
}
