/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_wait.h"

#include <stdlib.h>
#include <string.h>

static enum cs_err make_slot(struct wait *w, size_t slot)
{
	size_t slots = slot + 16;
	bool *card;

	if (slot < w->slots)
		return CS_OK;
	card = realloc(w->card, slots * sizeof(*card));
	if (!card)
		return CS_E_NOMEM;
	memset(card + w->slots, 0, (slots - w->slots) * sizeof(*card));
	w->card = card;
	w->slots = slots;
	return CS_OK;
}

static void set_card(struct wait *w, size_t slot, bool there)
{
	if (there && !w->card[slot])
		w->cards++;
	if (!there && w->card[slot])
		w->cards--;
	w->card[slot] = there;
}

enum cs_err wait_note(struct wait *w, const struct monitor_event *event)
{
	if (event->kind == MONITOR_SERVICE_LOST)
		w->complete = false;
	if (!event->reader)
		return CS_OK;
	if (make_slot(w, event->slot_id) != CS_OK)
		return CS_E_NOMEM;
	switch (event->kind) {
	case MONITOR_READER_ADDED:
		w->readers++;
		break;
	case MONITOR_READER_REMOVED:
		w->readers--;
		set_card(w, event->slot_id, false);
		break;
	case MONITOR_CARD_INSERTED:
	case MONITOR_CARD_MUTE:
		set_card(w, event->slot_id, true);
		break;
	case MONITOR_CARD_REMOVED:
		set_card(w, event->slot_id, false);
		break;
	default:
		break;
	}
	return CS_OK;
}

bool wait_met(const struct wait *w, enum scan_wait what)
{
	switch (what) {
	case SCAN_WAIT_INSERT:
		return w->cards > 0;
	case SCAN_WAIT_READER:
		return w->readers > 0;
	case SCAN_WAIT_REMOVE:
		return w->complete && w->cards == 0;
	case SCAN_WAIT_NO_READER:
		return w->complete && w->readers == 0;
	}
	return false;
}

void wait_release(struct wait *w)
{
	free(w->card);
	*w = (struct wait){.card = NULL};
}
