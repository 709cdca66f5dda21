/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/apdu_info.h"

#include <string.h>

#include "core/aid.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Class bytes a row holds for. */
enum {
	CLASS_I = 1, /* interindustry */
	CLASS_X = 2, /* proprietary, coded like the interindustry ones */
	CLASS_IX = CLASS_I | CLASS_X,
	CLASS_G = 4, /* SIM */
	CLASS_R = 8, /* reader */
};

enum set {
#define SET(name) SET_##name,
#define W(set, field, mask, value, text)
#define F(set, field, mask, value, figure, bits, text)
#include "core/apdu_note.def"
#undef SET
#undef W
#undef F
};

/* What a data field tells that belongs into the words. */
enum data_rule {
	DATA_NOTHING,
	DATA_FILE,      /* P1 says which: AID, file identifier, path */
	DATA_TAG_LIST,  /* data object 5C with one tag */
	DATA_FIRST_TAG, /* a one-byte tag comes first */
	DATA_PCSC_KEY,  /* version, block, kind of key, number of key */
};

struct ins_row {
	enum apdu_domain domain;
	unsigned classes;
	uint8_t ins;
	uint16_t mask, value; /* of P1 P2 */
	enum set sets[2];     /* what the data field tells comes between them */
	enum data_rule data;
	const char *name, *source;
};

static const struct ins_row commands[] = {
#define INS(domain, classes, ins, mask, value, first, second, data, name, source)                            \
	{APDU_##domain, CLASS_##classes, ins, mask, value, {SET_##first, SET_##second}, DATA_##data,         \
	 name,          source},
#include "core/apdu_ins.def"
#undef INS
};

struct note_row {
	enum set set;
	unsigned field;
	uint16_t mask, value; /* of P1 P2 */
	enum apdu_figure figure;
	uint16_t bits; /* of P1 P2 that are the figure */
	const char *text;
};

static const struct note_row note_rows[] = {
#define SET(name)
#define W(set, field, mask, value, text) {SET_##set, field, mask, value, APDU_NO_FIGURE, 0, text},
#define F(set, field, mask, value, figure, bits, text)                                                       \
	{SET_##set, field, mask, value, APDU_##figure, bits, text},
#include "core/apdu_note.def"
#undef SET
#undef W
#undef F
};

struct name_row {
	enum apdu_domain domain;
	enum apdu_figure figure;
	uint32_t first, last;
	const char *text;
};

static const struct name_row names[] = {
#define DO(domain, first, last, text) {APDU_##domain, APDU_TAG, first, last, text},
#define EF(domain, first, last, text) {APDU_##domain, APDU_FILE, first, last, text},
#include "core/apdu_name.def"
#undef DO
#undef EF
};

/* Whose applications they are; the longest prefix wins. Registered providers, but for the last two: names
 * that payment terminals select. */
static const struct {
	enum apdu_domain domain;
	uint8_t len;
	uint8_t aid[AID_MAX];
} applications[] = {
	{APDU_PIV, 5, {0xA0, 0x00, 0x00, 0x03, 0x08}},
	{APDU_OPENPGP, 6, {0xD2, 0x76, 0x00, 0x01, 0x24, 0x01}},
	{APDU_GP, 5, {0xA0, 0x00, 0x00, 0x01, 0x51}},
	{APDU_GP, 7, {0xA0, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00}},
	{APDU_GP, 7, {0xA0, 0x00, 0x00, 0x00, 0x18, 0x43, 0x4D}},
	{APDU_UICC, 5, {0xA0, 0x00, 0x00, 0x00, 0x09}},
	{APDU_UICC, 5, {0xA0, 0x00, 0x00, 0x00, 0x87}},
	{APDU_UICC, 5, {0xA0, 0x00, 0x00, 0x03, 0x43}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x00, 0x03}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x00, 0x04}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x00, 0x25}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x00, 0x42}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x00, 0x65}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x01, 0x52}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x02, 0x77}},
	{APDU_EMV, 5, {0xA0, 0x00, 0x00, 0x03, 0x33}},
	{APDU_EMV, 5, {'1', 'P', 'A', 'Y', '.'}},
	{APDU_EMV, 5, {'2', 'P', 'A', 'Y', '.'}},
};

