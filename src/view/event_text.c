/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/event_text.h"

#include "core/hex.h"
#include "core/rstate.h"
#include "view/atr_text.h"
#include "view/card_text.h"

static const struct {
	const char *words;
	const char *initial; /* when it was so before the run began */
	enum term_role role;
} headings[MONITOR_EVENT_KINDS] = {
	[MONITOR_READER_ADDED] = {"Reader added", "Reader found", TERM_HEADING},
	[MONITOR_READER_REMOVED] = {"Reader removed", "Reader removed", TERM_WARNING},
	[MONITOR_CARD_INSERTED] = {"Card inserted", "Card present", TERM_GOOD},
	[MONITOR_CARD_REMOVED] = {"Card removed", "No card", TERM_WARNING},
	[MONITOR_CARD_MUTE] = {"Mute card inserted", "Mute card present", TERM_ERROR},
	[MONITOR_STATE_CHANGED] = {"State changed", "State changed", TERM_HEADING},
	[MONITOR_SERVICE_LOST] = {"PC/SC service lost", "PC/SC service lost", TERM_ERROR},
	[MONITOR_SERVICE_BACK] = {"PC/SC service back", "PC/SC service back", TERM_GOOD},
};

const char *event_heading(const struct monitor_event *event, enum term_role *role)
{
	*role = headings[event->kind].role;
	return event->initial ? headings[event->kind].initial : headings[event->kind].words;
}

static void put_heading(const struct term *t, const struct event_view *view)
{
	enum term_role role;
	const char *heading = event_heading(view->event, &role);

	if (view->time)
		term_printf(t, TERM_PLAIN, "%s ", view->time);
	term_put(t, role, heading);
	term_put(t, TERM_PLAIN, "\n");
}

/* A reader that an event names was there before: it is not a name that somebody made up. */
static void put_state(const struct term *t, uint16_t state)
{
	const struct rstate_name *name;

	term_put(t, TERM_PLAIN, "  Card state: ");
	term_put(t, TERM_VALUE, state & RSTATE_UNKNOWN ? "none, the reader is gone" : rstate_sentence(state));
	term_put(t, TERM_PLAIN, " (");
	for (size_t i = 0; (name = rstate_name_get(i)) != NULL; i++)
		if (state & name->bit)
			term_printf(t, TERM_PLAIN, "%s ", name->name);
	term_printf(t, TERM_PLAIN, "0x%04X)\n", state);
}

/* '=' a bit that stays, '+' one that came, '-' one that went */
static void put_bits(const struct term *t, uint16_t before, uint16_t state)
{
	const struct rstate_name *name;

	term_printf(t, TERM_PLAIN, "  State bits: 0x%04X -> 0x%04X", before, state);
	for (size_t i = 0; (name = rstate_name_get(i)) != NULL; i++) {
		if (before & state & name->bit)
			term_printf(t, TERM_PLAIN, " =%s", name->name);
		else if (state & name->bit)
			term_printf(t, TERM_GOOD, " +%s", name->name);
		else if (before & name->bit)
			term_printf(t, TERM_ERROR, " -%s", name->name);
	}
	term_put(t, TERM_PLAIN, "\n");
}

static void put_reader(const struct term *t, const struct event_view *view)
{
	const struct monitor_event *event = view->event;
	char hex[HEX_SPACED_SIZE(SCARD_ATR_MAX)];

	term_printf(t, TERM_PLAIN, " Reader %zu: ", event->slot_id);
	term_put_untrusted(t, TERM_NAME, event->reader);
	term_printf(t, TERM_PLAIN, "\n  Event number: %u\n", (unsigned)event->event_count);
	put_state(t, event->state);
	if (view->bits)
		put_bits(t, event->before, event->state);
	if (!event->atr_len)
		return;
	hex_build(hex, event->atr, event->atr_len, ' ');
	term_put(t, TERM_PLAIN, "  ATR: ");
	term_put(t, TERM_VALUE, hex);
	term_put(t, TERM_PLAIN, "\n");
}

void event_text_put(const struct term *t, const struct event_view *view)
{
	put_heading(t, view);
	if (view->event->reader)
		put_reader(t, view);
	if (view->fault_text)
		term_printf(t, TERM_PLAIN, "  %s\n", view->fault_text);
	if (view->atr) {
		term_put(t, TERM_PLAIN, "\n");
		atr_text_put_bytes(t, view->atr);
		if (view->looked_up)
			cards_text_put(t, view->atr, view->cards, view->ncards);
	}
	term_put(t, TERM_PLAIN, "\n");
}

void event_text_put_reader(const struct term *t, size_t index, const char *name)
{
	term_printf(t, TERM_PLAIN, "%zu: ", index);
	term_put_untrusted(t, TERM_NAME, name);
	term_put(t, TERM_PLAIN, "\n");
}
