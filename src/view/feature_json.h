/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_FEATURE_JSON_H
#define CS_VIEW_FEATURE_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/feature.h"

/*
 * What a reader says about itself; the top-level objects of a stream. CS_OK; CS_E_NOMEM. The caller releases
 * @out.
 *
 * feature_json_build - {"type":"features","features":[{"name","tag","code"}],
 *   "properties":null|[{"name","tag","hex","value"}],"malformed":bool}
 * "code" is a string "42330006"; names that nobody knows are null. "value" is a string, a number, or null for
 * bytes and for numbers above 2^63 - 1.
 * @answer:     to FEATURE_REQUEST
 * @properties: answer to get_tlv_properties, NULL when there is no such feature
 */
CS_NODISCARD enum cs_err feature_json_build(json_t **out, const uint8_t *answer, size_t len,
					    const uint8_t *properties, size_t properties_len);

/* feature_json_attrib - {"type":"attribute","name","id","hex","value"}; "id" is a string "00010100"
 * @attrib: NULL for an id that nobody knows
 * @len:    at most 1024 */
CS_NODISCARD enum cs_err feature_json_attrib(json_t **out, const struct attrib *attrib, uint32_t id,
					     const uint8_t *value, size_t len);

#endif
