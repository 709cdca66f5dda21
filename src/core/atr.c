/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr.h"

#include <string.h>

#include "core/bytes.h"

#define TS_DIRECT      0x3B
#define TS_INVERSE     0x3F
#define TS_RAW_INVERSE 0x03 /* 3F with its bits complemented and reversed */
#define T_GLOBAL       15

static void check_ts(struct atr *atr)
{
	atr->ts = atr->raw[0];
	if (atr->ts != TS_DIRECT && atr->ts != TS_INVERSE)
		findings_add(&atr->findings, FINDING_TS_INVALID, 0, atr->ts, 0);
	if (atr->ts == TS_RAW_INVERSE)
		findings_add(&atr->findings, FINDING_TS_RAW_INVERSE, 0, atr->ts, 0);
}

/* Reads one group; false when an announced byte is missing. */
static bool read_level(struct atr_level *level, struct bytes *in)
{
	for (unsigned pos = ATR_TA; pos < ATR_POSITIONS; pos++) {
		if (!(level->y & 1u << pos))
			continue;
		level->offset[pos] = (uint8_t)in->pos;
		if (!bytes_next(in, &level->value[pos]))
			return false;
		level->present = (uint8_t)(level->present | 1u << pos);
	}
	return true;
}

/* The chain may run to the 33rd byte and no further, whatever its last TD announces; 8.2.1 */
static void read_interface(struct atr *atr, struct bytes *in)
{
	struct bytes window = bytes_init(in->base, in->len < ATR_MAX ? in->len : ATR_MAX);
	uint8_t y = atr->t0 >> 4;
	uint8_t t = 0;
	bool more = true;

	window.pos = in->pos;
	while (more) {
		struct atr_level *level = &atr->level[atr->nlevels++];

		*level = (struct atr_level){.y = y, .t = t};
		atr->interface_complete = read_level(level, &window);
		more = level->present & 1u << ATR_TD;
		y = level->value[ATR_TD] >> 4;
		t = level->value[ATR_TD] & 0x0F;
	}
	in->pos = window.pos;
	if (!atr->interface_complete)
		findings_add(&atr->findings, FINDING_TRUNCATED_INTERFACE, in->pos, 0, 0);
}

static void read_historical(struct atr *atr, struct bytes *in)
{
	const uint8_t *first;

	atr->hist_offset = in->pos;
	if (atr->interface_complete)
		atr->hist_len = bytes_take(in, atr->k, &first);
	atr->missing_hist = atr->k - atr->hist_len;
	if (atr->interface_complete && atr->missing_hist)
		findings_add(&atr->findings, FINDING_TRUNCATED_HISTORICAL, in->pos,
			     (unsigned)atr->missing_hist, 0);
}

static uint8_t check_sum(const struct atr *atr, size_t end)
{
	uint8_t sum = 0;

	for (size_t i = 1; i < end; i++)
		sum ^= atr->raw[i];
	return sum;
}

/* Absent if and only if T=0 is the only protocol indicated; T=15 counts as another one. 8.2.5 */
static bool tck_required(const struct atr *atr)
{
	for (size_t i = 0; i < atr->nlevels; i++)
		if (atr_has(atr, i + 1, ATR_TD) && (atr->level[i].value[ATR_TD] & 0x0F) != 0)
			return true;
	return false;
}

static void check_tck(struct atr *atr, struct bytes *in)
{
	struct atr_tck *tck = &atr->tck;
	size_t end = in->pos;

	tck->required = tck_required(atr);
	if (!atr->interface_complete || atr->missing_hist)
		return;
	tck->superfluous = !tck->required && bytes_left(in) == 1;
	if (tck->required || tck->superfluous) {
		tck->present = bytes_next(in, &tck->actual);
		tck->expected = check_sum(atr, end);
		tck->has_expected = true;
	}
	if (tck->superfluous)
		findings_add(&atr->findings, FINDING_TCK_SUPERFLUOUS, end, tck->actual, tck->expected);
	else if (tck->required && !tck->present)
		findings_add(&atr->findings, FINDING_TCK_MISSING, end, 0, tck->expected);
	else if (tck->required && tck->actual != tck->expected)
		findings_add(&atr->findings, FINDING_TCK_WRONG, end, tck->actual, tck->expected);
}

