/* SPDX-License-Identifier: GPL-2.0-or-later */
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

#include "core/hex.h"
#include "vpcd/recording.h"

#define CARD "{\"type\":\"card\",\"format\":1,\"atr\":\"3B00\"}\n"

struct row {
	const char *name;
	const char *text;
	size_t line, column;
	const char *says;
};

static const struct row bad[] = {
	{"nothing at all", "", 0, 0, "empty"},
	{"blank lines only", "\n \n\t\r\n", 0, 0, "empty"},
	{"not JSON", "card\n", 1, 1, "near 'card'"},
	{"not JSON, third line", CARD "\n{\"type\":}\n", 3, 9, "near '}'"},
	{"cut off", "{\"type\":\"card\"", 1, 14, "near end of line"},
	{"two objects in a line", "{\"type\":\"card\"} {}\n", 1, 17, "end of line expected near '{'"},
	{"after a byte order mark", "\xEF\xBB\xBF{\"type\":1}\n", 1, 9, "type"},
	{"byte order mark on the second line", CARD "\xEF\xBB\xBF{}\n", 2, 1, "expected"},
	{"array", "[1]\n", 1, 1, "object"},
	{"no type", "{\"format\":1}\n", 1, 1, "type"},
	{"type is a number", "{\"type\":1}\n", 1, 9, "type"},
	{"key twice", "{\"type\":\"card\",\"type\":\"card\"}\n", 1, 16, "duplicate"},
	{"NUL byte in a string", "{\"type\":\"\\u0000\"}\n", 1, 9, "NUL"},
	{"not UTF-8", "{\"type\":\"\xff\"}\n", 1, 9, "byte 0xff"},
	{"card is not first", "{\"type\":\"reset\"}\n", 1, 9, "first line"},
	{"no format", "{\"type\":\"card\",\"atr\":\"3B00\"}\n", 1, 1, "format"},
	{"unknown format", "{\"type\":\"card\", \"format\" : 2,\"atr\":\"3B00\"}\n", 1, 28, "format"},
	{"no ATR", "{\"type\":\"card\",\"format\":1}\n", 1, 1, "atr"},
	{"ATR is null", "{\"type\":\"card\",\"format\":1,\"atr\":null}\n", 1, 33, "atr"},
	{"ATR is empty", "{\"type\":\"card\",\"format\":1,\"atr\":\" \"}\n", 1, 33, "0 bytes"},
	{"ATR with a wildcard", "{\"type\":\"card\",\"format\":1,\"atr\":\"3B**\"}\n", 1, 36,
	 "atr: not a hex"},
	{"second card", CARD CARD, 2, 9, "type"},
	{"unknown type", CARD "{\"type\":\"apdus\"}\n", 2, 9, "type"},
	{"no command", CARD "{\"type\":\"apdu\",\"response\":\"9000\"}\n", 2, 1, "command"},
	{"no response", CARD "{\"type\":\"apdu\",\"command\":\"00A40000\"}\n", 2, 1, "response"},
	{"first digit bad", CARD "{\"type\":\"apdu\",\"command\":\"G0A40000\"}\n", 2, 27,
	 "command: not a hex"},
	{"second digit bad", CARD "{\"type\":\"apdu\",\"command\":\"00 Ax\"}\n", 2, 31, "command: not a hex"},
	{"half a byte", CARD "{\"type\":\"apdu\",\"command\":\"00A40\"}\n", 2, 31, "half a byte"},
	{"half a wildcard", CARD "{\"type\":\"apdu\",\"command\":\"00*00000\"}\n", 2, 30,
	 "command: not a hex"},
	{"blank within a byte", CARD "{\"type\":\"apdu\",\"command\":\"00 A 4\"}\n", 2, 31,
	 "command: not a hex"},
	{"escape before the bad digit", CARD "{\"type\":\"apdu\",\"command\":\"\\u0030x\"}\n", 2, 26,
	 "command"},
	{"command of three bytes", CARD "{\"type\":\"apdu\",\"command\":\"00A400\"}\n", 2, 26, "3 bytes"},
	{"answer of one byte", CARD "{\"type\":\"apdu\",\"command\":\"00A40000\",\"response\":\"90\"}\n", 2,
	 48, "response: 1 bytes"},
	{"answer with a wildcard",
	 CARD "{\"type\":\"apdu\",\"command\":\"00A40000\",\"response\":\"9000**\"}\n", 2, 53,
	 "response: not a hex"},
	{"a value that is called like the key",
	 CARD "{\"x\":\"command\",\"y\":{\"command\":\"\"},\"type\":\"apdu\",\"command\":7}\n", 2, 59,
	 "command"},
	{"reset with a bad ATR", CARD "{\"type\":\"reset\",\"atr\":\"3\"}\n", 2, 24, "half a byte"},
	{"event without a name", CARD "{\"type\":\"event\",\"after_ms\":0}\n", 2, 1, "event"},
	{"event of another name", CARD "{\"type\":\"event\",\"after_ms\":0,\"event\":\"eject\"}\n", 2, 38,
	 "event"},
	{"event without a time", CARD "{\"type\":\"event\",\"event\":\"remove\"}\n", 2, 1, "after_ms"},
	{"event before its time", CARD "{\"type\":\"event\",\"after_ms\":-1,\"event\":\"remove\"}\n", 2, 28,
	 "after_ms"},
	{"event after a fraction", CARD "{\"type\":\"event\",\"after_ms\":1.5,\"event\":\"remove\"}\n", 2, 28,
	 "after_ms"},
	{"event after more than a day",
	 CARD "{\"type\":\"event\",\"after_ms\":86400001,\"event\":\"insert\"}\n", 2, 28, "after_ms"},
};

