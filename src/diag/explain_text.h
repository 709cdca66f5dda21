/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_EXPLAIN_TEXT_H
#define CS_DIAG_EXPLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag/explain.h"

/* A pasted text made comparable: lower case, runs of other characters than a-z 0-9 _ one blank. */

#define EXPLAIN_CODES_MAX 16

struct explain_text {
	char words[EXPLAIN_TEXT_MAX + 1]; /* @len characters, no blank at either end */
	size_t len;
	uint32_t code[EXPLAIN_CODES_MAX]; /* numbers in the text that can be PC/SC codes: 0x8010.... */
	size_t n_codes;
	bool is_number; /* the text is one number: "-7", "0xE0" */
	uint32_t number;
};

/* explain_text_set - @len bytes; what is behind EXPLAIN_TEXT_MAX is left out */
void explain_text_set(struct explain_text *out, const char *text, size_t len);

/* explain_text_has - whether @words holds @phrase as whole words; both are in the comparable form */
bool explain_text_has(const char *words, size_t len, const char *phrase, size_t phrase_len);

/* explain_text_has_code - whether the code stands in the text as a number, of any of the usual forms */
bool explain_text_has_code(const struct explain_text *text, uint32_t code);

/*
 * explain_text_status_word - a status word of a card in the text
 * @whole: whether the text is nothing else
 * Return: false when there is none. Four digits count as one only alone or behind a word such as "SW".
 */
bool explain_text_status_word(const struct explain_text *text, uint32_t *sw, bool *whole);

#endif
