/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/top_model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rstate.h"

#define LOG_BEGIN 256
#define SECOND_NS 1000000000LL

void top_model_init(struct top_model *model)
{
	memset(model, 0, sizeof(*model));
	model->follow = true;
}

void top_model_release(struct top_model *model)
{
	free(model->live.v);
	free(model->frozen.v);
	free(model->log.v);
	free(model->order);
	top_text_release(&model->detail);
	top_text_release(&model->banner);
	top_text_release(&model->page);
	memset(model, 0, sizeof(*model));
}

/* ---- events ---- */

static bool grow_log(struct top_log *log)
{
	size_t cap = log->cap ? 2 * log->cap : LOG_BEGIN;
	struct top_record *larger;

	if (log->n < log->cap || log->cap == TOP_LOG_MAX)
		return true;
	/* The ring has not turned yet: it does so at its full size only. */
	larger = realloc(log->v, cap * sizeof(*larger));
	if (!larger)
		return false;
	log->v = larger;
	log->cap = cap;
	return true;
}

static bool note(struct top_model *model, const struct monitor_event *event, const char *card)
{
	struct top_log *log = &model->log;
	struct top_record *record;

	log->total++;
	if (!grow_log(log))
		return false;
	if (log->n == log->cap)
		log->first = (log->first + 1) % log->cap;
	else
		log->n++;
	record = &log->v[(log->first + log->n - 1) % log->cap];
	memset(record, 0, sizeof(*record));
	record->event = *event;
	record->card = card;
	record->has_reader = event->reader != NULL;
	snprintf(record->reader, sizeof(record->reader), "%s", event->reader ? event->reader : "");
	/* Who reads an old event goes on reading it. */
	if (!model->follow && !model->paused && model->log_back + 1 < log->n)
		model->log_back++;
	return true;
}

static struct top_reader *reader_at(struct top_readers *readers, size_t slot)
{
	struct top_reader *larger;

	if (slot >= readers->n) {
		larger = realloc(readers->v, (slot + 1) * sizeof(*larger));
		if (!larger)
			return NULL;
		memset(larger + readers->n, 0, (slot + 1 - readers->n) * sizeof(*larger));
		readers->v = larger;
		readers->n = slot + 1;
	}
	return &readers->v[slot];
}

static bool update_reader(struct top_model *model, const struct monitor_event *event, const char *card)
{
	struct top_reader *reader = reader_at(&model->live, event->slot_id);

	if (!reader)
		return false;
	if (event->kind == MONITOR_READER_ADDED)
		memset(reader, 0, sizeof(*reader));
	reader->there = event->kind != MONITOR_READER_REMOVED;
	snprintf(reader->name, sizeof(reader->name), "%s", event->reader);
	reader->state = event->state;
	reader->atr_len = event->atr_len;
	memcpy(reader->atr, event->atr, event->atr_len);
	reader->card = card;
	reader->since_ns = event->real_ns;
	reader->events += !event->initial;
	return true;
}

static void count_rate(struct top_model *model, const struct monitor_event *event)
{
	int64_t second = event->mono_ns / SECOND_NS;

	if (second != model->second) {
		model->last = second == model->second + 1 ? model->this_second : 0;
		model->this_second = 0;
		model->second = second;
	}
	model->this_second += !event->initial;
}

enum cs_err top_model_event(struct top_model *model, const struct monitor_event *event, const char *card)
{
	bool noted = note(model, event, card);

	count_rate(model, event);
	if (event->kind == MONITOR_SERVICE_LOST)
		model->fault = event->fault;
	if (event->kind == MONITOR_SERVICE_LOST || event->kind == MONITOR_SERVICE_BACK)
		model->lost = event->kind == MONITOR_SERVICE_LOST;
	if (event->reader && !update_reader(model, event, card))
		return CS_E_NOMEM;
	return noted ? CS_OK : CS_E_NOMEM;
}

unsigned top_model_rate(const struct top_model *model, int64_t mono_ns)
{
	int64_t second = mono_ns / SECOND_NS;

	if (second == model->second)
		return model->last;
	return second == model->second + 1 ? model->this_second : 0;
}

/* ---- what is shown ---- */

const struct top_readers *top_model_readers(const struct top_model *model)
{
	return model->paused ? &model->frozen : &model->live;
}

size_t top_model_cards(const struct top_readers *readers, size_t *there)
{
	size_t cards = 0;

	*there = 0;
	for (size_t i = 0; i < readers->n; i++) {
		*there += readers->v[i].there;
		cards += readers->v[i].there && readers->v[i].state & RSTATE_PRESENT;
	}
	return cards;
}

const struct top_reader *top_model_selected(const struct top_model *model)
{
	for (size_t i = 0; i < model->norder; i++)
		if (model->order[i] == model->selected)
			return &top_model_readers(model)->v[model->selected];
	return NULL;
}

size_t top_model_log_n(const struct top_model *model)
{
	unsigned long later = model->log.total - model->paused_total;

	if (!model->paused)
		return model->log.n;
	return later < model->log.n ? model->log.n - (size_t)later : 0;
}

const struct top_record *top_model_log_at(const struct top_model *model, size_t i)
{
	assert(i < model->log.n);
	return &model->log.v[(model->log.first + i) % model->log.cap];
}

struct monitor_event top_record_event(const struct top_record *record)
{
	struct monitor_event event = record->event;

	event.reader = record->has_reader ? record->reader : NULL;
	return event;
}
