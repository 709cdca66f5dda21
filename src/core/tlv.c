/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/tlv.h"

#include <assert.h>

#define TAG_BYTES_MAX    3
#define LENGTH_BYTES_MAX 4    /* behind the first byte of a length field */
#define TAG_CONTINUES    0x1F /* in the first byte: the tag number follows in further bytes */
#define TAG_CONSTRUCTED  0x20
#define MORE             0x80 /* a further byte of a tag, and the long form of a length */

/* FF as first byte of a tag is legal only on a card whose card capabilities say so; by default it is padding
 * (ISO/IEC 7816-4:2005 8.1.1.2.7, unverified). Erased records end in FF far more often than cards use such
 * tags. */
static bool is_padding(uint8_t byte)
{
	return byte == 0x00 || byte == 0xFF;
}

enum cs_err tlv_tag_parse(struct bytes *in, uint32_t *tag)
{
	uint8_t byte;

	if (!bytes_next(in, &byte))
		return CS_E_END;
	*tag = byte;
	if (byte != 0 && (byte & TAG_CONTINUES) != TAG_CONTINUES)
		return CS_OK;
	/* 01..1E as second byte are not minimal, yet EMV uses them: 9F02 */
	for (size_t n = 1; *tag != 0 && n < TAG_BYTES_MAX; n++) {
		if (!bytes_next(in, &byte))
			return CS_E_FORMAT;
		*tag = *tag << 8 | byte;
		if (!(byte & MORE))
			return CS_OK;
	}
	in->pos--;
	return CS_E_FORMAT;
}

static enum cs_err length_parse(struct bytes *in, size_t *len)
{
	const size_t start = in->pos;
	uint8_t byte;
	size_t n;

	if (!bytes_next(in, &byte))
		return CS_E_FORMAT;
	*len = byte;
	if (byte & MORE) {
		n = byte & ~MORE & 0xFF;
		if (n == 0 || n > LENGTH_BYTES_MAX) {
			in->pos = start;
			return CS_E_FORMAT;
		}
		for (*len = 0; n > 0; n--) {
			if (!bytes_next(in, &byte))
				return CS_E_FORMAT;
			*len = *len << 8 | byte;
		}
	}
	if (*len <= bytes_left(in))
		return CS_OK;
	in->pos = start;
	return CS_E_FORMAT;
}

enum cs_err tlv_next(struct bytes *in, struct tlv *out)
{
	enum cs_err err;

	*out = (struct tlv){.tag = 0};
	while (bytes_left(in) > 0 && is_padding(in->base[in->pos]))
		in->pos++;
	out->offset = in->pos;
	err = tlv_tag_parse(in, &out->tag);
	if (err == CS_OK)
		err = length_parse(in, &out->len);
	if (err != CS_OK)
		return err;
	out->cls = (enum tlv_class)(in->base[out->offset] >> 6);
	out->constructed = in->base[out->offset] & TAG_CONSTRUCTED;
	bytes_take(in, out->len, &out->value);
	return CS_OK;
}

static bool level_valid(const uint8_t *bytes, size_t len, unsigned depth)
{
	struct bytes in = bytes_init(bytes, len);
	struct tlv object;
	enum cs_err err;

	while ((err = tlv_next(&in, &object)) == CS_OK) {
		if (object.constructed && depth < TLV_DEPTH_MAX &&
		    !level_valid(object.value, object.len, depth + 1))
			return false;
	}
	return err == CS_E_END;
}

bool tlv_valid(const uint8_t *bytes, size_t len)
{
	struct bytes in = bytes_init(bytes, len);
	struct tlv first;

	return tlv_next(&in, &first) == CS_OK && level_valid(bytes, len, 1);
}

static size_t put_big_endian(uint8_t *out, uint32_t value, size_t at_least)
{
	size_t n = at_least;

	while (n < sizeof(value) && value >> (8 * n))
		n++;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
	return n;
}

size_t tlv_header_build(uint8_t out[TLV_HEADER_MAX], uint32_t tag, size_t len)
{
	size_t at, n;

	assert(tag != 0 && tag <= 0xFFFFFF && len <= UINT32_MAX);
	at = put_big_endian(out, tag, 1);
	if (len < MORE) {
		out[at++] = (uint8_t)len;
		return at;
	}
	n = put_big_endian(out + at + 1, (uint32_t)len, 1);
	out[at] = (uint8_t)(MORE | n);
	return at + 1 + n;
}
