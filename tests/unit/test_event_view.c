/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/rstate.h"
#include "view/event_json.h"
#include "view/event_text.h"
#include "view/stress_json.h"
#include "view/stress_text.h"

static const char *const description[] = {"one", "two"};
static const struct carddb_entry entry = {"3B 00", true, "list", 7, description, 2, 2};
static const struct carddb_entry *const entries[] = {&entry};

static struct monitor_event inserted(const char *reader)
{
	return (struct monitor_event){
		.kind = MONITOR_CARD_INSERTED,
		.reader = reader,
		.slot_id = 3,
		.state = RSTATE_PRESENT | RSTATE_INUSE,
		.before = RSTATE_EMPTY,
		.event_count = 65535,
		.atr = {0x3B, 0x00},
		.atr_len = 2,
		.mono_ns = 1234567890123456789,
	};
}

static char *text_of(const struct event_view *view)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	event_text_put(&(struct term){out, false}, view);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The one line that was written, checked to be just that, and parsed. */
static json_t *parse_line(char *text)
{
	json_error_t error;
	json_t *value;

	assert_non_null(strchr(text, '\n'));
	assert_string_equal(strchr(text, '\n'), "\n");
	value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value)
		fail_msg("%s in %s", error.text, text);
	free(text);
	return value;
}

static json_t *json_of(const char *type, const struct event_view *view)
{
	struct json_line line = {.buffer = NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(event_json_put(&line, out, type, view), CS_OK);
	assert_int_equal(fclose(out), 0);
	json_line_release(&line);
	return parse_line(text);
}

static void assert_json(json_t *got, const char *want)
{
	char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_string_equal(text, want);
	free(text);
}

static void text_of_a_reader_that_is_gone(void **state)
{
	struct monitor_event event = inserted("R");
	char *text;

	(void)state;
	event.kind = MONITOR_READER_REMOVED;
	event.state = RSTATE_UNKNOWN | RSTATE_UNAVAILABLE;
	text = text_of(&(struct event_view){.event = &event});
	assert_non_null(
		strstr(text, "  Card state: none, the reader is gone (UNKNOWN UNAVAILABLE 0x000C)\n"));
	free(text);
}

static void json_has_every_key(void **state)
{
	struct monitor_event event = inserted("R");
	struct event_view view = {&event, "card_inserted", "T", NULL, entries, 1, true, false, NULL};
	json_t *json = json_of("event", &view);

	(void)state;
	assert_json(json, "{\"type\":\"event\",\"time\":\"T\",\"mono_ns\":1234567890123456789,"
			  "\"event\":\"card_inserted\",\"initial\":false,\"reader\":\"R\",\"slot_id\":3,"
			  "\"event_count\":65535,\"state\":[\"PRESENT\",\"INUSE\"],"
			  "\"changed\":[\"-EMPTY\",\"+PRESENT\",\"+INUSE\"],\"atr\":\"3B00\",\"cards\":["
			  "{\"pattern\":\"3B 00\",\"literal\":true,\"descriptions\":[\"one\",\"two\"],"
			  "\"file\":\"list\",\"line\":7}]}");
	json_decref(json);
}

static void json_tells_unknown_from_none(void **state)
{
	struct monitor_event event = inserted("R");
	struct event_view view = {.event = &event, .name = "card_inserted", .time = "T"};
	json_t *json;

	(void)state;
	json = json_of("card", &view);
	assert_json(json_object_get(json, "type"), "\"card\"");
	assert_json(json_object_get(json, "cards"), "null");
	json_decref(json);
	view.looked_up = true;
	event.atr_len = 0;
	event.state = event.before = 0;
	event.initial = true;
	json = json_of("card", &view);
	assert_json(json_object_get(json, "cards"), "[]");
	assert_json(json_object_get(json, "atr"), "null");
	assert_json(json_object_get(json, "state"), "[]");
	assert_json(json_object_get(json, "changed"), "[]");
	assert_json(json_object_get(json, "initial"), "true");
	json_decref(json);
}

static void json_of_the_service_has_nulls(void **state)
{
	struct monitor_event event = {.kind = MONITOR_SERVICE_LOST};
	struct event_view view = {.event = &event, .name = "service_lost", .time = "T"};
	json_t *json = json_of("event", &view);

	(void)state;
	assert_json(json, "{\"type\":\"event\",\"time\":\"T\",\"mono_ns\":0,\"event\":\"service_lost\","
			  "\"initial\":false,\"reader\":null,\"slot_id\":null,\"event_count\":null,"
			  "\"state\":null,\"changed\":null,\"atr\":null,\"cards\":null}");
	json_decref(json);
}

/* Reader names as bytes, and what JSON and text make of them. */
static const struct {
	const char *name, *json, *text;
} names[] = {
	{"a\nb", "\"a\\nb\"", "a\\x0Ab"},
	{"\033[31mred", "\"\\u001B[31mred\"", "\\x1B[31mred"},
	{"\"\\", "\"\\\"\\\\\"", "\"\\"},
	{"caf\xC3\xA9", "\"caf\xC3\xA9\"", "caf\xC3\xA9"},
	{"\xFF\xC3", "\"\xC3\xBF\xC3\x83\"", "\\xFF\\xC3"},
	{"", "\"\"", ""},
};

static void names_are_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct monitor_event event = inserted(names[i].name);
		struct event_view view = {.event = &event, .name = "card_inserted", .time = "T"};
		json_t *json = json_of("event", &view);
		char *text = text_of(&view), want[64];

		snprintf(want, sizeof(want), "\n Reader 3: %s\n", names[i].text);
		assert_json(json_object_get(json, "reader"), names[i].json);
		assert_non_null(strstr(text, want));
		free(text);
		json_decref(json);
	}
}

