/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_FACTS_JSON_H
#define CS_VIEW_FACTS_JSON_H

#include <stdbool.h>

#include "diag/facts.h"
#include "view/json_out.h"

/*
 * facts_json_build - what was collected, by the names of struct facts; what is not known is null
 * Without command lines of other programs: they may hold secrets.
 * @serials: with serial numbers of USB devices
 */
json_t *facts_json_build(struct json_out *jo, const struct facts *facts, bool serials);

/* facts_json_fact - true, false, or null for unknown */
json_t *facts_json_fact(enum fact fact);

/* facts_json_list - an array of texts */
json_t *facts_json_list(struct json_out *jo, const struct pool_list *list);

/* facts_json_file - {"path","exists","mode","uid","gid"}; mode as octal text */
json_t *facts_json_file(struct json_out *jo, const struct facts_file *file);

/* facts_json_devices - put "usb", "bundles", "serial_readers", "modules" into @object */
void facts_json_devices(struct json_out *jo, json_t *object, const struct facts *facts, bool serials);

/* facts_json_live - {"library","library_version","establish","list","status","readers"}; a call is
 * {"outcome","rv","tries","denied","us"} */
json_t *facts_json_live(struct json_out *jo, const struct live *live);

#endif
