/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/atr_info.h"

#define FD 372 /* F and D in force until PPS; ISO/IEC 7816-3:2006 8.3 */
#define DD 1

/* @num clock cycles over @den at @clock_khz, in nanoseconds; the product stays far below 64 bits */
static uint64_t clocks_ns(uint64_t num, uint32_t den, uint32_t clock_khz)
{
	return num * 1000000u / ((uint64_t)den * clock_khz);
}

/* 12 etu at the F/D in force, and N counted in the reference that 8.3 names. */
static uint64_t guard_ns(const struct atr_info *info, const struct atr_times *times, uint32_t clock_khz)
{
	const struct atr_guard *guard = &info->guard;
	unsigned base = times->t == 1 && guard->special ? 11 : 12;
	unsigned n = guard->special ? 0 : guard->n;
	uint64_t fixed = clocks_ns((uint64_t)base * times->f, times->d, clock_khz);

	if (!guard->by_fi_di)
		return fixed + clocks_ns((uint64_t)n * times->f, times->d, clock_khz);
	if (!info->fidi.fi || !info->fidi.di)
		return 0;
	return fixed + clocks_ns((uint64_t)n * info->fidi.fi, info->fidi.di, clock_khz);
}

static struct atr_times times_at(const struct atr_info *info, uint8_t t, uint16_t f, uint8_t d,
				 uint32_t clock_khz)
{
	struct atr_times out = {.t = t, .f = f, .d = d};

	if (!f || !d)
		return out;
	out.etu_ps = 1000000000ull * f / ((uint64_t)d * clock_khz);
	out.bps = (uint32_t)(1000ull * clock_khz * d / f);
	out.gt_ns = guard_ns(info, &out, clock_khz);
	if (t == 0) {
		out.wt_ns = clocks_ns(info->t0.wt_clocks, 1, clock_khz);
		return out;
	}
	out.cwt_ns = clocks_ns((uint64_t)info->t1.cwt_etu * f, d, clock_khz);
	out.bgt_ns = clocks_ns((uint64_t)info->t1.bgt_etu * f, d, clock_khz);
	if (info->t1.bwt_clocks_beyond_11etu)
		out.bwt_ns = clocks_ns(11ull * f, d, clock_khz) +
			     clocks_ns(info->t1.bwt_clocks_beyond_11etu, 1, clock_khz);
	return out;
}

/* In specific mode nothing but the protocol of TA2 can be used. */
static bool usable(const struct atr_info *info, uint8_t t)
{
	if (t > 1 || !info->fidi.known || !info->guard.known)
		return false;
	return info->mode == ATR_NEGOTIABLE ||
	       (info->mode == ATR_SPECIFIC && !info->specific.implicit && info->specific.t == t);
}

void atr_timing_compute(struct atr_timing *out, const struct atr_info *info, uint32_t clock_khz)
{
	bool specific = info->mode == ATR_SPECIFIC;
	uint16_t fi = info->fidi.fi;
	uint8_t di = info->fidi.di;

	memset(out, 0, sizeof(*out));
	out->clock_khz = clock_khz;
	for (size_t i = 0; i < info->nprotocols && out->n < ATR_TIMES_MAX; i++) {
		uint8_t t = info->protocols[i];

		if (!usable(info, t))
			continue;
		out->now[out->n] = times_at(info, t, specific ? fi : FD, specific ? di : DD, clock_khz);
		out->offer[out->n++] = times_at(info, t, fi, di, clock_khz);
	}
}

void atr_pps_build(struct atr_pps *out, const struct atr_info *info, uint8_t t)
{
	uint8_t ta1 = (uint8_t)(info->fidi.fi_code << 4 | info->fidi.di_code);
	bool faster = info->fidi.from_ta1 && ta1 != 0x11;
	uint8_t pck;

	memset(out, 0, sizeof(*out));
	out->t = t;
	out->possible = info->mode == ATR_NEGOTIABLE && info->fidi.known && info->fidi.fi && info->fidi.di;
	if (!out->possible)
		return;
	out->useful = faster || info->nprotocols > 1;
	out->bytes[out->len++] = 0xFF;
	out->bytes[out->len++] = (uint8_t)((faster ? 0x10 : 0x00) | t);
	if (faster)
		out->bytes[out->len++] = ta1;
	pck = (uint8_t)(out->bytes[0] ^ out->bytes[1] ^ out->bytes[2]);
	out->bytes[out->len++] = pck;
}
