/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TAP_TEXT_H
#define CS_VIEW_TAP_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "view/expect_text.h"

/*
 * A run as a TAP stream: a point per expectation and per error, the plan at the end.
 *
 *   TAP version 14
 *   ok 1 - line 3: 00A4040005A000000308 => 9000
 *   not ok 2 - line 4: 00B0000004 => 9000
 *     ---
 *     message: 'the answer is not the one that was expected'
 *     place: 'demo.apdu:4:15'
 *     expected: '9000'
 *     got: '6A82'
 *     ...
 *   1..2
 */
struct tap {
	FILE *out; /* borrowed */
	unsigned version;
	size_t n; /* points told */
};

/* tap_text_begin - the version line; @version 13 or 14 */
void tap_text_begin(struct tap *tap, FILE *out, unsigned version);

/* tap_text_put - a point */
void tap_text_put(struct tap *tap, const struct expect_case *c);

/* tap_text_put_error - a point that is not ok: an error of the script or the card; @message: ours */
void tap_text_put_error(struct tap *tap, const struct place *place, const char *message);

/* tap_text_end - the plan */
void tap_text_end(struct tap *tap);

#endif
