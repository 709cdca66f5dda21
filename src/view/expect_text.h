/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXPECT_TEXT_H
#define CS_VIEW_EXPECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/action.h"
#include "view/exchange.h"
#include "view/term.h"

/* An expectation with what it is about: the input of expect_text, tap_text and junit_xml. Borrowed. */
struct expect_case {
	const struct expectation *expect;
	const uint8_t *command; /* or NULL: then @action */
	size_t command_len, secret_from, secret_len;
	const struct action *action; /* a CONTROL; NULL with a command */
	const uint8_t *data;         /* what came, without the status word */
	size_t data_len;
	bool has_sw; /* false for CONTROL */
	uint16_t sw;
	int64_t us;
};

/* expect_case_of - expectation @i of an exchange */
struct expect_case expect_case_of(const struct exchange *x, size_t i);

/* expect_case_of_action - an expectation about the answer of a CONTROL */
struct expect_case expect_case_of_action(const struct action *action, const struct expectation *expect);

/* expect_text_message - what to say about one that failed: one sentence, static */
const char *expect_text_message(const struct expectation *expect);

#define EXPECT_NAME_MAX 512 /* characters of the two below with the NUL; longer ones are cut */

/* expect_text_name - "line 7: 00A4040005A000000308 => 9000", the file in place of "line" when it is not the
 * script itself; harmless for a terminal. Returns the length without the NUL. */
size_t expect_text_name(char out[EXPECT_NAME_MAX], const struct expect_case *c);

/* expect_text_came - "6F1A8407... (28 bytes) 9000": data and status word; the length without the NUL */
size_t expect_text_came(char out[EXPECT_NAME_MAX], const struct expect_case *c);

/*
 * expect_text_put - a failed expectation: what was to come above what came, with carets under what differs
 *
 *   demo.apdu:7:12: error: the answer is not as expected
 *     expected  SW 9000
 *     came      SW 6A82 : file or application not found
 *                  ^^^^
 *     expected  data 6F .. 84 08
 *     came      data 6F 1A 84 07
 *                              ^^
 *
 * Long data: only the lines of 16 bytes that differ, each with its offset, at most EXPECT_LINES_MAX of them.
 */
#define EXPECT_LINES_MAX 16

void expect_text_put(const struct term *t, const struct expect_case *c);

#endif
