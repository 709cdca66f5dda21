/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include <jansson.h>

#include "core/apdu.h"
#include "view/exchange_json.h"

static const struct exchange_style plain = {false, false, false};
static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};
static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x01, 0x04, '1', '2', '3', '4'};
static const uint8_t three_left[] = {0x63, 0xC3};
static const uint8_t vendor[] = {'A', 'c', 'm', 0xE9, 0};
static const uint8_t version[] = {0x05, 0x00, 0x01, 0x00};

static const struct place here = {"demo.apdu", 7, 3, true};
static const struct place elsewhere = {"inc\xFF.apdu", 2, 5, false};
static const struct place prompt = {NULL, 1, 1, false};

/* A stream of one line: written, and checked to be just that and valid. */
struct sheet {
	struct page page;
	struct json_line line;
};

static void sheet_begin(struct sheet *sheet)
{
	sheet->line = (struct json_line){.buffer = NULL};
	page_begin(&sheet->page);
}

static void sheet_end_equal(struct sheet *sheet, const char *want)
{
	char *text = page_end(&sheet->page);
	json_error_t error;
	json_t *value;

	json_line_release(&sheet->line);
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		value = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				   &error);
		if (!value)
			fail_msg("%s in %s", error.text, line);
		json_decref(value);
	}
	text[strlen(text) - 1] = '\0';
	assert_string_equal(text, want);
	free(text);
}

static const struct expectation fine = {
	.pattern = "9000|63Cx", .ok = true, .place = {"demo.apdu", 7, 9, true}};
static const struct expectation bad = {
	.pattern = "9000\xFF", .negated = true, .place = {"demo.apdu", 8, 9, true}};

static void exchange_has_these_keys(void **state)
{
	const struct expectation expects[] = {fine, fine, bad, bad};
	struct exchange x = {
		.place = here,
		.command = verify,
		.command_len = sizeof(verify),
		.secret_from = 5,
		.secret_len = 4,
		.answer = three_left,
		.answer_len = 2,
		.us = 1234,
		.expect = expects,
		.n_expect = 4,
	};
	struct sheet sheet;

	(void)state;
	sheet_begin(&sheet);
	assert_int_equal(exchange_json_put(&sheet.line, sheet.page.out, &plain, &x), CS_OK);
	sheet_end_equal(
		&sheet,
		"{\"type\":\"apdu\",\"line\":7,\"command\":\"0020000104********\",\"response\":\"63C3\","
		"\"sw\":\"63C3\",\"sw_text\":\"counter value, often the tries left after a failed "
		"verification: 3\",\"us\":1234,\"expect\":{\"pattern\":\"not 9000\xC3\xBF\",\"ok\":false}}\n"
		"{\"type\":\"expect\",\"line\":7,\"pattern\":\"9000|63Cx\",\"ok\":true}\n"
		"{\"type\":\"expect\",\"line\":7,\"pattern\":\"9000|63Cx\",\"ok\":true}\n"
		"{\"type\":\"expect\",\"line\":8,\"pattern\":\"not 9000\xC3\xBF\",\"ok\":false}");
	x.n_expect = 2;
	x.place = prompt;
	sheet_begin(&sheet);
	assert_int_equal(exchange_json_put(&sheet.line, sheet.page.out, &plain, &x), CS_OK);
	sheet_end_equal(
		&sheet,
		"{\"type\":\"apdu\",\"line\":null,\"command\":\"0020000104********\",\"response\":\"63C3\","
		"\"sw\":\"63C3\",\"sw_text\":\"counter value, often the tries left after a failed "
		"verification: 3\",\"us\":1234,\"expect\":{\"pattern\":\"9000|63Cx\",\"ok\":true}}\n"
		"{\"type\":\"expect\",\"line\":7,\"pattern\":\"9000|63Cx\",\"ok\":true}");
}

static json_t *put_and_parse(const struct exchange_style *style, const struct exchange *x)
{
	struct sheet sheet;
	json_error_t error;
	json_t *value;
	char *text;

	sheet_begin(&sheet);
	assert_int_equal(exchange_json_put(&sheet.line, sheet.page.out, style, x), CS_OK);
	text = page_end(&sheet.page);
	json_line_release(&sheet.line);
	value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(value);
	free(text);
	return value;
}

