/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include "view/tap_text.h"

static const uint8_t command[] = {0x00, 0xB0, 0x00, 0x00, 0x04};
static const uint8_t answer[] = {0x01, 0x02, 0x90, 0x00};

static void put(struct tap *tap, struct wish *wish)
{
	const struct exchange x = {.command = command,
				   .command_len = sizeof(command),
				   .answer = answer,
				   .answer_len = sizeof(answer),
				   .expect = &wish->expect,
				   .n_expect = 1};
	const struct expect_case c = expect_case_of(&x, 0);

	tap_text_put(tap, &c);
}

static void tells_points_and_plan(void **state)
{
	struct page page;
	struct wish wish;
	struct tap tap;

	(void)state;
	page_begin(&page);
	tap_text_begin(&tap, page.out, 14);
	wish_make(&wish, "9000", "9000", NULL, answer, sizeof(answer));
	wish.expect.place = (struct place){"demo.apdu", 3, 15, true};
	put(&tap, &wish);
	wish_make(&wish, "9000 0103", "9000", "0103", answer, sizeof(answer));
	wish.expect.place = (struct place){"it's #1\n\\.apdu", 4, 15, false};
	put(&tap, &wish);
	wish_make(&wish, "90xx 'x'", "90xx", NULL, answer, sizeof(answer));
	wish.expect.negated = true;
	wish.expect.ok = false;
	put(&tap, &wish);
	tap_text_put_error(&tap, &(struct place){"demo.apdu", 9, 1, true}, "Length #2 isn't there");
	tap_text_put_error(&tap, NULL, "out of memory");
	tap_text_end(&tap);
	page_end_equal(&page,
		       "TAP version 14\n"
		       "ok 1 - line 3: 00B0000004 => 9000\n"
		       "not ok 2 - it's \\#1\\\\x0A\\\\.apdu:4: 00B0000004 => 9000 0103\n"
		       "  ---\n"
		       "  message: 'the answer is not the one that was expected'\n"
		       "  place: 'it''s #1\\x0A\\.apdu:4:15'\n"
		       "  expected: '9000 0103'\n"
		       "  got: '0102 9000'\n"
		       "  differs_at: 1\n"
		       "  ...\n"
		       "not ok 3 - 00B0000004 => not 90xx 'x'\n"
		       "  ---\n"
		       "  message: 'the answer is the one that was not to come'\n"
		       "  expected: 'not 90xx ''x'''\n"
		       "  got: '0102 9000'\n"
		       "  ...\n"
		       "not ok 4 - Length \\#2 isn't there\n"
		       "  ---\n"
		       "  message: 'Length #2 isn''t there'\n"
		       "  place: 'demo.apdu:9:1'\n"
		       "  ...\n"
		       "not ok 5 - out of memory\n"
		       "  ---\n"
		       "  message: 'out of memory'\n"
		       "  ...\n"
		       "1..5\n",
		       "stream");
}

static void version_13_keeps_backslashes(void **state)
{
	struct page page;
	struct wish wish;
	struct tap tap;

	(void)state;
	page_begin(&page);
	tap_text_begin(&tap, page.out, 13);
	wish_make(&wish, "9000 /\\d#/", "9000", NULL, answer, sizeof(answer));
	put(&tap, &wish);
	tap_text_end(&tap);
	page_end_equal(&page, "TAP version 13\nok 1 - 00B0000004 => 9000 /\\d\\#/\n1..1\n", "version 13");
}

static void plans_nothing(void **state)
{
	struct page page;
	struct tap tap;

	(void)state;
	page_begin(&page);
	tap_text_begin(&tap, page.out, 14);
	tap_text_end(&tap);
	page_end_equal(&page, "TAP version 14\n1..0 # SKIP nothing is expected\n", "no points");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_points_and_plan),
		cmocka_unit_test(version_13_keeps_backslashes),
		cmocka_unit_test(plans_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
