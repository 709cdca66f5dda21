/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/feature_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "view/json_out.h"

#define TEXT_MAX 1025

static json_t *code_json(uint32_t code)
{
	char text[9];

	snprintf(text, sizeof(text), "%08" PRIX32, code);
	return json_text(text);
}

/* Up to the first NUL. */
static json_t *text_json(const uint8_t *value, size_t len)
{
	char text[TEXT_MAX];

	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	if (len)
		memcpy(text, value, len);
	text[len] = '\0';
	return json_untrusted(text);
}

/* What a JSON integer can not hold is in the hex beside it. */
static json_t *number_json(uint64_t number)
{
	return number <= INT64_MAX ? json_count(number) : json_null();
}

static json_t *value_json(enum attrib_form form, const uint8_t *value, size_t len)
{
	switch (attrib_form_fit(form, len)) {
	case ATTRIB_TEXT:
		return text_json(value, len);
	case ATTRIB_NUMBER:
	case ATTRIB_FLAGS:
		return number_json(attrib_number(value, len));
	case ATTRIB_BYTES:
		break;
	}
	return json_null();
}

static json_t *features_json(struct json_out *jo, const uint8_t *answer, size_t len, bool *malformed)
{
	struct bytes in = bytes_init(answer, len);
	json_t *array = json_array();
	struct feature feature;
	enum cs_err err;

	while ((err = feature_next(&in, &feature)) == CS_OK) {
		json_t *object = json_object();

		json_put(jo, object, "name", json_text(feature.name));
		json_put(jo, object, "tag", json_byte(feature.tag));
		json_put(jo, object, "code", code_json(feature.code));
		json_push(jo, array, object);
	}
	*malformed |= err == CS_E_FORMAT;
	return array;
}

static json_t *properties_json(struct json_out *jo, const uint8_t *answer, size_t len, bool *malformed)
{
	struct bytes in = bytes_init(answer, len);
	json_t *array = json_array();
	struct feature_property property;
	enum cs_err err;

	while ((err = feature_property_next(&in, &property)) == CS_OK) {
		json_t *object = json_object();

		json_put(jo, object, "name", json_text(property.name));
		json_put(jo, object, "tag", json_byte(property.tag));
		json_put(jo, object, "hex", json_hex(property.value, property.len, 0));
		json_put(jo, object, "value", value_json(property.form, property.value, property.len));
		json_push(jo, array, object);
	}
	*malformed |= err == CS_E_FORMAT;
	return array;
}

enum cs_err feature_json_build(json_t **out, const uint8_t *answer, size_t len, const uint8_t *properties,
			       size_t properties_len)
{
	struct json_out jo = {false};
	json_t *root = json_object();
	bool malformed = false;

	json_put(&jo, root, "type", json_text("features"));
	json_put(&jo, root, "features", features_json(&jo, answer, len, &malformed));
	json_put(&jo, root, "properties",
		 properties ? properties_json(&jo, properties, properties_len, &malformed) : json_null());
	json_put(&jo, root, "malformed", json_boolean(malformed));
	return json_finish(&jo, root, out);
}

enum cs_err feature_json_attrib(json_t **out, const struct attrib *attrib, uint32_t id, const uint8_t *value,
				size_t len)
{
	struct json_out jo = {false};
	json_t *root = json_object();

	json_put(&jo, root, "type", json_text("attribute"));
	json_put(&jo, root, "name", json_text(attrib ? attrib->name : NULL));
	json_put(&jo, root, "id", code_json(id));
	json_put(&jo, root, "hex", json_hex(value, len, 0));
	json_put(&jo, root, "value", value_json(attrib ? attrib->form : ATTRIB_BYTES, value, len));
	return json_finish(&jo, root, out);
}
