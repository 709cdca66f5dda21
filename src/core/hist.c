/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/hist.h"

#include <assert.h>
#include <string.h>

#include "core/bytes.h"

#define TAG_SERVICE       3
#define TAG_ACCESS        4
#define TAG_CAPABILITIES  7
#define TAG_STATUS        8
#define STATUS_AFTER_LEN  3 /* LCS SW1 SW2 */
#define HEADER_BER_AID    0x4F
#define PCSC_STORAGE_SIZE 12 /* RID, SS, NN NN, four reserved bytes */

/* Where findings go, and what to add to an index into the historical bytes. */
struct sink {
	struct findings *findings;
	size_t offset;
};

static void note(const struct sink *sink, enum finding_code code, size_t at, unsigned got)
{
	if (sink->findings)
		findings_add(sink->findings, code, sink->offset + at, got, 0);
}

/* ISO/IEC 7816-4:2005 8.1.1.2, 8.1.1.3. Real cards put anything into the objects without a structure of their
 * own, so these are not judged. */
static bool length_fits(uint8_t tag, uint8_t len)
{
	switch (tag) {
	case TAG_SERVICE:
		return len == 1;
	case TAG_ACCESS:
		return len == 1 || len == 2 || len == 5;
	case TAG_CAPABILITIES:
	case TAG_STATUS:
		return len >= 1 && len <= 3;
	default:
		return true;
	}
}

static enum hist_kind kind_of(uint8_t category)
{
	switch (category) {
	case 0x00:
		return HIST_STATUS_AFTER;
	case 0x10:
		return HIST_DIR_REF;
	case 0x80:
		return HIST_COMPACT_TLV;
	default:
		return category >> 4 == 8 ? HIST_RFU : HIST_PROPRIETARY;
	}
}

static void decode_service(struct hist_service *out, uint8_t value)
{
	out->select_full_df_name = value & 0x80;
	out->select_partial_df_name = value & 0x40;
	out->ber_tlv_in_ef_dir = value & 0x20;
	out->ber_tlv_in_ef_atr = value & 0x10;
	out->access = value >> 1 & 7;
	out->has_mf = !(value & 0x01);
}

static void decode_capabilities(struct hist_capabilities *out, const uint8_t *value, uint8_t len)
{
	out->len = len;
	out->selection = value[0];
	if (len >= 2) {
		out->data_coding = value[1];
		out->ef_tlv = value[1] & 0x80;
		out->write = value[1] >> 5 & 3;
		out->ff_valid_as_tag = value[1] & 0x10;
		out->unit_quartets = UINT32_C(1) << (value[1] & 0x0F);
	}
	if (len >= 3) {
		out->chaining = value[2];
		out->command_chaining = value[2] & 0x80;
		out->extended_length = value[2] & 0x40;
		out->bit6 = value[2] & 0x20;
		out->lc_by_card = value[2] & 0x10;
		out->lc_by_ifd = value[2] & 0x08;
		out->max_channels = (uint8_t)((value[2] & 7) + 1);
		out->max_channels_or_more = (value[2] & 7) == 7;
	}
}

static void decode_status(struct hist_status *out, const uint8_t *value, uint8_t len)
{
	out->has_lcs = len != 2;
	out->has_sw = len != 1;
	if (out->has_lcs)
		out->lcs = value[0];
	if (out->has_sw)
		out->sw = (uint16_t)(value[len - 2] << 8 | value[len - 1]);
}

static void decode_value(struct hist_object *object, const uint8_t *value)
{
	switch (object->tag) {
	case TAG_SERVICE:
		object->detail = HIST_SERVICE;
		decode_service(&object->service, value[0]);
		break;
	case TAG_CAPABILITIES:
		object->detail = HIST_CAPABILITIES;
		decode_capabilities(&object->capabilities, value, object->len);
		break;
	case TAG_STATUS:
		object->detail = HIST_STATUS;
		decode_status(&object->status, value, object->len);
		break;
	default:
		break;
	}
}

/* The announced length decides how far to skip, also when it does not suit the tag: vendors fill these bytes
 * as they please, and only so the objects behind stay in step. */
static void next_object(struct hist_object *object, struct bytes *left, const struct sink *sink)
{
	const size_t at = left->pos;
	const uint8_t *value;
	uint8_t header;

	bytes_next(left, &header);
	object->tag = header >> 4;
	object->len = header & 0x0F;
	/* As COMPACT-TLV this would announce 15 bytes, more than an ATR has room for. */
	if (header == HEADER_BER_AID && bytes_next(left, &object->len))
		object->tag = HIST_TAG_BER_AID;
	object->offset = (uint8_t)left->pos;
	object->avail = (uint8_t)bytes_take(left, object->len, &value);
	object->truncated = object->avail < object->len;
	if (object->truncated)
		note(sink, FINDING_HIST_TLV_TRUNCATED, at, header);
	else if (!length_fits(object->tag, object->len))
		note(sink, FINDING_HIST_TLV_BADLEN, at, header);
	else
		decode_value(object, value);
}

