/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carddb_log.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/hex.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void add(struct carddb *db, const char *name, const char *text, struct log *log)
{
	assert_int_equal(carddb_load_memory(db, name, text, strlen(text), log ? note : NULL, log), CS_OK);
}

static size_t look(const struct carddb *db, const char *atr, const struct carddb_entry **matches)
{
	uint8_t bytes[64];
	size_t len, bad;

	assert_int_equal(hex_parse(bytes, sizeof(bytes), &len, atr, strlen(atr), &bad), CS_OK);
	return carddb_lookup(db, bytes, len, matches);
}

/* One list, what is in it (PATTERN=DESCRIPTION|DESCRIPTION and a line end each), what is wrong with it. */
struct grammar_row {
	const char *name, *list, *entries, *problems;
};

static const struct grammar_row grammar[] = {
	{"one entry", "3B 00\n\tone\n", "3B 00=one\n", ""},
	{"no line end at the end", "3B 00\n\tone", "3B 00=one\n", ""},
	{"CRLF", "3B 00\r\n\tone\r\n\ttwo\r\n\r\n3B 01\r\n\tthree\r\n", "3B 00=one|two\n3B 01=three\n", ""},
	{"lower case", "3b 0f ff\n\tone\n", "3B 0F FF=one\n", ""},
	{"blanks are one blank", "3B  00\t01   \n\tone\n", "3B 00 01=one\n", ""},
	{"comments", "#a\n3B 00\n# b\n\tone\n#\tc\n\ttwo\n", "3B 00=one|two\n", ""},
	{"a # inside a line is text", "3B 00\n\tcard #1\n", "3B 00=card #1\n", ""},
	{"an empty line ends the entry", "3B 00\n\tone\n\n\ttwo\n", "3B 00=one\n",
	 "4:0 description without a pattern above it\n"},
	{"so does one of white space", "3B 00\n\tone\n \t \n\ttwo\n", "3B 00=one\n",
	 "4:0 description without a pattern above it\n"},
	{"so does a pattern", "3B 00\n\tone\n3B 01\n\ttwo\n", "3B 00=one\n3B 01=two\n", ""},
	{"orphan in the first line", "\tone\n3B 00\n\ttwo\n", "3B 00=two\n",
	 "1:0 description without a pattern above it\n"},
	{"pattern alone", "3B 00\n\n3B 01\n\ttwo\n", "3B 01=two\n", "1:0 pattern without a description\n"},
	{"pattern alone at the end", "3B 00", "", "1:0 pattern without a description\n"},
	{"a bad pattern takes its descriptions along", "3B (0)\n\tone\n\ttwo\n\n3B 01\n\tthree\n",
	 "3B 01=three\n", "1:4 a character that patterns do not have\n"},
	{"indented by blanks", "3B 00\n\tone\n  two\n\tthree\n", "3B 00=one|three\n",
	 "3:1 a blank at the start; a description starts with a TAB\n"},
	{"byte order mark",
	 "\xEF\xBB\xBF"
	 "3B 00\n\tone\n",
	 "3B 00=one\n", ""},
	{"white space around a description", "3B 00\n\t\t one\ttwo \t\n", "3B 00=one two\n", ""},
	{"control characters go",
	 "3B 00\n\to\x1B[31mn\x07\x7F"
	 "e\n",
	 "3B 00=o[31mne\n", ""},
	{"nothing but control characters", "3B 00\n\t\x01\x02\n\tone\n", "3B 00=one\n", ""},
	{"UTF-8 stays", "3B 00\n\t\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xB3\n",
	 "3B 00=\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xB3\n", ""},
	{"C1 controls go",
	 "3B 00\n\ta\xC2\x9B"
	 "b\n",
	 "3B 00=ab\n", ""},
	{"bidirectional overrides go",
	 "3B 00\n\ta\xE2\x80\xAE"
	 "b\xE2\x81\xA6"
	 "c\n",
	 "3B 00=abc\n", ""},
	{"Latin-1 becomes UTF-8", "3B 00\n\tcaf\xE9\n", "3B 00=caf\xC3\xA9\n", ""},
	{"cut sequence, C1 byte", "3B 00\n\ta\xC3\n\tb\x80\n", "3B 00=a\xC3\x83|b\n", ""},
	{"surrogate, overlong form, above U+10FFFF",
	 "3B 00\n\t\xED\xA0\xB0\n\t\xC1\xA1\n\t\xF5\xA0\xA0\xA0\n",
	 "3B 00=\xC3\xAD\xC2\xA0\xC2\xB0|\xC3\x81\xC2\xA1|\xC3\xB5\xC2\xA0\xC2\xA0\xC2\xA0\n", ""},
	{"empty", "", "", "0:0 is empty\n"},
	{"only empty lines", "\n \r\n\t\n", "", "0:0 is empty\n"},
	{"only comments is no problem", "# nothing yet\n", "", ""},
	{"twice the same", "3B 00\n\tone\n\n3b 00\n\tone\n", "3B 00=one\n", ""},
	{"same text, other pattern", "3B 00\n\tone\n\n3B 01\n\tone\n", "3B 00=one\n3B 01=one\n", ""},
	{"what is new is an entry", "3B 00\n\tone\n\ttwo\n\n3B 00\n\ttwo\n\tthree\n\n3B 00\n\tthree\n\tone\n",
	 "3B 00=one|two\n3B 00=three\n", ""},
	{"the same of patterns", "3B ..\n\tone\n\n3B 0.\n\tone\n\n3B ..\n\tone\n\ttwo\n",
	 "3B ..=one\n3B 0.=one\n3B ..=two\n", ""},
};

