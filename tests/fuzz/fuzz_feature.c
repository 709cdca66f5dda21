/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as what a reader says about its features, properties and attributes, down to text and JSON. */
#include <stdlib.h>
#include <string.h>

#include "core/feature.h"
#include "view/feature_json.h"
#include "view/feature_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_features(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_init(data, size);
	struct feature f;
	enum cs_err err;
	size_t before = 0;

	for (; (err = feature_next(&in, &f)) == CS_OK; before = in.pos) {
		check(in.pos == before + 6);
		check(f.name == feature_name(f.tag));
		check(!f.name || feature_tag(f.name, strlen(f.name)) == f.tag);
	}
	check(in.pos == before);
	check((err == CS_E_END) == (in.pos == size));
}

static void check_properties(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_init(data, size);
	struct feature_property p;
	enum cs_err err;
	size_t before = 0;

	for (; (err = feature_property_next(&in, &p)) == CS_OK; before = in.pos) {
		check(in.pos == before + 2 + p.len);
		check(p.len == 0 || p.value == data + before + 2);
		check(p.len <= 8 || p.number == 0);
	}
	check(in.pos == before);
	check((err == CS_E_END) == (in.pos == size));
}

/* Nothing that a terminal obeys. */
static void check_harmless(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		check((text[i] >= 0x20 && text[i] != 0x7F) || text[i] == '\n' ||
		      (unsigned char)text[i] >= 0x80);
}

static void check_text(const uint8_t *data, size_t size)
{
	struct term t = {0};
	char *text = NULL;
	size_t len;

	t.out = open_memstream(&text, &len);
	check(t.out != NULL);
	feature_text_put(&t, data, size);
	feature_text_properties(&t, data, size);
	for (size_t i = 0; attrib_at(i); i++)
		feature_text_attrib(&t, attrib_at(i), attrib_at(i)->id, data, size);
	feature_text_attrib(&t, NULL, 0, data, size);
	fclose(t.out);
	check_harmless(text, len);
	free(text);
}

static void check_json(const uint8_t *data, size_t size)
{
	json_t *value;
	char *text;

	check(feature_json_build(&value, data, size, data, size) == CS_OK);
	text = json_dumps(value, 0);
	check(text != NULL);
	free(text);
	json_decref(value);
	for (size_t i = 0; attrib_at(i); i++) {
		check(feature_json_attrib(&value, attrib_at(i), attrib_at(i)->id, data, size) == CS_OK);
		json_decref(value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name = (const char *)data;
	const struct attrib *attrib;

	if (size > 1024)
		return 0;
	check(feature_tag(name, size) < 256);
	attrib = attrib_lookup(name, size);
	check(!attrib || attrib_by_id(attrib->id) == attrib);
	check_features(data, size);
	check_properties(data, size);
	check_text(data, size);
	check_json(data, size);
	return 0;
}