static void verbose_and_decode_add_keys(void **state)
{
	const struct octets command = octets_of("01A4040005A000000308"),
			    answer = octets_of("6F078405A0000003089000");
	const struct exchange x = {
		.place = elsewhere,
		.command = command.byte,
		.command_len = command.len,
		.answer = answer.byte,
		.answer_len = answer.len,
		.automatic = true,
	};
	json_t *value = put_and_parse(&plain, &x);
	const json_t *tlv;

	(void)state;
	assert_int_equal(json_object_size(value), 8);
	assert_true(json_is_null(json_object_get(value, "expect")));
	json_decref(value);
	value = put_and_parse(&(struct exchange_style){true, true, false}, &x);
	assert_int_equal(json_object_size(value), 8 + 7);
	assert_string_equal(json_string_value(json_object_get(value, "file")), "inc\xC3\xBF.apdu");
	assert_int_equal(json_integer_value(json_object_get(value, "column")), 5);
	assert_true(json_is_true(json_object_get(value, "automatic")));
	assert_string_equal(json_string_value(json_object_get(value, "name")), "SELECT");
	assert_int_equal(strncmp(json_string_value(json_object_get(value, "text")), "SELECT", 6), 0);
	assert_int_equal(json_integer_value(json_object_get(value, "channel")), 1);
	tlv = json_array_get(json_object_get(value, "tlv"), 0);
	assert_string_equal(json_string_value(json_object_get(tlv, "tag")), "6F");
	json_decref(value);
}

static void holds_the_longest_messages(void **state)
{
	uint8_t *command = calloc(APDU_COMMAND_MAX, 1), *answer = calloc(APDU_ANSWER_MAX, 1);
	const struct exchange x = {.command = command,
				   .command_len = APDU_COMMAND_MAX,
				   .secret_from = 7,
				   .secret_len = APDU_COMMAND_MAX - 7,
				   .answer = answer,
				   .answer_len = APDU_ANSWER_MAX};
	const char *text;
	json_t *value;

	(void)state;
	assert_true(command && answer);
	value = put_and_parse(&plain, &x);
	text = json_string_value(json_object_get(value, "command"));
	assert_int_equal(strlen(text), 2 * APDU_COMMAND_MAX);
	assert_int_equal(strspn(text, "0"), 14);
	assert_int_equal(strspn(text + 14, "*"), 2 * APDU_COMMAND_MAX - 14);
	text = json_string_value(json_object_get(value, "response"));
	assert_int_equal(strspn(text, "0"), 2 * APDU_ANSWER_MAX);
	json_decref(value);
	free(command);
	free(answer);
}

static const struct {
	struct action action;
	const struct expectation *expect;
	const char *want;
} actions[] = {
	{{.kind = ACTION_CONNECT, .reader = "R \"1\"", .protocol = "T=1", .answer = atr, .answer_len = 4},
	 NULL,
	 "{\"type\":\"connected\",\"reader\":\"R \\\"1\\\"\",\"protocol\":\"T=1\",\"atr\":\"3B800181\"}"},
	{{.kind = ACTION_CONNECT, .reader = "R"},
	 NULL,
	 "{\"type\":\"connected\",\"reader\":\"R\",\"protocol\":null,\"atr\":null}"},
	{{.kind = ACTION_DISCONNECT, .place = here, .option = "unpower"},
	 NULL,
	 "{\"type\":\"disconnected\",\"line\":7,\"disposition\":\"unpower\"}"},
	{{.kind = ACTION_RESET, .answer = atr, .answer_len = 4},
	 NULL,
	 "{\"type\":\"reset\",\"atr\":\"3B800181\"}"},
	{{.kind = ACTION_RESET}, NULL, "{\"type\":\"reset\",\"atr\":null}"},
	{{.kind = ACTION_BEGIN, .place = here},
	 NULL,
	 "{\"type\":\"transaction\",\"line\":7,\"action\":\"begin\",\"disposition\":null}"},
	{{.kind = ACTION_END, .place = here, .option = "leave"},
	 NULL,
	 "{\"type\":\"transaction\",\"line\":7,\"action\":\"end\",\"disposition\":\"leave\"}"},
	{{.kind = ACTION_CONTROL,
	  .place = here,
	  .name = "verify_pin_direct",
	  .number = 0x42330006,
	  .sent = atr,
	  .sent_len = 4,
	  .secret_from = 2,
	  .secret_len = 1,
	  .us = 5},
	 &bad,
	 "{\"type\":\"control\",\"line\":7,\"code\":\"42330006\",\"name\":\"verify_pin_direct\","
	 "\"command\":\"3B80**81\",\"response\":\"\",\"us\":5,"
	 "\"expect\":{\"pattern\":\"not 9000\xC3\xBF\",\"ok\":false}}"},
	{{.kind = ACTION_CONTROL, .place = here, .number = 1, .answer = atr, .answer_len = 4},
	 NULL,
	 "{\"type\":\"control\",\"line\":7,\"code\":\"00000001\",\"name\":null,\"command\":\"\",\"response\":"
	 "\"3B800181\","
	 "\"us\":0,\"expect\":null}"},
	{{.kind = ACTION_ATTRIB, .name = "vendor_name", .number = 0x10100, .answer = vendor, .answer_len = 5},
	 NULL,
	 "{\"type\":\"attribute\",\"name\":\"vendor_name\",\"id\":\"00010100\",\"hex\":\"41636DE900\","
	 "\"value\":\"Acm\xC3\xA9\",\"line\":null}"},
	{{.kind = ACTION_ATTRIB, .number = 0x7FFF0000, .answer = version, .answer_len = 4},
	 NULL,
	 "{\"type\":\"attribute\",\"name\":null,\"id\":\"7FFF0000\",\"hex\":\"05000100\",\"value\":null,"
	 "\"line\":null}"},
	{{.kind = ACTION_WAIT,
	  .place = here,
	  .reader = "R",
	  .option = "insert",
	  .answer = atr,
	  .answer_len = 4},
	 NULL,
	 "{\"type\":\"event\",\"line\":7,\"event\":\"card_inserted\",\"reader\":\"R\",\"atr\":\"3B800181\"}"},
	{{.kind = ACTION_WAIT, .place = here, .reader = "R", .option = "remove"},
	 NULL,
	 "{\"type\":\"event\",\"line\":7,\"event\":\"card_removed\",\"reader\":\"R\",\"atr\":null}"},
	{{.kind = ACTION_SLEEP, .place = here, .number = 100},
	 NULL,
	 "{\"type\":\"sleep\",\"line\":7,\"ms\":100}"},
};