static void dump(const struct carddb *db, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);

		n += (size_t)snprintf(out + n, size - n, "%s", e->pattern);
		for (size_t d = 0; d < e->ndescriptions; d++)
			n += (size_t)snprintf(out + n, size - n, "%c%s", d ? '|' : '=', e->descriptions[d]);
		n += (size_t)snprintf(out + n, size - n, "\n");
	}
}

static void grammar_row(void **state)
{
	const struct grammar_row *row = *state;
	struct carddb *db = fresh();
	struct log log = {0};
	char entries[1024];

	add(db, "list", row->list, &log);
	dump(db, entries, sizeof(entries));
	assert_string_equal(entries, row->entries);
	assert_string_equal(log.text, row->problems);
	carddb_free(&db);
}

static const struct {
	const char *pattern;
	size_t column;
	const char *message;
} refused[] = {
	{"3B 00|3B 01", 6, "a character that patterns do not have"},
	{"3B 00?", 6, "a character that patterns do not have"},
	{"3B 0+", 5, "a character that patterns do not have"},
	{"3B .{2}", 5, "a character that patterns do not have"},
	{"3B ..{2}", 6, "a character that patterns do not have"},
	{"(3B) 00", 1, "a character that patterns do not have"},
	{"^3B 00$", 1, "a character that patterns do not have"},
	{"3B 00$", 6, "a character that patterns do not have"},
	{"3B\\.00", 3, "a character that patterns do not have"},
	{"3B 0*", 5, "a character that patterns do not have"},
	{"3B .**", 6, "a character that patterns do not have"},
	{"3B 0]", 5, "a character that patterns do not have"},
	{"3G 00", 2, "a character that patterns do not have"},
	{"hello", 1, "a character that patterns do not have"},
	{"\xC3\xA9", 1, "a character that patterns do not have"},
	{"3B 0[12", 5, "[ without ]"},
	{"3B 0[", 5, "[ without ]"},
	{"3B 0[]", 5, "nothing in [ ]"},
	{"3B 0[,]", 5, "nothing in [ ]"},
	{"3B 0[^1]", 6, "not a hexadecimal digit in [ ]"},
	{"3B 0[1 2]", 7, "not a hexadecimal digit in [ ]"},
	{"3B 0[[:digit:]]", 6, "not a hexadecimal digit in [ ]"},
	{"3B 0[3-1]", 8, "a range in [ ] that does not go up"},
	{"3B 0[1-]", 8, "a range in [ ] that does not go up"},
	{"3B 0[-1]", 6, "not a hexadecimal digit in [ ]"},
	{"3B02", 3, "no blank between two bytes"},
	{"3B [12]00", 9, "no blank between two bytes"},
	{"3B 0[12][34]", 9, "no blank between two bytes"},
	{"3B 0 1", 5, "a blank inside a byte"},
	{"3B 0", 5, "the last byte is not whole"},
	{"3", 2, "the last byte is not whole"},
	{"3B 0.0", 6, "no blank between two bytes"},
};

