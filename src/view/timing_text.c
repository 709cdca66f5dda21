/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "view/atr_text_priv.h"

#define TIME_MAX   (DECIMAL_MAX + 4)
#define SOURCE_MAX 32

static const char *time_text(char out[TIME_MAX], uint64_t ns)
{
	char number[DECIMAL_MAX];

	if (ns < 1000000)
		snprintf(out, TIME_MAX, "%s us", decimal_text(number, ns, 3, 3));
	else
		snprintf(out, TIME_MAX, "%s ms", decimal_text(number, ns, 6, 4));
	return out;
}

static const char *source(char out[SOURCE_MAX], const char *byte, size_t level)
{
	if (level)
		snprintf(out, SOURCE_MAX, "%s%zu", byte, level);
	else
		snprintf(out, SOURCE_MAX, "default");
	return out;
}

static void put_label(const struct term *t, const char *label)
{
	term_printf(t, TERM_PLAIN, "  %-10s ", label);
}

static void put_mode(const struct term *t, const struct atr_info *info)
{
	char words[WORDS_MAX];

	put_label(t, "mode");
	if (info->mode == ATR_NEGOTIABLE)
		term_put(t, TERM_PLAIN,
			 "negotiable: starts with the first protocol at F/D = 372/1, PPS can "
			 "change both\n");
	else if (info->mode == ATR_MODE_UNKNOWN)
		term_put(t, TERM_PLAIN, "unknown: the ATR is cut off\n");
	else
		term_printf(t, TERM_PLAIN, "specific: %s\n", specific_words(words, &info->specific));
}

static void put_protocols(const struct term *t, const struct atr_info *info)
{
	put_label(t, "protocols");
	for (size_t i = 0; i < info->nprotocols; i++)
		term_printf(t, TERM_PLAIN, "%sT=%u", i ? ", " : "", info->protocols[i]);
	term_put(t, TERM_PLAIN, info->protocols_known ? "" : "unknown: the ATR is cut off");
	term_put(t, TERM_PLAIN, "\n");
}

static void put_fidi(const struct term *t, const struct atr_info *info)
{
	const struct atr_fidi *f = &info->fidi;
	char mhz[DECIMAL_MAX];

	if (!f->known)
		return;
	put_label(t, "Fi/Di");
	if (f->fi && f->di)
		term_printf(t, TERM_PLAIN, "%u/%u (%s%s), clock up to %s MHz\n", f->fi, f->di,
			    f->from_ta1 ? "TA1" : "default",
			    info->specific.implicit ? ", without effect by TA2" : "",
			    decimal_text(mhz, f->fmax_khz, 3, 3));
	else
		term_put(t, TERM_PLAIN, "reserved code in TA1: no rate can be told\n");
}

static void put_t1(const struct term *t, const struct atr_t1_params *p)
{
	char ifsc[SOURCE_MAX], waiting[SOURCE_MAX], edc[SOURCE_MAX];

	if (!p->offered)
		return;
	put_label(t, "T=1");
	term_printf(t, TERM_PLAIN, "IFSC %u (%s), BWI %u and CWI %u (%s), %s (%s)\n", p->ifsc,
		    source(ifsc, "TA", p->ifsc_level), p->bwi, p->cwi,
		    source(waiting, "TB", p->bwi_cwi_level), p->crc ? "CRC" : "LRC",
		    source(edc, "TC", p->edc_level));
}

static void put_supply(const struct term *t, const struct atr_t15_params *p)
{
	char words[WORDS_MAX], from[SOURCE_MAX];

	put_label(t, "supply");
	term_printf(t, TERM_PLAIN, "%s (%s)\n", supply_words(words, p), source(from, "TA", p->ta_level));
}

void atr_text_parameters(const struct term *t, const struct atr_decoded *d)
{
	const struct atr_info *info = &d->info;
	char words[WORDS_MAX];

	if (d->atr.nlevels == 0)
		return;
	atr_text_heading(t, "Parameters");
	put_protocols(t, info);
	/* what a reader made up says nothing about a contact interface */
	if (d->contactless.kind != CONTACTLESS_NO)
		return;
	put_mode(t, info);
	put_fidi(t, info);
	if (info->guard.known) {
		put_label(t, "N");
		term_printf(t, TERM_PLAIN, "%u (%s), %s\n", info->guard.n,
			    info->guard.from_tc1 ? "TC1" : "default", guard_words(words, info));
	}
	if (info->t0.offered) {
		put_label(t, "T=0");
		term_printf(t, TERM_PLAIN, "WI %u (%s)\n", info->t0.wi,
			    info->t0.from_tc2 ? "TC2" : "default");
	}
	put_t1(t, &info->t1);
	if (d->atr.interface_complete || info->t15_params.ta_present)
		put_supply(t, &info->t15_params);
}

