/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_show.h"

#include <string.h>

#include "core/utf8.h"
#include "tools/card_lists.h"
#include "view/event_json.h"
#include "view/event_text.h"
#include "view/scard_text.h"
#include "view/time_text.h"

void show_init(struct show *show, const struct scan_options *options, const struct app_env *env,
	       const struct loop *loop)
{
	memset(show, 0, sizeof(*show));
	show->loop = loop;
	show->options = options;
	show->term.out = stdout;
	show->term.color = app_use_color((enum app_color)options->color, env, stdout);
}

void show_release(struct show *show)
{
	carddb_free(&show->db);
	json_line_release(&show->line);
}

enum cs_err show_load(struct show *show, const struct app_env *env)
{
	const struct scan_options *o = show->options;
	enum cs_err err;

	if (o->no_lookup || (o->no_analysis && !o->exec.argc))
		return CS_OK;
	err = carddb_new(&show->db);
	if (err == CS_OK)
		err = card_lists_load(show->db, scan_name, &o->db, env);
	if (err == CS_OK && o->verbose)
		fprintf(stderr, "%s: %zu entries in the card lists\n", scan_name, carddb_count(show->db));
	return err;
}

const char *show_lookup(struct show *show, const struct monitor_event *event)
{
	show->ncards = 0;
	if (show->db && event->atr_len)
		show->ncards = carddb_lookup(show->db, event->atr, event->atr_len, show->cards);
	return show->ncards && show->cards[0]->ndescriptions ? show->cards[0]->descriptions[0] : NULL;
}

static const char *event_time(struct show *show, char out[TIME_TEXT_MAX], const struct monitor_event *event)
{
	int64_t delta_ns = show->previous_ns ? event->mono_ns - show->previous_ns : 0;

	show->previous_ns = event->mono_ns;
	if (show->options->json || show->options->timestamps <= SCAN_STAMP_UTC)
		return time_format(out, event->real_ns, show->options->timestamps == SCAN_STAMP_UTC);
	if (show->options->timestamps == SCAN_STAMP_NONE)
		return NULL;
	snprintf(out, TIME_TEXT_MAX, "+%.3f", (double)delta_ns / (double)LOOP_S);
	return out;
}

/* Once for each card, not again whenever a program begins or ceases to use it. */
static bool explain(struct show *show, const struct monitor_event *event)
{
	return !show->options->no_analysis && !show->options->json && event->atr_len &&
	       (event->kind == MONITOR_CARD_INSERTED || event->kind == MONITOR_CARD_MUTE) &&
	       atr_decode(&show->decoded, event->atr, event->atr_len, 0) == CS_OK;
}

enum cs_err show_event(struct show *show, const char *type, const struct monitor_event *event)
{
	char time[TIME_TEXT_MAX], fault[SCARD_FAULT_TEXT_MAX];
	struct event_view view = {
		.event = event,
		.name = monitor_event_name(event->kind),
		.time = event_time(show, time, event),
		.atr = explain(show, event) ? &show->decoded : NULL,
		.cards = show->cards,
		.ncards = show->ncards,
		.looked_up = show->db && !show->options->no_analysis && event->atr_len,
		.bits = show->options->debug,
	};
	enum cs_err err = CS_OK;

	if (event->kind == MONITOR_SERVICE_LOST) {
		scard_fault_format(fault, sizeof(fault), &event->fault, scard_error_get(event->fault.rv));
		view.fault_text = fault;
	}
	if (show->options->json)
		err = event_json_put(&show->line, stdout, type, &view);
	else
		event_text_put(&show->term, &view);
	return err == CS_OK ? loop_flush(show->loop) : err;
}

int show_fault(const char *reader, const struct scard_fault *fault)
{
	const struct scard_error *error = scard_error_get(fault->rv);
	char name[UTF8_ESCAPE_SIZE(SCARD_READER_MAX)], text[SCARD_FAULT_TEXT_MAX];

	if (reader)
		utf8_escape(name, sizeof(name), reader, strlen(reader));
	scard_fault_format(text, sizeof(text), fault, error);
	fprintf(stderr, "%s: %s%s%s\n", scan_name, reader ? name : "", reader ? ": " : "", text);
	return error->exit_status;
}
