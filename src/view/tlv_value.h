/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TLV_VALUE_H
#define CS_VIEW_TLV_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/tlv.h"
#include "core/tlv_tag.h"

/* What the text and the JSON of data objects have in common; nothing here writes anything. */

#define TLV_WORDS_MAX 128

enum tlv_reading_kind {
	TLV_READS_NOT,   /* as hex only */
	TLV_READS_TEXT,  /* the value itself is text, from the card: untrusted */
	TLV_READS_WORDS, /* as the words, which are ASCII of ours */
};

/* What a value says beside its hex. */
struct tlv_reading {
	enum tlv_reading_kind kind;
	char words[TLV_WORDS_MAX];
};

/* An object in its place within a tree. */
struct tlv_node {
	struct tlv object;
	const struct tlv_tag *row; /* NULL: unknown tag */
	uint32_t parent;           /* 0: none */
	unsigned depth;            /* 1: the outermost */
};

/* A tag out of a tag list, with the length that a DOL gives it. */
struct tlv_item {
	uint32_t tag;
	size_t len; /* 0 in a list without lengths */
	const struct tlv_tag *row;
};

/*
 * tlv_readable - whether response bytes are better shown as data objects than as hex
 * They are when all of it parses, also within constructed objects (but those that are known to hold something
 * else), no padding comes first, the first object is not empty, and its tag has a name here or is
 * constructed. Objects of ASN.1's own types count only when constructed: short random answers look like these
 * too often.
 */
bool tlv_readable(const uint8_t *bytes, size_t len);

/* tlv_node_next - the next object of tlv_readable() bytes, or of a tlv_node_nested() value; false at the end
 */
bool tlv_node_next(struct bytes *in, uint32_t parent, unsigned depth, struct tlv_node *out);

/* tlv_node_nested - whether the value is to be shown as data objects */
bool tlv_node_nested(const struct tlv_node *node);

/* tlv_node_list - whether the value is a whole tag list or DOL with at least one tag */
bool tlv_node_list(const struct tlv_node *node);

/* tlv_item_next - the next tag of a tlv_node_list(); @in starts at its value. false at the end, or at a fault
 */
bool tlv_item_next(struct bytes *in, const struct tlv_node *list, struct tlv_item *out);

/* tlv_reading_get - what the value of an object that is neither nested nor a list says */
void tlv_reading_get(struct tlv_reading *out, const struct tlv_node *node);

#endif
