/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void words_add(struct words *words, const char *word)
{
	char **bigger = realloc(words->word, (words->n + 1) * sizeof(*bigger));

	if (!bigger)
		return;
	words->word = bigger;
	bigger[words->n] = strdup(word);
	if (bigger[words->n])
		words->n++;
}

static bool begins(const char *word, const char *text, int (*compare)(const char *, const char *, size_t))
{
	size_t len = strlen(text);

	return compare(word, text, len) == 0 || (*word == '"' && compare(word + 1, text, len) == 0);
}

static bool any_begins(const struct words *words, const char *text)
{
	for (size_t i = 0; i < words->n; i++)
		if (begins(words->word[i], text, strncmp))
			return true;
	return false;
}

void words_keep(struct words *words, const char *text)
{
	int (*compare)(const char *, const char *, size_t) = any_begins(words, text) ? strncmp : strncasecmp;
	size_t kept = 0;

	for (size_t i = 0; i < words->n; i++) {
		if (begins(words->word[i], text, compare))
			words->word[kept++] = words->word[i];
		else
			free(words->word[i]);
	}
	words->n = kept;
}

void words_release(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->word[i]);
	free(words->word);
	*words = (struct words){0};
}
