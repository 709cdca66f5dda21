/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the recorder writes, recording_parse() and a replay take. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vpcd/recorder.h"
#include "vpcd/replay.h"

static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};
static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x01, 0x04, '1', '2', '3', '4'};
static const uint8_t done[] = {0x90, 0x00};
static const uint8_t three_left[] = {0x63, 0xC3};

/* A file in memory, and what was written to it. */
struct page {
	struct recorder rec;
	char *text;
	size_t len;
};

static void page_open(struct page *page)
{
	*page = (struct page){.text = NULL};
	page->rec.out = open_memstream(&page->text, &page->len);
	assert_non_null(page->rec.out);
}

static void page_close(struct page *page)
{
	assert_int_equal(fclose(page->rec.out), 0);
	free(page->text);
}

static void put_card(struct page *page)
{
	const struct recorder_card card = {atr, sizeof(atr), "T=1", "Reader \"X\" \xFF\n 00",
					   1790000000123456789};

	assert_int_equal(recorder_card_put(&page->rec, &card), CS_OK);
}

static void put_whole(struct page *page)
{
	put_card(page);
	assert_int_equal(
		recorder_apdu_put(&page->rec, select_mf, sizeof(select_mf), 0, 0, done, sizeof(done), 1234),
		CS_OK);
	assert_int_equal(recorder_apdu_put(&page->rec, verify, sizeof(verify), 5, 4, three_left,
					   sizeof(three_left), 99),
			 CS_OK);
	assert_int_equal(recorder_reset_put(&page->rec, atr, 2), CS_OK);
	assert_int_equal(recorder_reset_put(&page->rec, NULL, 0), CS_OK);
	assert_int_equal(recorder_event_put(&page->rec, RECORDING_REMOVE, 250), CS_OK);
	assert_int_equal(recorder_event_put(&page->rec, RECORDING_INSERT, UINT32_MAX), CS_OK);
}

static void writes_these_lines(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	put_whole(&page);
	assert_string_equal(
		page.text,
		"{\"type\":\"card\",\"format\":1,\"atr\":\"3B800181\",\"protocol\":\"T=1\","
		"\"reader\":\"Reader \\\"X\\\" \xC3\xBF\\n 00\",\"time\":\"2026-09-21T14:13:20.123+00:00\"}\n"
		"{\"type\":\"apdu\",\"command\":\"00A40000023F00\",\"response\":\"9000\",\"us\":1234}\n"
		"{\"type\":\"apdu\",\"command\":\"0020000104********\",\"response\":\"63C3\",\"us\":99}\n"
		"{\"type\":\"reset\",\"atr\":\"3B80\"}\n"
		"{\"type\":\"reset\",\"atr\":null}\n"
		"{\"type\":\"event\",\"after_ms\":250,\"event\":\"remove\"}\n"
		"{\"type\":\"event\",\"after_ms\":86400000,\"event\":\"insert\"}\n");
	page_close(&page);
}

static void says_null_for_no_protocol(void **state)
{
	const struct recorder_card card = {atr, 1, NULL, "R", 0};
	struct page page;

	(void)state;
	page_open(&page);
	assert_int_equal(recorder_card_put(&page.rec, &card), CS_OK);
	assert_string_equal(page.text, "{\"type\":\"card\",\"format\":1,\"atr\":\"3B\",\"protocol\":null,"
				       "\"reader\":\"R\",\"time\":\"1970-01-01T00:00:00.000+00:00\"}\n");
	page_close(&page);
}

static void parse(struct recording *out, const struct page *page)
{
	struct recording_problem problem;

	if (recording_parse(out, page->text, page->len, &problem) != CS_OK)
		fail_msg("%zu:%zu: %s", problem.line, problem.column, problem.text);
}

static void reads_back_equal(void **state)
{
	static const uint8_t verify_mask[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};
	struct recording got;
	struct page page;

	(void)state;
	page_open(&page);
	put_whole(&page);
	parse(&got, &page);
	assert_int_equal(got.n, 6);
	assert_int_equal(got.atr_len, sizeof(atr));
	assert_memory_equal(got.atr, atr, sizeof(atr));
	assert_int_equal(got.entry[0].command_len, sizeof(select_mf));
	assert_memory_equal(got.entry[0].command, select_mf, sizeof(select_mf));
	assert_int_equal(got.entry[1].command_len, sizeof(verify));
	assert_memory_equal(got.entry[1].mask, verify_mask, sizeof(verify_mask));
	assert_memory_equal(got.entry[1].answer, three_left, sizeof(three_left));
	assert_int_equal(got.entry[2].kind, RECORDING_RESET);
	assert_int_equal(got.entry[2].atr_len, 2);
	assert_int_equal(got.entry[3].atr_len, 0);
	assert_int_equal(got.entry[4].event, RECORDING_REMOVE);
	assert_int_equal(got.entry[4].after_ms, 250);
	assert_int_equal(got.entry[5].event, RECORDING_INSERT);
	recording_release(&got);
	page_close(&page);
}