static void test_bad(void **state)
{
	const struct row *row = *state;
	struct recording_problem problem;
	struct recording rec;

	assert_int_equal(recording_parse(&rec, row->text, strlen(row->text), &problem), CS_E_FORMAT);
	assert_int_equal(problem.line, row->line);
	assert_int_equal(problem.column, row->column);
	if (strstr(problem.text, row->says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", problem.text, row->says);
	assert_int_equal(rec.n, 0);
	assert_null(rec.entry);
}

static void parse(struct recording *rec, const char *text)
{
	struct recording_problem problem;

	if (recording_parse(rec, text, strlen(text), &problem) != CS_OK)
		fail_msg("%zu:%zu: %s", problem.line, problem.column, problem.text);
}

static void test_everything(void **state)
{
	struct recording rec;

	(void)state;
	parse(&rec, "\n{\"atr\":\"3b 80  01\", "
		    "\"type\":\"card\",\"format\":1,\"protocol\":null,\"new\":[{\"atr\":1}]}\r\n"
		    "{\"type\":\"apdu\",\"command\":\"00 a4 ** 0C\",\"response\":\"61 0f\",\"us\":12}\n"
		    "\n"
		    "{\"type\":\"reset\",\"atr\":\"3B8002\"}\n"
		    "{\"type\":\"reset\",\"atr\":null}\n"
		    "{\"type\":\"event\",\"after_ms\":86400000,\"event\":\"remove\"}\n"
		    "{\"type\":\"event\",\"after_ms\":0,\"event\":\"insert\"}");
	assert_int_equal(rec.atr_len, 3);
	assert_memory_equal(rec.atr, "\x3B\x80\x01", 3);
	assert_int_equal(rec.n, 5);

	assert_int_equal(rec.entry[0].kind, RECORDING_APDU);
	assert_int_equal(rec.entry[0].line, 3);
	assert_int_equal(rec.entry[0].command_len, 4);
	assert_memory_equal(rec.entry[0].command, "\x00\xA4\x00\x0C", 4);
	assert_memory_equal(rec.entry[0].mask, "\xFF\xFF\x00\xFF", 4);
	assert_int_equal(rec.entry[0].answer_len, 2);
	assert_memory_equal(rec.entry[0].answer, "\x61\x0F", 2);

	assert_int_equal(rec.entry[1].kind, RECORDING_RESET);
	assert_int_equal(rec.entry[1].line, 5);
	assert_int_equal(rec.entry[1].atr_len, 3);
	assert_memory_equal(rec.entry[1].atr, "\x3B\x80\x02", 3);
	assert_int_equal(rec.entry[2].kind, RECORDING_RESET);
	assert_int_equal(rec.entry[2].atr_len, 0);

	assert_int_equal(rec.entry[3].kind, RECORDING_EVENT);
	assert_int_equal(rec.entry[3].event, RECORDING_REMOVE);
	assert_int_equal(rec.entry[3].after_ms, 86400000);
	assert_int_equal(rec.entry[4].event, RECORDING_INSERT);
	assert_int_equal(rec.entry[4].line, 8);
	recording_release(&rec);
	assert_null(rec.entry);
}

static void test_byte_order_mark(void **state)
{
	struct recording rec;

	(void)state;
	parse(&rec, "\xEF\xBB\xBF" CARD);
	assert_int_equal(rec.atr_len, 2);
	recording_release(&rec);
}

static void test_nul_is_not_blank(void **state)
{
	static const char text[] = CARD "\0\0\n";
	struct recording_problem problem;
	struct recording rec;

	(void)state;
	assert_int_equal(recording_parse(&rec, text, sizeof(text) - 1, &problem), CS_E_FORMAT);
	assert_int_equal(problem.line, 2);
}

static void test_matches(void **state)
{
	static const struct {
		const char *command;
		bool fits;
	} rows[] = {
		{"002000010412345678", true},  {"0020000104FFFFFFFF", true},  {"002000010400000000", true},
		{"002000020412345678", false}, {"0120000104FFFFFFFF", false}, {"00200001041234567890", false},
		{"0020000104123456", false},
	};
	uint8_t command[16];
	size_t len, at;
	struct recording rec;

	(void)state;
	parse(&rec, CARD "{\"type\":\"apdu\",\"command\":\"0020000104********\",\"response\":\"9000\"}\n"
			 "{\"type\":\"reset\"}\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(hex_parse(command, sizeof(command), &len, rows[i].command,
					   strlen(rows[i].command), &at),
				 CS_OK);
		assert_int_equal(recording_matches(&rec.entry[0], command, len), rows[i].fits);
		assert_false(recording_matches(&rec.entry[1], command, len));
	}
	recording_release(&rec);
}