static void put_time(const struct term *t, const char *label, const char *formula, uint64_t ns)
{
	char text[TIME_MAX];

	if (ns)
		term_printf(t, TERM_PLAIN, "    %-3s = %s = ", label, formula);
	else
		term_printf(t, TERM_PLAIN, "    %-3s unknown: a reserved value", label);
	term_put(t, TERM_VALUE, ns ? time_text(text, ns) : "");
	term_put(t, TERM_PLAIN, "\n");
}

static void put_guard(const struct term *t, const struct atr_guard *g, const struct atr_times *times,
		      const struct atr_fidi *fidi, uint32_t khz)
{
	unsigned etu = times->t == 1 ? g->t1_cgt_etu : g->t0_etu;
	char formula[96];

	if (g->by_fi_di && g->n && !g->special)
		snprintf(formula, sizeof(formula), "12 etu + %u * %u / %u / %lu kHz", g->n, fidi->fi,
			 fidi->di, (unsigned long)khz);
	else
		snprintf(formula, sizeof(formula), "%u etu", etu);
	put_time(t, times->t == 1 ? "CGT" : "GT", formula, times->gt_ns);
}

static void put_t0_times(const struct term *t, const struct atr_info *info, const struct atr_times *times,
			 uint32_t khz)
{
	char formula[96];

	snprintf(formula, sizeof(formula), "%u * 960 * %u / %lu kHz", info->t0.wi, info->fidi.fi,
		 (unsigned long)khz);
	put_time(t, "WT", formula, times->wt_ns);
}

static void put_t1_times(const struct term *t, const struct atr_info *info, const struct atr_times *times,
			 uint32_t khz)
{
	char formula[96];

	snprintf(formula, sizeof(formula), "(11 + 2^%u) etu", info->t1.cwi);
	put_time(t, "CWT", formula, times->cwt_ns);
	snprintf(formula, sizeof(formula), "11 etu + 2^%u * 960 * 372 / %lu kHz", info->t1.bwi,
		 (unsigned long)khz);
	put_time(t, "BWT", formula, times->bwt_ns);
	snprintf(formula, sizeof(formula), "%u etu", info->t1.bgt_etu);
	put_time(t, "BGT", formula, times->bgt_ns);
}

static void put_times(const struct term *t, const struct atr_info *info, const struct atr_times *times,
		      uint32_t khz, const char *when)
{
	char us[DECIMAL_MAX];

	if (!times->f || !times->d) {
		term_printf(t, TERM_PLAIN, "  T=%u %s: unknown, TA1 has a reserved code\n", times->t, when);
		return;
	}
	term_printf(t, TERM_PLAIN, "  T=%u %s, F/D = %u/%u\n", times->t, when, times->f, times->d);
	term_printf(t, TERM_PLAIN, "    etu = %u / %u / %lu kHz = ", times->f, times->d, (unsigned long)khz);
	term_printf(t, TERM_VALUE, "%s us", decimal_text(us, times->etu_ps, 6, 3));
	term_printf(t, TERM_PLAIN, ", %lu bit/s\n", (unsigned long)times->bps);
	put_guard(t, &info->guard, times, &info->fidi, khz);
	if (times->t == 0)
		put_t0_times(t, info, times, khz);
	else
		put_t1_times(t, info, times, khz);
}

static void put_clock(const struct term *t, const struct atr_info *info, const struct atr_timing *timing)
{
	char title[64];

	snprintf(title, sizeof(title), "Timing at a card clock of %lu kHz", (unsigned long)timing->clock_khz);
	atr_text_heading(t, title);
	for (size_t i = 0; i < timing->n; i++) {
		const struct atr_times *now = &timing->now[i], *offer = &timing->offer[i];

		put_times(t, info, now, timing->clock_khz, "after reset");
		if (offer->f != now->f || offer->d != now->d)
			put_times(t, info, offer, timing->clock_khz, "after PPS");
	}
}

static void put_pps(const struct term *t, const struct atr_pps *pps)
{
	char text[HEX_TEXT_MAX];

	if (!pps->possible)
		return;
	atr_text_heading(t, "PPS");
	term_printf(t, TERM_PLAIN, "  request for T=%u: %s (PPS0 = %02X", pps->t,
		    hex_text(text, pps->bytes, pps->len), pps->bytes[1]);
	if (pps->len == 4)
		term_printf(t, TERM_PLAIN, ", PPS1 = %02X", pps->bytes[2]);
	term_printf(t, TERM_PLAIN, ", PCK = %02X)%s\n", pps->bytes[pps->len - 1],
		    pps->useful ? "" : "; it would change nothing");
}

void atr_text_timing(const struct term *t, const struct atr_decoded *d)
{
	if (d->contactless.kind != CONTACTLESS_NO)
		return;
	for (size_t i = 0; i < d->ntiming; i++)
		if (d->timing[i].n)
			put_clock(t, &d->info, &d->timing[i]);
	put_pps(t, &d->pps);
}
