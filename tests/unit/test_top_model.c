/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_harness.h"

static int setup(void **state)
{
	struct top_model *model = malloc(sizeof(*model));

	assert_non_null(model);
	top_model_init(model);
	add_reader(model, 0, "Beta");
	add_reader(model, 1, "alpha");
	add_reader(model, 2, "Gamma");
	*state = model;
	return 0;
}

static int teardown(void **state)
{
	top_model_release(*state);
	free(*state);
	return 0;
}

/* The order as figures: "021" */
static const char *order(const struct top_model *model)
{
	static char text[64];
	size_t i;

	for (i = 0; i < model->norder && i + 1 < sizeof(text); i++)
		text[i] = (char)('0' + model->order[i]);
	text[i] = '\0';
	return text;
}

static void readers_come_and_go(void **state)
{
	struct top_model *model = *state;
	size_t there;

	assert_int_equal(top_model_cards(&model->live, &there), 0);
	assert_int_equal(there, 3);
	insert_card(model, 1, "alpha", 20);
	assert_int_equal(top_model_cards(&model->live, &there), 1);
	assert_string_equal(model->live.v[1].card, "A card");
	feed(model, make_event(MONITOR_READER_REMOVED, 1, "alpha", RSTATE_UNKNOWN, 21), NULL);
	assert_int_equal(top_model_cards(&model->live, &there), 0);
	assert_int_equal(there, 2);
	keys(model, "");
	assert_string_equal(order(model), "02");
	add_reader(model, 1, "another");
	keys(model, "");
	assert_string_equal(order(model), "012");
	assert_int_equal(model->live.v[1].events, 0);
}

static void what_was_there_is_not_counted(void **state)
{
	struct top_model *model = *state;

	assert_int_equal(model->live.v[0].events, 0);
	assert_int_equal(model->log.total, 3);
	insert_card(model, 0, "Beta", 20);
	remove_card(model, 0, "Beta", 20);
	assert_int_equal(model->live.v[0].events, 2);
	assert_int_equal(model->log.total, 5);
	keys(model, "r");
	assert_int_equal(model->live.v[0].events, 0);
	assert_int_equal(model->log.total, 0);
	assert_int_equal(top_model_log_n(model), 5);
}

static void rate_is_of_the_last_whole_second(void **state)
{
	struct top_model *model = *state;

	for (int i = 0; i < 7; i++)
		insert_card(model, 0, "Beta", 20);
	assert_int_equal(top_model_rate(model, 20 * SECOND), 0);
	assert_int_equal(top_model_rate(model, 21 * SECOND), 7);
	assert_int_equal(top_model_rate(model, 22 * SECOND), 0);
	insert_card(model, 0, "Beta", 21);
	assert_int_equal(top_model_rate(model, 21 * SECOND + 5), 7);
	insert_card(model, 0, "Beta", 23);
	assert_int_equal(top_model_rate(model, 23 * SECOND), 0);
}

static void sort_goes_round(void **state)
{
	static const char *const want[] = {"012", "021", "102", "201", "210", "012"};
	struct top_model *model = *state;

	/* the order by name is that of the bytes: Beta, Gamma, alpha */
	insert_card(model, 1, "alpha", 20);
	for (int i = 0; i < 3; i++)
		remove_card(model, 2, "Gamma", 15);
	remove_card(model, 0, "Beta", 12);
	model->live.v[2].since_ns = 30 * SECOND;
	keys(model, "");
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_string_equal(order(model), want[i]);
		keys(model, "s");
	}
}

static void filter_takes_names_and_cards(void **state)
{
	struct top_model *model = *state;

	insert_card(model, 2, "Gamma", 20);
	keys(model, "/BET");
	assert_string_equal(order(model), "0");
	assert_int_equal(model->ask, TOP_ASK_FILTER);
	keys(model, "\r");
	assert_int_equal(model->ask, TOP_ASK_NOTHING);
	keys(model, "/\x15"
		    "a card\r");
	assert_string_equal(order(model), "2");
	assert_int_equal(model->selected, 2);
	keys(model, "/zzz\033");
	assert_string_equal(order(model), "2");
	keys(model, "\033");
	assert_string_equal(order(model), "012");
}