static void test_ends_inserted(void **state)
{
	static const struct {
		const char *text;
		bool inserted;
	} rows[] = {
		{CARD, true},
		{CARD "{\"type\":\"event\",\"after_ms\":1,\"event\":\"remove\"}\n{\"type\":\"reset\"}\n",
		 false},
		{CARD "{\"type\":\"event\",\"after_ms\":1,\"event\":\"remove\"}\n"
		      "{\"type\":\"event\",\"after_ms\":1,\"event\":\"insert\"}\n{\"type\":\"reset\"}\n",
		 true},
	};
	struct recording rec;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(&rec, rows[i].text);
		assert_int_equal(recording_ends_inserted(&rec), rows[i].inserted);
		recording_release(&rec);
	}
}

/* CARD and an exchange whose command has @len bytes, the line padded to @line_len when that is longer */
static char *long_line(size_t len, size_t line_len)
{
	char *text = malloc(sizeof(CARD) + 3 * len + line_len + 100);
	size_t n, start;

	assert_non_null(text);
	n = (size_t)sprintf(text, "%s{\"type\":\"apdu\",\"response\":\"9000\",\"command\":\"", CARD);
	start = sizeof(CARD) - 1;
	for (size_t i = 0; i < len; i++)
		n += (size_t)sprintf(text + n, "00 ");
	n += (size_t)sprintf(text + n, "\"}");
	while (n - start < line_len)
		text[n++] = ' ';
	text[n] = '\0';
	return text;
}

static void test_message_limit(void **state)
{
	struct recording_problem problem;
	struct recording rec;
	char *text = long_line(RECORDING_MESSAGE_MAX, 0);

	(void)state;
	parse(&rec, text);
	assert_int_equal(rec.entry[0].command_len, RECORDING_MESSAGE_MAX);
	recording_release(&rec);
	free(text);

	text = long_line(RECORDING_MESSAGE_MAX + 1, 0);
	assert_int_equal(recording_parse(&rec, text, strlen(text), &problem), CS_E_FORMAT);
	assert_string_equal(problem.text, "command: 65536 bytes, allowed are 4 to 65535");
	free(text);
}

