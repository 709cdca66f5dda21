/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/apdu.h"

#include <string.h>

#define SHORT_DATA_MAX    255
#define SHORT_LE_MAX      256
#define EXTENDED_DATA_MAX 65535
#define EXTENDED_LE_MAX   65536

const char *apdu_fault_text(enum apdu_fault fault)
{
	static const char *const texts[] = {
		[APDU_FINE] = "",
		[APDU_SHORT] = "a command has four bytes at least",
		[APDU_LC_TOO_LARGE] = "Lc announces more bytes than follow",
		[APDU_LC_TOO_SMALL] = "more bytes follow than Lc announces and Le takes",
		[APDU_LC_ZERO] = "an extended Lc is zero, but data follow",
		[APDU_LE_SHORT] = "an extended Le takes two bytes, one is there",
		[APDU_TOO_LONG] = "a command has 65544 bytes at most",
	};

	return texts[fault];
}

static size_t two_bytes(const uint8_t *at)
{
	return (size_t)at[0] << 8 | at[1];
}

/* Le of all zeros stands for one more than the field can hold. */
static size_t le_value(const uint8_t *at, bool extended)
{
	if (extended)
		return two_bytes(at) ? two_bytes(at) : EXTENDED_LE_MAX;
	return *at ? *at : SHORT_LE_MAX;
}

static void set_fault(struct apdu_problem *problem, enum apdu_fault fault, size_t offset)
{
	problem->fault = fault;
	problem->offset = offset;
}

/* What stands behind Lc: data, then nothing or Le. @at: offset of the first byte of data */
static void parse_data(struct apdu *out, const uint8_t *raw, size_t at, struct apdu_problem *problem)
{
	const bool extended = at != APDU_HEADER + 1;
	const size_t le_size = extended ? 2 : 1;
	const size_t nc = problem->said, there = problem->there;

	if (there < nc) {
		set_fault(problem, APDU_LC_TOO_LARGE, APDU_HEADER);
	} else if (there > nc + le_size) {
		set_fault(problem, APDU_LC_TOO_SMALL, at + nc + le_size);
	} else if (there > nc && there < nc + le_size) {
		set_fault(problem, APDU_LE_SHORT, at + nc);
	} else {
		out->kind = there == nc ? APDU_CASE_3 : APDU_CASE_4;
		out->extended = extended;
		out->data = raw + at;
		out->nc = nc;
		out->ne = there == nc ? 0 : le_value(raw + at + nc, extended);
	}
}

static void parse_case_2(struct apdu *out, const uint8_t *le, bool extended)
{
	out->kind = APDU_CASE_2;
	out->extended = extended;
	out->ne = le_value(le, extended);
}

static void parse_extended(struct apdu *out, const uint8_t *raw, size_t len, struct apdu_problem *problem)
{
	const size_t at = APDU_HEADER + 3;

	if (len < at) {
		problem->there = 1;
		set_fault(problem, APDU_LE_SHORT, at - 2);
		return;
	}
	if (len == at) {
		parse_case_2(out, raw + at - 2, true);
		return;
	}
	problem->said = two_bytes(raw + at - 2);
	problem->there = len - at;
	if (problem->said == 0)
		set_fault(problem, APDU_LC_ZERO, APDU_HEADER);
	else
		parse_data(out, raw, at, problem);
}

static void parse_body(struct apdu *out, const uint8_t *raw, size_t len, struct apdu_problem *problem)
{
	const size_t at = APDU_HEADER + 1;

	if (len == APDU_HEADER) {
		out->kind = APDU_CASE_1;
	} else if (len == at) {
		parse_case_2(out, raw + APDU_HEADER, false);
	} else if (raw[APDU_HEADER] == 0) {
		parse_extended(out, raw, len, problem);
	} else {
		problem->said = raw[APDU_HEADER];
		problem->there = len - at;
		parse_data(out, raw, at, problem);
	}
}