static void decode_objects(struct hist *out, size_t end, const struct sink *sink)
{
	struct bytes left = bytes_init(out->bytes, end);

	left.pos = 1;
	out->has_objects = true;
	while (bytes_left(&left) > 0)
		next_object(&out->object[out->nobjects++], &left, sink);
}

static void decode_status_after(struct hist *out, const struct sink *sink)
{
	const size_t want = 1 + STATUS_AFTER_LEN;

	if (out->len < want) {
		note(sink, FINDING_HIST_STATUS_MISSING, 0, (unsigned)(want - out->len));
		return;
	}
	decode_objects(out, out->len - STATUS_AFTER_LEN, sink);
	out->has_status = true;
	decode_status(&out->status, out->bytes + out->len - STATUS_AFTER_LEN, STATUS_AFTER_LEN);
}

static void decode_pcsc(struct hist *out)
{
	static const uint8_t rid[] = {0xA0, 0x00, 0x00, 0x03, 0x06};
	const struct hist_object *first = &out->object[0];
	const uint8_t *value = out->bytes + first->offset;

	if (out->nobjects == 0 || first->tag != HIST_TAG_BER_AID || first->truncated ||
	    first->len != PCSC_STORAGE_SIZE || memcmp(value, rid, sizeof(rid)) != 0)
		return;
	out->has_pcsc = true;
	memcpy(out->pcsc.rid, value, sizeof(out->pcsc.rid));
	out->pcsc.standard = value[5];
	out->pcsc.card_name = (uint16_t)(value[6] << 8 | value[7]);
	memcpy(out->pcsc.rfu, value + 8, sizeof(out->pcsc.rfu));
}

static void decode_compact_tlv(struct hist *out, const struct sink *sink)
{
	decode_objects(out, out->len, sink);
	for (size_t i = 0; i < out->nobjects; i++) {
		if (out->object[i].detail == HIST_STATUS) {
			out->has_status = true;
			out->status = out->object[i].status;
		}
	}
	decode_pcsc(out);
}

static void decode_dir_ref(struct hist *out, const struct sink *sink)
{
	out->has_dir_ref = out->len >= 2;
	if (out->has_dir_ref)
		out->dir_ref = out->bytes[1];
	else
		note(sink, FINDING_HIST_DIR_MISSING, 0, 0);
}

static void decode_kind(struct hist *out, const struct sink *sink)
{
	switch (out->kind) {
	case HIST_STATUS_AFTER:
		decode_status_after(out, sink);
		break;
	case HIST_DIR_REF:
		decode_dir_ref(out, sink);
		break;
	case HIST_COMPACT_TLV:
		decode_compact_tlv(out, sink);
		break;
	case HIST_NONE:
	case HIST_RFU:
	case HIST_PROPRIETARY:
		break;
	}
}

void hist_decode(struct hist *out, const uint8_t *bytes, size_t len, bool complete, size_t offset,
		 struct findings *findings)
{
	const struct sink sink = {findings, offset};

	assert(len <= HIST_MAX);
	memset(out, 0, sizeof(*out));
	out->len = len;
	out->complete = complete;
	if (len == 0)
		return;
	memcpy(out->bytes, bytes, len);
	out->category = bytes[0];
	out->kind = kind_of(out->category);
	if (out->kind == HIST_RFU)
		note(&sink, FINDING_HIST_CATEGORY_RFU, 0, out->category);
	/* With bytes missing nobody knows the end: where a status stands, what an object lacks. */
	if (complete)
		decode_kind(out, &sink);
}

static void read_binary(struct hist_access_command *out, uint8_t p1, uint8_t le)
{
	*out = (struct hist_access_command){{0x00, 0xB0, p1, 0x00, le}, 5};
}

static void read_record(struct hist_access_command *out, uint8_t short_ef, uint8_t le)
{
	*out = (struct hist_access_command){{0x00, 0xB2, 0x01, (uint8_t)(short_ef << 3 | 6), le}, 5};
}

void hist_access_command_build(struct hist_access_command *out, const uint8_t *value, size_t len)
{
	memset(out, 0, sizeof(*out));
	if (len == 1) {
		read_binary(out, 0x00, value[0]);
	} else if (len == 2 && !(value[0] & 0x60)) {
		if (value[0] & 0x80)
			read_binary(out, value[0], value[1]);
		else
			read_record(out, value[0], value[1]);
	} else if (len == sizeof(out->apdu)) {
		memcpy(out->apdu, value, len);
		out->len = len;
	}
}
