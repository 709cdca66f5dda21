/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr_decode.h"

#include <string.h>

#define USUAL_CLOCK_KHZ 4000 /* what most contact readers drive */

static void decode_timing(struct atr_decoded *out, uint32_t clock_khz)
{
	uint32_t fmax = out->info.fidi.fmax_khz;

	out->ntiming = 0;
	if (clock_khz) {
		atr_timing_compute(&out->timing[out->ntiming++], &out->info, clock_khz);
		return;
	}
	if (fmax && fmax != USUAL_CLOCK_KHZ)
		atr_timing_compute(&out->timing[out->ntiming++], &out->info, fmax);
	atr_timing_compute(&out->timing[out->ntiming++], &out->info, USUAL_CLOCK_KHZ);
}

/* PPS is asked for the first protocol readers can use. */
static void decode_pps(struct atr_decoded *out)
{
	memset(&out->pps, 0, sizeof(out->pps));
	for (size_t i = 0; i < out->info.nprotocols; i++) {
		if (out->info.protocols[i] > 1)
			continue;
		atr_pps_build(&out->pps, &out->info, out->info.protocols[i]);
		return;
	}
}

enum cs_err atr_decode(struct atr_decoded *out, const uint8_t *raw, size_t len, uint32_t clock_khz)
{
	enum cs_err err = atr_parse(&out->atr, raw, len);

	if (err != CS_OK)
		return err;
	atr_info_decode(&out->info, &out->atr);
	hist_decode(&out->hist, out->atr.raw + out->atr.hist_offset, out->atr.hist_len,
		    out->atr.missing_hist == 0, out->atr.hist_offset, &out->atr.findings);
	findings_sort(&out->atr.findings);
	contactless_decode(&out->contactless, &out->atr, &out->hist);
	memcard_decode(&out->memcard, &out->atr);
	decode_timing(out, clock_khz);
	decode_pps(out);
	return CS_OK;
}