enum cs_err apdu_parse(struct apdu *out, const uint8_t *raw, size_t len, struct apdu_problem *problem)
{
	*out = (struct apdu){0};
	*problem = (struct apdu_problem){.fault = APDU_FINE};
	if (len < APDU_HEADER) {
		*problem = (struct apdu_problem){APDU_SHORT, len, 0, len};
		return CS_E_RANGE;
	}
	out->cla = raw[0];
	out->ins = raw[1];
	out->p1 = raw[2];
	out->p2 = raw[3];
	if (len > APDU_COMMAND_MAX) {
		*problem = (struct apdu_problem){APDU_TOO_LONG, APDU_COMMAND_MAX, 0, len};
		return CS_E_RANGE;
	}
	parse_body(out, raw, len, problem);
	if (problem->fault != APDU_FINE)
		return CS_E_FORMAT;
	problem->said = problem->there = 0;
	return CS_OK;
}

static bool between(size_t value, size_t least, size_t most)
{
	return least <= value && value <= most;
}

static bool fits(const struct apdu *apdu)
{
	const bool has_data = between(apdu->nc, 1, apdu->extended ? EXTENDED_DATA_MAX : SHORT_DATA_MAX);
	const bool has_le = between(apdu->ne, 1, apdu->extended ? EXTENDED_LE_MAX : SHORT_LE_MAX);

	switch (apdu->kind) {
	case APDU_CASE_1:
		return apdu->nc == 0 && apdu->ne == 0 && !apdu->extended;
	case APDU_CASE_2:
		return apdu->nc == 0 && has_le;
	case APDU_CASE_3:
		return has_data && apdu->ne == 0;
	case APDU_CASE_4:
		return has_data && has_le;
	}
	return false;
}

static size_t length_of(const struct apdu *apdu)
{
	const size_t lc_size = apdu->nc == 0 ? 0 : apdu->extended ? 3 : 1;
	size_t le_size = apdu->ne == 0 ? 0 : apdu->extended ? 2 : 1;

	/* without Lc it is the first byte of Le that says "extended" */
	if (apdu->extended && apdu->nc == 0)
		le_size = 3;
	return APDU_HEADER + lc_size + apdu->nc + le_size;
}

static uint8_t *put_length(uint8_t *at, size_t value, bool extended)
{
	if (extended)
		*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

enum cs_err apdu_build(uint8_t *out, size_t cap, size_t *len, const struct apdu *apdu)
{
	uint8_t *at = out + APDU_HEADER;

	*len = 0;
	if (!fits(apdu))
		return CS_E_RANGE;
	if (cap < length_of(apdu))
		return CS_E_TOO_LONG;
	out[0] = apdu->cla;
	out[1] = apdu->ins;
	out[2] = apdu->p1;
	out[3] = apdu->p2;
	if (apdu->extended)
		*at++ = 0;
	if (apdu->nc) {
		at = put_length(at, apdu->nc, apdu->extended);
		memcpy(at, apdu->data, apdu->nc);
		at += apdu->nc;
	}
	if (apdu->ne)
		at = put_length(at, apdu->ne, apdu->extended);
	*len = (size_t)(at - out);
	return CS_OK;
}

/* ISO/IEC 7816-4:2005 5.1.1 Table 2: 000x xxxx */
static bool is_first_interindustry(uint8_t cla)
{
	return cla >> 5 == 0;
}

/* ISO/IEC 7816-4:2005 5.1.1 Table 3: 01xx xxxx */
static bool is_further_interindustry(uint8_t cla)
{
	return cla >> 6 == 1;
}

int apdu_channel(uint8_t cla)
{
	if (is_first_interindustry(cla))
		return cla & 0x03;
	return is_further_interindustry(cla) ? 4 + (cla & 0x0F) : -1;
}

bool apdu_is_interindustry(uint8_t cla)
{
	return is_first_interindustry(cla) || is_further_interindustry(cla);
}

bool apdu_chained(uint8_t cla)
{
	return apdu_is_interindustry(cla) && cla & 0x10;
}

/* PIV's PUT DATA has the INS of OpenPGP's key import, and a later part of a chained import may start with any
 * byte: only a whole tag list with a data object behind it counts. NIST SP 800-73-4 part 2 3.3.1
 * (unverified) */
static bool is_piv_object(const uint8_t *data, size_t len)
{
	const uint8_t tag_list = 0x5C, content = 0x53;
	const size_t tag_size = len > 2 ? data[1] : 0;

	return tag_size >= 1 && tag_size <= 3 && len > 2 + tag_size && data[0] == tag_list &&
	       data[2 + tag_size] == content;
}

static bool is_harmless_frame(const uint8_t *data, size_t len);

/* A command with a PIN or a key in its data field. */
struct secret_row {
	uint8_t cla; /* 0: any */
	uint8_t ins;
	uint16_t mask, value; /* of P1 P2 */
	bool costs_try;
	bool (*harmless)(const uint8_t *data, size_t len); /* whether this data field has none; NULL: never */
};

static const struct secret_row secrets[] = {
	{0x00, 0x20, 0, 0, true, NULL},
	{0x00, 0x21, 0, 0, true, NULL},
	{0x00, 0x24, 0, 0, true, NULL},
	{0x00, 0x25, 0, 0, true, NULL},
	{0x00, 0x26, 0, 0, true, NULL},
	{0x00, 0x28, 0, 0, true, NULL},
	{0x00, 0x2C, 0, 0, true, NULL},
	{0x00, 0x2D, 0, 0, true, NULL},
	{0x00, 0x82, 0, 0, true, NULL},
	{0x00, 0xD8, 0, 0, false, NULL},
	{0x00, 0xDA, 0xFFFF, 0x00D3, false, NULL},
	{0x00, 0xDA, 0xFFFF, 0x00D5, false, NULL},
	{0x00, 0xDB, 0xFFFF, 0x3FFF, false, is_piv_object},
	{0x00, 0xFE, 0, 0, false, NULL},
	{0x00, 0xFF, 0xFF00, 0xFF00, false, NULL},
	{0x90, 0x5C, 0, 0, false, NULL},
	{0x90, 0xC4, 0, 0, false, NULL},
	{0xFF, 0x00, 0xFFFF, 0x0000, false, is_harmless_frame},
};

static const struct secret_row *secret_row_of(const uint8_t *raw, size_t len)
{
	if (len < APDU_HEADER)
		return NULL;
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		const struct secret_row *row = &secrets[i];

		if (row->ins == raw[1] && (!row->cla || row->cla == raw[0]) &&
		    (two_bytes(raw + 2) & row->mask) == row->value)
			return row;
	}
	return NULL;
}

