/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The look-up beside the C library's regular expressions, over the list that the system has installed. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hex.h"
#include "db/carddb.h"

#define LIST     "/usr/share/pcsc/smartcard_list.txt"
#define ATR_SIZE 128

static struct carddb *db;
static regex_t *regexes;                 /* of the entries that are not literal, in load order */
static const struct carddb_entry **wild; /* those entries */
static size_t nwild;
static size_t pairs; /* regexec() calls whose verdict was compared */

static void compile(regex_t *regex, const char *pattern)
{
	char text[CARDDB_LINE_MAX];

	assert_true(snprintf(text, sizeof(text), "^(%s)$", pattern) < (int)sizeof(text));
	assert_int_equal(regcomp(regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
}

static bool executes(const regex_t *regex, const char *text)
{
	pairs++;
	return regexec(regex, text, 0, NULL, 0) == 0;
}

static void count_problems(void *data, const struct carddb_problem *problem)
{
	size_t *n = data;

	assert_string_equal(problem->message, "description without a pattern above it");
	++*n;
}

static int load_list(void **state)
{
	size_t problems = 0;

	(void)state;
	if (carddb_new(&db) != CS_OK || carddb_load(db, LIST, count_problems, &problems) != CS_OK) {
		fprintf(stderr, LIST " can not be read: install the card list of pcsc-tools\n");
		return -1;
	}
	regexes = calloc(carddb_count(db), sizeof(*regexes));
	wild = calloc(carddb_count(db), sizeof(*wild));
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		if (e->literal)
			continue;
		compile(&regexes[nwild], e->pattern);
		wild[nwild++] = e;
	}
	return 0;
}

static int free_list(void **state)
{
	(void)state;
	printf("# %zu verdicts of regexec() compared\n", pairs);
	for (size_t i = 0; i < nwild; i++)
		regfree(&regexes[i]);
	free(regexes);
	free(wild);
	carddb_free(&db);
	return 0;
}

static bool among(const struct carddb_entry *e, const struct carddb_entry **matches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (matches[i] == e)
			return true;
	}
	return false;
}

static size_t look(const char *text, const struct carddb_entry **matches)
{
	uint8_t bytes[ATR_SIZE];
	size_t len, bad;

	assert_int_equal(hex_parse(bytes, sizeof(bytes), &len, text, strlen(text), &bad), CS_OK);
	return carddb_lookup(db, bytes, len, matches);
}

/* Everything found is what regexec() and string comparison find, and the other way round. */
static void compare_all(const char *text)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	size_t n = look(text, matches), nliteral = 0;

	assert_true(n < CARDDB_MATCHES_MAX);
	for (size_t i = 0; i < nwild; i++) {
		if (executes(&regexes[i], text) != among(wild[i], matches, n))
			fail_msg("%s on %s", wild[i]->pattern, text);
	}
	for (size_t i = 0; i < n; i++) {
		if (!matches[i]->literal)
			continue;
		assert_string_equal(matches[i]->pattern, text);
		nliteral++;
	}
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		if (e->literal && strcmp(e->pattern, text) == 0)
			assert_true(nliteral-- > 0);
	}
	assert_int_equal(nliteral, 0);
}

static void every_literal_atr_of_the_list(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		if (!e->literal)
			continue;
		compare_all(e->pattern);
		n++;
	}
	assert_true(n > 3500);
	assert_true(nwild > 200);
}

/* One way of filling in what a pattern leaves open. */
struct filling {
	int choice;       /* of the digits possible: 0 first, 1 a middle one, 2 last */
	const char *rest; /* for .* */
};

static char pick(const char *members, int choice)
{
	size_t n = strlen(members);

	return members[choice == 0 ? 0 : choice == 1 ? n / 2 : n - 1];
}

static const char *set_members(const char *p, char *members)
{
	size_t n = 0;

	for (p++; *p != ']'; p++) {
		if (p[1] == '-') {
			for (char c = *p; c <= p[2]; c++) {
				if (hex_digit(c) >= 0)
					members[n++] = c;
			}
			p += 2;
		} else if (*p != ',') {
			members[n++] = *p;
		}
	}
	members[n] = '\0';
	return p + 1;
}

static void fill(char *out, const char *p, const struct filling *f)
{
	char members[32];

	while (*p != '\0') {
		if (p[0] == '.' && p[1] == '*') {
			out = strcpy(out, f->rest) + strlen(f->rest);
			p += 2;
		} else if (*p == '.') {
			*out++ = pick("0123456789ABCDEF", f->choice);
			p++;
		} else if (*p == '[') {
			p = set_members(p, members);
			*out++ = pick(members, f->choice);
		} else {
			*out++ = *p++;
		}
	}
	*out = '\0';
}

