/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_EXPECT_H
#define CS_TOOLS_SCRIPTOR_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/expect.h"
#include "core/script.h"
#include "view/exchange.h"

struct engine;

/* The data of one expectation, evaluated. */
struct check_data {
	uint8_t *value, *mask; /* malloc'ed, @room bytes each */
	size_t room;
	struct expect_data data;
};

/* The expectations about one answer, compared. Zero-initialise; the arrays are kept from answer to answer. */
struct checks {
	struct expectation *expect; /* @n of them */
	struct check_data *data;    /* likewise */
	size_t n, room;
	size_t failed; /* how many of them */
	char *hex;     /* of the data, for regular expressions */
	size_t hex_room;
};

/*
 * expect_check - compare an answer with all that is expected of it, into engine->checks; counts nothing
 * @list:   NULL: nothing is expected
 * @answer: @len bytes with the status word at the end
 * Return: false, after a message: an expectation can not be evaluated.
 */
bool expect_check(struct engine *engine, const struct script_expect *list, const uint8_t *answer, size_t len);

/* expect_count - into the summary; a failure stops the run; false: there was one */
bool expect_count(struct engine *engine);

void checks_release(struct checks *checks);

#endif
