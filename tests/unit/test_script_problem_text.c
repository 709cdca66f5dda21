/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include <locale.h>

#include "view/place_text.h"
#include "view/script_problem_text.h"

static const struct {
	const char *name;
	const char *line;
	uint32_t column;
	size_t width;
	const char *want; /* the line shown and the carets */
} rows[] = {
	{"one character", "00 A4 0", 7, 1, "00 A4 0\n      ^\n"},
	{"a word", "resett", 1, 6, "resett\n^~~~~~\n"},
	{"after tabs", "\t\tx 0", 5, 1, "\t\tx 0\n\t\t  ^\n"},
	{"a tab at fault", "a\tb", 2, 1, "a\tb\n ^\n"},
	{"behind the end", "00A4 \\", 7, 1, "00A4 \\\n      ^\n"},
	{"far behind the end", "00", 99, 9, "00\n  ^\n"},
	{"wider than the line", "00 A4", 4, 99, "00 A4\n   ^~\n"},
	{"empty line", "", 1, 1, "\n^\n"},
	{"after two-byte characters", "\xC3\xA9\xC3\xA9 x", 6, 1, "\xC3\xA9\xC3\xA9 x\n   ^\n"},
	{"a two-byte character", "a\xC3\xA9z", 2, 2, "a\xC3\xA9z\n ^\n"},
	{"the second byte of a character", "a\xC3\xA9z", 3, 1, "a\xC3\xA9z\n ^\n"},
	{"after wide characters", "\xE4\xB8\xAD\xE6\x96\x87 x", 8, 1, "\xE4\xB8\xAD\xE6\x96\x87 x\n     ^\n"},
	{"a wide character", "\xE4\xB8\xAD!", 1, 3, "\xE4\xB8\xAD!\n^~\n"},
	{"after a combining character", "e\xCC\x81x", 4, 1, "e\xCC\x81x\n ^\n"},
	{"after control characters", "\033[mx", 4, 1, "\\x1B[mx\n      ^\n"},
	{"a control character", "a\033b", 2, 1,
	 "a\\x1B"
	 "b\n ^~~~\n"},
	{"a byte that is not UTF-8",
	 "a\xFF"
	 "b",
	 3, 1, "a\\xFFb\n     ^\n"},
	{"a direction mark", "\xE2\x80\xAEx", 4, 1, "\\xE2\\x80\\xAEx\n            ^\n"},
};

static void put(struct page *page, const char *file, const struct script_problem *problem)
{
	page_begin(page);
	script_problem_text_put(&(struct term){page->out, false}, file, problem);
}

static void stands_under_the_place(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct script_problem problem = {
			.pos = {0, 3, rows[i].column},
			.width = rows[i].width,
			.severity = SCRIPT_ERROR,
			.text = "wrong",
			.line = rows[i].line,
			.line_len = strlen(rows[i].line),
		};
		struct page page;
		char want[200];
		int n = snprintf(want, sizeof(want), "a.apdu:3:%u: error: wrong\n", (unsigned)rows[i].column);

		snprintf(want + n, sizeof(want) - (size_t)n, "%s", rows[i].want);
		put(&page, "a.apdu", &problem);
		page_end_equal(&page, want, rows[i].name);
	}
}

static void heads(void **state)
{
	struct script_problem problem = {.pos = {0, 3, 1},
					 .width = 1,
					 .severity = SCRIPT_LINT,
					 .text = "odd",
					 .line = "x",
					 .line_len = 1};
	struct page page;

	(void)state;
	put(&page, "a\n.apdu", &problem);
	page_end_equal(&page, "a\\x0A.apdu:3:1: warning: odd\nx\n^\n", "a lint");
	put(&page, NULL, &problem);
	page_end_equal(&page, "warning: odd\nx\n^\n", "at a prompt");
	problem.line = NULL;
	problem.line_len = 0;
	problem.severity = SCRIPT_ERROR;
	put(&page, "-", &problem);
	page_end_equal(&page, "-:3:1: error: odd\n", "without its line");
}

static void places(void **state)
{
	struct page page;

	(void)state;
	page_begin(&page);
	place_text_put_error(&(struct term){page.out, false}, &(struct place){"a", 3, 0, true}, "no card");
	place_text_put_error(&(struct term){page.out, false}, &(struct place){"a", 0, 0, true}, "no card");
	place_text_put_error(&(struct term){page.out, false}, &(struct place){NULL, 3, 1, true}, "no card");
	page_end_equal(&page, "a:3: error: no card\na: error: no card\nerror: no card\n", "places");
}

/* Where the caret stands must be where the mark is, and neither line may be long, wherever it is cut. */
static void assert_cut(const char *text, size_t marks)
{
	const char *line = strchr(text, '\n') + 1;
	const char *carets = strchr(line, '\n') + 1;
	const size_t column = strcspn(carets, "^");

	assert_in_range(carets - line, 1, 140);
	assert_int_equal(strspn(line + column, "!"), marks);
	assert_int_equal(strspn(carets + column, "^~"), marks);
	assert_string_equal(carets + column + marks, "\n");
}

static void cuts_long_lines(void **state)
{
	enum { LONG = 5000 };
	char *line = malloc(LONG);

	(void)state;
	assert_non_null(line);
	for (size_t at = 0; at + 3 <= LONG; at += at < 200 || at + 200 > LONG ? 1 : 97) {
		struct script_problem problem = {.pos = {0, 1, (uint32_t)at + 1},
						 .width = 3,
						 .severity = SCRIPT_ERROR,
						 .text = "wrong",
						 .line = line,
						 .line_len = LONG};
		struct page page;
		char *text;

		memset(line, 'x', LONG);
		memset(line + at, '!', 3);
		put(&page, "a", &problem);
		text = page_end(&page);
		assert_cut(text, 3);
		free(text);
	}
	free(line);
}

/* A cut never goes through a character: what is shown of é é é ... is still é. */
static void cuts_between_characters(void **state)
{
	enum { LONG = 4000 };
	char *line = malloc(LONG);

	(void)state;
	assert_non_null(line);
	for (size_t i = 0; i < LONG; i += 2)
		memcpy(line + i, "\xC3\xA9", 2);
	for (uint32_t column = 1; column <= LONG; column += 331) {
		struct script_problem problem = {.pos = {0, 1, column},
						 .width = 1,
						 .severity = SCRIPT_ERROR,
						 .text = "wrong",
						 .line = line,
						 .line_len = LONG};
		struct page page;
		char *text;

		put(&page, "a", &problem);
		text = page_end(&page);
		assert_null(strstr(text, "\\x"));
		free(text);
	}
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stands_under_the_place),
		cmocka_unit_test(heads),
		cmocka_unit_test(places),
		cmocka_unit_test(cuts_long_lines),
		cmocka_unit_test(cuts_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
