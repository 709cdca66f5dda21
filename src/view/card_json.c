/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/card_json.h"

json_t *card_json(struct json_out *jo, const struct carddb_entry *entry)
{
	json_t *object = json_object();
	json_t *descriptions = json_array();

	for (size_t i = 0; i < entry->ndescriptions; i++)
		json_push(jo, descriptions, json_untrusted(entry->descriptions[i]));
	json_put(jo, object, "pattern", json_untrusted(entry->pattern));
	json_put(jo, object, "literal", json_boolean(entry->literal));
	json_put(jo, object, "descriptions", descriptions);
	json_put(jo, object, "file", json_untrusted(entry->file));
	json_put(jo, object, "line", json_count(entry->line));
	return object;
}

json_t *cards_json(struct json_out *jo, const struct carddb_entry *const *entries, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_push(jo, array, card_json(jo, entries[i]));
	return array;
}
