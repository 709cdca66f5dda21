/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include <sys/socket.h>
#include <unistd.h>

#include "core/apdu.h"
#include "view/exchange_text.h"

static const struct exchange_style plain = {false, false, false};
static const struct exchange_style verbose = {true, false, false};
static const struct exchange_style decoding = {false, true, false};

static const struct {
	const char *name;
	const char *command;
	size_t secret_from, secret_len;
	bool automatic;
	const char *answer;
	const char *want;
} exchanges[] = {
	{"shortest", "00A40000", 0, 0, false, "9000", "> 00 A4 00 00\n< 90 00 : done\n"},
	{"bytes that wait are counted", "00A4040005A000000308", 0, 0, false, "610C",
	 "> 00 A4 04 00 05 A0 00 00 03 08\n< 61 0C : done, response bytes are waiting: 12\n"},
	{"256 bytes wait", "00A40000", 0, 0, false, "6100",
	 "> 00 A4 00 00\n< 61 00 : done, response bytes are waiting: 256\n"},
	{"tries left, PIN hidden", "0020000104313233349A", 5, 4, false, "63C3",
	 "> 00 20 00 01 04 ** ** ** ** 9A\n"
	 "< 63 C3 : counter value, often the tries left after a failed verification: 3\n"},
	{"right Le", "00B0000000", 0, 0, false, "6C10",
	 "> 00 B0 00 00 00\n< 6C 10 : wrong Le, the card tells the right one: 16\n"},
	{"automatic", "00C000000C", 0, 0, true, "01029000", ">+ 00 C0 00 00 0C\n< 01 02 90 00 : done\n"},
	{"16 bytes in all", "00B0000000", 0, 0, false, "000102030405060708090A0B0C0D9000",
	 "> 00 B0 00 00 00\n< 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 90 00 : done\n"},
	{"17 bytes: SW1 goes with SW2", "00B0000000", 0, 0, false, "000102030405060708090A0B0C0D0E9000",
	 "> 00 B0 00 00 00\n< 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E\n90 00 : done\n"},
	{"18 bytes", "00B0000000", 0, 0, false, "000102030405060708090A0B0C0D0E0F9000",
	 "> 00 B0 00 00 00\n< 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n90 00 : done\n"},
	{"19 bytes", "00B0000000", 0, 0, false, "000102030405060708090A0B0C0D0E0F109000",
	 "> 00 B0 00 00 00\n< 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n10 90 00 : done\n"},
	{"commands are never wrapped", "00D6000014000102030405060708090A0B0C0D0E0F10111213", 0, 0, false,
	 "9000",
	 "> 00 D6 00 00 14 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13\n< 90 00 : done\n"},
};

static void shows_exchanges(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(exchanges); i++) {
		const struct octets command = octets_of(exchanges[i].command);
		const struct octets answer = octets_of(exchanges[i].answer);
		const struct exchange x = {
			.command = command.byte,
			.command_len = command.len,
			.secret_from = exchanges[i].secret_from,
			.secret_len = exchanges[i].secret_len,
			.automatic = exchanges[i].automatic,
			.answer = answer.byte,
			.answer_len = answer.len,
		};
		struct page page;

		page_begin(&page);
		exchange_text_put(&(struct term){page.out, false}, &plain, &x);
		page_end_equal(&page, exchanges[i].want, exchanges[i].name);
		page_begin(&page);
		exchange_text_put_command(&(struct term){page.out, false}, &plain, &x);
		exchange_text_put_answer(&(struct term){page.out, false}, &plain, &x);
		page_end_equal(&page, exchanges[i].want, exchanges[i].name);
	}
}

