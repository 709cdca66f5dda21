/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TLV_JSON_H
#define CS_VIEW_TLV_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "view/json_out.h"

/*
 * tlv_json - response data as an array of BER-TLV objects, what tlv_text_put() shows:
 *   {"tag":"84","name":"DF name","len":7,"value":"A0000000031010","text":"Visa credit or
 * debit","children":null} name is null for an unknown tag, value for an object whose children are given, text
 * where the value is only bytes, children for an object that has none. The tags of a list or DOL are its
 * children, beside its value, and have neither value nor text; their len is what a DOL says, null in a list
 * without lengths.
 *
 * Return: the array; null where tlv_readable() says no. Where memory ran out, @jo tells.
 */
json_t *tlv_json(struct json_out *jo, const uint8_t *bytes, size_t len);

#endif
