/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ATR_TEXT_PRIV_H
#define CS_VIEW_ATR_TEXT_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "core/atr_decode.h"
#include "view/term.h"

#define WORDS_MAX 200

/* What one interface byte means: the words behind "-->", and a second line (empty when there is none). */
struct atr_explanation {
	char line[WORDS_MAX];
	char more[WORDS_MAX];
};

/* atr_explain - the meaning of TA(level) .. TD(level), which is there */
void atr_explain(struct atr_explanation *out, const struct atr_decoded *d, size_t level,
		 enum atr_position pos);

/* What both the explanation of a byte and the list of parameters say. */
const char *specific_words(char out[WORDS_MAX], const struct atr_specific *s);
const char *guard_words(char out[WORDS_MAX], const struct atr_info *info);
const char *supply_words(char out[WORDS_MAX], const struct atr_t15_params *p);

/* atr_text_offset - " [3]" or " [3..7]" and the end of the line */
void atr_text_offset(const struct term *t, size_t first, size_t len);

/* atr_text_heading - an empty line and a title */
void atr_text_heading(const struct term *t, const char *title);

/* Parts of atr_text_put(). The ones that do not apply print nothing. */
void atr_text_historical(const struct term *t, const struct atr_decoded *d);
void atr_text_parameters(const struct term *t, const struct atr_decoded *d);
void atr_text_timing(const struct term *t, const struct atr_decoded *d);
void atr_text_contactless(const struct term *t, const struct atr_decoded *d);
void atr_text_memcard(const struct term *t, const struct atr_decoded *d);

#define DECIMAL_MAX 32

/* decimal_text - @value / 10^@digits with at most @keep decimals, rounded, without trailing zeros */
const char *decimal_text(char out[DECIMAL_MAX], uint64_t value, unsigned digits, unsigned keep);

/* hex_text - bytes with blanks, cut after 33 */
#define HEX_TEXT_MAX 100
const char *hex_text(char out[HEX_TEXT_MAX], const uint8_t *bytes, size_t len);

#endif
