/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as BER-TLV: the iterator, the names, the tree in text and in JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid.h"
#include "core/tlv.h"
#include "core/tlv_tag.h"
#include "view/tlv_json.h"
#include "view/tlv_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_CAP 4096

static void check(int condition)
{
	if (!condition)
		abort();
}

/* Tag and shortest length written again are the bytes that were read, where these were the shortest. */
static void check_header(const uint8_t *data, const struct tlv *object, size_t end)
{
	const size_t header = end - object->len - object->offset;
	uint8_t built[TLV_HEADER_MAX];
	const size_t n = tlv_header_build(built, object->tag, object->len);

	check(header <= TLV_HEADER_MAX && n <= header);
	if (n == header)
		check(memcmp(built, data + object->offset, n) == 0);
}

static void check_object(const uint8_t *data, const struct tlv *object, size_t end)
{
	check(object->tag != 0 && object->tag <= 0xFFFFFF);
	check(object->cls == (enum tlv_class)(data[object->offset] >> 6));
	check(object->constructed == !!(data[object->offset] & 0x20));
	check(object->len == 0 ? object->value == NULL : object->value == data + end - object->len);
	check_header(data, object, end);
}

/* Objects lie in order, with nothing but padding between; returns whether the end was clean. */
static bool check_level(const uint8_t *data, size_t size, uint32_t parent, size_t *objects)
{
	struct bytes in = bytes_init(data, size);
	struct tlv object;
	size_t end = 0;
	enum cs_err err;

	for (*objects = 0; (err = tlv_next(&in, &object)) == CS_OK; ++*objects) {
		const struct tlv_tag *row = tlv_tag_lookup(parent, object.tag);

		for (; end < object.offset; end++)
			check(data[end] == 0x00 || data[end] == 0xFF);
		check(in.pos > object.offset && in.pos <= size);
		end = in.pos;
		check_object(data, &object, end);
		check(!row || (*row->name && *row->source));
	}
	check(in.pos <= size);
	check(err == CS_E_END || err == CS_E_FORMAT);
	return err == CS_E_END;
}

static void check_tag(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_init(data, size);
	uint8_t built[TLV_HEADER_MAX];
	uint32_t tag;

	while (tlv_tag_parse(&in, &tag) == CS_OK) {
		const size_t n = tlv_header_build(built, tag, 0) - 1;

		check(n <= in.pos && memcmp(built, data + in.pos - n, n) == 0);
	}
	check(in.pos <= size);
}

static void check_aid(const uint8_t *data, size_t size)
{
	const struct aid *aid = aid_lookup(data, size);

	check(!aid || (aid->len <= size && memcmp(aid->bytes, data, aid->len) == 0));
}

/* No control character but line ends reaches the terminal; what is text is JSON too. */
static bool check_text(const uint8_t *data, size_t size)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool put;

	check(out != NULL);
	put = tlv_text_put(&(struct term){out, false}, data, size, "> ");
	check(fclose(out) == 0);
	check(put == (len > 0) && (!put || text[len - 1] == '\n'));
	for (size_t i = 0; i < len; i++) {
		check((uint8_t)text[i] >= 0x20 || text[i] == '\n');
		check(text[i] != 0x7F && (text[i] != '\n' || i + 1 == len || text[i + 1] == '>'));
	}
	free(text);
	return put;
}

static void check_json(const uint8_t *data, size_t size, bool expected)
{
	struct json_out jo = {false};
	json_t *value = tlv_json(&jo, data, size);
	char *line = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	check(!jo.failed && line != NULL);
	check(expected ? json_is_array(value) && json_array_size(value) > 0 : json_is_null(value));
	free(line);
	json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t objects;
	bool clean;

	if (size > SIZE_CAP)
		return 0;
	clean = check_level(data, size, 0, &objects);
	check(!tlv_valid(data, size) || (clean && objects > 0));
	check_tag(data, size);
	check_aid(data, size);
	check_json(data, size, check_text(data, size));
	return 0;
}
