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

/* term_put_untrusted - text from a card, a reader or a list, made harmless by utf8_escape() */
void term_put_untrusted(const struct term *t, enum term_role role, const char *text);

/*
 * term_role_read - the way back: which role's colour begins at @text, as the functions above put it
 * @len:  receives the bytes of the sequence
 * @role: receives the role; TERM_PLAIN where a colour ends
 * Return: false: there is no such sequence.
 */
bool term_role_read(const char *text, size_t *len, enum term_role *role);

#endif
