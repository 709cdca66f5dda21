/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/feature.h"
#include "view/feature_json.h"
#include "view/feature_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ESC      "\x1B"

static const uint8_t answer[] = {0x06, 4,    0x42, 0x33, 0x00, 0x06, 0x12, 4,    0x42,
				 0x33, 0x00, 0x12, 0x77, 4,    0x42, 0x00, 0x00, 0x01};
static const uint8_t properties[] = {0x06, 1, 4,   0x0A, 4,    0x00, 0x00, 0x01, 0x00, 0x0B, 2,    0xE6, 0x08,
				     0x08, 5, 'v', '1',  0x1B, 'x',  0,    0x63, 2,    0xAB, 0xCD, 0x03, 0};

static void test_features(void **state)
{
	struct bytes in = bytes_init(answer, sizeof(answer));
	struct feature f;

	(void)state;
	assert_int_equal(feature_next(&in, &f), CS_OK);
	assert_int_equal(f.tag, 0x06);
	assert_string_equal(f.name, "verify_pin_direct");
	assert_int_equal(f.code, 0x42330006);
	assert_int_equal(feature_next(&in, &f), CS_OK);
	assert_string_equal(f.name, "get_tlv_properties");
	assert_int_equal(feature_next(&in, &f), CS_OK);
	assert_null(f.name);
	assert_int_equal(f.code, 0x42000001);
	assert_int_equal(feature_next(&in, &f), CS_E_END);
}

static const struct {
	uint8_t bytes[8];
	size_t len;
} broken[] = {
	{{0x06}, 1},    {{0x06, 4, 1, 2, 3}, 5}, {{0x06, 3, 1, 2, 3}, 5}, {{0x06, 5, 1, 2, 3, 4, 5}, 7},
	{{0x06, 0}, 2},
};

static void test_broken_features(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct bytes in = bytes_init(broken[i].bytes, broken[i].len);
		struct feature f;

		assert_int_equal(feature_next(&in, &f), CS_E_FORMAT);
		assert_int_equal(in.pos, 0);
	}
}

static void test_properties(void **state)
{
	static const struct {
		const char *name;
		enum attrib_form form;
		uint64_t number;
	} rows[] = {
		{"bMinPINSize", ATTRIB_NUMBER, 4},
		{"dwMaxAPDUDataSize", ATTRIB_NUMBER, 0x10000},
		{"wIdVendor", ATTRIB_FLAGS, 0x08E6},
		{"sFirmwareID", ATTRIB_TEXT, 0},
		{NULL, ATTRIB_BYTES, 0},
		{"bTimeOut2", ATTRIB_BYTES, 0},
	};
	struct bytes in = bytes_init(properties, sizeof(properties));
	struct feature_property p;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(feature_property_next(&in, &p), CS_OK);
		if (rows[i].name)
			assert_string_equal(p.name, rows[i].name);
		else
			assert_null(p.name);
		assert_int_equal(p.form, rows[i].form);
		assert_int_equal(p.number, rows[i].number);
	}
	assert_int_equal(feature_property_next(&in, &p), CS_E_END);
	in = bytes_init(properties, sizeof(properties) - 3);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(feature_property_next(&in, &p), CS_OK);
	assert_int_equal(feature_property_next(&in, &p), CS_E_FORMAT);
	assert_int_equal(in.pos, 20);
}

static void test_feature_names(void **state)
{
	(void)state;
	for (int tag = 0; tag < 256; tag++) {
		const char *name = feature_name((uint8_t)tag);

		if (name)
			assert_int_equal(feature_tag(name, strlen(name)), tag);
	}
	assert_int_equal(feature_tag("FEATURE_VERIFY_PIN_DIRECT", 25), 6);
	assert_int_equal(feature_tag("Verify_Pin_Direct!", 17), 6);
	assert_int_equal(feature_tag("verify_pin_direct", 16), -1);
	assert_int_equal(feature_tag("FEATURE_", 8), -1);
	assert_int_equal(feature_tag("", 0), -1);
	assert_string_equal(feature_name(0x20), "execute_pace");
	assert_null(feature_name(0));
}

