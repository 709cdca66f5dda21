/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr_info.h"

#include <string.h>

#define T_GLOBAL 15

/* ISO/IEC 7816-3:2006 8.3 Table 7: FI -> Fi and the highest clock; 0 is reserved. */
static const struct {
	uint16_t fi;
	uint16_t fmax_khz;
} fi_table[16] = {
	{372, 4000},   {372, 5000},   {558, 6000}, {744, 8000}, {1116, 12000}, {1488, 16000},
	{1860, 20000}, {0, 0},        {0, 0},      {512, 5000}, {768, 7500},   {1024, 10000},
	{1536, 15000}, {2048, 20000}, {0, 0},      {0, 0},
};

/* ISO/IEC 7816-3:2006 8.3 Table 8: DI -> Di; 0 is reserved. */
static const uint8_t di_table[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};

/* ISO/IEC 7816-3:2006 5.1.3 Table 10: class codes that are defined; bit 0 is A, 1 is B, 2 is C. */
static const bool class_defined[64] = {
	[1] = true, [2] = true, [3] = true, [4] = true, [6] = true, [7] = true};

/* An interface byte is known when it is there, or when it is known not to be announced. */
static bool known(const struct atr *atr, size_t level, enum atr_position pos)
{
	return atr_has(atr, level, pos) || (level <= atr->nlevels && !(atr->level[level - 1].y & 1u << pos));
}

static void note(struct atr *atr, enum finding_code code, size_t level, enum atr_position pos, unsigned got)
{
	findings_add(&atr->findings, code, atr->level[level - 1].offset[pos], got, 0);
}

static void add_protocol(struct atr_info *out, uint8_t t)
{
	for (size_t i = 0; i < out->nprotocols; i++)
		if (out->protocols[i] == t)
			return;
	out->protocols[out->nprotocols++] = t;
}

static void check_t(struct atr_info *out, struct atr *atr, size_t level, uint8_t t)
{
	bool first_time = t != T_GLOBAL && !memchr(out->protocols, t, out->nprotocols);

	if (level == 1 && t == T_GLOBAL)
		note(atr, FINDING_TD1_T15, level, ATR_TD, t);
	if (out->nt_sequence && out->t_sequence[out->nt_sequence - 1] > t)
		note(atr, FINDING_T_ORDER, level, ATR_TD, t);
	if (first_time && t >= 2 && t <= 13)
		note(atr, FINDING_T_RFU, level, ATR_TD, t);
}

static void decode_protocols(struct atr_info *out, struct atr *atr)
{
	out->protocols_known = known(atr, 1, ATR_TD);
	if (out->protocols_known && !atr_has(atr, 1, ATR_TD))
		add_protocol(out, 0);
	for (size_t level = 1; level <= atr->nlevels; level++) {
		uint8_t t;

		if (!atr_has(atr, level, ATR_TD))
			continue;
		t = atr_value(atr, level, ATR_TD) & 0x0F;
		check_t(out, atr, level, t);
		out->t_sequence[out->nt_sequence++] = t;
		if (t == T_GLOBAL)
			out->t15 = true;
		else
			add_protocol(out, t);
	}
}

static void decode_fidi(struct atr_fidi *out, struct atr *atr)
{
	uint8_t ta1 = 0x11;

	out->known = known(atr, 1, ATR_TA);
	if (!out->known)
		return;
	out->from_ta1 = atr_has(atr, 1, ATR_TA);
	if (out->from_ta1)
		ta1 = atr_value(atr, 1, ATR_TA);
	out->fi_code = ta1 >> 4;
	out->di_code = ta1 & 0x0F;
	out->fi = fi_table[out->fi_code].fi;
	out->fmax_khz = fi_table[out->fi_code].fmax_khz;
	out->di = di_table[out->di_code];
	if (!out->fi)
		note(atr, FINDING_TA1_FI_RFU, 1, ATR_TA, out->fi_code);
	if (!out->di)
		note(atr, FINDING_TA1_DI_RFU, 1, ATR_TA, out->di_code);
	if (!out->fi || !out->di)
		return;
	out->etu_clocks = (double)out->fi / out->di;
	out->bps_4mhz = 4000000u * out->di / out->fi;
	out->bps_fmax = (uint32_t)(1000ull * out->fmax_khz * out->di / out->fi);
}

