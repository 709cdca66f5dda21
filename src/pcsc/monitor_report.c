/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/monitor_priv.h"

#include <assert.h>
#include <string.h>

#define GONE (RSTATE_UNKNOWN | RSTATE_UNAVAILABLE)

const char *const monitor_event_names[MONITOR_EVENT_KINDS + 1] = {
	[MONITOR_READER_ADDED] = "reader_added",   [MONITOR_READER_REMOVED] = "reader_removed",
	[MONITOR_CARD_INSERTED] = "card_inserted", [MONITOR_CARD_REMOVED] = "card_removed",
	[MONITOR_CARD_MUTE] = "card_mute",         [MONITOR_STATE_CHANGED] = "state_changed",
	[MONITOR_SERVICE_LOST] = "service_lost",   [MONITOR_SERVICE_BACK] = "service_back",
};

const char *monitor_event_name(enum monitor_event_kind kind)
{
	assert((size_t)kind < MONITOR_EVENT_KINDS);
	return monitor_event_names[kind];
}

/* ---- telling ---- */

void monitor_tell(struct monitor *m, struct monitor_event event)
{
	event.mono_ns = m->stamp.mono_ns;
	event.real_ns = m->stamp.real_ns;
	m->idle_due = true;
	m->ops.event(m->data, &event);
}

void monitor_notice(struct monitor *m, enum monitor_notice what)
{
	if (m->ops.notice)
		m->ops.notice(m->data, what);
}

static void tell_reader(struct monitor *m, enum monitor_event_kind kind, const struct roster_reader *reader,
			uint32_t before, uint32_t now)
{
	struct monitor_event event = {
		.kind = kind,
		.initial = m->initial && kind != MONITOR_READER_REMOVED && kind != MONITOR_CARD_REMOVED,
		.reader = reader->name,
		.slot_id = reader->slot,
		.state = monitor_low(now),
		.before = monitor_low(before),
		.event_count = monitor_high(now),
	};

	if (kind == MONITOR_CARD_INSERTED || kind == MONITOR_CARD_MUTE || kind == MONITOR_STATE_CHANGED) {
		memcpy(event.atr, reader->atr, reader->atr_len);
		event.atr_len = reader->atr_len;
	}
	monitor_tell(m, event);
}

/* The half of a swap that PC/SC does not show: the reader was empty for a moment. */
static uint32_t between(uint32_t now)
{
	return (uint32_t)(uint16_t)(monitor_high(now) - 1) << 16 | RSTATE_EMPTY;
}

static void tell_card(struct monitor *m, struct roster_reader *reader, uint32_t before,
		      uint16_t counter_before, uint32_t now)
{
	static const enum monitor_event_kind kinds[] = {
		[RSTATE_EV_CARD_INSERTED] = MONITOR_CARD_INSERTED,
		[RSTATE_EV_CARD_REMOVED] = MONITOR_CARD_REMOVED,
		[RSTATE_EV_CARD_MUTE] = MONITOR_CARD_MUTE,
		[RSTATE_EV_STATE_CHANGED] = MONITOR_STATE_CHANGED,
	};
	enum rstate_event events[RSTATE_EVENTS_MAX];
	size_t n =
		rstate_diff(monitor_low(before), monitor_low(now), counter_before, monitor_high(now), events);

	for (size_t i = 0; i < n; i++) {
		uint32_t after = i + 1 < n ? between(now) : now;

		if (events[i] != RSTATE_EV_STATE_CHANGED)
			reader->card = events[i] != RSTATE_EV_CARD_REMOVED;
		tell_reader(m, kinds[events[i]], reader, before, after);
		before = after;
	}
}

/* ---- what a wait brought ---- */

/* The counters of two runs of the service say nothing about each other; another ATR means another card. */
static uint16_t counter_before(const struct roster_reader *reader, const struct scard_state *row)
{
	bool other = reader->atr_len != row->atr_len || memcmp(reader->atr, row->atr, row->atr_len) != 0;

	if (reader->aware)
		return monitor_high(reader->state);
	return (uint16_t)(monitor_high(row->event) - (other ? 2 : 0));
}

static void apply_row(struct monitor *m, struct roster_reader *reader, const struct scard_state *row)
{
	uint32_t before = reader->state, now = monitor_lasting(row->event);
	uint16_t counter = counter_before(reader, row);

	reader->aware = true;
	reader->state = now;
	memcpy(reader->atr, row->atr, row->atr_len);
	reader->atr_len = row->atr_len;
	if (!reader->announced)
		tell_reader(m, MONITOR_READER_ADDED, reader, 0, now);
	reader->announced = true;
	tell_card(m, reader, before, counter, now);
}

static void retire(struct monitor *m, struct roster_reader *reader)
{
	uint32_t gone = (reader->state & 0xFFFF0000) | GONE;

	if (reader->card)
		tell_reader(m, MONITOR_CARD_REMOVED, reader, reader->state, gone);
	if (reader->announced)
		tell_reader(m, MONITOR_READER_REMOVED, reader, reader->card ? gone : reader->state, gone);
	reader->listed = false;
}

void monitor_retire_unlisted(struct monitor *m)
{
	for (size_t i = 0; i < m->roster.n; i++) {
		if (!m->roster.v[i].listed)
			retire(m, &m->roster.v[i]);
	}
	roster_drop(&m->roster);
}

static bool is_news(const struct scard_state *row)
{
	return monitor_lasting(row->event) != monitor_lasting(row->current);
}

/* Report the rows of a wait. True: there was something new. */
bool monitor_apply_rows(struct monitor *m)
{
	bool news = false;

	if (m->nrows && m->rows[0].reader == scard_pnp_name) {
		m->pnp_state = monitor_lasting(m->rows[0].event);
		news = m->rows[0].event & RSTATE_CHANGED;
	}
	for (size_t i = 0; i < m->roster.n; i++) {
		struct roster_reader *reader = &m->roster.v[i];
		const struct scard_state *row = reader->row == ROSTER_NO_ROW ? NULL : &m->rows[reader->row];

		if (!row || (reader->aware && !is_news(row)))
			continue;
		news = true;
		if (row->event & RSTATE_UNKNOWN)
			retire(m, reader);
		else
			apply_row(m, reader, row);
	}
	roster_drop(&m->roster);
	return news;
}
