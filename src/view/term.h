/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TERM_H
#define CS_VIEW_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What a piece of text is; the colour follows from it. */
enum term_role {
	TERM_PLAIN,
	TERM_HEADING,
	TERM_VALUE,
	TERM_NAME,
	TERM_GOOD,
	TERM_WARNING,
	TERM_ERROR,
	TERM_DIM
};

/* Where text goes, and whether it is coloured. */
struct term {
	FILE *out;
	bool color;
};

/* term_put, term_printf - text in the colour of its role; the text must be ours (trusted) */
void term_put(const struct term *t, enum term_role role, const char *text);
void term_printf(const struct term *t, enum term_role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * term_escape - untrusted bytes made harmless
 * Valid UTF-8 passes; control characters (C0, DEL, C1, bidirectional overrides, line separators) and bytes
 * that are not UTF-8 become \xNN.
 * @out: receives at most @size characters with the NUL; TERM_ESCAPE_SIZE(@len) always suffices
 * Return: length without the NUL.
 */
size_t term_escape(char *out, size_t size, const char *text, size_t len);

#define TERM_ESCAPE_SIZE(len) (4 * (len) + 1)

/* term_put_untrusted - the same, printed */
void term_put_untrusted(const struct term *t, enum term_role role, const char *text);

/*
 * utf8_clean - untrusted bytes as valid UTF-8 for JSON: a byte that is not UTF-8 becomes the character of the
 * same number (U+0080..U+00FF); control characters stay, JSON escapes them
 * @out: receives at most @size characters with the NUL; UTF8_CLEAN_SIZE(@len) always suffices
 */
size_t utf8_clean(char *out, size_t size, const char *text, size_t len);

#define UTF8_CLEAN_SIZE(len) (2 * (len) + 1)

#endif
