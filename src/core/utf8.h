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

/*
 * utf8_escape - untrusted bytes made harmless for a terminal
 * Valid UTF-8 passes; characters of utf8_is_control() and bytes that are not UTF-8 become \xNN.
 * @out: receives at most @size characters with the NUL; UTF8_ESCAPE_SIZE(@len) always suffices
 * Return: length without the NUL.
 */
size_t utf8_escape(char *out, size_t size, const char *text, size_t len);

#define UTF8_ESCAPE_SIZE(len) (4 * (len) + 1)

/*
 * utf8_clean - untrusted bytes as valid UTF-8 for JSON: a byte that is not UTF-8 becomes the character of the
 * same number (U+0080..U+00FF); control characters stay, JSON escapes them
 * @out: receives at most @size characters with the NUL; UTF8_CLEAN_SIZE(@len) always suffices
 * Return: length without the NUL.
 */
size_t utf8_clean(char *out, size_t size, const char *text, size_t len);

#define UTF8_CLEAN_SIZE(len) (2 * (len) + 1)

/* utf8_is_control - whether a terminal obeys the character, or it reorders or hides what stands around it */
bool utf8_is_control(uint32_t c);

#endif
