/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/script_priv.h"
#include "core/tlv.h"

#define LC_SHORT_MAX 0xFF
#define LC_MAX       0xFFFF

/* Where bytes go; without @out they are only counted. */
struct sink {
	uint8_t *out, *mask; /* @mask may be NULL */
	size_t cap, len;
	const struct script_value *values;
	struct script_eval_problem *problem;
};

static enum cs_err eval_list(struct sink *sink, const struct script_piece *piece);

static enum cs_err fail(struct sink *sink, const struct script_piece *piece, enum cs_err err,
			const char *text)
{
	*sink->problem = (struct script_eval_problem){piece->pos, text};
	return err;
}

static enum cs_err put(struct sink *sink, const struct script_piece *piece, const uint8_t *bytes,
		       const uint8_t *mask, size_t len)
{
	if (len > sink->cap - sink->len)
		return fail(sink, piece, CS_E_TOO_LONG, "more bytes than a command can have");
	if (sink->out && len)
		memcpy(sink->out + sink->len, bytes, len);
	if (sink->mask && mask)
		memcpy(sink->mask + sink->len, mask, len);
	else if (sink->mask)
		memset(sink->mask + sink->len, 0xFF, len);
	sink->len += len;
	return CS_OK;
}

static enum cs_err put_value(struct sink *sink, const struct script_piece *piece)
{
	const struct script_value *value = &sink->values[piece->var];

	if (!value->known)
		return fail(sink, piece, CS_E_RANGE, "the variable has no value yet");
	if (piece->to == SIZE_MAX)
		return put(sink, piece, value->bytes, NULL, value->len);
	if (piece->to >= value->len)
		return fail(sink, piece, CS_E_RANGE, "the slice ends behind the value");
	return put(sink, piece, value->bytes + piece->from, NULL, piece->to - piece->from + 1);
}

static enum cs_err measure(struct sink *sink, const struct script_piece *inner, size_t *len)
{
	struct sink counter = {.cap = SCRIPT_BYTES_MAX, .values = sink->values, .problem = sink->problem};
	enum cs_err err = eval_list(&counter, inner);

	*len = counter.len;
	return err;
}

static enum cs_err put_length(struct sink *sink, const struct script_piece *piece, size_t len)
{
	const uint8_t byte = (uint8_t)len;

	if (len > 0xFF)
		return fail(sink, piece, CS_E_RANGE, "a length above 255 does not fit one byte");
	return put(sink, piece, &byte, NULL, 1);
}

static enum cs_err put_group(struct sink *sink, const struct script_piece *piece, size_t len)
{
	const uint8_t header[] = {0, (uint8_t)(len >> 8), (uint8_t)len};

	if (len == 0)
		return CS_OK;
	if (len > LC_MAX)
		return fail(sink, piece, CS_E_RANGE, "a group has at most 65535 bytes");
	return len > LC_SHORT_MAX ? put(sink, piece, header, NULL, 3) : put(sink, piece, header + 2, NULL, 1);
}

static enum cs_err put_header(struct sink *sink, const struct script_piece *piece, size_t len)
{
	uint8_t header[TLV_HEADER_MAX];

	return put(sink, piece, header, NULL, tlv_header_build(header, piece->tag, len));
}

static enum cs_err eval_nested(struct sink *sink, const struct script_piece *piece)
{
	size_t len;
	enum cs_err err = measure(sink, piece->inner, &len);

	if (err)
		return err;
	if (piece->kind == SCRIPT_LEN)
		return put_length(sink, piece, len);
	err = piece->kind == SCRIPT_GROUP ? put_group(sink, piece, len) : put_header(sink, piece, len);
	return err ? err : eval_list(sink, piece->inner);
}

static enum cs_err eval_piece(struct sink *sink, const struct script_piece *piece)
{
	switch (piece->kind) {
	case SCRIPT_BYTES:
	case SCRIPT_TEXT:
		return put(sink, piece, piece->bytes, NULL, piece->len);
	case SCRIPT_MASK:
		return put(sink, piece, piece->bytes, piece->bytes + piece->len, piece->len);
	case SCRIPT_VALUE:
		return put_value(sink, piece);
	case SCRIPT_LEN:
	case SCRIPT_GROUP:
	case SCRIPT_TLV:
		break;
	}
	return eval_nested(sink, piece);
}

/* Groups are within one another at most SCRIPT_BLOCK_MAX times. */
static enum cs_err eval_list(struct sink *sink, const struct script_piece *piece)
{
	enum cs_err err = CS_OK;

	for (; piece && !err; piece = piece->next)
		err = eval_piece(sink, piece);
	return err;
}

enum cs_err script_eval(const struct script_piece *pieces, const struct script_value *values, uint8_t *out,
			size_t cap, size_t *len, struct script_eval_problem *problem)
{
	struct sink sink = {.out = out, .cap = cap, .values = values, .problem = problem};
	enum cs_err err = eval_list(&sink, pieces);

	*len = sink.len;
	return err;
}

enum cs_err script_pattern_eval(const struct script_expect *expect, const struct script_value *values,
				uint8_t *value, uint8_t *mask, size_t cap, struct expect_data *out,
				struct script_eval_problem *problem)
{
	struct sink sink = {.out = value, .mask = mask, .cap = cap, .values = values, .problem = problem};
	enum cs_err err = eval_list(&sink, expect->data);

	*out = (struct expect_data){value, mask, sink.len, expect->tail};
	return err;
}
