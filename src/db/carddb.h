/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DB_CARDDB_H
#define CS_DB_CARDDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* A set of smartcard_list.txt files in memory, indexed for look-up. */
struct carddb;

/* One entry of a list: a pattern line and the description lines below it. Borrowed from the carddb. */
struct carddb_entry {
	const char *pattern; /* as written in the file, upper case, one blank between bytes; NUL-terminated */
	bool literal;        /* no wildcard in it */
	const char *file;    /* path as given to carddb_load() */
	size_t line;         /* of the pattern, from 1 */
	const char *const *descriptions; /* valid UTF-8, no control characters, @ndescriptions strings */
	size_t ndescriptions;
	size_t specificity; /* fixed characters of the pattern; more is more specific */
};

/* Something wrong in a list; loading goes on. */
struct carddb_problem {
	const char *file;
	size_t line;   /* from 1; 0: the file as a whole */
	size_t column; /* from 1; 0: the line as a whole */
	const char *message;
	bool harmless; /* costs no entry: a description that an empty line has cut off its pattern */
};

/* carddb_report - called for each problem; @problem and its strings live only during the call */
typedef void carddb_report(void *data, const struct carddb_problem *problem);

#define CARDDB_ATR_MAX  1024        /* bytes carddb_restrict() takes */
#define CARDDB_FILE_MAX (64u << 20) /* bytes; a larger list is refused */
#define CARDDB_LINE_MAX 4096        /* bytes; a longer line is a problem and is skipped */

/* carddb_new - an empty database; CS_E_NOMEM */
CS_NODISCARD enum cs_err carddb_new(struct carddb **out);

/* carddb_free - NULL-safe; NULLs its argument */
void carddb_free(struct carddb **db);

/*
 * carddb_restrict - keep nothing but what matches one ATR in the loads to come: a quarter of the time and no
 * memory for the rest, when one ATR is all that will be looked up
 * @atr: @len bytes, copied, 1..CARDDB_ATR_MAX
 *
 * Patterns that can not match are checked for foreign characters only, not for their grammar.
 * Return: CS_OK; CS_E_RANGE; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err carddb_restrict(struct carddb *db, const uint8_t *atr, size_t len);

/*
 * carddb_load - add the entries of one list; an entry that is there already (same pattern, same descriptions)
 *   is dropped, descriptions new for a known pattern form an entry of their own
 * @path:   of a smartcard_list.txt; copied
 * @report: NULL or told of each problem: empty file, bad pattern, line too long, description without a
 *   pattern
 *
 * Return: CS_OK, also with problems; CS_E_NOT_FOUND no such file; CS_E_IO it can not be read (errno tells);
 *   CS_E_TOO_LONG above CARDDB_FILE_MAX; CS_E_NOMEM. What was loaded before stays.
 */
CS_NODISCARD enum cs_err carddb_load(struct carddb *db, const char *path, carddb_report *report, void *data);

/*
 * carddb_load_memory - the same from @len bytes at @text (copied); @name stands in for the path
 */
CS_NODISCARD enum cs_err carddb_load_memory(struct carddb *db, const char *name, const char *text, size_t len,
					    carddb_report *report, void *data);

/* carddb_count - entries there are; carddb_entry_get - the @i-th in load order (i < count) */
size_t carddb_count(const struct carddb *db);
const struct carddb_entry *carddb_entry_get(const struct carddb *db, size_t i);

#define CARDDB_MATCHES_MAX 64

/*
 * carddb_lookup - every entry that matches an ATR
 * @atr:     @len bytes, all of them, trailing garbage included
 * @matches: receives up to CARDDB_MATCHES_MAX entries (borrowed): literal ones first, then patterns from the
 *   most to the least specific; load order decides between equals
 *
 * Return: number of matches, 0 for none. Allocates nothing.
 */
size_t carddb_lookup(const struct carddb *db, const uint8_t *atr, size_t len,
		     const struct carddb_entry *matches[CARDDB_MATCHES_MAX]);

/*
 * carddb_search - the next entry from index *@at on whose descriptions contain @text, ASCII case ignored
 * Return: the entry, and *@at behind it; NULL when there is none left.
 */
const struct carddb_entry *carddb_search(const struct carddb *db, const char *text, size_t *at);

#endif
