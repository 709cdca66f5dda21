/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Untrusted text on its way to a terminal or into JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "view/term.h"

struct row {
	const char *name, *text, *escaped;
};

static const struct row rows[] = {
	{"plain", "Virtual PCD 00 00", "Virtual PCD 00 00"},
	{"UTF-8 passes", "Leser \xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xB3",
	 "Leser \xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xB3"},
	{"escape sequence", "a\033[31mb", "a\\x1B[31mb"},
	{"line end and tab", "a\nb\tc\r", "a\\x0Ab\\x09c\\x0D"},
	{"DEL", "a\x7F", "a\\x7F"},
	{"C1 control as UTF-8", "a\xC2\x9B", "a\\xC2\\x9B"},
	{"bidirectional override", "a\xE2\x80\xAE", "a\\xE2\\x80\\xAE"},
	{"byte order mark", "\xEF\xBB\xBFx", "\\xEF\\xBB\\xBFx"},
	{"not UTF-8", "a\xFF\xFE", "a\\xFF\\xFE"},
	{"overlong", "\xC0\x80", "\\xC0\\x80"},
	{"surrogate", "\xED\xA0\x80", "\\xED\\xA0\\x80"},
	{"beyond Unicode", "\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},
	{"cut sequence", "\xE2\x82", "\\xE2\\x82"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	char out[256];
	size_t n = utf8_escape(out, sizeof(out), row->text, strlen(row->text));

	assert_string_equal(out, row->escaped);
	assert_int_equal(n, strlen(out));
}

static void test_clean_is_valid_and_keeps_valid(void **state)
{
	char in[3], out[UTF8_CLEAN_SIZE(3)];

	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			size_t n;

			in[0] = (char)a;
			in[1] = (char)b;
			n = utf8_clean(out, sizeof(out), in, 2);
			for (size_t i = 0; i < n;) {
				uint32_t c;
				size_t seq = utf8_sequence(out + i, n - i, &c);

				assert_int_not_equal(seq, 0);
				i += seq;
			}
		}
	}
	utf8_clean(out, sizeof(out), "\xFF", 1);
	assert_string_equal(out, "\xC3\xBF");
}

static void test_small_buffers(void **state)
{
	char out[8];

	(void)state;
	memset(out, 'x', sizeof(out));
	assert_int_equal(utf8_escape(out, 4, "\033\033", 2), 0);
	assert_string_equal(out, "");
	assert_int_equal(utf8_escape(out, 5, "\033\033", 2), 4);
	assert_int_equal(utf8_clean(out, 3, "\xE2\x82\xAC", 3), 0);
	assert_int_equal(out[5], 'x');
}

/* An escape sequence split over the pieces the printer works in must not survive either. */
static void test_long_text_is_printed_whole(void **state)
{
	char *text = NULL, in[300];
	size_t size;
	struct term t = {.color = true};

	(void)state;
	memset(in, 'a', sizeof(in));
	in[59] = in[60] = in[61] = '\033';
	in[299] = '\0';
	t.out = open_memstream(&text, &size);
	term_put_untrusted(&t, TERM_ERROR, in);
	fclose(t.out);
	assert_int_equal(size, strlen("\033[31m") + 299 + 3 * 3 + strlen("\033[0m"));
	assert_null(strchr(text + 5, '\033') == text + size - 4 ? NULL : text);
	free(text);
}

static void test_color_only_where_wanted(void **state)
{
	char *text = NULL;
	size_t size;
	struct term t = {.color = false};

	(void)state;
	t.out = open_memstream(&text, &size);
	term_printf(&t, TERM_WARNING, "%d", 7);
	term_put(&t, TERM_PLAIN, "x");
	fclose(t.out);
	assert_string_equal(text, "7x");
	free(text);
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[NROWS + 4] = {
		cmocka_unit_test(test_clean_is_valid_and_keeps_valid),
		cmocka_unit_test(test_small_buffers),
		cmocka_unit_test(test_long_text_is_printed_whole),
		cmocka_unit_test(test_color_only_where_wanted),
	};

	for (size_t i = 0; i < NROWS; i++)
		tests[4 + i] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("term", tests, NROWS + 4, NULL, NULL);
}