/* The lines of an answer: at most 16 bytes each, no blank at the end, the status word in one piece. */
static void assert_answer(const char *text, const uint8_t *answer, size_t len)
{
	const char *words = strstr(text, " : ");
	char *copy, *hex;
	uint8_t *back;
	size_t got, bad;

	assert_int_equal(strncmp(text, "< ", 2), 0);
	assert_non_null(words);
	assert_string_equal(words, " : done\n");
	copy = strndup(text + 2, (size_t)(words - text) - 2);
	back = malloc(len);
	assert_true(copy && back);
	assert_int_equal(hex_parse(back, len, &got, copy, strlen(copy), &bad), CS_OK);
	assert_int_equal(got, len);
	assert_memory_equal(back, answer, len);
	for (hex = strtok(copy, "\n"); hex; hex = strtok(NULL, "\n")) {
		assert_in_range(strlen(hex), 2, 3 * 16 - 1);
		assert_int_not_equal(hex[strlen(hex) - 1], ' ');
		if (hex + strlen(hex) == copy + (words - text - 2))
			assert_string_equal(hex + strlen(hex) - 5, "90 00");
	}
	free(copy);
	free(back);
}

static void wraps_answers_of_any_length(void **state)
{
	static const size_t lengths[] = {255,  256,  257,   258,   1024,  4095,
					 4096, 4097, 65535, 65536, 65537, 65538};
	uint8_t *answer = calloc(APDU_ANSWER_MAX, 1);
	const uint8_t command[] = {0, 0xB0, 0, 0};

	(void)state;
	assert_non_null(answer);
	for (size_t i = 2; i < 120 + COUNT(lengths); i++) {
		const size_t len = i < 120 ? i : lengths[i - 120];
		const struct exchange x = {
			.command = command, .command_len = 4, .answer = answer, .answer_len = len};
		struct page page;
		char *text;

		memset(answer, (int)i, len);
		answer[len - 2] = 0x90;
		answer[len - 1] = 0x00;
		page_begin(&page);
		exchange_text_put_answer(&(struct term){page.out, false}, &plain, &x);
		text = page_end(&page);
		assert_answer(text, answer, len);
		free(text);
	}
	free(answer);
}

static void shows_the_longest_command(void **state)
{
	uint8_t *command = calloc(APDU_COMMAND_MAX, 1);
	const uint8_t answer[] = {0x90, 0x00};
	const struct exchange x = {
		.command = command,
		.command_len = APDU_COMMAND_MAX,
		.secret_from = 7,
		.secret_len = APDU_COMMAND_MAX - 9,
		.answer = answer,
		.answer_len = 2,
	};
	struct page page;
	char *text;

	(void)state;
	assert_non_null(command);
	page_begin(&page);
	exchange_text_put(&(struct term){page.out, false}, &plain, &x);
	text = page_end(&page);
	assert_int_equal(strcspn(text, "\n"), 2 + 3 * APDU_COMMAND_MAX - 1);
	assert_int_equal(strspn(text, ">0 "), 2 + 3 * 7);
	assert_int_equal(strspn(text + 2 + 3 * 7, "* "), 3 * (APDU_COMMAND_MAX - 9));
	assert_string_equal(strchr(text, '\n'), "\n< 90 00 : done\n");
	free(text);
	free(command);
}

