/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a card list: what comes out must be clean, and find what the C library's regular expressions
 * find. Input: the number of bytes of an ATR, the ATR, then the list.
 */
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "db/carddb.h"

#define ATR_SIZE   64
#define REGEX_SIZE 128 /* regcomp() takes too long on long patterns */
#define REGEXES    16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_problem(void *data, const struct carddb_problem *p)
{
	size_t *n = data;

	must(p->file && p->message && *p->message != '\0' && p->column <= CARDDB_LINE_MAX + 1);
	++*n;
}

static size_t continuation(unsigned char first)
{
	return first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
}

/* Structure and control characters only; the unit test has the rest of UTF-8. */
static void check_text(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	must(*s != '\0');
	while (*s != '\0') {
		size_t n = continuation(*s);

		must(*s >= 0x20 && *s != 0x7F && (*s < 0x80 || (*s >= 0xC2 && *s <= 0xF4)));
		must(*s != 0xC2 || s[1] >= 0xA0);
		for (s++; n > 0; n--, s++)
			must((*s & 0xC0) == 0x80);
	}
}

static void check_entry(const struct carddb_entry *e)
{
	must(e->line > 0 && e->ndescriptions > 0 && e->specificity <= strlen(e->pattern));
	must(e->literal == (strpbrk(e->pattern, ".[") == NULL));
	must(strspn(e->pattern, "0123456789ABCDEF .[],-*") == strlen(e->pattern));
	for (size_t i = 0; i < e->ndescriptions; i++)
		check_text(e->descriptions[i]);
}

static bool matches_as_regex(const struct carddb_entry *e, const char *atr)
{
	char text[REGEX_SIZE + 8];
	regex_t regex;
	bool matches;

	snprintf(text, sizeof(text), "^(%s)$", e->pattern);
	must(regcomp(&regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0);
	matches = regexec(&regex, atr, 0, NULL, 0) == 0;
	regfree(&regex);
	return matches;
}

static bool among(const struct carddb_entry *e, const struct carddb_entry **matches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (matches[i] == e)
			return true;
	}
	return false;
}

static void check_lookup(const struct carddb *db, const uint8_t *atr, size_t len)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	size_t n = carddb_lookup(db, atr, len, matches);
	char text[HEX_SPACED_SIZE(ATR_SIZE)];

	must(n <= CARDDB_MATCHES_MAX && n <= carddb_count(db));
	hex_build(text, atr, len, ' ');
	for (size_t i = 0; i < carddb_count(db) && i < REGEXES && n < CARDDB_MATCHES_MAX; i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		if (strlen(e->pattern) < REGEX_SIZE)
			must(matches_as_regex(e, text) == among(e, matches, n));
	}
}

/* A list read for one ATR finds what the whole list finds for it. */
static void check_restricted(const struct carddb *db, const char *list, size_t size, const uint8_t *atr,
			     size_t len)
{
	const struct carddb_entry *all[CARDDB_MATCHES_MAX], *few[CARDDB_MATCHES_MAX];
	struct carddb *only = NULL;
	size_t n = carddb_lookup(db, atr, len, all);

	must(carddb_new(&only) == CS_OK);
	must(carddb_restrict(only, atr, len) == CS_OK);
	must(carddb_load_memory(only, "list", list, size, NULL, NULL) == CS_OK);
	must(carddb_lookup(only, atr, len, few) == n);
	for (size_t i = 0; i < n; i++)
		must(few[i]->line == all[i]->line);
	carddb_free(&only);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct carddb *db = NULL;
	size_t len, problems = 0, count;
	const char *list;

	if (size == 0)
		return 0;
	len = data[0] % (ATR_SIZE + 1);
	if (size < 1 + len)
		return 0;
	list = (const char *)data + 1 + len;
	must(carddb_new(&db) == CS_OK);
	must(carddb_load_memory(db, "list", list, size - 1 - len, check_problem, &problems) == CS_OK);
	for (size_t i = 0; i < carddb_count(db); i++)
		check_entry(carddb_entry_get(db, i));
	check_lookup(db, data + 1, len);
	if (len)
		check_restricted(db, list, size - 1 - len, data + 1, len);
	count = carddb_count(db);
	must(carddb_load_memory(db, "again", list, size - 1 - len, NULL, NULL) == CS_OK);
	must(carddb_count(db) == count);
	carddb_free(&db);
	return 0;
}