static void patterns_refused_with_column(void **state)
{
	char list[128], expected[128];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct carddb *db = fresh();
		struct log log = {0};

		snprintf(list, sizeof(list), "# list\n%s\n\tcard\n\n3B 77\n\tnext\n", refused[i].pattern);
		snprintf(expected, sizeof(expected), "2:%zu %s\n", refused[i].column, refused[i].message);
		add(db, "list", list, &log);
		assert_string_equal(log.text, expected);
		assert_int_equal(carddb_count(db), 1);
		carddb_free(&db);
	}
}

static const struct {
	const char *pattern, *atr;
	bool match;
} matching[] = {
	{"3B 02 10 50", "3B 02 10 50", true},
	{"3B 02 10 50", "3B 02 10", false},
	{"3B 02 10 50", "3B 02 10 50 00", false},
	{"3B 02 10 50", "3B 02 10 51", false},
	{"3b 0a", "3B 0A", true},
	{"3B ..", "3B 00", true},
	{"3B ..", "3B FF", true},
	{"3B ..", "3B", false},
	{"3B ..", "3B 00 00", false},
	{"3B 6. .3", "3B 6A F3", true},
	{"3B 6. .3", "3B 6A F4", false},
	{"3B 6. .3", "3B 7A F3", false},
	{".. ..", "00 00", true},
	{"3B.02", "3B 02", true},
	{"3B 0[31]", "3B 01", true},
	{"3B 0[31]", "3B 03", true},
	{"3B 0[31]", "3B 02", false},
	{"3B 0[1-5]", "3B 01", true},
	{"3B 0[1-5]", "3B 03", true},
	{"3B 0[1-5]", "3B 05", true},
	{"3B 0[1-5]", "3B 00", false},
	{"3B 0[1-5]", "3B 06", false},
	{"3B [A-F]0", "3B A0", true},
	{"3B [A-F]0", "3B F0", true},
	{"3B [a-f]0", "3B C0", true},
	{"3B [A-F]0", "3B 90", false},
	{"3B 0[8-B]", "3B 09", true},
	{"3B 0[8-B]", "3B 0A", true},
	{"3B 0[8-B]", "3B 0C", false},
	{"3B 0[F,E]", "3B 0E", true},
	{"3B 0[F,E]", "3B 0F", true},
	{"3B 0[F,E]", "3B 0D", false},
	{"3B 0[0-24-68]", "3B 05", true},
	{"3B 0[0-24-68]", "3B 08", true},
	{"3B 0[0-24-68]", "3B 03", false},
	{"3B 0[0-24-68]", "3B 07", false},
	{"3B 45 .* 38", "3B 45 38", false},
	{"3B 45 .* 38", "3B 45 00 38", true},
	{"3B 45 .* 38", "3B 45 00 38 00 38", true},
	{"3B 45 .* 38", "3B 45 00 38 00", false},
	{"90 00.*", "90 00", true},
	{"90 00.*", "90 00 01", true},
	{"90 00.*", "90 00 01 02", true},
	{"90 00.*", "90 01", false},
	{"90 00 .*", "90 00", false},
	{"90 00 .*", "90 00 01", true},
	{".*", "3B", true},
	{".*", "3B 00 00", true},
	{"3B.*0", "3B 10", true},
	{"3B.*0", "3B 10 01", false},
	{"3B .*A .*B", "3B 0A 0B", true},
	{"3B .*A .*B", "3B 0A 00 0A 01 0B", true},
	{"3B .*A .*B", "3B 0B 0A", false},
	{"3B .*.* 00", "3B 11 00", true},
	{"3B .*[12]. 0[34]", "3B 99 2F 04", true},
	{"3B .*[12]. 0[34]", "3B 99 2F 05", false},
	{"3B ..*", "3B 00", true},
};