static void decode_specific(struct atr_info *out, struct atr *atr)
{
	struct atr_specific *s = &out->specific;

	if (atr->nlevels == 1 && known(atr, 1, ATR_TD))
		out->mode = ATR_NEGOTIABLE;
	else if (atr->nlevels >= 2 && known(atr, 2, ATR_TA))
		out->mode = atr_has(atr, 2, ATR_TA) ? ATR_SPECIFIC : ATR_NEGOTIABLE;
	if (out->mode != ATR_SPECIFIC)
		return;
	s->present = true;
	s->value = atr_value(atr, 2, ATR_TA);
	s->t = s->value & 0x0F;
	s->can_change = !(s->value & 0x80);
	s->implicit = s->value & 0x10;
	s->rfu = s->value >> 5 & 3;
	if (s->rfu)
		note(atr, FINDING_TA2_RFU, 2, ATR_TA, s->value);
	if (!memchr(out->protocols, s->t, out->nprotocols))
		note(atr, FINDING_TA2_T_NOT_OFFERED, 2, ATR_TA, s->t);
}

static void decode_vpp(struct atr_vpp *out, struct atr *atr)
{
	if (atr_has(atr, 1, ATR_TB)) {
		out->tb1_present = true;
		out->tb1 = atr_value(atr, 1, ATR_TB);
		out->pi1 = out->tb1 & 0x1F;
		out->ii = out->tb1 >> 5 & 3;
		out->b8 = out->tb1 >> 7;
		note(atr, FINDING_TB1_DEPRECATED, 1, ATR_TB, out->tb1);
	}
	if (atr_has(atr, 2, ATR_TB)) {
		out->tb2_present = true;
		out->tb2 = atr_value(atr, 2, ATR_TB);
		note(atr, FINDING_TB2_DEPRECATED, 2, ATR_TB, out->tb2);
	}
}

static void decode_guard(struct atr_guard *out, const struct atr *atr, bool t15)
{
	out->known = known(atr, 1, ATR_TC);
	if (!out->known)
		return;
	out->from_tc1 = atr_has(atr, 1, ATR_TC);
	out->n = out->from_tc1 ? atr_value(atr, 1, ATR_TC) : 0;
	out->special = out->n == 255;
	out->by_fi_di = t15;
	out->t0_etu = out->special ? 12 : (uint16_t)(12 + out->n);
	out->t1_cgt_etu = out->special ? 11 : (uint16_t)(12 + out->n);
}

static void decode_t0(struct atr_t0_params *out, const struct atr_fidi *fidi, struct atr *atr)
{
	out->offered = atr_offers(atr, 0);
	out->from_tc2 = atr_has(atr, 2, ATR_TC);
	if (out->from_tc2 && !out->offered)
		note(atr, FINDING_TC2_WITHOUT_T0, 2, ATR_TC, atr_value(atr, 2, ATR_TC));
	if (!out->offered)
		return;
	out->wi = out->from_tc2 ? atr_value(atr, 2, ATR_TC) : 10;
	if (!out->wi)
		note(atr, FINDING_WI_RFU, 2, ATR_TC, out->wi);
	out->wt_clocks = out->wi * 960u * fidi->fi;
	out->wt_etu = fidi->fi ? out->wi * 960u * fidi->di : 0;
}

static void decode_ifsc(struct atr_t1_params *out, struct atr *atr)
{
	out->ifsc = 32;
	out->ifsc_level = atr_first(atr, ATR_TA, 1);
	out->ifsc_from_ta = out->ifsc_level != 0;
	if (!out->ifsc_from_ta)
		return;
	out->ifsc = atr_value(atr, out->ifsc_level, ATR_TA);
	if (out->ifsc == 0 || out->ifsc == 255)
		note(atr, FINDING_IFSC_RFU, out->ifsc_level, ATR_TA, out->ifsc);
}

