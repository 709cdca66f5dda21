/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "core/uicc.h"
#include "view/atr_text_priv.h"

#define ANY_T     0xFF
#define ANY_LEVEL 0 /* every level from 3 on, or every level for TD */

static void say(char out[WORDS_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char out[WORDS_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, WORDS_MAX, format, args);
	va_end(args);
}

/* ISO/IEC 7816-3:1989: DI A..F made the etu longer; reserved since (unverified). */
static const char *const di_of_1989[16] = {
	[0xA] = "1/2", [0xB] = "1/4", [0xC] = "1/8", [0xD] = "1/16", [0xE] = "1/32", [0xF] = "1/64",
};

static void explain_reserved_rate(struct atr_explanation *out, const struct atr_fidi *f)
{
	char fi[8] = "RFU", di[8] = "RFU";

	if (f->fi)
		snprintf(fi, sizeof(fi), "%u", f->fi);
	if (f->di)
		snprintf(di, sizeof(di), "%u", f->di);
	say(out->line, "Fi=%s, Di=%s", fi, di);
	if (di_of_1989[f->di_code])
		say(out->more, "Di=%s in the edition of 1989", di_of_1989[f->di_code]);
}

static void explain_ta1(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	const struct atr_fidi *f = &d->info.fidi;
	char mhz[DECIMAL_MAX];

	(void)level;
	if (!f->fi || !f->di) {
		explain_reserved_rate(out, f);
		return;
	}
	say(out->line, "Fi=%u, Di=%u, %g cycles/ETU", f->fi, f->di, f->etu_clocks);
	say(out->more, "%lu bit/s at 4 MHz, %lu bit/s at %s MHz, the highest clock%s",
	    (unsigned long)f->bps_4mhz, (unsigned long)f->bps_fmax, decimal_text(mhz, f->fmax_khz, 3, 3),
	    uicc_speed_applies(&d->info) ? "; for a SIM or UICC: speed enhancement" : "");
}

static void explain_tb1(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	static const char *const milliamperes[] = {"25 mA", "50 mA", "100 mA", "RFU"};
	const struct atr_vpp *v = &d->info.vpp;

	(void)level;
	if (v->pi1)
		say(out->line, "programming voltage %u V (PI1), current %s", v->pi1, milliamperes[v->ii]);
	else
		say(out->line, "no programming voltage");
}

static void explain_tc1(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	char words[WORDS_MAX];

	(void)level;
	say(out->line, "N = %u: %.150s", d->info.guard.n, guard_words(words, &d->info));
}

/* Real cards repeat a T to carry more bytes for it; 8.2.3. */
static const char *protocol_remark(uint8_t t, bool again, bool more)
{
	if (t == 15)
		return " (no protocol: global bytes)";
	if (again)
		return more ? " (again, for more bytes)" : " (again)";
	if (t == 14)
		return " (not standardised by ISO)";
	return t > 1 ? " (reserved)" : "";
}

static void explain_td(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	uint8_t td = atr_value(&d->atr, level, ATR_TD), y = td >> 4, t = td & 0x0F;
	bool again = level > 1 && d->atr.level[level - 1].t == t;

	say(out->line, "Y(%zu) = %u%u%u%u, Protocol T = %u%s", level + 1, y >> 3 & 1, y >> 2 & 1, y >> 1 & 1,
	    y & 1, t, protocol_remark(t, again, y & 7));
}

static void explain_ta2(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	char words[WORDS_MAX];

	(void)level;
	say(out->line, "specific mode: %.150s", specific_words(words, &d->info.specific));
}

static void explain_tb2(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	char volts[DECIMAL_MAX];

	(void)level;
	say(out->line, "programming voltage %s V (PI2, in place of PI1)",
	    decimal_text(volts, d->info.vpp.tb2, 1, 1));
}

static void explain_tc2(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	unsigned wi = atr_value(&d->atr, level, ATR_TC);

	say(out->line, "WI = %u: WT = %u * 960 * Fi/f%s", wi, wi,
	    d->info.t0.offered ? "" : " (without effect: T=0 is not offered)");
}

static void explain_ifsc(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	(void)level;
	say(out->line, "IFSC = %u bytes", d->info.t1.ifsc);
}

static void explain_waiting(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	(void)level;
	say(out->line, "BWI = %u, CWI = %u", d->info.t1.bwi, d->info.t1.cwi);
}

static void explain_edc(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	(void)level;
	say(out->line, "blocks are checked by %s", d->info.t1.crc ? "CRC" : "LRC");
}

static void explain_supply(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	char words[WORDS_MAX];

	(void)level;
	say(out->line, "supply: %.150s", supply_words(words, &d->info.t15_params));
}

static void explain_spu(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	static const char *const uses[] = {[ATR_SPU_NOT_USED] = "not used",
					   [ATR_SPU_PROPRIETARY] = "used as the maker likes",
					   [ATR_SPU_STANDARD_RFU] = "reserved standard use"};
	const struct atr_t15_params *p = &d->info.t15_params;
	const struct uicc_function *f;
	const char *gap = ": ";
	int n;

	(void)level;
	say(out->line, "contact C6 (SPU): %s", uses[p->spu]);
	if (!uicc_applies(p))
		return;
	n = snprintf(out->more, sizeof(out->more), "for a UICC (ETSI TS 102 221)");
	for (size_t i = 0; (f = uicc_function_get(i)) && (size_t)n < sizeof(out->more); i++) {
		if (!(p->tb & f->bit))
			continue;
		n += snprintf(out->more + n, sizeof(out->more) - (size_t)n, "%s%s", gap, f->text);
		gap = ", ";
	}
}

static void explain_reserved(struct atr_explanation *out, const struct atr_decoded *d, size_t level)
{
	(void)d, (void)level;
	say(out->line, "reserved for future use");
}

/* ISO/IEC 7816-3:2006 8.3: TA1 TB1 TC1 TA2 TB2 are global, TC2 is of T=0, the rest is of the T before it */
static const struct {
	enum atr_position pos;
	uint8_t level;
	uint8_t t;
	void (*explain)(struct atr_explanation *out, const struct atr_decoded *d, size_t level);
} rows[] = {
	{ATR_TA, 1, ANY_T, explain_ta1},           {ATR_TB, 1, ANY_T, explain_tb1},
	{ATR_TC, 1, ANY_T, explain_tc1},           {ATR_TA, 2, ANY_T, explain_ta2},
	{ATR_TB, 2, ANY_T, explain_tb2},           {ATR_TC, 2, ANY_T, explain_tc2},
	{ATR_TD, ANY_LEVEL, ANY_T, explain_td},    {ATR_TA, ANY_LEVEL, 1, explain_ifsc},
	{ATR_TB, ANY_LEVEL, 1, explain_waiting},   {ATR_TC, ANY_LEVEL, 1, explain_edc},
	{ATR_TA, ANY_LEVEL, 15, explain_supply},   {ATR_TB, ANY_LEVEL, 15, explain_spu},
	{ATR_TC, ANY_LEVEL, 15, explain_reserved},
};

static bool fits(size_t row, size_t level, enum atr_position pos, uint8_t t)
{
	return rows[row].pos == pos && (rows[row].level == level || rows[row].level == ANY_LEVEL) &&
	       (rows[row].t == t || rows[row].t == ANY_T);
}

void atr_explain(struct atr_explanation *out, const struct atr_decoded *d, size_t level,
		 enum atr_position pos)
{
	uint8_t t = d->atr.level[level - 1].t;
	size_t row = 0, n = sizeof(rows) / sizeof(rows[0]);

	out->line[0] = out->more[0] = '\0';
	while (row < n && !fits(row, level, pos, t))
		row++;
	if (row == n)
		say(out->line, "specific to T=%u, not defined by the standard", t);
	else if (level > 2 && pos != ATR_TD && atr_first(&d->atr, pos, t) != level)
		say(out->line, "not the first T%c for T=%u: without effect", 'A' + (int)pos, t);
	else
		rows[row].explain(out, d, level);
}