static void matches_as_documented(void **state)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	char list[128];

	(void)state;
	for (size_t i = 0; i < COUNT(matching); i++) {
		struct carddb *db = fresh();
		struct log log = {0};

		snprintf(list, sizeof(list), "%s\n\tcard\n", matching[i].pattern);
		add(db, "list", list, &log);
		assert_string_equal(log.text, "");
		if (look(db, matching[i].atr, matches) != matching[i].match)
			fail_msg("%s on %s: expected %d", matching[i].pattern, matching[i].atr,
				 matching[i].match);
		carddb_free(&db);
	}
}

static void entry_says_where_it_stands(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *e;

	(void)state;
	add(db, "a list", "# one\n\n3b 0. [34]f\n\tcard\n", NULL);
	add(db, "b list", "3B 00\n\tother\n", NULL);
	e = carddb_entry_get(db, 0);
	assert_string_equal(e->pattern, "3B 0. [34]F");
	assert_string_equal(e->file, "a list");
	assert_int_equal(e->line, 3);
	assert_false(e->literal);
	assert_int_equal(e->specificity, strlen("3B 0 F"));
	e = carddb_entry_get(db, 1);
	assert_string_equal(e->file, "b list");
	assert_int_equal(e->line, 1);
	assert_true(e->literal);
	assert_int_equal(e->specificity, 5);
	carddb_free(&db);
	assert_null(db);
	carddb_free(&db);
}

static void entries_stay_where_they_are(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *first, *matches[CARDDB_MATCHES_MAX];
	char list[64];

	(void)state;
	add(db, "list", "3B 00\n\tfirst\n", NULL);
	assert_int_equal(look(db, "3B 00", &first), 1);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(list, sizeof(list), "3F %02X %02X\n\tcard %u\n", i >> 8, i & 0xFF, i);
		add(db, "list", list, NULL);
	}
	assert_int_equal(carddb_count(db), 5001);
	assert_ptr_equal(carddb_entry_get(db, 0), first);
	assert_string_equal(first->descriptions[0], "first");
	assert_int_equal(look(db, "3F 12 34", matches), 1);
	assert_string_equal(matches[0]->descriptions[0], "card 4660");
	carddb_free(&db);
}

static void literal_first_then_the_most_specific(void **state)
{
	static const char *const expected[] = {"literal", "newer literal", "one nibble", "other nibble",
					       "byte",    "rest",          "anything"};
	struct carddb *db = fresh();
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];

	(void)state;
	add(db, "list",
	    ".*\n\tanything\n\n3B 9.*\n\trest\n\n3B .. 01\n\tbyte\n\n3B 9. 01\n\tone nibble\n\n"
	    "3B 9[0-9] 01\n\tother nibble\n\n3B 95 01\n\tliteral\n\n3B 95 02\n\tnot this\n\n"
	    "3B 95 01\n\tnewer literal\n",
	    NULL);
	assert_int_equal(look(db, "3B9501", matches), COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_string_equal(matches[i]->descriptions[0], expected[i]);
	carddb_free(&db);
}

static void the_best_matches_are_kept(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	char list[64];

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(list, sizeof(list), "3B ..\n\tcard %u\n", i);
		add(db, "list", list, NULL);
	}
	add(db, "list", "3B 00\n\tliteral\n", NULL);
	assert_int_equal(look(db, "3B 00", matches), CARDDB_MATCHES_MAX);
	assert_string_equal(matches[0]->descriptions[0], "literal");
	for (size_t i = 1; i < CARDDB_MATCHES_MAX; i++) {
		snprintf(list, sizeof(list), "card %zu", i - 1);
		assert_string_equal(matches[i]->descriptions[0], list);
	}
	carddb_free(&db);
}