static bool chain_known(const struct atr *atr)
{
	const struct atr_level *last = &atr->level[atr->nlevels - 1];

	return !(last->y & 1u << ATR_TD);
}

static size_t declared_len(const struct atr *atr)
{
	size_t len = 2;

	if (!chain_known(atr))
		return 0;
	for (size_t i = 0; i < atr->nlevels; i++)
		for (unsigned pos = ATR_TA; pos < ATR_POSITIONS; pos++)
			len += atr->level[i].y >> pos & 1;
	return len + atr->k + atr->tck.required;
}

static void find_extra(struct atr *atr, const struct bytes *in)
{
	atr->extra_offset = in->pos;
	atr->extra_len = bytes_left(in);
	if (atr->extra_len)
		findings_add(&atr->findings, FINDING_EXTRA_BYTES, in->pos, (unsigned)atr->extra_len, 0);
}

static void atr_init(struct atr *out, const uint8_t *raw, size_t len)
{
	/* The raw bytes and the levels are left as they are: @len and @nlevels say how many count. */
	out->len = len;
	if (len)
		memcpy(out->raw, raw, len);
	out->ts = out->t0 = out->k = 0;
	out->nlevels = 0;
	out->interface_complete = false;
	out->hist_offset = out->hist_len = out->missing_hist = 0;
	out->declared_len = 0;
	out->tck = (struct atr_tck){.required = false};
	out->extra_offset = out->extra_len = 0;
	out->findings.n = out->findings.dropped = 0;
}

enum cs_err atr_parse(struct atr *out, const uint8_t *raw, size_t len)
{
	struct bytes in;
	uint8_t ts;

	if (len > ATR_RAW_MAX)
		return CS_E_RANGE;
	atr_init(out, raw, len);
	in = bytes_init(out->raw, len);
	if (!bytes_next(&in, &ts)) {
		findings_add(&out->findings, FINDING_EMPTY, 0, 0, 0);
		return CS_OK;
	}
	check_ts(out);
	if (!bytes_next(&in, &out->t0)) {
		findings_add(&out->findings, FINDING_T0_MISSING, 1, 0, 0);
		return CS_OK;
	}
	out->k = out->t0 & 0x0F;
	read_interface(out, &in);
	read_historical(out, &in);
	check_tck(out, &in);
	out->declared_len = declared_len(out);
	find_extra(out, &in);
	if (len > ATR_MAX)
		findings_add(&out->findings, FINDING_TOO_LONG, ATR_MAX, (unsigned)len, 0);
	findings_sort(&out->findings);
	return CS_OK;
}

bool atr_has(const struct atr *atr, size_t level, enum atr_position pos)
{
	return level >= 1 && level <= atr->nlevels && (atr->level[level - 1].present & 1u << pos);
}

uint8_t atr_value(const struct atr *atr, size_t level, enum atr_position pos)
{
	return atr->level[level - 1].value[pos];
}

size_t atr_first(const struct atr *atr, enum atr_position pos, uint8_t t)
{
	for (size_t level = 3; level <= atr->nlevels; level++)
		if (atr->level[level - 1].t == t && atr_has(atr, level, pos))
			return level;
	return 0;
}

bool atr_offers(const struct atr *atr, uint8_t t)
{
	if (atr->nlevels == 0 || t == T_GLOBAL)
		return false;
	if (!(atr->level[0].y & 1u << ATR_TD))
		return t == 0;
	for (size_t level = 1; level <= atr->nlevels; level++)
		if (atr_has(atr, level, ATR_TD) && (atr_value(atr, level, ATR_TD) & 0x0F) == t)
			return true;
	return false;
}

enum cs_err atr_fix(const struct atr *atr, uint8_t *out, size_t *len)
{
	size_t end = atr->hist_offset + atr->hist_len;

	*len = 0;
	if (atr->nlevels == 0 || !atr->interface_complete || atr->missing_hist)
		return CS_E_FORMAT;
	memcpy(out, atr->raw, end);
	if (atr->tck.required)
		out[end++] = atr->tck.expected;
	*len = end;
	return CS_OK;
}
