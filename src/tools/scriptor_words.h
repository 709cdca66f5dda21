/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_WORDS_H
#define CS_TOOLS_SCRIPTOR_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Completions of a word. */
struct words {
	char **word; /* @n, each malloc()ed */
	size_t n;
	bool files; /* names of files instead of these */
};

/* words_add - one more, copied; one for which there is no memory is left out */
void words_add(struct words *words, const char *word);

/*
 * words_keep - only those that begin with @text
 * A quotation mark at their beginning does not count. When none begins so, ASCII case is ignored.
 */
void words_keep(struct words *words, const char *text);

/* words_release - those that are still there */
void words_release(struct words *words);

#endif