static void typing_knows_characters(void **state)
{
	struct top_model *model = *state;

	keys(model, "/a");
	top_model_key(model, 0x6F22);
	top_model_key(model, 0x1F600);
	assert_string_equal(model->word, "a\xE6\xBC\xA2\xF0\x9F\x98\x80");
	top_model_key(model, TOP_KEY_BACKSPACE);
	assert_string_equal(model->word, "a\xE6\xBC\xA2");
	top_model_key(model, TOP_KEY_BACKSPACE);
	top_model_key(model, TOP_KEY_BACKSPACE);
	top_model_key(model, TOP_KEY_BACKSPACE);
	assert_string_equal(model->word, "");
	for (int i = 0; i < 2 * TOP_WORD_MAX; i++)
		top_model_key(model, 'x');
	assert_int_equal(strlen(model->word), TOP_WORD_MAX - 1);
}

static void selection_moves_and_stays_with_its_reader(void **state)
{
	struct top_model *model = *state;

	keys(model, "jj");
	assert_int_equal(model->selected, 2);
	keys(model, "j");
	assert_int_equal(model->selected, 2);
	keys(model, "k");
	assert_int_equal(model->selected, 1);
	keys(model, "s"); /* 021 */
	assert_int_equal(model->selected, 1);
	keys(model, "G");
	assert_int_equal(model->selected, 1);
	keys(model, "g");
	assert_int_equal(model->selected, 0);
	keys(model, "sssss");
	keys(model, "j");
	feed(model, make_event(MONITOR_READER_REMOVED, 1, "alpha", RSTATE_UNKNOWN, 21), NULL);
	keys(model, "");
	assert_ptr_equal(top_model_selected(model), &model->live.v[model->selected]);
	assert_true(model->live.v[model->selected].there);
}

static void no_reader_is_selected_when_there_is_none(void **state)
{
	struct top_model none;

	(void)state;
	top_model_init(&none);
	keys(&none, "jkGg\t\r\033s");
	assert_null(top_model_selected(&none));
	top_model_release(&none);
}

static void pause_keeps_what_is_shown(void **state)
{
	struct top_model *model = *state;

	keys(model, "p");
	insert_card(model, 0, "Beta", 20);
	remove_card(model, 0, "Beta", 21);
	insert_card(model, 0, "Beta", 22);
	assert_int_equal(top_model_readers(model)->v[0].state, RSTATE_EMPTY);
	assert_int_equal(top_model_log_n(model), 3);
	assert_int_equal(model->log.total - model->paused_total, 3);
	keys(model, "r");
	assert_int_equal(model->log.total - model->paused_total, 3);
	assert_int_equal(top_model_log_n(model), 3);
	keys(model, "p");
	assert_int_equal(top_model_readers(model)->v[0].state, RSTATE_PRESENT);
	assert_int_equal(top_model_log_n(model), 6);
}

static void log_is_a_ring_and_counts_what_it_drops(void **state)
{
	struct top_model *model = *state;
	const struct top_record *record;

	for (int64_t i = 0; i < TOP_LOG_MAX + 10; i++)
		insert_card(model, 0, "Beta", 100 + i);
	assert_int_equal(top_model_log_n(model), TOP_LOG_MAX);
	assert_int_equal(model->log.total, TOP_LOG_MAX + 13);
	record = top_model_log_at(model, 0);
	assert_true(record->event.mono_ns == 110 * SECOND);
	record = top_model_log_at(model, TOP_LOG_MAX - 1);
	assert_true(record->event.mono_ns == (100 + TOP_LOG_MAX + 9) * SECOND);
	assert_string_equal(top_record_event(record).reader, "Beta");
	keys(model, "c");
	assert_int_equal(top_model_log_n(model), 0);
	insert_card(model, 0, "Beta", 7);
	assert_true(top_model_log_at(model, 0)->event.mono_ns == 7 * SECOND);
}

static void who_reads_an_old_event_goes_on_reading_it(void **state)
{
	struct top_model *model = *state;

	model->height[TOP_PANE_LOG] = 1;
	keys(model, "\t\tk");
	assert_int_equal(model->focus, TOP_PANE_LOG);
	assert_false(model->follow);
	assert_int_equal(model->log_back, 1);
	insert_card(model, 0, "Beta", 20);
	assert_int_equal(model->log_back, 2);
	keys(model, "f");
	assert_true(model->follow);
	assert_int_equal(model->log_back, 0);
	keys(model, "g");
	assert_int_equal(model->log_back, 3);
	keys(model, "G");
	assert_true(model->follow);
}

