/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_INPUT_H
#define CS_CORE_ATR_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * atr_input_parse - an ATR as people write or paste it
 * @out, @cap, @len: as hex_parse()
 * @text: @text_len characters; besides every form of hex_parse() a line of another tool's output is
 *   understood: terminal colour sequences, a prefix that ends in "ATR" and ':' or '=' ("  ATR: 3B ..",
 *   "Card ATR = 3B ..", a URL "..parse?ATR=3B%2002&x=y", a JSON line with "atr":"3B .."), and '|', quotes or
 *   braces around the bytes; what follows a '#' does not count
 * @bad:  receives the 0-based index into @text of the character at fault on error
 *
 * Return: as hex_parse().
 */
CS_NODISCARD enum cs_err atr_input_parse(uint8_t *out, size_t cap, size_t *len, const char *text,
					 size_t text_len, size_t *bad);

/* atr_input_blank - whether a line of a list says nothing: only blanks, or '#' before anything else */
bool atr_input_blank(const char *text, size_t len);

/* atr_input_is_prefix - whether a word only announces what follows: "ATR:" or "ATR=", in any case */
bool atr_input_is_prefix(const char *word);

/*
 * atr_input_byte - a command-line word that is a single byte: one or two digits in any form of
 * atr_input_parse() ("3B", "0x3B,", "5")
 * Return: its value, -1 for any other word.
 */
int atr_input_byte(const char *word);

/* atr_input_is_short - whether a word is a byte, or too short to be an ATR: a byte with a mistake in it.
 * Neither "-" nor the empty word is. */
bool atr_input_is_short(const char *word);

#endif