static void plays_back(void **state)
{
	static const uint8_t other_pin[] = {0x00, 0x20, 0x00, 0x01, 0x04, '9', '9', '9', '9'};
	static const uint8_t other_ref[] = {0x00, 0x20, 0x00, 0x02, 0x04, '1', '2', '3', '4'};
	const struct recording_entry *entry;
	struct recording recording;
	struct replay replay;
	struct page page;

	(void)state;
	page_open(&page);
	put_whole(&page);
	parse(&recording, &page);
	replay_init(&replay, &recording, (struct replay_options){false, false});
	replay_power_up(&replay);
	entry = replay_command(&replay, select_mf, sizeof(select_mf));
	assert_non_null(entry);
	assert_memory_equal(entry->answer, done, sizeof(done));
	assert_null(replay_command(&replay, other_ref, sizeof(other_ref)));
	entry = replay_command(&replay, other_pin, sizeof(other_pin));
	assert_non_null(entry);
	assert_memory_equal(entry->answer, three_left, sizeof(three_left));
	recording_release(&recording);
	page_close(&page);
}

static void holds_the_longest_messages(void **state)
{
	uint8_t *bytes = calloc(RECORDING_MESSAGE_MAX + 1, 1);
	struct recording got;
	struct page page;

	(void)state;
	assert_non_null(bytes);
	page_open(&page);
	put_card(&page);
	assert_int_equal(recorder_apdu_put(&page.rec, bytes, RECORDING_MESSAGE_MAX, 4,
					   RECORDING_MESSAGE_MAX - 4, bytes, RECORDING_MESSAGE_MAX, 0),
			 CS_OK);
	assert_int_equal(recorder_apdu_put(&page.rec, bytes, RECORDING_MESSAGE_MAX + 1, 0, 0, bytes, 2, 0),
			 CS_E_TOO_LONG);
	assert_int_equal(recorder_apdu_put(&page.rec, bytes, 4, 0, 0, bytes, RECORDING_MESSAGE_MAX + 1, 0),
			 CS_E_TOO_LONG);
	parse(&got, &page);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.entry[0].command_len, RECORDING_MESSAGE_MAX);
	assert_int_equal(got.entry[0].mask[3], 0xFF);
	assert_int_equal(got.entry[0].mask[4], 0x00);
	assert_int_equal(got.entry[0].answer_len, RECORDING_MESSAGE_MAX);
	recording_release(&got);
	page_close(&page);
	free(bytes);
}

/* Each line is in the file when the function returns, whatever the stream's buffer would hold. */
static void writes_each_line_at_once(void **state)
{
	char buffer[65536], got[200] = "";
	FILE *out = tmpfile();
	struct recorder rec = {out};

	(void)state;
	assert_non_null(out);
	assert_int_equal(setvbuf(out, buffer, _IOFBF, sizeof(buffer)), 0);
	assert_int_equal(recorder_event_put(&rec, RECORDING_REMOVE, 1), CS_OK);
	assert_true(pread(fileno(out), got, sizeof(got) - 1, 0) > 0);
	assert_string_equal(got, "{\"type\":\"event\",\"after_ms\":1,\"event\":\"remove\"}\n");
	fclose(out);
}

static void tells_of_a_full_disk(void **state)
{
	struct recorder rec = {fopen("/dev/full", "w")};
	const struct recorder_card card = {atr, sizeof(atr), "T=0", "R", 0};

	(void)state;
	assert_non_null(rec.out);
	errno = 0;
	assert_int_equal(recorder_card_put(&rec, &card), CS_E_IO);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(recorder_apdu_put(&rec, select_mf, sizeof(select_mf), 0, 0, done, sizeof(done), 0),
			 CS_E_IO);
	assert_int_equal(recorder_reset_put(&rec, atr, sizeof(atr)), CS_E_IO);
	assert_int_equal(recorder_event_put(&rec, RECORDING_REMOVE, 0), CS_E_IO);
	fclose(rec.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_these_lines),         cmocka_unit_test(says_null_for_no_protocol),
		cmocka_unit_test(reads_back_equal),           cmocka_unit_test(plays_back),
		cmocka_unit_test(holds_the_longest_messages), cmocka_unit_test(writes_each_line_at_once),
		cmocka_unit_test(tells_of_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
