/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_news.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/rstate.h"

void news_finish(struct news *news, int status)
{
	news->done = true;
	news->end.status = status;
}

void news_stop(struct news *news)
{
	const struct scan_options *o = news->options;
	bool unread = news->end.closed && !o->wait;

	news->hurry = true;
	if (!news->done)
		news_finish(news, (o->wait || o->once || o->cards) && !unread ? APP_NO : APP_OK);
}

void news_give_up(struct news *news, enum cs_err err)
{
	news->hurry = true;
	if (scan_end_fail(&news->end, err))
		news->done = true;
	else
		news_stop(news);
}

static void hint(const struct news *news, const char *text)
{
	if (scan_wants_hints(news->options))
		fprintf(stderr, "%s\n", text);
}

static bool is_met(const struct news *news)
{
	return news->options->wait && wait_met(&news->wait, (enum scan_wait)news->options->wait_for);
}

static void hint_what_for(const struct news *news)
{
	static const char *const what[] = {
		[SCAN_WAIT_INSERT] = "Waiting for a card... (Ctrl-C ends)",
		[SCAN_WAIT_REMOVE] = "Waiting for the removal of every card... (Ctrl-C ends)",
		[SCAN_WAIT_READER] = "Waiting for a reader... (Ctrl-C ends)",
		[SCAN_WAIT_NO_READER] = "Waiting for the removal of every reader... (Ctrl-C ends)",
	};

	hint(news, news->options->wait ? what[news->options->wait_for]
				       : "Insert or remove a card or a reader... (Ctrl-C ends)");
}

static void take_notice(struct news *news, enum monitor_notice notice)
{
	news->wait.complete = true;
	switch (notice) {
	case MONITOR_IDLE:
		if (!news->answered && news->wait.readers && !is_met(news))
			hint_what_for(news);
		news->answered = true;
		break;
	case MONITOR_POLLING:
		fprintf(stderr,
			"%s: plug-and-play does not work here: new readers are looked for once a second\n",
			scan_name);
		break;
	case MONITOR_NO_READER:
		if (!is_met(news))
			hint(news, "Waiting for the first reader... (Ctrl-C ends)");
		break;
	case MONITOR_SPLIT_WAIT:
		hint(news, "More readers than one PC/SC call takes: waiting with several");
		break;
	}
}

static bool make_slot(struct news *news, size_t slot)
{
	struct queue_item *larger;

	if (slot < news->nlast)
		return true;
	larger = realloc(news->last, (slot + 1) * sizeof(*larger));
	if (!larger)
		return false;
	for (size_t i = news->nlast; i <= slot; i++)
		larger[i].has_reader = false;
	news->last = larger;
	news->nlast = slot + 1;
	return true;
}

static void tell(struct news *news, const struct monitor_event *event)
{
	const char *card = show_lookup(&news->show, event);
	enum cs_err err = show_event(&news->show, "event", event);

	if (err != CS_OK) {
		news_give_up(news, err);
		return;
	}
	if (event->kind == MONITOR_SERVICE_LOST && news->options->json) {
		show_fault(NULL, &event->fault);
		news->told_loss = true;
	}
	if (news->exec.argv)
		exec_start(&news->exec, event, card);
}

static void take_event(struct news *news, const struct queue_item *item)
{
	const struct scan_options *o = news->options;
	const struct monitor_event *event = &item->event;

	if (wait_note(&news->wait, event) != CS_OK ||
	    (o->cards && event->reader && !make_slot(news, event->slot_id))) {
		news_give_up(news, CS_E_NOMEM);
		return;
	}
	if (o->cards && event->reader)
		news->last[event->slot_id] = *item;
	else if ((o->event_mask >> event->kind & 1) && (is_met(news) || !o->wait))
		tell(news, event);
	if (event->kind == MONITOR_SERVICE_LOST && !o->exit_on_loss)
		hint(news, "Waiting for the PC/SC service to come back... (Ctrl-C ends)");
}

void news_take(struct news *news, const struct queue_item *item)
{
	if (item->is_notice)
		take_notice(news, item->notice);
	else
		take_event(news, item);
	if (!news->done && is_met(news))
		news_finish(news, APP_OK);
}

static enum monitor_event_kind kind_of(uint16_t state)
{
	if (state & RSTATE_MUTE)
		return MONITOR_CARD_MUTE;
	return state & RSTATE_PRESENT ? MONITOR_CARD_INSERTED : MONITOR_CARD_REMOVED;
}

static void tell_cards(struct news *news)
{
	for (size_t i = 0; i < news->nlast && !news->done; i++) {
		struct monitor_event event = news->last[i].event;
		enum cs_err err;

		if (!news->last[i].has_reader)
			continue;
		event.reader = news->last[i].reader;
		event.kind = kind_of(event.state);
		show_lookup(&news->show, &event);
		err = show_event(&news->show, "card", &event);
		if (err != CS_OK)
			news_give_up(news, err);
	}
}

void news_conclude(struct news *news, enum cs_err err, const struct scard_fault *fault)
{
	const struct scan_options *o = news->options;

	if (err == CS_E_PCSC) {
		news_finish(news, news->told_loss ? scard_error_get(fault->rv)->exit_status
						  : show_fault(NULL, fault));
	} else if (err != CS_OK) {
		news_give_up(news, err);
	} else if (!news->wait.readers) {
		fprintf(stderr, "%s: no reader%s\n", scan_name,
			o->reader.n || o->ignore.n ? " of such a name" : "");
		news_finish(news, APP_SERVICE);
	} else {
		tell_cards(news);
		if (!news->done)
			news_finish(news, APP_OK);
	}
}

void news_release(struct news *news)
{
	exec_release(&news->exec);
	show_release(&news->show);
	wait_release(&news->wait);
	free(news->last);
	news->last = NULL;
}