/* A frame for the PN532 in a reader: its InDataExchange carries MIFARE Classic's authentication with the key
 * itself, or a command. NXP UM0701-02 7.3.8 (unverified) */
static bool is_harmless_frame(const uint8_t *data, size_t len)
{
	const uint8_t to_chip = 0xD4, in_data_exchange = 0x40, key_a = 0x60, key_b = 0x61;

	if (len < 4 || data[0] != to_chip || data[1] != in_data_exchange)
		return true;
	return data[3] != key_a && data[3] != key_b && !secret_row_of(data + 3, len - 3);
}

/* Where the data field stands; in a malformed command all that may be one. */
static size_t data_field(const uint8_t *raw, size_t len, size_t *from)
{
	struct apdu_problem problem;
	struct apdu apdu;

	*from = APDU_HEADER;
	/* where Lc was forgotten its place holds the first digit */
	if (apdu_parse(&apdu, raw, len, &problem) != CS_OK)
		return len > *from ? len - *from : 0;
	if (apdu.nc)
		*from = (size_t)(apdu.data - raw);
	return apdu.nc;
}

size_t apdu_secret(const uint8_t *raw, size_t len, size_t *from)
{
	const struct secret_row *row = secret_row_of(raw, len);
	size_t n = row ? data_field(raw, len, from) : 0;

	/* of a malformed command nobody knows where the data begin */
	if (n && *from > APDU_HEADER && row->harmless && row->harmless(raw + *from, n))
		n = 0;
	if (n == 0)
		*from = 0;
	return n;
}

bool apdu_may_hide(const uint8_t header[APDU_HEADER])
{
	return secret_row_of(header, APDU_HEADER) != NULL;
}

bool apdu_verifies(const uint8_t *raw, size_t len)
{
	const uint8_t reader_class = 0xFF, load_keys = 0x82;
	const struct secret_row *row = secret_row_of(raw, len);
	size_t from;

	if (!row || !row->costs_try || (raw[0] == reader_class && raw[1] == load_keys))
		return false;
	return data_field(raw, len, &from) > 0;
}
