/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "view/facts_json.h"
#include "view/rstate_json.h"

static json_t *number_json(unsigned number, int digits)
{
	char text[16];

	snprintf(text, sizeof(text), "%0*X", digits, number);
	return json_text(text);
}

static json_t *byte_json(int value)
{
	return value < 0 ? json_null() : number_json((unsigned)value, 2);
}

/* driver_of - the bundle that names the device; NULL: none */
static const char *driver_of(const struct facts *facts, const struct facts_usb *usb)
{
	for (size_t b = 0; b < facts->n_bundle; b++)
		for (size_t i = 0; i < facts->bundle[b].n; i++)
			if (facts->bundle[b].vendor[i] == usb->vendor &&
			    facts->bundle[b].product[i] == usb->product)
				return facts->bundle[b].dir;
	return NULL;
}

static json_t *usb_json(struct json_out *jo, const struct facts *facts, const struct facts_usb *usb,
			bool serials)
{
	json_t *object = json_object();

	json_put(jo, object, "interface", json_untrusted(usb->interface));
	json_put(jo, object, "vendor", number_json(usb->vendor, 4));
	json_put(jo, object, "product", number_json(usb->product, 4));
	json_put(jo, object, "release", number_json(usb->release, 4));
	json_put(jo, object, "manufacturer", json_untrusted(usb->manufacturer));
	json_put(jo, object, "product_name", json_untrusted(usb->product_name));
	if (serials)
		json_put(jo, object, "serial", json_untrusted(usb->serial));
	json_put(jo, object, "device_class", byte_json(usb->device_class));
	json_put(jo, object, "interface_class", byte_json(usb->interface_class));
	json_put(jo, object, "subclass", byte_json(usb->subclass));
	json_put(jo, object, "protocol", byte_json(usb->protocol));
	json_put(jo, object, "kernel_driver", json_untrusted(usb->kernel_driver));
	json_put(jo, object, "node", facts_json_file(jo, &usb->node));
	json_put(jo, object, "daemon_may_open", facts_json_fact(usb->daemon_may_open));
	json_put(jo, object, "authorized", facts_json_fact(usb->authorized));
	json_put(jo, object, "power_control", json_untrusted(usb->power_control));
	json_put(jo, object, "runtime_status", json_untrusted(usb->runtime_status));
	json_put(jo, object, "ignored", facts_json_fact(usb->ignored));
	json_put(jo, object, "ignore_rule", json_untrusted(usb->ignore_rule));
	json_put(jo, object, "driver", json_untrusted(driver_of(facts, usb)));
	return object;
}

static json_t *bundle_json(struct json_out *jo, const struct facts_bundle *bundle)
{
	json_t *object = json_object();

	json_put(jo, object, "dir", json_untrusted(bundle->dir));
	json_put(jo, object, "version", json_untrusted(bundle->version));
	json_put(jo, object, "library", json_untrusted(bundle->library));
	json_put(jo, object, "library_exists", facts_json_fact(bundle->library_exists));
	json_put(jo, object, "library_loads", facts_json_fact(bundle->library_loads));
	json_put(jo, object, "class_driver", json_boolean(bundle->class_driver));
	json_put(jo, object, "options", json_count(bundle->options));
	json_put(jo, object, "devices", json_count(bundle->n));
	json_put(jo, object, "problem", json_untrusted(bundle->problem));
	json_put(jo, object, "problem_line", json_or_null(bundle->line));
	return object;
}

static json_t *serial_json(struct json_out *jo, const struct facts_serial *serial)
{
	json_t *object = json_object();

	json_put(jo, object, "file", json_untrusted(serial->file));
	json_put(jo, object, "line", json_count(serial->line));
	json_put(jo, object, "friendly", json_untrusted(serial->friendly));
	json_put(jo, object, "device", json_untrusted(serial->device));
	json_put(jo, object, "library", json_untrusted(serial->library));
	json_put(jo, object, "device_exists", facts_json_fact(serial->device_file.exists));
	json_put(jo, object, "library_exists", facts_json_fact(serial->library_file.exists));
	json_put(jo, object, "daemon_may_open", facts_json_fact(serial->daemon_may_open));
	json_put(jo, object, "problem", json_untrusted(serial->problem));
	json_put(jo, object, "backup", json_boolean(serial->backup));
	return object;
}

void facts_json_devices(struct json_out *jo, json_t *object, const struct facts *facts, bool serials)
{
	json_t *usb = json_array(), *bundles = json_array(), *serial = json_array();

	for (size_t i = 0; i < facts->n_usb; i++)
		json_push(jo, usb, usb_json(jo, facts, &facts->usb[i], serials));
	for (size_t i = 0; i < facts->n_bundle; i++)
		json_push(jo, bundles, bundle_json(jo, &facts->bundle[i]));
	for (size_t i = 0; i < facts->n_serial; i++)
		json_push(jo, serial, serial_json(jo, &facts->serial[i]));
	json_put(jo, object, "usb", usb);
	json_put(jo, object, "bundles", bundles);
	json_put(jo, object, "serial_readers", serial);
	json_put(jo, object, "modules", facts_json_list(jo, &facts->kernel.modules));
}

static json_t *call_json(struct json_out *jo, const struct live_call *call)
{
	static const char *const outcomes[] = {[LIVE_NOT_TRIED] = "not_tried",
					       [LIVE_ANSWERED] = "answered",
					       [LIVE_TIMED_OUT] = "timed_out",
					       [LIVE_CRASHED] = "crashed"};
	bool answered = call->outcome == LIVE_ANSWERED;
	json_t *object = json_object();

	json_put(jo, object, "outcome", json_text(outcomes[call->outcome]));
	json_put(jo, object, "rv", answered ? number_json(call->rv, 8) : json_null());
	json_put(jo, object, "tries", json_count(call->tries));
	json_put(jo, object, "denied", json_count(call->denied));
	json_put(jo, object, "us", answered ? json_integer(call->us) : json_null());
	return object;
}

json_t *facts_json_live(struct json_out *jo, const struct live *live)
{
	json_t *object = json_object(), *readers = json_array();

	for (size_t i = 0; i < live->n; i++) {
		json_t *reader = json_object();
		const char *atr = live->reader[i].atr;

		json_put(jo, reader, "name", json_untrusted(live->reader[i].name));
		json_put(jo, reader, "state", rstate_json_build(jo, (uint16_t)live->reader[i].state));
		json_put(jo, reader, "atr", atr && *atr ? json_untrusted(atr) : json_null());
		json_put(jo, reader, "card", json_untrusted(live->reader[i].card));
		json_put(jo, reader, "connect", call_json(jo, &live->reader[i].connect));
		json_push(jo, readers, reader);
	}
	json_put(jo, object, "library", json_untrusted(live->library));
	json_put(jo, object, "library_version", json_untrusted(live->library_version));
	json_put(jo, object, "establish", call_json(jo, &live->establish));
	json_put(jo, object, "list", call_json(jo, &live->list));
	json_put(jo, object, "status", call_json(jo, &live->status));
	json_put(jo, object, "readers", readers);
	json_put(jo, object, "card_list_entries", json_or_null(live->listed));
	json_put(jo, object, "card_list_date", json_untrusted(live->listed_date));
	return object;
}
