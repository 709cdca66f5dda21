/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/tlv_text.h"

#include "core/hex.h"
#include "core/utf8.h"
#include "view/tlv_value.h"

#define HEX_SHOWN  32 /* bytes of a value */
#define TEXT_SHOWN 96
#define STEP       2 /* columns per level */

static void put_tag(const struct term *t, const char *indent, unsigned depth, uint32_t tag,
		    const struct tlv_tag *row)
{
	term_printf(t, TERM_PLAIN, "%s%*s", indent, (int)(STEP * (depth - 1)), "");
	term_printf(t, TERM_NAME, "%02lX", (unsigned long)tag);
	term_printf(t, TERM_PLAIN, " %s", row ? row->name : "unknown");
}

static void put_len(const struct term *t, size_t len)
{
	if (len == 0)
		term_put(t, TERM_PLAIN, ", empty");
	else
		term_printf(t, TERM_PLAIN, ", %zu byte%s", len, len == 1 ? "" : "s");
}

static void put_hex(const struct term *t, const uint8_t *value, size_t len)
{
	const size_t shown = len < HEX_SHOWN ? len : HEX_SHOWN;
	char hex[HEX_SPACED_SIZE(HEX_SHOWN)];

	hex_build(hex, value, shown, ' ');
	term_put(t, TERM_PLAIN, ": ");
	term_put(t, TERM_VALUE, hex);
	if (shown < len)
		term_printf(t, TERM_DIM, " ... (%zu more)", len - shown);
}

/* Where to cut a text, never inside a character. */
static size_t text_cut(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && at < TEXT_SHOWN) {
		uint32_t c;
		const size_t n = utf8_sequence(text + at, len - at, &c);

		at += n ? n : 1;
	}
	return at;
}

static void put_quoted(const struct term *t, const uint8_t *value, size_t len)
{
	const char *text = (const char *)value;
	const size_t shown = text_cut(text, len);
	char escaped[UTF8_ESCAPE_SIZE(TEXT_SHOWN + 3)];

	utf8_escape(escaped, sizeof(escaped), text, shown);
	term_printf(t, TERM_PLAIN, " \"%s\"%s", escaped, shown < len ? "..." : "");
}

static void put_value(const struct term *t, const struct tlv_node *node)
{
	struct tlv_reading reading;

	put_hex(t, node->object.value, node->object.len);
	tlv_reading_get(&reading, node);
	if (reading.kind == TLV_READS_TEXT)
		put_quoted(t, node->object.value, node->object.len);
	else if (reading.kind == TLV_READS_WORDS)
		term_printf(t, TERM_PLAIN, " = %s", reading.words);
}

static void put_list(const struct term *t, const struct tlv_node *list, const char *indent)
{
	struct bytes in = bytes_init(list->object.value, list->object.len);
	struct tlv_item item;

	while (tlv_item_next(&in, list, &item)) {
		put_tag(t, indent, list->depth + 1, item.tag, item.row);
		if (list->row->form == TLV_DOL)
			put_len(t, item.len);
		term_put(t, TERM_PLAIN, "\n");
	}
}

static void put_level(const struct term *t, const uint8_t *bytes, size_t len, uint32_t parent, unsigned depth,
		      const char *indent)
{
	struct bytes in = bytes_init(bytes, len);
	struct tlv_node node;

	while (tlv_node_next(&in, parent, depth, &node)) {
		const struct tlv *object = &node.object;
		const bool nested = tlv_node_nested(&node);

		put_tag(t, indent, depth, object->tag, node.row);
		put_len(t, object->len);
		if (!nested && object->len > 0)
			put_value(t, &node);
		term_put(t, TERM_PLAIN, "\n");
		if (nested)
			put_level(t, object->value, object->len, object->tag, depth + 1, indent);
		else if (tlv_node_list(&node))
			put_list(t, &node, indent);
	}
}

bool tlv_text_put(const struct term *t, const uint8_t *bytes, size_t len, const char *indent)
{
	if (!tlv_readable(bytes, len))
		return false;
	put_level(t, bytes, len, 0, 1, indent);
	return true;
}
