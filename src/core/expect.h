/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_EXPECT_H
#define CS_CORE_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One alternative for a status word: "9000", "61xx", "63Cx". */
struct expect_sw {
	uint16_t value, mask; /* mask: 1 where a bit must be equal */
};

/* What a data field must be, every byte known: the result of script_pattern_eval(). */
struct expect_data {
	const uint8_t *value, *mask; /* @len bytes each; mask 00 any byte, FF this byte, F0 or 0F one digit */
	size_t len;
	bool tail; /* ends in '*': more bytes may follow */
};

/* How an answer compares. */
struct expect_result {
	bool sw_ok, data_ok;
	size_t diff_at; /* first data byte that differs, or the shorter length; only when !@data_ok */
};

/* expect_sw_matches - whether one of @n alternatives fits; no alternative fits everything */
bool expect_sw_matches(const struct expect_sw *sw, size_t n, uint16_t value);

/* expect_sw_parse - four characters, hex digits or 'x'; false when they are anything else */
bool expect_sw_parse(struct expect_sw *out, const char *text, size_t len);

/*
 * expect_compare - an answer against status words and data
 * @data: NULL when the data field does not matter
 * @answer: @len bytes with the status word at the end, at least 2
 */
struct expect_result expect_compare(const struct expect_sw *sw, size_t n, const struct expect_data *data,
				    const uint8_t *answer, size_t len);

/* expect_differs - whether byte @i of the answer's data (or of the pattern, when that is longer) is at fault
 */
bool expect_differs(const struct expect_data *data, const uint8_t *answer, size_t data_len, size_t i);

#endif
