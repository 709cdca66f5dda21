/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_TLV_H
#define CS_CORE_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"

/* BER-TLV as cards use it: tags of one to three bytes, definite lengths of one to four bytes. */

enum tlv_class { TLV_UNIVERSAL, TLV_APPLICATION, TLV_CONTEXT, TLV_PRIVATE };

/* One data object. */
struct tlv {
	uint32_t tag; /* its bytes, first one highest: 0x6F, 0x9F38, 0x5FC102 */
	enum tlv_class cls;
	bool constructed;
	size_t offset;        /* of the first tag byte within the cursor's bytes */
	const uint8_t *value; /* borrowed, @len bytes; NULL when @len is 0 */
	size_t len;
};

#define TLV_DEPTH_MAX  16 /* how deep a view or a check goes into constructed objects */
#define TLV_HEADER_MAX 8  /* bytes of the longest tag and length */

/*
 * tlv_next - the next data object at the cursor
 * Bytes 00 and FF before an object are padding and skipped.
 * @in:  moved behind the object; on CS_E_FORMAT to the byte at fault
 * @out: overwritten
 *
 * Return: CS_OK; CS_E_END nothing but padding is left; CS_E_FORMAT a tag of more than three bytes, an
 *   indefinite or reserved length, or more length than there are bytes.
 * Memory: none; @out borrows from the cursor's bytes.
 * Spec: ISO/IEC 7816-4:2005 5.2.2.1 tag field, 5.2.2.2 length field, 5.2.2 for padding.
 */
CS_NODISCARD enum cs_err tlv_next(struct bytes *in, struct tlv *out);

/* tlv_valid - whether @len bytes are nothing but data objects, at least one, down to TLV_DEPTH_MAX */
bool tlv_valid(const uint8_t *bytes, size_t len);

/*
 * tlv_tag_parse - take one tag, no length, from the cursor
 * Return: CS_OK; CS_E_END; CS_E_FORMAT as of tlv_next().
 */
CS_NODISCARD enum cs_err tlv_tag_parse(struct bytes *in, uint32_t *tag);

/* tlv_header_build - tag and shortest length field of a data object into @out; returns the bytes written */
size_t tlv_header_build(uint8_t out[TLV_HEADER_MAX], uint32_t tag, size_t len);

#endif