static void decode_waiting(struct atr_t1_params *out, struct atr *atr)
{
	uint8_t tb = 0x4D;

	out->bwi_cwi_level = atr_first(atr, ATR_TB, 1);
	out->bwi_cwi_from_tb = out->bwi_cwi_level != 0;
	if (out->bwi_cwi_from_tb)
		tb = atr_value(atr, out->bwi_cwi_level, ATR_TB);
	out->bwi = tb >> 4;
	out->cwi = tb & 0x0F;
	out->cwt_etu = 11 + (1u << out->cwi);
	if (out->bwi > 9)
		note(atr, FINDING_BWI_RFU, out->bwi_cwi_level, ATR_TB, out->bwi);
	else
		out->bwt_clocks_beyond_11etu = (1u << out->bwi) * 960u * 372u;
}

static void decode_edc(struct atr_t1_params *out, struct atr *atr)
{
	out->edc_level = atr_first(atr, ATR_TC, 1);
	out->edc_from_tc = out->edc_level != 0;
	if (!out->edc_from_tc)
		return;
	out->edc_byte = atr_value(atr, out->edc_level, ATR_TC);
	out->crc = out->edc_byte & 1;
	if (out->edc_byte & 0xFE)
		note(atr, FINDING_EDC_RFU, out->edc_level, ATR_TC, out->edc_byte);
}

static void decode_t1(struct atr_t1_params *out, struct atr *atr)
{
	out->offered = atr_offers(atr, 1);
	if (!out->offered)
		return;
	decode_ifsc(out, atr);
	decode_waiting(out, atr);
	decode_edc(out, atr);
	out->bgt_etu = 22;
}

static void decode_class(struct atr_t15_params *out, struct atr *atr)
{
	uint8_t ta = 0x01;

	out->ta_level = atr_first(atr, ATR_TA, T_GLOBAL);
	out->ta_present = out->ta_level != 0;
	if (out->ta_present)
		ta = atr_value(atr, out->ta_level, ATR_TA);
	out->clock_stop = ta >> 6;
	out->class_code = ta & 0x3F;
	if (!class_defined[out->class_code]) {
		note(atr, FINDING_CLASS_RFU, out->ta_level, ATR_TA, out->class_code);
		return;
	}
	out->class_a = out->class_code & 1;
	out->class_b = out->class_code & 2;
	out->class_c = out->class_code & 4;
}

static void decode_spu(struct atr_t15_params *out, struct atr *atr)
{
	out->tb_level = atr_first(atr, ATR_TB, T_GLOBAL);
	out->tb_present = out->tb_level != 0;
	if (!out->tb_present)
		return;
	out->tb = atr_value(atr, out->tb_level, ATR_TB);
	if (out->tb & 0x80) {
		out->spu = ATR_SPU_PROPRIETARY;
	} else if (out->tb) {
		out->spu = ATR_SPU_STANDARD_RFU;
		note(atr, FINDING_SPU_RFU, out->tb_level, ATR_TB, out->tb);
	}
}

void atr_info_decode(struct atr_info *out, struct atr *atr)
{
	memset(out, 0, sizeof(*out));
	if (atr->len)
		out->convention = atr->ts == 0x3B   ? ATR_DIRECT
				  : atr->ts == 0x3F ? ATR_INVERSE
						    : ATR_CONVENTION_UNKNOWN;
	if (atr->nlevels == 0)
		return;
	decode_protocols(out, atr);
	decode_fidi(&out->fidi, atr);
	decode_specific(out, atr);
	decode_vpp(&out->vpp, atr);
	decode_guard(&out->guard, atr, out->t15);
	decode_t0(&out->t0, &out->fidi, atr);
	decode_t1(&out->t1, atr);
	decode_class(&out->t15_params, atr);
	decode_spu(&out->t15_params, atr);
	findings_sort(&atr->findings);
}
