/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ATR_JSON_PRIV_H
#define CS_VIEW_ATR_JSON_PRIV_H

#include <jansson.h>

#include "core/atr_decode.h"
#include "view/json_out.h"

/* Parts of atr_json.c: the key "historical", and the keys that only =full has. */
json_t *atr_json_historical(struct json_out *jo, const struct hist *hist);
void atr_json_full(struct json_out *jo, json_t *root, const struct atr_decoded *d);

#endif
