/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include "view/expect_text.h"

#define OTHER   "demo.apdu:7:12: error: the answer is not the one that was expected\n"
#define NOT_IT  "demo.apdu:7:12: error: the answer is the one that was not to come\n"
#define HEX16   "000102030405060708090A0B0C0D0E0F"
#define BYTES16 "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"

static const struct {
	const char *name;
	const char *sw, *data, *regex;
	bool negated;
	const char *answer;
	const char *want;
} rows[] = {
	{"status word", "9000", NULL, NULL, false, "6A82",
	 OTHER "  expected  SW   9000\n"
	       "  came      SW   6A82 : file or application not found\n"
	       "                 ^^^^\n"},
	{"one digit of the status word", "63C3", NULL, NULL, false, "63C2",
	 OTHER "  expected  SW   63C3\n"
	       "  came      SW   63C2 : counter value, often the tries left after a failed verification: 2\n"
	       "                    ^\n"},
	{"wildcards are not at fault", "61xx", NULL, NULL, false, "9012",
	 OTHER "  expected  SW   61xx\n"
	       "  came      SW   9012 : status of the card maker's own\n"
	       "                 ^^\n"},
	{"alternatives", "61xx|9000", NULL, NULL, false, "6A82",
	 OTHER "  expected  SW   61xx|9000\n"
	       "  came      SW   6A82 : file or application not found\n"
	       "                 ^^^^\n"},
	{"data", "9000", "6F..8408", NULL, false, "6F1A84079000",
	 OTHER "  expected  data 6F .. 84 08\n"
	       "  came      data 6F 1A 84 07\n"
	       "                          ^^\n"},
	{"half bytes", "9000", "6.", NULL, false, "7F9000",
	 OTHER "  expected  data 6.\n"
	       "  came      data 7F\n"
	       "                 ^^\n"},
	{"both", "9000", "01", NULL, false, "026A82",
	 OTHER "  expected  SW   9000\n"
	       "  came      SW   6A82 : file or application not found\n"
	       "                 ^^^^\n"
	       "  expected  data 01\n"
	       "  came      data 02\n"
	       "                 ^^\n"},
	{"too little came", "9000", "010203", NULL, false, "019000",
	 OTHER "  expected  data 01 02 03\n"
	       "  came      data 01\n"
	       "                    ^^ ^^\n"},
	{"nothing came", "9000", "01", NULL, false, "9000",
	 OTHER "  expected  data 01\n"
	       "  came      data (nothing)\n"
	       "                 ^^\n"},
	{"nothing was to come", "9000", "", NULL, false, "019000",
	 OTHER "  expected  data (nothing)\n"
	       "  came      data 01\n"
	       "                 ^^\n"},
	{"too much came", "9000", "01", NULL, false, "0102039000",
	 OTHER "  expected  data 01\n"
	       "  came      data 01 02 03\n"
	       "                    ^^ ^^\n"},
	{"more may follow", "9000", "0109*", NULL, false, "0102039000",
	 OTHER "  expected  data 01 09 *\n"
	       "  came      data 01 02 03\n"
	       "                    ^^\n"},
	{"more may follow a full row", "9000", HEX16 "*", NULL, false,
	 "FF0102030405060708090A0B0C0D0E0F119000",
	 OTHER "  expected  data 0000: " BYTES16 " *\n"
	       "  came      data 0000: FF 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n"
	       "                       ^^\n"},
	{"a full row has no offset", "9000", HEX16, NULL, false, "000102030405060708090A0B0C0D0E0E9000",
	 OTHER "  expected  data " BYTES16 "\n"
	       "  came      data 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0E\n"
	       "                                                              ^^\n"},
	{"of long data only the rows that differ", "9000", HEX16 HEX16 "4142", NULL, false,
	 HEX16 "000102030405060708090A0B0C0D0E0E41439000",
	 OTHER "  expected  data 0010: " BYTES16 "\n"
	       "  came      data 0010: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0E\n"
	       "                                                                    ^^\n"
	       "  expected  data 0020: 41 42\n"
	       "  came      data 0020: 41 43\n"
	       "                          ^^\n"},
	{"regular expression", "9000", NULL, "^84\033", false, "6F079000",
	 OTHER "  expected  data /^84\\x1B/\n"
	       "  came      data  6F07\n"},
	{"regular expression on nothing", "9000", NULL, "^84", false, "9000",
	 OTHER "  expected  data /^84/\n"
	       "  came      data (nothing)\n"},
	{"negated status word", "6Axx|6Dxx", NULL, NULL, true, "6A82",
	 NOT_IT "  not       SW   6Axx|6Dxx\n"
		"  came      SW   6A82 : file or application not found\n"},
	{"negated data", "9000", "6F..*", NULL, true, "6F1A849000",
	 NOT_IT "  not       SW   9000\n"
		"  came      SW   9000 : done\n"
		"  not       data 6F .. *\n"
		"  came      data 6F 1A 84\n"},
};