static bool is_atr(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if ((i % 3 == 2) != (text[i] == ' '))
			return false;
	}
	return n % 3 == 2;
}

/* The verdict on one entry for one ATR. */
static bool compare_one(const struct carddb_entry *e, const regex_t *regex, const char *text)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	bool found = among(e, matches, look(text, matches));

	if (executes(regex, text) != found)
		fail_msg("%s on %s: we say %d", e->pattern, text, found);
	return found;
}

static const struct filling fillings[] = {
	{0, ""}, {1, " "}, {2, "A5"}, {1, " 5A"}, {0, "00 90 "}, {2, " 90 00"}, {1, "38 00 38"},
};

static void atrs_made_from_each_entry(void **state)
{
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);
		char text[4 * ATR_SIZE];
		regex_t regex;

		compile(&regex, e->pattern);
		for (size_t f = 0; f < sizeof(fillings) / sizeof(fillings[0]); f++) {
			fill(text, e->pattern, &fillings[f]);
			if (is_atr(text))
				found += compare_one(e, &regex, text);
		}
		regfree(&regex);
	}
	assert_true(found > 7 * carddb_count(db) * 9 / 10);
}

/* Every nibble once, and a byte more and less at either end. */
static void change_each_nibble(const struct carddb_entry *e, const regex_t *regex, const char *text)
{
	char other[4 * ATR_SIZE];

	for (size_t i = 0; text[i] != '\0'; i++) {
		strcpy(other, text);
		if (text[i] == ' ')
			continue;
		other[i] = "0123456789ABCDEF"[(hex_digit(text[i]) + 1) & 0xF];
		compare_one(e, regex, other);
	}
	snprintf(other, sizeof(other), "%s 00", text);
	compare_one(e, regex, other);
	snprintf(other, sizeof(other), "00 %s", text);
	compare_one(e, regex, other);
	if (strlen(text) > 3) {
		compare_one(e, regex, text + 3);
		strcpy(other, text);
		other[strlen(other) - 3] = '\0';
		compare_one(e, regex, other);
	}
}

static void atrs_nearly_made_from_each_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);
		char text[4 * ATR_SIZE];
		regex_t regex;

		compile(&regex, e->pattern);
		for (size_t f = 0; f < (e->literal ? 1 : 3); f++) {
			fill(text, e->pattern, &fillings[f]);
			if (is_atr(text))
				change_each_nibble(e, &regex, text);
		}
		regfree(&regex);
	}
}

static void load_for_one(struct carddb **only, const uint8_t *atr, size_t len)
{
	assert_int_equal(carddb_new(only), CS_OK);
	assert_int_equal(carddb_restrict(*only, atr, len), CS_OK);
	assert_int_equal(carddb_load(*only, LIST, NULL, NULL), CS_OK);
}

/* The list read for one ATR finds the very entries that the whole list does. */
static void a_restricted_load_finds_the_same(void **state)
{
	const struct carddb_entry *all[CARDDB_MATCHES_MAX], *few[CARDDB_MATCHES_MAX];

	(void)state;
	for (size_t i = 0; i < carddb_count(db); i += 13) {
		const struct carddb_entry *e = carddb_entry_get(db, i);
		struct carddb *only;
		uint8_t atr[ATR_SIZE];
		char text[4 * ATR_SIZE];
		size_t len, bad, n;

		fill(text, e->pattern, &fillings[0]);
		if (!is_atr(text))
			continue;
		assert_int_equal(hex_parse(atr, sizeof(atr), &len, text, strlen(text), &bad), CS_OK);
		load_for_one(&only, atr, len);
		n = carddb_lookup(db, atr, len, all);
		assert_true(n > 0);
		assert_int_equal(carddb_lookup(only, atr, len, few), n);
		assert_int_equal(carddb_count(only), n);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(few[k]->line, all[k]->line);
		carddb_free(&only);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_literal_atr_of_the_list),
		cmocka_unit_test(atrs_made_from_each_entry),
		cmocka_unit_test(atrs_nearly_made_from_each_entry),
		cmocka_unit_test(a_restricted_load_finds_the_same),
	};

	return cmocka_run_group_tests_name("carddb beside regcomp", tests, load_list, free_list);
}