enum apdu_domain apdu_domain_of(const uint8_t *aid, size_t len)
{
	enum apdu_domain domain = APDU_ISO;
	size_t longest = 0;

	for (size_t i = 0; i < COUNT(applications); i++) {
		const size_t n = applications[i].len;

		if (n <= longest || n > len || memcmp(aid, applications[i].aid, n) != 0)
			continue;
		domain = applications[i].domain;
		longest = n;
	}
	return domain;
}

static unsigned class_of(uint8_t cla)
{
	const uint8_t sim = 0xA0, reader = 0xFF;

	if (apdu_is_interindustry(cla))
		return CLASS_I;
	if (cla == sim)
		return CLASS_G;
	if (cla == reader)
		return CLASS_R;
	switch (cla & 0xF0) {
	case 0x80:
	case 0xC0:
	case 0xE0:
		return CLASS_X;
	default:
		return 0;
	}
}

/* @any: rows of every domain; the table's order decides */
static const struct ins_row *row_in(enum apdu_domain domain, bool any, const struct apdu *apdu)
{
	const unsigned p = (unsigned)apdu->p1 << 8 | apdu->p2;
	const unsigned class = class_of(apdu->cla);

	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct ins_row *row = &commands[i];

		if ((any || row->domain == domain) && row->classes & class && row->ins == apdu->ins &&
		    (p & row->mask) == row->value)
			return row;
	}
	return NULL;
}

static const struct ins_row *row_of(enum apdu_domain domain, const struct apdu *apdu)
{
	const struct ins_row *row = row_in(domain, false, apdu);

	if (!row)
		row = row_in(APDU_ISO, false, apdu);
	if (!row && class_of(apdu->cla) != CLASS_I)
		row = row_in(domain, true, apdu);
	return row;
}

static const char *name_in(enum apdu_domain domain, enum apdu_figure figure, uint32_t value)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct name_row *row = &names[i];

		if (row->domain == domain && row->figure == figure && row->first <= value &&
		    value <= row->last)
			return row->text;
	}
	return NULL;
}

static void add(struct apdu_info *info, const char *text, enum apdu_figure figure, uint32_t value)
{
	if (info->n_notes == APDU_NOTES_MAX)
		return;
	if (!text)
		text = name_in(info->domain, figure, value);
	if (!text)
		text = name_in(APDU_ISO, figure, value);
	info->notes[info->n_notes++] = (struct apdu_note){text, figure, value};
}

/* The number that @bits cut out of @p, moved down to bit 0. */
static uint32_t cut(unsigned p, unsigned bits)
{
	p &= bits;
	for (; bits && !(bits & 1); bits >>= 1)
		p >>= 1;
	return p;
}

static void add_set(struct apdu_info *info, enum set set)
{
	const unsigned p = (unsigned)info->apdu.p1 << 8 | info->apdu.p2;
	unsigned next = 0; /* field that has no note yet */

	for (size_t i = 0; i < COUNT(note_rows); i++) {
		const struct note_row *row = &note_rows[i];

		if (row->set != set || row->field < next || (p & row->mask) != row->value)
			continue;
		next = row->field + 1;
		if (row->figure != APDU_NO_FIGURE || *row->text)
			add(info, row->text, row->figure, cut(p, row->bits));
	}
}

