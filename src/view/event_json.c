/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/event_json.h"

#include <inttypes.h>

#include "core/rstate.h"
#include "view/card_json.h"
#include "view/rstate_json.h"

static json_t *changed_json(struct json_out *jo, uint16_t before, uint16_t state)
{
	json_t *array = json_array();
	const struct rstate_name *name;
	char text[32];

	for (size_t i = 0; (name = rstate_name_get(i)) != NULL; i++) {
		if (!((before ^ state) & name->bit))
			continue;
		snprintf(text, sizeof(text), "%c%s", state & name->bit ? '+' : '-', name->name);
		json_push(jo, array, json_text(text));
	}
	return array;
}

/* What only an event about a reader has. */
static void put_reader(struct json_out *jo, json_t *object, const struct monitor_event *event)
{
	json_put(jo, object, "slot_id", event->reader ? json_count(event->slot_id) : json_null());
	json_put(jo, object, "event_count", event->reader ? json_count(event->event_count) : json_null());
	json_put(jo, object, "state", event->reader ? rstate_json_build(jo, event->state) : json_null());
	json_put(jo, object, "changed",
		 event->reader ? changed_json(jo, event->before, event->state) : json_null());
}

static enum cs_err put_line(const struct json_out *jo, struct json_line *line, json_t *object, FILE *out)
{
	json_t *whole;
	enum cs_err err = json_finish(jo, object, &whole);

	if (err == CS_OK)
		err = json_line_write(line, whole, out);
	json_decref(whole);
	return err;
}

enum cs_err event_json_put(struct json_line *line, FILE *out, const char *type, const struct event_view *view)
{
	const struct monitor_event *event = view->event;
	struct json_out jo = {false};
	json_t *object = json_object();

	json_put(&jo, object, "type", json_text(type));
	json_put(&jo, object, "time", json_text(view->time));
	json_put(&jo, object, "mono_ns", json_integer(event->mono_ns));
	json_put(&jo, object, "event", json_text(view->name));
	json_put(&jo, object, "initial", json_boolean(event->initial));
	json_put(&jo, object, "reader", json_untrusted(event->reader));
	put_reader(&jo, object, event);
	json_put(&jo, object, "atr", event->atr_len ? json_hex(event->atr, event->atr_len, 0) : json_null());
	json_put(&jo, object, "cards",
		 view->looked_up ? cards_json(&jo, view->cards, view->ncards) : json_null());
	return put_line(&jo, line, object, out);
}

enum cs_err event_json_put_reader(struct json_line *line, FILE *out, size_t index, const char *name)
{
	struct json_out jo = {false};
	json_t *object = json_object();

	json_put(&jo, object, "type", json_text("reader"));
	json_put(&jo, object, "index", json_count(index));
	json_put(&jo, object, "name", json_untrusted(name));
	return put_line(&jo, line, object, out);
}