/* Patterns longer than the key of the index, equal as far as it reaches; ATRs as long. */
static void long_patterns(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	static char list[2][4 * 100];
	uint8_t atr[100];

	(void)state;
	memset(atr, 0x3B, sizeof(atr));
	hex_build(list[0], atr, sizeof(atr), ' ');
	memcpy(list[1], list[0], sizeof(list[0]));
	list[1][strlen(list[1]) - 1] = 'C';
	strcat(list[0], "\n\tone\n");
	strcat(list[1], "\n\ttwo\n");
	add(db, "list", list[0], NULL);
	add(db, "list", list[1], NULL);
	add(db, "list", list[0], NULL);
	assert_int_equal(carddb_count(db), 2);
	assert_int_equal(carddb_lookup(db, atr, sizeof(atr), matches), 1);
	assert_string_equal(matches[0]->descriptions[0], "one");
	assert_int_equal(carddb_lookup(db, atr, sizeof(atr) - 1, matches), 0);
	atr[99] = 0x3C;
	assert_int_equal(carddb_lookup(db, atr, sizeof(atr), matches), 1);
	assert_string_equal(matches[0]->descriptions[0], "two");
	carddb_free(&db);
}

static void an_empty_atr_matches_no_byte(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];

	(void)state;
	assert_int_equal(look(db, "3B", matches), 0);
	add(db, "list", "..\n\tbyte\n\n.*\n\tanything\n", NULL);
	assert_int_equal(carddb_lookup(db, NULL, 0, matches), 1);
	assert_string_equal(matches[0]->descriptions[0], "anything");
	carddb_free(&db);
}

/* 200,000 entries that differ only in what the index does not see; each step over all of them would take
 * hours. */
static void repeated_patterns_load_in_linear_time(void **state)
{
	static const char *const patterns[] = {"3B 00", "3B .."};
	const size_t n = 200000, line = 16;
	char *list = malloc(n * line + 1);

	(void)state;
	assert_non_null(list);
	for (size_t p = 0; p < COUNT(patterns); p++) {
		struct carddb *db = fresh();

		for (size_t i = 0; i < n; i++)
			snprintf(list + i * line, line + 1, "%s\n\t%08zu\n", patterns[p], i);
		add(db, "list", list, NULL);
		assert_int_equal(carddb_count(db), n);
		add(db, "again", list, NULL);
		assert_int_equal(carddb_count(db), n);
		carddb_free(&db);
	}
	free(list);
}

static void lists_are_merged(void **state)
{
	struct carddb *db = fresh();
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];

	(void)state;
	add(db, "new", "3B 00\n\tone\n\ttwo\n", NULL);
	add(db, "old", "3B 00\n\tone\n\n3B 01\n\tthree\n", NULL);
	add(db, "own", "3B 00\n\tmine\n\tone\n", NULL);
	assert_int_equal(carddb_count(db), 3);
	assert_int_equal(look(db, "3B 00", matches), 2);
	assert_string_equal(matches[0]->file, "new");
	assert_int_equal(matches[0]->ndescriptions, 2);
	assert_string_equal(matches[1]->file, "own");
	assert_int_equal(matches[1]->ndescriptions, 1);
	assert_string_equal(matches[1]->descriptions[0], "mine");
	carddb_free(&db);
}

static void search_ignores_case(void **state)
{
	struct carddb *db = fresh();
	size_t at = 0;

	(void)state;
	add(db, "list", "3B 00\n\tGiro card\n\n3B 01\n\tbus\n\tGIROCARD (Bank)\n\n3B 02\n\tgir\n", NULL);
	assert_string_equal(carddb_search(db, "giro", &at)->pattern, "3B 00");
	assert_string_equal(carddb_search(db, "giro", &at)->pattern, "3B 01");
	assert_null(carddb_search(db, "giro", &at));
	assert_null(carddb_search(db, "giro", &at));
	at = 0;
	assert_string_equal(carddb_search(db, "(bank)", &at)->pattern, "3B 01");
	at = 0;
	assert_null(carddb_search(db, "girocards", &at));
	assert_int_equal(at, 3);
	at = 2;
	assert_string_equal(carddb_search(db, "", &at)->pattern, "3B 02");
	carddb_free(&db);
}