static void test_attributes(void **state)
{
	const struct attrib *a, *before = NULL;
	size_t n = 0;

	(void)state;
	for (; (a = attrib_at(n)); n++, before = a) {
		assert_ptr_equal(attrib_by_id(a->id), a);
		assert_ptr_equal(attrib_lookup(a->name, strlen(a->name)), a);
		assert_true(!before || before->id < a->id);
		assert_true(a->title[0] != '\0');
	}
	assert_int_equal(n, 44);
	assert_null(attrib_by_id(0));
	assert_int_equal(attrib_lookup("SCARD_ATTR_VENDOR_NAME", 22)->id, 0x10100);
	assert_int_equal(attrib_lookup("atr_string", 10)->id, 0x90303);
	assert_int_equal(attrib_lookup("scard_attr_DEVICE_FRIENDLY_NAME_A", 33)->id, 0x7FFF0003);
	assert_int_equal(attrib_lookup("device_friendly_name_w", 22)->id, 0x7FFF0005);
	assert_null(attrib_lookup("vendor", 6));
	assert_null(attrib_lookup("_a", 2));
	assert_null(attrib_lookup("", 0));
}

/* ---- views ---- */

static char *shown(void (*put)(const struct term *, const uint8_t *, size_t), const uint8_t *bytes,
		   size_t len)
{
	struct term t = {0};
	char *text = NULL;
	size_t size;

	t.out = open_memstream(&text, &size);
	assert_non_null(t.out);
	put(&t, bytes, len);
	fclose(t.out);
	return text;
}

static void assert_shown(void (*put)(const struct term *, const uint8_t *, size_t), const uint8_t *bytes,
			 size_t len, const char *expected)
{
	char *text = shown(put, bytes, len);

	assert_string_equal(text, expected);
	free(text);
}

static void test_text(void **state)
{
	(void)state;
	assert_shown(feature_text_put, answer, sizeof(answer),
		     "  verify_pin_direct          06  0x42330006\n"
		     "  get_tlv_properties         12  0x42330012\n"
		     "  unknown                    77  0x42000001\n");
	assert_shown(feature_text_put, NULL, 0, "  none\n");
	assert_shown(feature_text_put, answer, 7,
		     "  verify_pin_direct          06  0x42330006\n"
		     "  the rest of the reader's answer is malformed\n");
	assert_shown(feature_text_properties, properties, sizeof(properties),
		     "  bMinPINSize                06  4\n"
		     "  dwMaxAPDUDataSize          0A  65536\n"
		     "  wIdVendor                  0B  0x08E6\n"
		     "  sFirmwareID                08  v1\\x1Bx\n"
		     "  unknown                    63  AB CD\n"
		     "  bTimeOut2                  03  \n");
}

static void put_vendor(const struct term *t, const uint8_t *bytes, size_t len)
{
	feature_text_attrib(t, attrib_by_id(0x10100), 0x10100, bytes, len);
}

static void put_unknown(const struct term *t, const uint8_t *bytes, size_t len)
{
	feature_text_attrib(t, NULL, 0x12345, bytes, len);
}

static void put_clock(const struct term *t, const uint8_t *bytes, size_t len)
{
	feature_text_attrib(t, attrib_by_id(0x30121), 0x30121, bytes, len);
}

static void test_text_of_attributes(void **state)
{
	(void)state;
	assert_shown(put_vendor,
		     (const uint8_t *)"AC" ESC "\xFF"
				      "ME\0\0",
		     8, "vendor: AC\\x1B\\xFFME\n");
	assert_shown(put_unknown, (const uint8_t *)"\x01\xAB", 2, "attribute 0x00012345: 01 AB\n");
	assert_shown(put_clock, (const uint8_t *)"\xA0\x0F\0\0", 4, "default clock in kHz: 4000\n");
	assert_shown(put_clock, NULL, 0, "default clock in kHz: \n");
}