static void shows_both_sides(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct octets answer = octets_of(rows[i].answer);
		struct exchange x = {.answer = answer.byte, .answer_len = answer.len, .n_expect = 1};
		struct expect_case c;
		struct wish wish;
		struct page page;

		wish_make(&wish, "as written", rows[i].sw, rows[i].data, answer.byte, answer.len);
		wish.expect.place = (struct place){"demo.apdu", 7, 12, true};
		wish.expect.negated = rows[i].negated;
		wish.expect.regex = rows[i].regex;
		if (rows[i].regex)
			wish.expect.result.data_ok = false;
		x.expect = &wish.expect;
		c = expect_case_of(&x, 0);
		page_begin(&page);
		expect_text_put(&(struct term){page.out, false}, &c);
		page_end_equal(&page, rows[i].want, rows[i].name);
	}
}

static size_t count_lines(const char *text, const char *start)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, start)) != NULL; at++)
		n++;
	return n;
}

static void caps_what_it_shows(void **state)
{
	uint8_t answer[1002] = {[1000] = 0x90}, value[1000], mask[1000];
	const struct expect_data data = {value, mask, 1000, false};
	struct expectation expect = {.pattern = "p", .data = &data};
	const struct exchange x = {.answer = answer, .answer_len = 1002, .expect = &expect, .n_expect = 1};
	struct expect_case c = expect_case_of(&x, 0);
	struct page page;
	char *text;

	(void)state;
	memset(value, 0xFF, sizeof(value));
	memset(mask, 0xFF, sizeof(mask));
	expect.result = expect_compare(NULL, 0, &data, answer, sizeof(answer));
	page_begin(&page);
	expect_text_put(&(struct term){page.out, false}, &c);
	text = page_end(&page);
	assert_int_equal(count_lines(text, "expected  data"), EXPECT_LINES_MAX);
	assert_int_equal(count_lines(text, "came      data"), EXPECT_LINES_MAX);
	assert_non_null(strstr(text, "\n  and 47 more lines that differ\n"));
	free(text);
	expect.regex = "x";
	expect.data = NULL;
	page_begin(&page);
	expect_text_put(&(struct term){page.out, false}, &c);
	text = page_end(&page);
	assert_non_null(strstr(text, "000000... (1000 bytes)\n"));
	free(text);
}

