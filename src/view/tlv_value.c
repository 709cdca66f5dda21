/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/tlv_value.h"

#include <stdio.h>
#include <string.h>

#include "core/aid.h"

#define TEMPLATE_EMV  0x77 /* DOLs are EMV's, and name what terminal and card put into such a template */
#define NUMBER_MAX    8    /* bytes */
#define BCD_MAX       32   /* bytes */
#define PRINTABLE_MIN 3    /* fewer characters are text by chance too often */

static enum tlv_form form_of(const struct tlv_node *node)
{
	return node->row ? node->row->form : TLV_BYTES;
}

/* A row that says what the value is overrules the tag: PIV numbers its elements without regard to BER. */
static bool constructed(const struct tlv_node *node)
{
	const enum tlv_form form = form_of(node);

	return node->object.constructed && (form == TLV_BYTES || form == TLV_OBJECTS) &&
	       node->depth < TLV_DEPTH_MAX;
}

static enum cs_err node_next(struct bytes *in, uint32_t parent, unsigned depth, struct tlv_node *out)
{
	enum cs_err err = tlv_next(in, &out->object);

	out->row = tlv_tag_lookup(parent, out->object.tag);
	out->parent = parent;
	out->depth = depth;
	return err;
}

static bool level_readable(const uint8_t *bytes, size_t len, uint32_t parent, unsigned depth)
{
	struct bytes in = bytes_init(bytes, len);
	struct tlv_node node;
	enum cs_err err;

	while ((err = node_next(&in, parent, depth, &node)) == CS_OK) {
		if (constructed(&node) &&
		    !level_readable(node.object.value, node.object.len, node.object.tag, depth + 1))
			return false;
	}
	return err == CS_E_END;
}

bool tlv_readable(const uint8_t *bytes, size_t len)
{
	struct bytes in = bytes_init(bytes, len);
	struct tlv_node first;

	if (!tlv_node_next(&in, 0, 1, &first) || first.object.offset > 0 || first.object.len == 0)
		return false;
	if (!first.object.constructed && (!first.row || first.object.cls == TLV_UNIVERSAL))
		return false;
	return level_readable(bytes, len, 0, 1);
}

bool tlv_node_next(struct bytes *in, uint32_t parent, unsigned depth, struct tlv_node *out)
{
	return node_next(in, parent, depth, out) == CS_OK;
}

bool tlv_node_nested(const struct tlv_node *node)
{
	const struct tlv *object = &node->object;
	struct bytes in = bytes_init(object->value, object->len);
	struct tlv first;

	if (constructed(node))
		return true;
	return form_of(node) == TLV_OBJECTS && node->depth < TLV_DEPTH_MAX &&
	       tlv_next(&in, &first) == CS_OK &&
	       level_readable(object->value, object->len, object->tag, node->depth + 1);
}

static enum cs_err item_next(struct bytes *in, const struct tlv_node *list, struct tlv_item *out)
{
	const bool dol = form_of(list) == TLV_DOL;
	enum cs_err err = tlv_tag_parse(in, &out->tag);
	uint8_t len = 0;

	if (err != CS_OK)
		return err;
	if (dol && !bytes_next(in, &len))
		return CS_E_FORMAT;
	out->len = len;
	out->row = tlv_tag_lookup(dol ? TEMPLATE_EMV : list->parent, out->tag);
	return CS_OK;
}

bool tlv_node_list(const struct tlv_node *node)
{
	struct bytes in = bytes_init(node->object.value, node->object.len);
	struct tlv_item item;
	enum cs_err err = CS_E_END;

	if (form_of(node) != TLV_TAGS && form_of(node) != TLV_DOL)
		return false;
	while (bytes_left(&in) > 0 && (err = item_next(&in, node, &item)) == CS_OK)
		;
	return err == CS_OK;
}

bool tlv_item_next(struct bytes *in, const struct tlv_node *list, struct tlv_item *out)
{
	return item_next(in, list, out) == CS_OK;
}

static bool read_aid(char *out, const uint8_t *value, size_t len)
{
	const struct aid *aid = aid_lookup(value, len);

	if (aid)
		snprintf(out, TLV_WORDS_MAX, "%s", aid->name);
	return aid != NULL;
}

static bool read_number(char *out, const uint8_t *value, size_t len)
{
	unsigned long long number = 0;

	if (len == 0 || len > NUMBER_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		number = number << 8 | value[i];
	snprintf(out, TLV_WORDS_MAX, "%llu", number);
	return true;
}

/* Digits, then nothing but F to fill the last bytes up. */
static bool read_bcd(char *out, const uint8_t *value, size_t len)
{
	size_t n = 0;

	if (len > BCD_MAX)
		return false;
	for (size_t i = 0; i < 2 * len; i++) {
		const unsigned digit = (i % 2 ? value[i / 2] : value[i / 2] >> 4) & 0x0Fu;

		if (digit == 0x0F)
			continue;
		if (digit > 9 || n != i)
			return false;
		out[n++] = (char)('0' + digit);
	}
	out[n] = '\0';
	return n > 0;
}

/* ITU-T X.690 8.19: base 128, the first two arcs share the first number. */
static bool read_oid(char *out, const uint8_t *value, size_t len)
{
	unsigned long long arc = 0;
	size_t n = 0;

	if (len == 0 || value[len - 1] & 0x80)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (arc >> 56)
			return false;
		arc = arc << 7 | (value[i] & 0x7Fu);
		if (value[i] & 0x80)
			continue;
		if (n == 0) {
			const unsigned first = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			n = (size_t)snprintf(out, TLV_WORDS_MAX, "%u", first);
			arc -= 40 * first;
		}
		n += (size_t)snprintf(out + n, TLV_WORDS_MAX - n, ".%llu", arc);
		if (n >= TLV_WORDS_MAX)
			return false;
		arc = 0;
	}
	return true;
}

static bool printable(const uint8_t *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7E)
			return false;
	return len >= PRINTABLE_MIN;
}

/* ASN.1's numbers have a sign; the few below zero are left as they are. */
static bool negative(const struct tlv *object)
{
	return object->cls == TLV_UNIVERSAL && object->len > 0 && object->value[0] & 0x80;
}

static enum tlv_reading_kind words_if(bool known)
{
	return known ? TLV_READS_WORDS : TLV_READS_NOT;
}

void tlv_reading_get(struct tlv_reading *out, const struct tlv_node *node)
{
	const uint8_t *value = node->object.value;
	const size_t len = node->object.len;

	*out = (struct tlv_reading){TLV_READS_NOT, ""};
	switch (form_of(node)) {
	case TLV_AID:
		out->kind = words_if(read_aid(out->words, value, len));
		break;
	case TLV_NUMBER:
		out->kind = words_if(!negative(&node->object) && read_number(out->words, value, len));
		break;
	case TLV_BCD:
		out->kind = words_if(read_bcd(out->words, value, len));
		break;
	case TLV_OID:
		out->kind = words_if(read_oid(out->words, value, len));
		break;
	case TLV_TEXT:
		out->kind = len > 0 ? TLV_READS_TEXT : TLV_READS_NOT;
		break;
	case TLV_BYTES:
	case TLV_OPAQUE:
	case TLV_OBJECTS:
		out->kind = printable(value, len) ? TLV_READS_TEXT : TLV_READS_NOT;
		break;
	case TLV_TAGS:
	case TLV_DOL:
		break;
	}
}
