/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vpcd/replay.h"

#include <assert.h>

/* the entry after @at; n at the end */
static size_t next(const struct replay *r, size_t at)
{
	at++;
	return at == r->rec->n && r->options.loop ? 0 : at;
}

static bool is_kind(const struct replay *r, size_t at, enum recording_kind kind)
{
	return at < r->rec->n && r->rec->entry[at].kind == kind;
}

/* the event at or after @at, around the end when looping; n for none */
static size_t find_event(const struct replay *r, size_t at)
{
	for (size_t tries = 0; tries < r->rec->n && at < r->rec->n; tries++) {
		if (is_kind(r, at, RECORDING_EVENT))
			return at;
		at = next(r, at);
	}
	return r->rec->n;
}

/* strict order: the entry that has its turn for all but a reset, for a power-up has played pending resets */
static size_t current(const struct replay *r)
{
	size_t at = r->pos;

	for (size_t tries = 0; r->fresh && tries < r->rec->n && is_kind(r, at, RECORDING_RESET); tries++)
		at = next(r, at);
	return at;
}

static size_t event_turn(const struct replay *r)
{
	size_t at = r->options.any_order ? r->turn : current(r);

	return is_kind(r, at, RECORDING_EVENT) ? at : r->rec->n;
}

/* strict order: entry @at was played */
static void played(struct replay *r, size_t at)
{
	r->pos = next(r, at);
	r->fresh = false;
	r->armed = false;
}

static void give_first_atr(struct replay *r)
{
	r->atr = r->rec->atr;
	r->atr_len = r->rec->atr_len;
}

void replay_init(struct replay *r, const struct recording *rec, struct replay_options options)
{
	*r = (struct replay){.rec = rec, .options = options};
	r->turn = find_event(r, 0);
	give_first_atr(r);
}

void replay_power_up(struct replay *r)
{
	r->fresh = true;
	if (r->options.any_order)
		r->pos = 0;
	give_first_atr(r);
}

void replay_insert(struct replay *r)
{
	r->out = false;
	give_first_atr(r);
}

static bool fits(const struct recording_entry *entry, const uint8_t *command, size_t len)
{
	return command ? recording_matches(entry, command, len) : entry->kind == RECORDING_RESET;
}

/* any order: the exchange that fits, or the next reset when @command is NULL; n for none */
static size_t search(const struct replay *r, const uint8_t *command, size_t len)
{
	size_t n = r->rec->n;

	for (size_t i = 0; i < n; i++) {
		size_t at = (r->pos + i) % n;

		if (fits(&r->rec->entry[at], command, len))
			return at;
	}
	return n;
}

/* strict order: the same, looking at the entry whose turn it is only */
static size_t look(const struct replay *r, const uint8_t *command, size_t len)
{
	size_t at = command ? current(r) : r->pos;

	return at < r->rec->n && fits(&r->rec->entry[at], command, len) ? at : r->rec->n;
}

static const struct recording_entry *play(struct replay *r, const uint8_t *command, size_t len)
{
	size_t at = r->options.any_order ? search(r, command, len) : look(r, command, len);

	if (at == r->rec->n)
		return NULL;
	if (r->options.any_order)
		r->pos = at + 1;
	else
		played(r, at);
	return &r->rec->entry[at];
}

void replay_reset(struct replay *r)
{
	const struct recording_entry *entry = play(r, NULL, 0);

	if (entry && entry->atr_len > 0) {
		r->atr = entry->atr;
		r->atr_len = entry->atr_len;
	}
}

const struct recording_entry *replay_command(struct replay *r, const uint8_t *command, size_t len)
{
	const struct recording_entry *entry;

	assert(command != NULL);
	entry = play(r, command, len);
	if (entry == NULL)
		r->misses++;
	return entry;
}

const struct recording_entry *replay_expected(const struct replay *r)
{
	size_t at = r->options.any_order ? r->rec->n : current(r);

	return at < r->rec->n ? &r->rec->entry[at] : NULL;
}

int64_t replay_wait_ms(struct replay *r, int64_t now_ms)
{
	size_t at = event_turn(r);

	if (at == r->rec->n)
		return -1;
	if (!r->armed) {
		r->armed = true;
		r->due_ms = now_ms + r->rec->entry[at].after_ms;
	}
	return r->due_ms > now_ms ? r->due_ms - now_ms : 0;
}

enum recording_event replay_event_take(struct replay *r)
{
	size_t at = event_turn(r);
	enum recording_event event;

	assert(at < r->rec->n);
	event = r->rec->entry[at].event;
	if (r->options.any_order) {
		r->turn = find_event(r, next(r, at));
		r->armed = false;
	} else {
		played(r, at);
	}
	r->out = event == RECORDING_REMOVE;
	return event;
}

bool replay_is_over(const struct replay *r)
{
	return r->out && (r->options.any_order ? r->turn : r->pos) == r->rec->n;
}