static void long_lines(void **state)
{
	static char list[3 * CARDDB_LINE_MAX];
	struct carddb *db = fresh();
	struct log log = {0};
	char *at = list;

	(void)state;
	at += sprintf(at, "3B 00\n\t");
	memset(at, 'x', CARDDB_LINE_MAX - 1);
	at += CARDDB_LINE_MAX - 1;
	add(db, "list", list, &log);
	assert_string_equal(log.text, "");
	assert_int_equal(strlen(carddb_entry_get(db, 0)->descriptions[0]), CARDDB_LINE_MAX - 1);
	strcpy(at, "x\n\tkept\n");
	add(db, "list", list, &log);
	assert_string_equal(log.text, "2:0 line too long, left out\n");
	assert_int_equal(carddb_entry_get(db, 1)->ndescriptions, 1);
	assert_string_equal(carddb_entry_get(db, 1)->descriptions[0], "kept");
	carddb_free(&db);
}

static void long_pattern_and_long_comment(void **state)
{
	static char list[3 * CARDDB_LINE_MAX];
	struct carddb *db = fresh();
	struct log log = {0};
	char *at = list;

	(void)state;
	*at++ = '#';
	memset(at, 'x', CARDDB_LINE_MAX);
	at += CARDDB_LINE_MAX;
	at += sprintf(at, "\n3B 00\n\tone\n");
	for (size_t i = 0; i < CARDDB_LINE_MAX / 3 + 1; i++)
		at += sprintf(at, "3B ");
	sprintf(at, "\n\tlost\n\n3B 01\n\ttwo\n");
	add(db, "list", list, &log);
	assert_string_equal(log.text, "4:0 line too long, left out\n");
	assert_int_equal(carddb_count(db), 2);
	assert_int_equal(carddb_entry_get(db, 0)->ndescriptions, 1);
	carddb_free(&db);
}

static void a_file_that_is_no_list_does_not_flood(void **state)
{
	static char page[19 * 10000 + 1];
	struct carddb *db = fresh();
	struct log log = {0};

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		strcpy(page + 19 * i, "<html>no such page\n");
	add(db, "page", page, &log);
	assert_int_equal(log.n, 50);
	assert_non_null(strstr(log.text, "50:0 too many problems in this file, the rest is not listed\n"));
	assert_int_equal(carddb_count(db), 0);
	carddb_free(&db);
}

static void bytes_of_any_value(void **state)
{
	static const char list[] = "3B 00\n\to\0ne\n\n3B \0\n\ttwo\n";
	struct carddb *db = fresh();
	struct log log = {0};

	(void)state;
	assert_int_equal(carddb_load_memory(db, "list", list, sizeof(list) - 1, note, &log), CS_OK);
	assert_int_equal(carddb_count(db), 1);
	assert_string_equal(carddb_entry_get(db, 0)->descriptions[0], "one");
	assert_string_equal(log.text, "4:4 a character that patterns do not have\n");
	carddb_free(&db);
}

static void too_large_in_memory(void **state)
{
	struct carddb *db = fresh();

	(void)state;
	assert_int_equal(carddb_load_memory(db, "list", "3B 00\n", (size_t)CARDDB_FILE_MAX + 1, NULL, NULL),
			 CS_E_TOO_LONG);
	assert_int_equal(carddb_load_memory(db, "list", "3B 00\n", SIZE_MAX, NULL, NULL), CS_E_TOO_LONG);
	carddb_free(&db);
}

/* ---- restricted to one ATR ---- */

static struct carddb *restricted(const char *atr)
{
	struct carddb *db = fresh();
	uint8_t bytes[64];
	size_t len, bad;

