/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/tlv_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hex.h"
#include "core/utf8.h"
#include "view/tlv_value.h"

static json_t *build_tag(uint32_t tag)
{
	char text[sizeof("FFFFFF")];

	snprintf(text, sizeof(text), "%02lX", (unsigned long)(tag & 0xFFFFFF));
	return json_text(text);
}

static json_t *build_hex(const uint8_t *bytes, size_t len)
{
	char *text = malloc(HEX_PACKED_SIZE(len));
	json_t *value = text ? json_stringn_nocheck(text, hex_build(text, bytes, len, 0)) : NULL;

	free(text);
	return value;
}

static json_t *build_clean(const uint8_t *bytes, size_t len)
{
	char *text = malloc(UTF8_CLEAN_SIZE(len));
	json_t *value = text ? json_stringn_nocheck(
				       text, utf8_clean(text, UTF8_CLEAN_SIZE(len), (const char *)bytes, len))
			     : NULL;

	free(text);
	return value;
}

static json_t *build_text(const struct tlv_node *node)
{
	struct tlv_reading reading;

	tlv_reading_get(&reading, node);
	switch (reading.kind) {
	case TLV_READS_TEXT:
		return build_clean(node->object.value, node->object.len);
	case TLV_READS_WORDS:
		return json_text(reading.words);
	case TLV_READS_NOT:
		break;
	}
	return json_null();
}

/* Takes @len, @value, @text and @children over. */
static json_t *build_object(struct json_out *jo, uint32_t tag, const struct tlv_tag *row, json_t *len,
			    json_t *value, json_t *text, json_t *children)
{
	json_t *object = json_object();

	json_put(jo, object, "tag", build_tag(tag));
	json_put(jo, object, "name", json_text(row ? row->name : NULL));
	json_put(jo, object, "len", len);
	json_put(jo, object, "value", value);
	json_put(jo, object, "text", text);
	json_put(jo, object, "children", children);
	return object;
}

static json_t *build_list(struct json_out *jo, const struct tlv_node *list)
{
	struct bytes in = bytes_init(list->object.value, list->object.len);
	const bool dol = list->row->form == TLV_DOL;
	json_t *array = json_array();
	struct tlv_item item;

	while (tlv_item_next(&in, list, &item))
		json_push(jo, array,
			  build_object(jo, item.tag, item.row, dol ? json_count(item.len) : json_null(),
				       json_null(), json_null(), json_null()));
	return array;
}

static json_t *build_level(struct json_out *jo, const uint8_t *bytes, size_t len, uint32_t parent,
			   unsigned depth)
{
	struct bytes in = bytes_init(bytes, len);
	json_t *array = json_array();
	struct tlv_node node;

	while (tlv_node_next(&in, parent, depth, &node)) {
		const struct tlv *o = &node.object;
		const bool nested = tlv_node_nested(&node);
		json_t *children = nested ? build_level(jo, o->value, o->len, o->tag, depth + 1)
				   : tlv_node_list(&node) ? build_list(jo, &node)
							  : json_null();

		json_push(jo, array,
			  build_object(jo, o->tag, node.row, json_count(o->len),
				       nested ? json_null() : build_hex(o->value, o->len),
				       nested ? json_null() : build_text(&node), children));
	}
	return array;
}

json_t *tlv_json(struct json_out *jo, const uint8_t *bytes, size_t len)
{
	return tlv_readable(bytes, len) ? build_level(jo, bytes, len, 0, 1) : json_null();
}
