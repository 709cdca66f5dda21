/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/redact.h"

#include <stdbool.h>
#include <string.h>

#define HOME     "/home/"
#define WORD_MIN 2

void redact_add(struct redact *redact, const char *word, const char *instead)
{
	if (word && strlen(word) >= WORD_MIN && redact->n < REDACT_MAX)
		redact->word[redact->n++] = (struct redact_word){word, instead};
}

/* Bytes of other alphabets are letters, too. */
static bool in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool fits(const char *word, const char *text, const char *at)
{
	size_t len = strlen(word);

	if (strncmp(at, word, len) != 0)
		return false;
	return !(at > text && in_word(at[-1]) && in_word(word[0])) &&
	       !(in_word(at[len]) && in_word(word[len - 1]));
}

static const struct redact_word *find(const struct redact *redact, const char *text, const char *at)
{
	const struct redact_word *best = NULL;

	for (size_t i = 0; i < redact->n; i++) {
		const struct redact_word *word = &redact->word[i];

		if (fits(word->word, text, at) && (!best || strlen(word->word) > strlen(best->word)))
			best = word;
	}
	return best;
}

static const char *skip_home(FILE *out, const char *at)
{
	fputs(HOME "USER", out);
	at += strlen(HOME);
	return at + strcspn(at, "/ \t\n\"':");
}

void redact_put(FILE *out, const struct redact *redact, const char *text)
{
	for (const char *at = text; *at;) {
		const struct redact_word *word = find(redact, text, at);

		if (word) {
			fputs(word->instead, out);
			at += strlen(word->word);
		} else if (strncmp(at, HOME, strlen(HOME)) == 0) {
			at = skip_home(out, at);
		} else {
			fputc(*at++, out);
		}
	}
}