	assert_int_equal(hex_parse(bytes, sizeof(bytes), &len, atr, strlen(atr), &bad), CS_OK);
	assert_int_equal(carddb_restrict(db, bytes, len), CS_OK);
	return db;
}

static void restricted_keeps_only_what_matches(void **state)
{
	static const char list[] =
		"3B 02 14 50\n\ta\n\n3b 02 14 50\n\tb\n3B 02 14 51\n\tc\n3B .. 14 5[0-3]\n\td\n"
		"3B 02\n\te\n3B 02 14 50 00\n\tf\n3B  02 14 50\n\tg\n3B 02.*\n\th\n";
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	struct carddb *db = restricted("3B021450");
	struct log log = {.n = 0};
	char got[16] = "";

	(void)state;
	add(db, "list", list, &log);
	assert_int_equal(log.n, 0);
	assert_int_equal(carddb_count(db), 5);
	for (size_t i = 0; i < look(db, "3B021450", matches); i++)
		strcat(got, matches[i]->descriptions[0]);
	assert_string_equal(got, "abgdh");
	carddb_free(&db);
}

static void restricted_still_tells_what_is_no_list(void **state)
{
	struct carddb *db = restricted("3B021450");
	struct log log = {.n = 0};

	(void)state;
	add(db, "list", "4B 02\n\ta\n4B (02)\n\tb\n<html>\n3B (02)\n\tc\n", &log);
	assert_string_equal(log.text, "3:4 a character that patterns do not have\n"
				      "5:1 a character that patterns do not have\n"
				      "6:4 a character that patterns do not have\n");
	carddb_free(&db);
}

static void restricted_takes_any_atr_within_bounds(void **state)
{
	uint8_t atr[CARDDB_ATR_MAX + 1] = {0x3B};
	struct carddb *db = fresh();

	(void)state;
	assert_int_equal(carddb_restrict(db, atr, 0), CS_E_RANGE);
	assert_int_equal(carddb_restrict(db, atr, CARDDB_ATR_MAX + 1), CS_E_RANGE);
	assert_int_equal(carddb_restrict(db, atr, CARDDB_ATR_MAX), CS_OK);
	assert_int_equal(carddb_restrict(db, atr, 1), CS_OK);
	add(db, "list", "3B\n\ta\n", NULL);
	assert_int_equal(carddb_count(db), 1);
	carddb_free(&db);
}

int main(void)
{
	const struct CMUnitTest plain[] = {
		cmocka_unit_test(patterns_refused_with_column),
		cmocka_unit_test(matches_as_documented),
		cmocka_unit_test(entry_says_where_it_stands),
		cmocka_unit_test(entries_stay_where_they_are),
		cmocka_unit_test(literal_first_then_the_most_specific),
		cmocka_unit_test(the_best_matches_are_kept),
		cmocka_unit_test(long_patterns),
		cmocka_unit_test(an_empty_atr_matches_no_byte),
		cmocka_unit_test(repeated_patterns_load_in_linear_time),
		cmocka_unit_test(lists_are_merged),
		cmocka_unit_test(search_ignores_case),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(long_pattern_and_long_comment),
		cmocka_unit_test(a_file_that_is_no_list_does_not_flood),
		cmocka_unit_test(bytes_of_any_value),
		cmocka_unit_test(too_large_in_memory),
		cmocka_unit_test(restricted_keeps_only_what_matches),
		cmocka_unit_test(restricted_still_tells_what_is_no_list),
		cmocka_unit_test(restricted_takes_any_atr_within_bounds),
	};

	struct CMUnitTest tests[COUNT(grammar) + COUNT(plain)];

	for (size_t i = 0; i < COUNT(grammar); i++)
		tests[i] = (struct CMUnitTest){.name = grammar[i].name,
					       .test_func = grammar_row,
					       .initial_state = (void *)(uintptr_t)&grammar[i]};
	memcpy(tests + COUNT(grammar), plain, sizeof(plain));
	return _cmocka_run_group_tests("carddb", tests, COUNT(tests), NULL, NULL);
}