/* The longest value, in each form, fits and stays harmless. */
static void test_long_values(void **state)
{
	char text[FEATURE_VALUE_MAX];
	uint8_t value[2000];

	(void)state;
	memset(value, 0x1B, sizeof(value));
	for (int form = ATTRIB_BYTES; form <= ATTRIB_FLAGS; form++) {
		for (size_t len = 0; len <= sizeof(value); len += len < 300 ? 1 : 400) {
			feature_value_format(text, (enum attrib_form)form, value, len);
			assert_null(strchr(text, 0x1B));
			assert_true((strlen(text) == 0) == (len == 0));
		}
	}
}

static void assert_json(enum cs_err err, json_t *value, const char *expected)
{
	char *text;

	assert_int_equal(err, CS_OK);
	text = json_dumps(value, JSON_COMPACT);
	assert_string_equal(text, expected);
	free(text);
	json_decref(value);
}

static void test_json(void **state)
{
	json_t *value;
	enum cs_err err;

	(void)state;
	err = feature_json_build(&value, answer, sizeof(answer), properties, sizeof(properties));
	assert_json(
		err, value,
		"{\"type\":\"features\",\"features\":["
		"{\"name\":\"verify_pin_direct\",\"tag\":\"06\",\"code\":\"42330006\"},"
		"{\"name\":\"get_tlv_properties\",\"tag\":\"12\",\"code\":\"42330012\"},"
		"{\"name\":null,\"tag\":\"77\",\"code\":\"42000001\"}],\"properties\":["
		"{\"name\":\"bMinPINSize\",\"tag\":\"06\",\"hex\":\"04\",\"value\":4},"
		"{\"name\":\"dwMaxAPDUDataSize\",\"tag\":\"0A\",\"hex\":\"00000100\",\"value\":65536},"
		"{\"name\":\"wIdVendor\",\"tag\":\"0B\",\"hex\":\"E608\",\"value\":2278},"
		"{\"name\":\"sFirmwareID\",\"tag\":\"08\",\"hex\":\"76311B7800\",\"value\":\"v1\\u001Bx\"},"
		"{\"name\":null,\"tag\":\"63\",\"hex\":\"ABCD\",\"value\":null},"
		"{\"name\":\"bTimeOut2\",\"tag\":\"03\",\"hex\":\"\",\"value\":null}],\"malformed\":false}");
	err = feature_json_build(&value, answer, 3, NULL, 0);
	assert_json(err, value,
		    "{\"type\":\"features\",\"features\":[],\"properties\":null,\"malformed\":true}");
	err = feature_json_attrib(&value, attrib_by_id(0x10100), 0x10100, (const uint8_t *)"A\xFF\0", 3);
	assert_json(err, value,
		    "{\"type\":\"attribute\",\"name\":\"vendor_name\",\"id\":\"00010100\",\"hex\":\"41FF00\","
		    "\"value\":\"A\xC3\xBF\"}");
	err = feature_json_attrib(&value, attrib_by_id(0x30121), 0x30121,
				  (const uint8_t *)"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
	assert_json(err, value,
		    "{\"type\":\"attribute\",\"name\":\"default_clk\",\"id\":\"00030121\","
		    "\"hex\":\"FFFFFFFFFFFFFFFF\",\"value\":null}");
	err = feature_json_attrib(&value, NULL, 0x12345, NULL, 0);
	assert_json(err, value,
		    "{\"type\":\"attribute\",\"name\":null,\"id\":\"00012345\",\"hex\":\"\",\"value\":null}");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_broken_features),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_feature_names),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_of_attributes),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests_name("feature", tests, NULL, NULL);
}
