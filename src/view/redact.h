/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_REDACT_H
#define CS_VIEW_REDACT_H

#include <stddef.h>
#include <stdio.h>

/* Takes words that nobody else need know out of a text. */

#define REDACT_MAX 128

struct redact {
	struct redact_word {
		const char *word, *instead;
	} word[REDACT_MAX]; /* @n of them; texts are borrowed */
	size_t n;
};

/*
 * redact_add - from now on write @instead for @word, wherever it stands as a word of its own: not within a
 * longer run of letters, digits and underscores. NULL and words of fewer than two characters are passed over,
 * and so is what comes after REDACT_MAX words.
 */
void redact_add(struct redact *redact, const char *word, const char *instead);

/* redact_put - write @text; of several words that fit the longest is taken; what follows "/home/" is always
 * taken out */
void redact_put(FILE *out, const struct redact *redact, const char *text);

#endif