static void text_shows_bits_and_time_on_demand(void **state)
{
	struct monitor_event event = inserted("R");
	struct event_view view = {.event = &event, .name = "card_inserted"};
	char *text = text_of(&view);

	(void)state;
	assert_string_equal(text, "Card inserted\n"
				  " Reader 3: R\n"
				  "  Event number: 65535\n"
				  "  Card state: card present and powered, shared by at least one program"
				  " (PRESENT INUSE 0x0120)\n"
				  "  ATR: 3B 00\n\n");
	free(text);
	view.bits = true;
	view.time = "12:00";
	event.before |= RSTATE_INUSE;
	text = text_of(&view);
	assert_int_equal(strncmp(text, "12:00 Card inserted\n", 20), 0);
	assert_non_null(strstr(text, "\n  State bits: 0x0110 -> 0x0120 -EMPTY +PRESENT =INUSE\n"));
	free(text);
}

static void text_names_each_kind(void **state)
{
	const char *seen[2 * MONITOR_EVENT_KINDS] = {NULL};
	size_t n = 0;

	(void)state;
	for (int kind = 0; kind < MONITOR_EVENT_KINDS; kind++) {
		struct monitor_event event = {.kind = (enum monitor_event_kind)kind};
		struct event_view view = {.event = &event, .fault_text = "why"};
		char *text = text_of(&view);

		assert_non_null(strstr(text, "\n  why\n\n"));
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(text, seen[i]);
		seen[n++] = text;
	}
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)seen[i]);
}

static void reader_line_is_json(void **state)
{
	struct json_line line = {.buffer = NULL};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	(void)state;
	assert_int_equal(event_json_put_reader(&line, out, 12, "\x80"), CS_OK);
	assert_int_equal(fclose(out), 0);
	json_line_release(&line);
	json = parse_line(text);
	assert_json(json, "{\"type\":\"reader\",\"index\":12,\"name\":\"\xC2\x80\"}");
	json_decref(json);
}

static const struct stress_result busy = {"R\x01", 1000, 2, 0.5, 2000, true, 1, 2, 3, 4, 4294967295};
static const struct stress_result dead = {"R", 0, 9, 0.25, 0, false, 0, 0, 0, 0, 0};

static json_t *stress_of(const struct stress_result *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(stress_json_put(out, result), CS_OK);
	assert_int_equal(fclose(out), 0);
	return parse_line(text);
}

static void stress_is_json(void **state)
{
	json_t *json = stress_of(&busy);

	(void)state;
	assert_json(
		json,
		"{\"type\":\"stress\",\"reader\":\"R\\u0001\",\"apdus\":1000,\"errors\":2,\"seconds\":0.5,"
		"\"apdu_per_s\":2000.0,\"latency_us\":{\"min\":1,\"p50\":2,\"p95\":3,\"p99\":4,"
		"\"max\":4294967295}}");
	json_decref(json);
	json = stress_of(&dead);
	assert_json(json_object_get(json, "latency_us"),
		    "{\"min\":null,\"p50\":null,\"p95\":null,\"p99\":null,\"max\":null}");
	json_decref(json);
}

static void stress_is_text(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	stress_text_put(&(struct term){out, false}, &busy);
	stress_text_put(&(struct term){out, false}, &dead);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "Stress card in reader: R\\x01\n"
				  "  APDUs: 1000, errors: 2\n"
				  "  Total time: 0.500 s, 2000.0 APDU/s\n"
				  "  Latency in us: min 1, p50 2, p95 3, p99 4, max 4294967295\n"
				  "Stress card in reader: R\n"
				  "  APDUs: 0, errors: 9\n"
				  "  Total time: 0.250 s, 0.0 APDU/s\n"
				  "  Latency: not known, no APDU was answered\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_every_key),
		cmocka_unit_test(json_tells_unknown_from_none),
		cmocka_unit_test(json_of_the_service_has_nulls),
		cmocka_unit_test(names_are_harmless),
		cmocka_unit_test(text_shows_bits_and_time_on_demand),
		cmocka_unit_test(text_names_each_kind),
		cmocka_unit_test(text_of_a_reader_that_is_gone),
		cmocka_unit_test(reader_line_is_json),
		cmocka_unit_test(stress_is_json),
		cmocka_unit_test(stress_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
