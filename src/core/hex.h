/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_HEX_H
#define CS_CORE_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * hex_parse - hexadecimal text to bytes
 * @out:  receives up to @cap bytes
 * @cap:  bytes @out has room for
 * @len:  receives the number of bytes written, also on error (the bytes before the fault)
 * @text: @text_len characters, need not end in NUL: pairs of digits of any case, packed or separated by
 *   blanks, tabs, line ends, ':', ',', ';', '-', or with "0x" before each group
 * @bad:  receives the 0-based index of the character at fault on error
 *
 * Return: CS_OK; CS_E_EMPTY no digit at all; CS_E_HEX_DIGIT @bad is no digit; CS_E_HEX_ODD the group of
 *   digits that ends before @bad has an odd number; CS_E_TOO_LONG more than @cap bytes.
 */
CS_NODISCARD enum cs_err hex_parse(uint8_t *out, size_t cap, size_t *len, const char *text, size_t text_len,
				   size_t *bad);

/*
 * hex_build - bytes to upper-case hexadecimal text
 * @out:  receives the text and a NUL; HEX_PACKED_SIZE(@len) or HEX_SPACED_SIZE(@len) characters
 * @sep:  character between two bytes, 0 for none
 *
 * Return: length of the text without the NUL.
 */
size_t hex_build(char *out, const uint8_t *bytes, size_t len, char sep);

#define HEX_PACKED_SIZE(len) (2 * (len) + 1)
#define HEX_SPACED_SIZE(len) (3 * (len) + 1)

/* hex_digit - value 0..15 of a hexadecimal digit of any case, -1 for any other character */
int hex_digit(char c);

#endif
