/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several hosts print, merged line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/merge.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The text that comes in pieces of @step bytes, merged; to be freed. */
static char *merged(const char *data, size_t len, size_t step)
{
	struct merge m = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t at = 0; at < len; at += step)
		assert_int_equal(merge_feed(&m, out, "lab", data + at, at + step > len ? len - at : step),
				 CS_OK);
	assert_int_equal(merge_release(&m, out, "lab"), CS_OK);
	fclose(out);
	return text;
}

static void test_lines(void **state)
{
	static const struct {
		const char *data, *want;
	} rows[] = {
		{"", ""},
		{"a\n", "lab: a\n"},
		{"a", "lab: a\n"},
		{"\n", "lab: \n"},
		{"a\r\nb\n", "lab: a\nlab: b\n"},
		{"\x1b[31mred\n", "lab: \\x1B[31mred\n"},
		{"\xff\n", "lab: \\xFF\n"},
		{"\xc3\xa4\n", "lab: \xc3\xa4\n"},
		{"{\"a\":1}\n", "{\"host\":\"lab\",\"a\":1}\n"},
		{"{\"b\":[1,{}],\"a\":\"x\"}\n", "{\"host\":\"lab\",\"b\":[1,{}],\"a\":\"x\"}\n"},
		{"{}\n", "{\"host\":\"lab\"}\n"},
		{"{\"host\":\"other\",\"a\":1}\n", "{\"host\":\"lab\",\"a\":1}\n"},
		{"{ \"a\" : 1 }\n", "{\"host\":\"lab\", \"a\" : 1 }\n"},
		{"{ }\n", "{\"host\":\"lab\" }\n"},
		{"{\"x\":0.1,\"y\":12345678901234567890,\"z\":1.50}\n",
		 "{\"host\":\"lab\",\"x\":0.1,\"y\":12345678901234567890,\"z\":1.50}\n"},
		{"{\"h\\u006fst\":\"other\"}\n", "{\"host\":\"lab\"}\n"},
		{"{\"a\":1,\r\r\"b\":2}\n", "{\"host\":\"lab\",\"a\":1,\"b\":2}\n"},
		{"{\"a\":\"\xff\"}\n", "lab: {\"a\":\"\\xFF\"}\n"},
		{"{\"a\":1\n", "lab: {\"a\":1\n"},
		{"{\"a\":1} x\n", "lab: {\"a\":1} x\n"},
		{"[1]\n", "lab: [1]\n"},
		{"{\"a\":\"\\u0000\"}\n", "{\"host\":\"lab\",\"a\":\"\\u0000\"}\n"},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		for (size_t step = 1; step <= 7; step += 2) {
			char *text = merged(rows[i].data, strlen(rows[i].data), step);

			assert_string_equal(text, rows[i].want);
			free(text);
		}
	}
}

/* What a card answers to an extended command. */
static void test_long_object(void **state)
{
	size_t len = 4 * 65536 + 8;
	char *data = malloc(len + 1), *text;

	(void)state;
	assert_non_null(data);
	memset(data, 'F', len);
	memcpy(data, "{\"r\":\"", 6);
	memcpy(data + len - 3, "\"}\n", 3);
	text = merged(data, len, 4096);
	assert_int_equal(strlen(text), len + sizeof("\"host\":\"lab\",") - 1);
	assert_memory_equal(text, "{\"host\":\"lab\",\"r\":\"FF", 21);
	free(text);
	free(data);
}

/* Memory stays bounded: a line that does not end is cut. */
static void test_long_line(void **state)
{
	size_t len = 2 * (size_t)MERGE_LINE_MAX + 5;
	char *data = malloc(len + 1), *text;
	const char *line;

	(void)state;
	assert_non_null(data);
	memset(data, 'x', len);
	data[len] = '\n';
	text = merged(data, len + 1, 1000);
	line = text;
	for (int i = 0; i < 3; i++) {
		size_t n = strcspn(line, "\n");

		assert_memory_equal(line, "lab: ", 5);
		assert_int_equal(n, 5 + (i < 2 ? MERGE_LINE_MAX : 5));
		line += n + 1;
	}
	assert_string_equal(line, "");
	free(text);
	free(data);
}

/* Exactly as long as a line may be, and then its end. */
static void test_longest_line(void **state)
{
	char *data = malloc(MERGE_LINE_MAX + 3), *text;

	(void)state;
	assert_non_null(data);
	memset(data, 'x', MERGE_LINE_MAX);
	memcpy(data + MERGE_LINE_MAX, "\ny\n", 3);
	text = merged(data, MERGE_LINE_MAX + 3, 4096);
	assert_int_equal(strlen(text), 5 + MERGE_LINE_MAX + 1 + 5 + 1 + 1);
	assert_string_equal(text + strlen(text) - 8, "x\nlab: y\n" + 1);
	free(text);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_object),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_longest_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