static void tells_of_a_control_answer(void **state)
{
	const uint8_t answer[] = {0x01, 0x02};
	const struct action action = {
		.kind = ACTION_CONTROL, .number = 0x42000D48, .answer = answer, .answer_len = 2};
	struct expect_case c;
	char text[EXPECT_NAME_MAX];
	struct wish wish;
	struct page page;

	(void)state;
	wish_make(&wish, "* 0102", NULL, "0103", (const uint8_t[]){1, 2, 0x90, 0}, 4);
	c = expect_case_of_action(&action, &wish.expect);
	page_begin(&page);
	expect_text_put(&(struct term){page.out, false}, &c);
	page_end_equal(&page,
		       "error: the answer is not the one that was expected\n"
		       "  expected  data 01 03\n"
		       "  came      data 01 02\n"
		       "                    ^^\n",
		       "control");
	assert_int_equal(expect_text_name(text, &c), strlen("control 0x42000D48 => * 0102"));
	assert_string_equal(text, "control 0x42000D48 => * 0102");
	assert_int_equal(expect_text_came(text, &c), 4);
	assert_string_equal(text, "0102");
}

static const struct {
	struct place place;
	const char *command;
	size_t secret_from, secret_len;
	const char *pattern;
	bool negated;
	const char *answer;
	const char *name, *came;
} names[] = {
	{{"a.apdu", 3, 1, true}, "00A40000", 0, 0, "9000", false, "9000", "line 3: 00A40000 => 9000", "9000"},
	{{"i\n.apdu", 4, 1, false},
	 "00A40000",
	 0,
	 0,
	 "9000",
	 true,
	 "016A82",
	 "i\\x0A.apdu:4: 00A40000 => not 9000",
	 "01 6A82"},
	{{NULL, 0, 0, false},
	 "00200001043132333400",
	 5,
	 4,
	 "9000 #\xFF",
	 false,
	 "63C1",
	 "0020000104********00 => 9000 #\\xFF",
	 "63C1"},
	{{"a", 1, 1, true},
	 "00D6000028" HEX16 HEX16 "2021222324252627",
	 0,
	 0,
	 "9000",
	 false,
	 HEX16 HEX16 HEX16 HEX16 "409000",
	 "line 1: 00D6000028" HEX16 HEX16 "202122... => 9000",
	 HEX16 HEX16 HEX16 HEX16 "... (65 bytes) 9000"},
};

static void names_a_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct octets command = octets_of(names[i].command),
				    answer = octets_of(names[i].answer);
		const struct expectation expect = {
			.place = names[i].place, .pattern = names[i].pattern, .negated = names[i].negated};
		const struct exchange x = {.command = command.byte,
					   .command_len = command.len,
					   .secret_from = names[i].secret_from,
					   .secret_len = names[i].secret_len,
					   .answer = answer.byte,
					   .answer_len = answer.len,
					   .expect = &expect,
					   .n_expect = 1};
		const struct expect_case c = expect_case_of(&x, 0);
		char text[EXPECT_NAME_MAX];

		assert_int_equal(expect_text_name(text, &c), strlen(names[i].name));
		assert_string_equal(text, names[i].name);
		assert_int_equal(expect_text_came(text, &c), strlen(names[i].came));
		assert_string_equal(text, names[i].came);
	}
}

static void cuts_long_names(void **state)
{
	char pattern[2 * EXPECT_NAME_MAX], text[EXPECT_NAME_MAX];
	const uint8_t command[] = {0, 0, 0, 0}, answer[] = {0x90, 0};
	const struct expectation expect = {.place = {pattern, 1, 1, false}, .pattern = pattern};
	const struct exchange x = {.command = command,
				   .command_len = 4,
				   .answer = answer,
				   .answer_len = 2,
				   .expect = &expect,
				   .n_expect = 1};
	const struct expect_case c = expect_case_of(&x, 0);
	size_t n;

	(void)state;
	memset(pattern, 'x', sizeof(pattern) - 1);
	pattern[sizeof(pattern) - 1] = '\0';
	n = expect_text_name(text, &c);
	assert_int_equal(n, strlen(text));
	assert_in_range(n, EXPECT_NAME_MAX - 4, EXPECT_NAME_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_both_sides),          cmocka_unit_test(caps_what_it_shows),
		cmocka_unit_test(tells_of_a_control_answer), cmocka_unit_test(names_a_case),
		cmocka_unit_test(cuts_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
