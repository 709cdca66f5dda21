/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_FEATURE_TEXT_H
#define CS_VIEW_FEATURE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/feature.h"
#include "view/term.h"

/* What a reader says about itself. All bytes are untrusted. */

/* feature_text_put - the answer to FEATURE_REQUEST, a line a feature: name, tag, control code; "none" when it
 * is empty; the last line says so when the answer is malformed */
void feature_text_put(const struct term *t, const uint8_t *answer, size_t len);

/* feature_text_properties - the answer to get_tlv_properties, a line a property */
void feature_text_properties(const struct term *t, const uint8_t *answer, size_t len);

/* feature_text_attrib - one attribute on a line; @attrib is NULL for an id that nobody knows */
void feature_text_attrib(const struct term *t, const struct attrib *attrib, uint32_t id, const uint8_t *value,
			 size_t len);

#define FEATURE_VALUE_MAX 1100 /* characters of feature_value_format() with the NUL */

/*
 * feature_value_format - a value as text harmless for a terminal: text without the NUL at its end, a number
 * in decimal, flags as 0x and hex, bytes as hex with blanks; "" when there are none. What does not fit is
 * left out.
 */
void feature_value_format(char out[FEATURE_VALUE_MAX], enum attrib_form form, const uint8_t *value,
			  size_t len);

#endif
