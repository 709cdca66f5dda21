/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers, cards and services that come and go in great numbers: nothing is missed, nothing is left over. */
#include "monitor_harness.h"

#include <dirent.h>
#include <stdatomic.h>

#define READERS_MAX 60
#define STEPS       3000
#define LOSSES      1000
#define PATIENCE_MS 10000

/* ---- a random walk ---- */

enum what { NO_READER, NO_CARD, CARD, MUTE };

/* What is, and what the monitor has told of it. */
struct model {
	struct background b;
	enum what is[READERS_MAX], told[READERS_MAX];
	size_t slot[READERS_MAX];
	size_t known; /* readers plugged in so far */
	uint32_t random;
};

static void note(void *data, const struct monitor_event *event)
{
	static const enum what after[MONITOR_EVENT_KINDS] = {
		[MONITOR_READER_ADDED] = NO_CARD, [MONITOR_READER_REMOVED] = NO_READER,
		[MONITOR_CARD_INSERTED] = CARD,   [MONITOR_CARD_REMOVED] = NO_CARD,
		[MONITOR_CARD_MUTE] = MUTE,
	};
	struct model *model = data;
	size_t i;

	assert_non_null(event->reader);
	assert_int_equal(event->reader[0], 'R');
	i = (size_t)atoi(event->reader + 1);
	if (event->kind == MONITOR_READER_ADDED) {
		assert_int_equal(model->told[i], NO_READER);
		model->slot[i] = event->slot_id;
		for (size_t k = 0; k < READERS_MAX; k++)
			assert_false(k != i && model->told[k] != NO_READER &&
				     model->slot[k] == event->slot_id);
	}
	assert_int_equal(event->slot_id, model->slot[i]);
	if (event->kind != MONITOR_STATE_CHANGED)
		model->told[i] = after[event->kind];
}

static uint32_t draw(struct model *model, uint32_t below)
{
	model->random = model->random * 1664525 + 1013904223;
	return (model->random >> 8) % below;
}

static void act(const char *word, size_t i, const char *rest)
{
	char text[60];

	snprintf(text, sizeof(text), "%s %zu %s", word, i, rest);
	fake_winscard_do(text);
}

static void act_add(size_t i)
{
	char text[60];

	snprintf(text, sizeof(text), "add \"R%zu\"", i);
	fake_winscard_do(text);
}

/* One thing happens, to a reader that is there or not, with a card or not. */
static void step(struct model *model, size_t most)
{
	size_t i = draw(model, (uint32_t)most);

	if (i >= model->known) {
		i = model->known++;
		act_add(i);
		model->is[i] = NO_CARD;
	} else if (model->is[i] == NO_READER) {
		act("replug", i, "");
		model->is[i] = NO_CARD;
	} else if (draw(model, 4) == 0) {
		act("remove", i, "");
		act("unplug", i, "");
		model->is[i] = NO_READER;
	} else if (model->is[i] != NO_CARD) {
		act("remove", i, "");
		model->is[i] = NO_CARD;
	} else {
		bool mute = draw(model, 8) == 0;

		act(mute ? "mute" : "insert", i, mute ? "" : C1);
		model->is[i] = mute ? MUTE : CARD;
	}
}

static void await_rest(void)
{
	int64_t end = now_ns(CLOCK_MONOTONIC) + PATIENCE_MS * 1000000LL;

	while (!fake_winscard_all_wait()) {
		assert_true(now_ns(CLOCK_MONOTONIC) < end);
		sched_yield();
	}
}

static const struct walk_row {
	const char *name, *scenario;
	bool hurry; /* several things may happen at once: not for a pseudo reader that only counts */
} walk_rows[] = {
	{"readers come and go: counted", "", false},
	{"readers come and go: a counter, several at once", "pnp counter", true},
	{"readers come and go: one call for all, several at once", "pnp counter\nlimit 0", true},
};

static void test_walk(void **state)
{
	const struct monitor_ops ops = {.event = note};
	const struct monitor_options none = {0};
	const struct walk_row *row = *state;
	static struct model model;

	model = (struct model){.random = 1};
	fake_winscard_load(row->scenario);
	assert_int_equal(monitor_new(&model.b.run.monitor, &none, &ops, &model), CS_OK);
	background_start(&model.b);
	await_rest();
	for (size_t i = 0; i < STEPS; i++) {
		/* from few to many readers and back to few */
		step(&model, i < STEPS / 2 ? 17 + i * (READERS_MAX - 17) / (STEPS / 2) : 20);
		if (row->hurry && draw(&model, 3) > 0)
			continue;
		await_rest();
		assert_memory_equal(model.is, model.told, sizeof(model.is));
	}
	background_stop(&model.b);
	monitor_free(&model.b.run.monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
	assert_in_range(model.known, READERS_MAX * 9 / 10, READERS_MAX);
}

/* ---- a service that is lost again and again ---- */

static size_t entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static size_t contexts(const char *path)
{
	(void)path;
	return fake_winscard_contexts();
}

/* What a thread of the lost connection gives back can come a moment after all others wait again. */
static void await_number(size_t (*count)(const char *), const char *path, size_t number)
{
	int64_t end = now_ns(CLOCK_MONOTONIC) + PATIENCE_MS * 1000000LL;

	while (count(path) != number && now_ns(CLOCK_MONOTONIC) < end)
		sched_yield();
	assert_int_equal(count(path), number);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

struct losses {
	struct background b;
	atomic_uint lost, back;
};

static void lose_again(void *data, const struct monitor_event *event)
{
	struct losses *losses = data;

	if (event->kind == MONITOR_SERVICE_LOST) {
		atomic_fetch_add(&losses->lost, 1);
		fake_winscard_do("service start");
	} else if (event->kind == MONITOR_SERVICE_BACK) {
		atomic_fetch_add(&losses->back, 1);
	} else {
		assert_true(event->initial);
	}
}

static void test_a_thousand_losses(void **state)
{
	const struct monitor_ops ops = {.event = lose_again};
	const struct monitor_options options = {.retry_min_ms = 1, .retry_max_ms = 1};
	struct losses losses = {.b.err = CS_OK};
	size_t threads = SIZE_MAX, files = SIZE_MAX;

	(void)state;
	fake_winscard_load("");
	for (size_t i = 0; i < 40; i++)
		act_add(i);
	act("mute", 7, "");
	assert_int_equal(monitor_new(&losses.b.run.monitor, &options, &ops, &losses), CS_OK);
	background_start(&losses.b);
	for (unsigned i = 0; i < LOSSES; i++) {
		await_rest();
		if (i >= 10 && i < 20) {
			threads = least(threads, entries("/proc/self/task"));
			files = least(files, entries("/proc/self/fd"));
		}
		fake_winscard_do("service stop");
		while (atomic_load(&losses.back) <= i)
			sched_yield();
	}
	await_rest();
	await_number(contexts, NULL, 4);
	await_number(entries, "/proc/self/task", threads);
	await_number(entries, "/proc/self/fd", files);
	assert_int_equal(atomic_load(&losses.lost), LOSSES);
	background_stop(&losses.b);
	monitor_free(&losses.b.run.monitor);
	assert_int_equal(fake_winscard_contexts(), 0);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(walk_rows) + 1] = {
		cmocka_unit_test(test_a_thousand_losses),
	};

	for (size_t i = 0; i < COUNT(walk_rows); i++)
		tests[i + 1] = ROW(walk_rows[i], test_walk);
	return cmocka_run_group_tests_name("monitor and many", tests, NULL, NULL);
}
