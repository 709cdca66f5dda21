/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_CARD_JSON_H
#define CS_VIEW_CARD_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "db/carddb.h"
#include "view/json_out.h"

/* card_json - one list entry: pattern, literal, descriptions, file, line; formats.md "cards" */
json_t *card_json(struct json_out *jo, const struct carddb_entry *entry);

/* cards_json - the array "cards": @n entries in the order given */
json_t *cards_json(struct json_out *jo, const struct carddb_entry *const *entries, size_t n);

#endif