/* On a stream that is flushed with each line an exchange is one write all the same. */
static void costs_one_write(void **state)
{
	const uint8_t command[] = {0, 0xA4, 0, 0}, answer[20] = {[18] = 0x90};
	const struct exchange x = {.command = command, .command_len = 4, .answer = answer, .answer_len = 20};
	char got[400] = "";
	int ends[2];
	FILE *out;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	out = fdopen(ends[1], "w");
	assert_non_null(out);
	assert_int_equal(setvbuf(out, NULL, _IOLBF, 4096), 0);
	/* the C library's very first write to a stream goes line by line */
	fputs("first\n", out);
	assert_true(recv(ends[0], got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	exchange_text_put(&(struct term){out, false}, &plain, &x);
	assert_true(recv(ends[0], got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(got,
			    "> 00 A4 00 00\n< 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n00 00 90 00 "
			    ": done\n");
	fclose(out);
	close(ends[0]);
}

static char *without_colour(const char *text)
{
	char *out = calloc(strlen(text) + 1, 1);
	size_t n = 0;

	assert_non_null(out);
	while (*text) {
		if (text[0] == '\033') {
			text += strcspn(text, "m") + 1;
			continue;
		}
		out[n++] = *text++;
	}
	return out;
}

static void colours_change_no_text(void **state)
{
	const uint8_t command[] = {0, 0xA4, 0, 0}, answer[] = {1, 2, 0x6A, 0x82};
	const struct exchange x = {.command = command, .command_len = 4, .answer = answer, .answer_len = 4};
	struct page page;
	char *text, *bare;

	(void)state;
	page_begin(&page);
	exchange_text_put(&(struct term){page.out, true}, &plain, &x);
	text = page_end(&page);
	bare = without_colour(text);
	assert_string_equal(bare, "> 00 A4 00 00\n< 01 02 6A 82 : file or application not found\n");
	assert_non_null(strstr(text, "\033[31m6A 82\033[0m"));
	free(text);
	free(bare);
}

static char *explained(const struct exchange_style *style, const char *command_hex, const char *answer_hex)
{
	const struct octets command = octets_of(command_hex), answer = octets_of(answer_hex);
	const struct exchange x = {
		.command = command.byte,
		.command_len = command.len,
		.answer = answer.byte,
		.answer_len = answer.len,
		.us = 1234,
	};
	struct page page;

	page_begin(&page);
	exchange_text_put(&(struct term){page.out, false}, style, &x);
	return page_end(&page);
}

static void verbose_tells_words_and_time(void **state)
{
	char *text = explained(&verbose, "00A4040005A000000308", "9000");

	(void)state;
	assert_non_null(strstr(text, "> 00 A4 04 00 05 A0 00 00 03 08\n# SELECT"));
	assert_non_null(strstr(text, "\n< 90 00 : done\n# 1234 us\n"));
	free(text);
}

static void decodes_what_is_ber_tlv(void **state)
{
	char *text = explained(&decoding, "00A40400", "6F078405A0000003089000");

	(void)state;
	assert_non_null(strstr(text, " 90 00 : done\n# 6F"));
	assert_non_null(strstr(text, "\n#   84"));
	free(text);
	text = explained(&decoding, "00A40400", "9000");
	assert_string_equal(text, "> 00 A4 04 00\n< 90 00 : done\n");
	free(text);
}

static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};
static const uint8_t sent[] = {0x01, 0x02, 0x03};
static const uint8_t long_answer[18] = {0x11};
static const uint8_t vendor[] = {'A', 'c', 0x1B, '[', 'm', 0};
static const uint8_t version[] = {0x05, 0x00, 0x01, 0x00};

static const struct {
	const char *name;
	struct action action;
	const char *want;
} actions[] = {
	{"connect",
	 {.kind = ACTION_CONNECT,
	  .reader = "Rea\033der 00",
	  .option = "shared",
	  .protocol = "T=1",
	  .answer = atr,
	  .answer_len = 4},
	 "> CONNECT Rea\\x1Bder 00\n< OK: 3B 80 01 81 : T=1\n"},
	{"connect exclusive",
	 {.kind = ACTION_CONNECT,
	  .reader = "R",
	  .option = "exclusive",
	  .protocol = "T=0",
	  .answer = atr,
	  .answer_len = 1},
	 "> CONNECT R exclusive\n< OK: 3B : T=0\n"},
	{"connect without a card",
	 {.kind = ACTION_CONNECT, .reader = "R", .protocol = "direct"},
	 "> CONNECT R\n< OK: direct\n"},
	{"connect in vain",
	 {.kind = ACTION_CONNECT, .reader = "R", .failed = "SCardConnect: no card"},
	 "> CONNECT R\n< KO: SCardConnect: no card\n"},
	{"disconnect", {.kind = ACTION_DISCONNECT, .option = "eject"}, "> DISCONNECT eject\n< OK\n"},
	{"warm reset",
	 {.kind = ACTION_RESET, .option = "warm", .answer = atr, .answer_len = 4},
	 "> RESET\n< OK: 3B 80 01 81\n"},
	{"cold reset",
	 {.kind = ACTION_RESET, .option = "cold", .answer = atr, .answer_len = 4},
	 "> RESET cold\n< OK: 3B 80 01 81\n"},
	{"reset with a long ATR",
	 {.kind = ACTION_RESET, .answer = long_answer, .answer_len = 18},
	 "> RESET\n< OK: 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"},
	{"begin", {.kind = ACTION_BEGIN}, "> BEGIN\n< OK\n"},
	{"end", {.kind = ACTION_END, .option = "reset"}, "> END reset\n< OK\n"},
	{"control by code",
	 {.kind = ACTION_CONTROL, .number = 0x42000D48, .answer = long_answer, .answer_len = 18},
	 "> CONTROL 0x42000D48\n< OK: 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n00 00\n"},
	{"control by name, with a secret",
	 {.kind = ACTION_CONTROL,
	  .name = "verify_pin_direct",
	  .number = 0x42330006,
	  .sent = sent,
	  .sent_len = 3,
	  .secret_from = 1,
	  .secret_len = 1,
	  .answer = sent,
	  .answer_len = 1},
	 "> CONTROL verify_pin_direct 0x42330006: 01 ** 03\n< OK: 01\n"},
	{"attribute that is text",
	 {.kind = ACTION_ATTRIB, .name = "vendor_name", .number = 0x10100, .answer = vendor, .answer_len = 6},
	 "> ATTRIB vendor_name 0x00010100\n< OK: 41 63 1B 5B 6D 00 : Ac\\x1B[m\n"},
	{"attribute nobody knows",
	 {.kind = ACTION_ATTRIB, .number = 0x7FFF0000, .answer = version, .answer_len = 4},
	 "> ATTRIB 0x7FFF0000\n< OK: 05 00 01 00\n"},
	{"wait",
	 {.kind = ACTION_WAIT, .option = "insert", .number = 10000, .answer = atr, .answer_len = 4},
	 "> WAIT insert 10 s\n< OK: 3B 80 01 81\n"},
	{"wait without a limit",
	 {.kind = ACTION_WAIT, .option = "remove", .number = SCRIPT_FOREVER},
	 "> WAIT remove\n< OK\n"},
	{"sleep", {.kind = ACTION_SLEEP, .number = 1500}, "> SLEEP 1500 ms\n< OK\n"},
};

static void shows_actions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(actions); i++) {
		struct page page;

		page_begin(&page);
		exchange_text_put_request(&(struct term){page.out, false}, &actions[i].action);
		exchange_text_put_result(&(struct term){page.out, false}, &plain, &actions[i].action);
		page_end_equal(&page, actions[i].want, actions[i].name);
	}
}

static void shows_the_rest(void **state)
{
	struct page page;

	(void)state;
	page_begin(&page);
	exchange_text_put_failed(&(struct term){page.out, false}, "the card was removed");
	exchange_text_put_echo(&(struct term){page.out, false}, "a\0\xFF\xC3\xA9\033", 6);
	exchange_text_put_echo(&(struct term){page.out, false}, "", 0);
	page_end_equal(&page, "< KO: the card was removed\na\\x00\\xFF\xC3\xA9\\x1B\n\n", "rest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_exchanges),
		cmocka_unit_test(wraps_answers_of_any_length),
		cmocka_unit_test(shows_the_longest_command),
		cmocka_unit_test(costs_one_write),
		cmocka_unit_test(colours_change_no_text),
		cmocka_unit_test(verbose_tells_words_and_time),
		cmocka_unit_test(decodes_what_is_ber_tlv),
		cmocka_unit_test(shows_actions),
		cmocka_unit_test(shows_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
