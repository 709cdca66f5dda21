/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../fake/winscard.h"

/* The tool's parts are in no library. */
#include "tools/scriptor_guard.c"
#include "tools/scriptor_link.c"
#include "tools/scriptor_link_card.c"
#include "tools/scriptor_link_choose.c"
#include "tools/scriptor_link_connect.c"

/* ---- which reader ---- */

struct row {
	const char *name;
	const char *readers[4];
	const char *cards; /* 'x' where a reader holds one */
	const char *want;
	bool direct;
	enum link_choice choice;
	size_t index;
};

static const struct row rows[] = {
	{"no reader", {NULL}, "", NULL, false, LINK_NO_READER, 0},
	{"no reader of the name", {NULL}, "", "A", true, LINK_NO_READER, 0},
	{"no card", {"A", "B"}, "--", NULL, false, LINK_NO_CARD, 0},
	{"the only card", {"A", "B", "C"}, "-x-", NULL, false, LINK_CHOSEN, 1},
	{"two cards", {"A", "B", "C"}, "x-x", NULL, false, LINK_SEVERAL, 0},
	{"two cards, one named", {"A", "B", "C"}, "x-x", "C", false, LINK_CHOSEN, 2},
	{"named without a card", {"A", "B", "C"}, "x-x", "B", false, LINK_CHOSEN, 1},
	{"an index", {"A", "B", "C"}, "x-x", "0", false, LINK_CHOSEN, 0},
	{"an index too high", {"A", "B", "C"}, "x-x", "3", false, LINK_UNKNOWN, 0},
	{"a part", {"Foo 00", "Bar 00"}, "--", "bar", false, LINK_CHOSEN, 1},
	{"a part of two", {"Foo 00", "Bar 00"}, "--", " 00", false, LINK_AMBIGUOUS, 0},
	{"nobody", {"Foo 00", "Bar 00"}, "xx", "baz", false, LINK_UNKNOWN, 0},
	{"direct: the only reader", {"A"}, "-", NULL, true, LINK_CHOSEN, 0},
	{"direct: two empty ones", {"A", "B"}, "--", NULL, true, LINK_NO_CARD, 0},
	{"direct: the one with a card", {"A", "B"}, "-x", NULL, true, LINK_CHOSEN, 1},
};

static void test_choose(void **state)
{
	const struct row *row = *state;
	char *names[4];
	struct scard_names list = {.name = names};
	struct scard_state states[4] = {{.reader = NULL}};
	size_t index = 0;

	for (; list.n < 4 && row->readers[list.n]; list.n++) {
		names[list.n] = strdup(row->readers[list.n]);
		states[list.n].event = row->cards[list.n] == 'x' ? RSTATE_PRESENT : RSTATE_EMPTY;
	}
	assert_int_equal(link_choose(&list, states, row->want, row->direct, &index), row->choice);
	if (row->choice == LINK_CHOSEN)
		assert_int_equal(index, row->index);
	while (list.n > 0)
		free(names[--list.n]);
}

/* ---- on the fake ---- */

static struct link *link_of_test(struct guard **guard, const char *scenario)
{
	struct link *link;

	fake_winscard_load(scenario);
	assert_int_equal(guard_new(guard), CS_OK);
	assert_int_equal(link_new(&link, *guard), CS_OK);
	link->share = SCARD_AS_SHARED;
	link->protocols = SCARD_T0 | SCARD_T1;
	return link;
}

static void test_connection(void **state)
{
	struct guard *guard;
	struct link *link = link_of_test(&guard, "reader \"R\"\ncard 0 3B800181\n");

	(void)state;
	assert_null(link_protocol(link));
	assert_int_equal(link_look_all(link), CS_OK);
	assert_int_equal(link->names.n, 1);
	assert_int_equal(link_connect(link, "R"), CS_OK);
	assert_string_equal(link_protocol(link), "T=1");
	assert_int_equal(link->atr_len, 4);
	assert_true(link->state & RSTATE_PRESENT);
	assert_int_equal(link_begin(link), CS_OK);
	assert_true(link->transaction);
	assert_int_equal(link_reconnect(link, SCARD_RESET), CS_OK);
	link_free(&link);
	assert_null(link);
	assert_int_equal(fake_winscard_contexts(), 0);
	assert_int_equal(fake_winscard_calls("SCardEndTransaction"), 1);
	guard_free(&guard);
}

static void test_more_readers_than_one_call_takes(void **state)
{
	char scenario[40 * 32] = "";
	struct guard *guard;
	struct link *link;

	(void)state;
	for (int i = 0; i < 40; i++)
		sprintf(scenario + strlen(scenario), "reader \"R%d\"\n", i);
	strcat(scenario, "card 39 3B00\n");
	link = link_of_test(&guard, scenario);
	assert_int_equal(link_look_all(link), CS_OK);
	assert_int_equal(link->names.n, 40);
	assert_true(link->states[39].event & RSTATE_PRESENT);
	assert_int_equal(link_wait_all(link, 1), CS_OK);
	link_free(&link);
	guard_free(&guard);
}

static void test_stopped(void **state)
{
	struct guard *guard;
	struct link *link = link_of_test(&guard, "reader \"R\"\ncard 0 3B800181\n");

	(void)state;
	guard_stop(guard);
	assert_int_equal(link_look_all(link), CS_E_CANCELLED);
	assert_int_equal(fake_winscard_calls("SCardEstablishContext"), 0);
	link_free(&link);
	guard_free(&guard);
}

static void test_service_lost(void **state)
{
	struct guard *guard;
	struct link *link = link_of_test(&guard, "reader \"R\"\ncard 0 3B800181\n");

	(void)state;
	assert_int_equal(link_look_all(link), CS_OK);
	assert_int_equal(link_connect(link, "R"), CS_OK);
	fake_winscard_do("service stop");
	assert_int_equal(link_look(link), CS_E_PCSC);
	assert_null(link->ctx);
	assert_null(link->card);
	fake_winscard_do("service start");
	assert_int_equal(link_look_all(link), CS_OK);
	assert_int_equal(link_connect(link, "R"), CS_OK);
	link_free(&link);
	guard_free(&guard);
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + 4] = {
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_more_readers_than_one_call_takes),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_service_lost),
	};

	for (size_t i = 0; i < ROWS; i++)
		tests[4 + i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = test_choose,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