static uint32_t number(const uint8_t *bytes, size_t len)
{
	uint32_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* ISO/IEC 7816-4:2005 7.1.1 Table 39 (unverified); a SIM knows nothing but file identifiers. */
static void tell_file(struct apdu_info *info, const uint8_t *raw)
{
	const uint8_t by_name = 4, from_mf = 8, from_df = 9;
	const uint8_t p1 = info->apdu.p1;
	const size_t from = (size_t)(info->apdu.data - raw), len = info->apdu.nc;

	if (p1 == by_name && len <= AID_MAX) {
		info->aid_from = from;
		info->aid_len = len;
	} else if (p1 != by_name && len == 2) {
		add(info, NULL, APDU_FILE, number(info->apdu.data, len));
	} else if ((p1 == from_mf || p1 == from_df) && len % 2 == 0) {
		info->path_from = from;
		info->path_len = len;
	}
}

static void tell_tag_list(struct apdu_info *info)
{
	const uint8_t tag_list = 0x5C, more_bytes = 0x1F;
	const uint8_t *data = info->apdu.data;
	const size_t size = info->apdu.nc > 2 ? data[1] : 0;

	if (size < 1 || size > 3 || info->apdu.nc < 2 + size || data[0] != tag_list)
		return;
	if (size == 1 || (data[2] & more_bytes) == more_bytes)
		add(info, NULL, APDU_TAG, number(data + 2, size));
}

/* PC/SC part 3, 3.2.2.1.6: 01, block of two bytes, kind of key, number of key (unverified) */
static void tell_pcsc_key(struct apdu_info *info)
{
	const uint8_t key_a = 0x60, key_b = 0x61;
	const uint8_t *data = info->apdu.data;

	if (info->apdu.nc != 5 || data[0] != 1)
		return;
	add(info, NULL, APDU_BLOCK, number(data + 1, 2));
	if (data[3] == key_a || data[3] == key_b)
		add(info, data[3] == key_a ? "as key A" : "as key B", APDU_NO_FIGURE, 0);
	add(info, NULL, APDU_KEY, data[4]);
}

/* Under secure messaging the data field is made of other objects. */
static void tell_data(struct apdu_info *info, enum data_rule rule, const uint8_t *raw)
{
	if (info->apdu.nc == 0 || info->secret || info->secure_messaging)
		return;
	switch (rule) {
	case DATA_NOTHING:
		break;
	case DATA_FILE:
		tell_file(info, raw);
		break;
	case DATA_TAG_LIST:
		tell_tag_list(info);
		break;
	case DATA_FIRST_TAG:
		add(info, NULL, APDU_TAG, info->apdu.data[0]);
		break;
	case DATA_PCSC_KEY:
		tell_pcsc_key(info);
		break;
	}
}

static bool is_class(const struct apdu_info *info, uint8_t first)
{
	return (info->apdu.cla & 0xF0) == first;
}

/* ISO/IEC 7816-4:2005 5.1.1. GlobalPlatform 11.1.4 and ETSI TS 102 221 10.1.1 code 8x, Cx and Ex alike
 * (unverified); what another application's class bytes say nobody knows. */
static void tell_class(struct apdu_info *info)
{
	const uint8_t cla = info->apdu.cla;

	info->channel = apdu_channel(cla);
	info->chained = apdu_chained(cla);
	if (apdu_is_interindustry(cla))
		info->secure_messaging = cla & (cla < 0x40 ? 0x0C : 0x20);
	if (class_of(cla) != CLASS_X || !info->command)
		return;
	info->channel = is_class(info, 0x80) ? cla & 0x03 : 4 + (cla & 0x0F);
	info->secure_messaging = is_class(info, 0x80) ? cla & 0x0C : is_class(info, 0xE0);
}

struct apdu_info apdu_info_get(const uint8_t *raw, size_t len, enum apdu_domain domain)
{
	struct apdu_info info = {.channel = -1};
	const struct ins_row *row;
	size_t from;

	if (apdu_parse(&info.apdu, raw, len, &info.problem) != CS_OK && len < APDU_HEADER)
		return info;
	info.secret = apdu_secret(raw, len, &from) > 0;
	row = row_of(domain, &info.apdu);
	if (row) {
		info.command = row->name;
		info.source = row->source;
		info.domain = row->domain;
	}
	tell_class(&info);
	if (row) {
		add_set(&info, row->sets[0]);
		tell_data(&info, row->data, raw);
		add_set(&info, row->sets[1]);
	}
	return info;
}
