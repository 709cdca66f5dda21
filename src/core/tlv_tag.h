/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_TLV_TAG_H
#define CS_CORE_TLV_TAG_H

#include <stdint.h>

/*
 * How the value of a data object reads best beside its hex. All but TLV_BYTES and TLV_OBJECTS overrule a tag
 * that says constructed.
 */
enum tlv_form {
	TLV_BYTES,   /* nothing beside the hex, unless all of it is printable */
	TLV_TEXT,    /* characters */
	TLV_AID,     /* an application identifier, see aid.h */
	TLV_NUMBER,  /* a binary number */
	TLV_BCD,     /* decimal digits, F pads */
	TLV_TAGS,    /* a list of tags */
	TLV_DOL,     /* a list of tags, each with a length */
	TLV_OID,     /* an ASN.1 object identifier */
	TLV_OBJECTS, /* data objects, though the tag says primitive: PIV 53 */
	TLV_OPAQUE,  /* no data objects, though the tag says constructed: PIV 53/34 */
};

/* One row of tlv_tag.def. */
struct tlv_tag {
	const char *name; /* "FCI template", never NULL */
	enum tlv_form form;
	const char *source; /* "ISO/IEC 7816-4", "EMV Book 3", ... */
};

/*
 * tlv_tag_lookup - name of a tag within its parent
 * @parent: tag of the object around it, 0 for none: tags 80..BF mean something else in each template
 * Return: the row for @parent if there is one, else the row for any parent; NULL for an unknown tag.
 */
const struct tlv_tag *tlv_tag_lookup(uint32_t parent, uint32_t tag);

#endif
