/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_RSTATE_JSON_H
#define CS_VIEW_RSTATE_JSON_H

#include <stdint.h>

#include "view/json_out.h"

/* rstate_json_build - the names of the bits that are set in a reader's state: ["CHANGED","PRESENT"] */
json_t *rstate_json_build(struct json_out *jo, uint16_t state);

#endif