static void service_lost_keeps_the_readers(void **state)
{
	struct top_model *model = *state;
	struct monitor_event lost = {.kind = MONITOR_SERVICE_LOST,
				     .fault = {"SCardGetStatusChange", 0x8010001D}};
	struct monitor_event back = {.kind = MONITOR_SERVICE_BACK};

	feed(model, lost, NULL);
	assert_true(model->lost);
	assert_int_equal(model->fault.rv, 0x8010001D);
	keys(model, "");
	assert_string_equal(order(model), "012");
	assert_null(top_record_event(top_model_log_at(model, 3)).reader);
	feed(model, back, NULL);
	assert_false(model->lost);
}

static void keys_ask_for_what_needs_a_terminal(void **state)
{
	struct top_model *model = *state;

	assert_int_equal(keys(model, "a"), TOP_ATTRIBUTES);
	assert_int_equal(keys(model, "e"), TOP_SCRIPTOR);
	assert_int_equal(keys(model, "d"), TOP_DOCTOR);
	assert_int_equal(keys(model, "q"), TOP_QUIT);
	assert_int_equal(keys(model, "\f"), TOP_REDRAW);
	assert_int_equal(keys(model, "w\x15log\r"), TOP_SAVE);
	assert_string_equal(model->word, "log");
	assert_false(model->over);
	top_model_ask(model, TOP_ASK_OVERWRITE, model->word);
	assert_int_equal(keys(model, "n"), TOP_NOTHING);
	assert_false(model->over);
	top_model_ask(model, TOP_ASK_OVERWRITE, model->word);
	assert_int_equal(keys(model, "y"), TOP_SAVE);
	assert_true(model->over);
	assert_string_equal(model->word, "log");
	assert_int_equal(keys(model, "w\x15\r"), TOP_NOTHING);
	assert_int_equal(keys(model, "w\033"), TOP_NOTHING);
}

static void page_takes_the_keys(void **state)
{
	struct top_model *model = *state;

	keys(model, "?");
	assert_string_equal(model->page_title, "Keys");
	assert_int_equal(keys(model, "ea"), TOP_NOTHING);
	assert_string_equal(model->page_title, "Keys");
	assert_int_equal(keys(model, "q"), TOP_NOTHING);
	assert_string_equal(model->page_title, "");
	keys(model, "\r");
	assert_true(model->zoom);
	assert_int_equal(model->focus, TOP_PANE_DETAIL);
	keys(model, "\033");
	assert_false(model->zoom);
	assert_int_equal(model->focus, TOP_PANE_LIST);
}

static void pause_in_an_old_log_keeps_its_place(void **state)
{
	struct top_model *model = *state;

	for (int i = 0; i < 20; i++)
		insert_card(model, 0, "Beta", i);
	model->height[TOP_PANE_LOG] = 5;
	keys(model, "\t\tkkp");
	assert_int_equal(model->log_back, 2);
	for (int i = 0; i < 4; i++)
		insert_card(model, 0, "Beta", i);
	assert_int_equal(model->log_back, 2);
	keys(model, "p");
	assert_int_equal(model->log_back, 6);
}

static void every_key_has_one_meaning(void **state)
{
	const struct top_key_row *row;

	(void)state;
	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++) {
		for (size_t k = 0; k < 3; k++)
			if (row->keys[k])
				assert_int_equal(top_key_action(row->keys[k]), i + 1);
	}
	assert_int_equal(top_key_action('z'), TOP_NOTHING);
	assert_int_equal(top_key_action(0), TOP_NOTHING);
}

#define WITH_READERS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_READERS(readers_come_and_go),
		WITH_READERS(what_was_there_is_not_counted),
		WITH_READERS(rate_is_of_the_last_whole_second),
		WITH_READERS(sort_goes_round),
		WITH_READERS(filter_takes_names_and_cards),
		WITH_READERS(typing_knows_characters),
		WITH_READERS(selection_moves_and_stays_with_its_reader),
		cmocka_unit_test(no_reader_is_selected_when_there_is_none),
		WITH_READERS(pause_keeps_what_is_shown),
		WITH_READERS(log_is_a_ring_and_counts_what_it_drops),
		WITH_READERS(who_reads_an_old_event_goes_on_reading_it),
		WITH_READERS(service_lost_keeps_the_readers),
		WITH_READERS(keys_ask_for_what_needs_a_terminal),
		WITH_READERS(page_takes_the_keys),
		WITH_READERS(pause_in_an_old_log_keeps_its_place),
		cmocka_unit_test(every_key_has_one_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
