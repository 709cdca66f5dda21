/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_UTF8_H
#define CS_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * utf8_sequence - the well-formed UTF-8 sequence at the start of a text
 * @text: @len bytes
 * @c:    receives the character
 * Return: its length 1..4; 0 when there is none (also when @len is 0).
 * Spec: Unicode 15 Table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
size_t utf8_sequence(const char *text, size_t len, uint32_t *c);

/* utf8_is_control - whether a terminal obeys the character, or it reorders or hides what stands around it */
bool utf8_is_control(uint32_t c);

#endif