static void actions_have_these_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(actions); i++) {
		struct sheet sheet;

		sheet_begin(&sheet);
		assert_int_equal(exchange_json_put_action(&sheet.line, sheet.page.out, &actions[i].action,
							  actions[i].expect, actions[i].expect != NULL),
				 CS_OK);
		sheet_end_equal(&sheet, actions[i].want);
	}
}

static void features_are_decoded(void **state)
{
	const struct octets list = octets_of("0604423300063F0442330012"),
			    properties = octets_of("0A0400000100");
	struct exchange_features f = {here, list.byte, properties.byte, list.len, properties.len};
	struct sheet sheet;

	(void)state;
	sheet_begin(&sheet);
	assert_int_equal(exchange_json_put_features(&sheet.line, sheet.page.out, &f), CS_OK);
	sheet_end_equal(
		&sheet,
		"{\"type\":\"features\",\"features\":[{\"name\":\"verify_pin_direct\",\"tag\":\"06\","
		"\"code\":\"42330006\"},"
		"{\"name\":null,\"tag\":\"3F\",\"code\":\"42330012\"}],\"properties\":[{\"name\":"
		"\"dwMaxAPDUDataSize\","
		"\"tag\":\"0A\",\"hex\":\"00000100\",\"value\":65536}],\"malformed\":false,\"line\":7}");
	f = (struct exchange_features){.place = here};
	sheet_begin(&sheet);
	assert_int_equal(exchange_json_put_features(&sheet.line, sheet.page.out, &f), CS_OK);
	sheet_end_equal(
		&sheet,
		"{\"type\":\"features\",\"features\":[],\"properties\":null,\"malformed\":false,\"line\":7}");
}

static void the_rest_has_these_keys(void **state)
{
	const struct script_summary summary = {12, 9, 2, 3, 1000};
	struct sheet s;

	(void)state;
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_echo(&s.line, s.page.out, &here, "a\0\"\xFF\n", 5), CS_OK);
	sheet_end_equal(&s, "{\"type\":\"echo\",\"line\":7,\"text\":\"a\\u0000\\\"\xC3\xBF\\n\"}");
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_expect(&s.line, s.page.out, &bad), CS_OK);
	sheet_end_equal(&s, "{\"type\":\"expect\",\"line\":8,\"pattern\":\"not 9000\xC3\xBF\",\"ok\":false}");
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_error(&s.line, s.page.out, &here, "no card"), CS_OK);
	sheet_end_equal(&s, "{\"type\":\"error\",\"line\":7,\"column\":3,\"message\":\"no card\"}");
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_error(&s.line, s.page.out, &elsewhere, "no card"), CS_OK);
	sheet_end_equal(
		&s, "{\"type\":\"error\",\"line\":2,\"column\":5,\"message\":\"inc\xC3\xBF.apdu: no card\"}");
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_error(&s.line, s.page.out, NULL, "no card"), CS_OK);
	sheet_end_equal(&s, "{\"type\":\"error\",\"line\":null,\"column\":null,\"message\":\"no card\"}");
	sheet_begin(&s);
	assert_int_equal(exchange_json_put_summary(&s.line, s.page.out, &summary), CS_OK);
	sheet_end_equal(&s, "{\"type\":\"summary\",\"apdus\":12,\"failed\":2,\"skipped\":3}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchange_has_these_keys),    cmocka_unit_test(verbose_and_decode_add_keys),
		cmocka_unit_test(holds_the_longest_messages), cmocka_unit_test(actions_have_these_keys),
		cmocka_unit_test(features_are_decoded),       cmocka_unit_test(the_rest_has_these_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