static void test_line_limit(void **state)
{
	struct recording_problem problem;
	struct recording rec;
	char *text = long_line(4, RECORDING_LINE_MAX);

	(void)state;
	parse(&rec, text);
	recording_release(&rec);
	free(text);

	text = long_line(4, RECORDING_LINE_MAX + 1);
	assert_int_equal(recording_parse(&rec, text, strlen(text), &problem), CS_E_FORMAT);
	assert_int_equal(problem.line, 2);
	assert_non_null(strstr(problem.text, "longer than"));
	free(text);
}

static void test_entry_limit(void **state)
{
	static const char line[] = "{\"type\":\"reset\"}\n";
	const size_t n = RECORDING_ENTRIES_MAX + 1;
	char *text = malloc(sizeof(CARD) + n * (sizeof(line) - 1) + 1);
	struct recording_problem problem;
	struct recording rec;
	size_t len = sizeof(CARD) - 1;

	(void)state;
	assert_non_null(text);
	memcpy(text, CARD, sizeof(CARD));
	for (size_t i = 0; i < n; i++, len += sizeof(line) - 1)
		memcpy(text + len, line, sizeof(line) - 1);
	assert_int_equal(recording_parse(&rec, text, len - (sizeof(line) - 1), &problem), CS_OK);
	assert_int_equal(rec.n, RECORDING_ENTRIES_MAX);
	recording_release(&rec);
	assert_int_equal(recording_parse(&rec, text, len, &problem), CS_E_FORMAT);
	assert_int_equal(problem.line, RECORDING_ENTRIES_MAX + 2);
	free(text);
}

static void test_truncation(void **state)
{
	static const char text[] = CARD "{\"type\":\"apdu\",\"command\":\"00A4**00\",\"response\":\"9000\"}";
	struct recording_problem problem;
	struct recording rec;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *exact = malloc(len + 1);
		enum cs_err err;

		assert_non_null(exact);
		memcpy(exact, text, len);
		err = recording_parse(&rec, exact, len, &problem);
		if (len == sizeof(CARD) - 2 || len == sizeof(CARD) - 1)
			assert_int_equal(err, CS_OK);
		else
			assert_int_equal(err, CS_E_FORMAT);
		recording_release(&rec);
		free(exact);
	}
}

static void test_load(void **state)
{
	char path[] = "/tmp/test_recording.XXXXXX";
	struct recording_problem problem;
	struct recording rec;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, CARD, sizeof(CARD) - 1), sizeof(CARD) - 1);
	assert_int_equal(recording_load(&rec, path, &problem), CS_OK);
	assert_int_equal(rec.atr_len, 2);
	recording_release(&rec);

	assert_int_equal(ftruncate(fd, (off_t)RECORDING_FILE_MAX + 1), 0);
	assert_int_equal(recording_load(&rec, path, &problem), CS_E_TOO_LONG);
	close(fd);
	unlink(path);
	assert_int_equal(recording_load(&rec, path, &problem), CS_E_NOT_FOUND);
	assert_int_equal(recording_load(&rec, "/", &problem), CS_E_IO);
	assert_int_equal(errno, EISDIR);
}

#define BAD   (sizeof(bad) / sizeof(bad[0]))
#define OTHER (sizeof(other) / sizeof(other[0]))

int main(void)
{
	static const struct CMUnitTest other[] = {
		cmocka_unit_test(test_everything),      cmocka_unit_test(test_matches),
		cmocka_unit_test(test_ends_inserted),   cmocka_unit_test(test_message_limit),
		cmocka_unit_test(test_line_limit),      cmocka_unit_test(test_entry_limit),
		cmocka_unit_test(test_truncation),      cmocka_unit_test(test_load),
		cmocka_unit_test(test_byte_order_mark), cmocka_unit_test(test_nul_is_not_blank),
	};
	struct CMUnitTest tests[BAD + OTHER];

	memcpy(tests, other, sizeof(other));
	for (size_t i = 0; i < BAD; i++) {
		union {
			const struct row *in;
			void *out;
		} row = {.in = &bad[i]};

		tests[OTHER + i] = (struct CMUnitTest){bad[i].name, test_bad, NULL, NULL, row.out};
	}
	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
