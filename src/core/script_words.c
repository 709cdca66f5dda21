/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/script_priv.h"

static const char *const on_off[] = {"on", "off", NULL};
static const char *const autos[] = {"auto", "off", NULL};
static const char *const connects[] = {"t0", "t1", "raw", "direct", "shared", "exclusive", NULL};
static const char *const leaves[] = {"leave", "reset", "unpower", "eject", NULL};
static const char *const nots[] = {"not", NULL};
static const char *const sws[] = {"SW", NULL};
static const char *const resets[] = {"warm", "cold", NULL};
static const char *const waits[] = {"insert", "remove", NULL};

static const struct script_row rows[] = {
#define SCRIPT_WORD(name, synopsis, help, choices, kind, parse)                                              \
	{{name, synopsis, help, choices}, SCRIPT_##kind, script_##parse},
#include "core/script_words.def"
#undef SCRIPT_WORD
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const struct script_word *script_word_at(size_t i)
{
	return i < N_ROWS ? &rows[i].word : NULL;
}

const struct script_row *script_row_find(const char *word, size_t len)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (script_same_word(word, len, rows[i].word.name))
			return &rows[i];
	}
	return NULL;
}

#define NEAR_LEN_MAX 40

struct script_near script_near_init(const char *word, size_t len)
{
	/* short words are near to anything, and nobody misspells a long one beyond this */
	return (struct script_near){word, len, NULL, len < 3 ? 1 : len < 6 ? 2 : 3};
}

static bool same_letter(char a, char b)
{
	return ((unsigned char)a | 0x20) == ((unsigned char)b | 0x20);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row of the matrix at a time. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[NEAR_LEN_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			const size_t change = diagonal + !same_letter(a[i - 1], b[j - 1]);

			diagonal = row[j];
			row[j] = least(change, 1 + least(row[j], row[j - 1]));
		}
	}
	return row[b_len];
}

void script_near_try(struct script_near *near, const char *name)
{
	const size_t len = strlen(name);
	size_t d;

	if (near->len > NEAR_LEN_MAX || len > NEAR_LEN_MAX)
		return;
	/* the beginning of a name counts as a small mistake */
	if (near->len >= 3 && near->len < len && distance(near->word, near->len, name, near->len) == 0)
		d = 1;
	else
		d = distance(near->word, near->len, name, len);
	if (d < near->distance) {
		near->distance = d;
		near->name = name;
	}
}

const char *script_near_words(const char *word, size_t len)
{
	struct script_near near = script_near_init(word, len);

	for (size_t i = 0; i < N_ROWS; i++)
		script_near_try(&near, rows[i].word.name);
	return near.name;
}
