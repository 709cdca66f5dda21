/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an ATR: all is decoded, nothing is read beyond the end, and what was repaired is clean. */
#include <stdlib.h>
#include <string.h>

#include "core/atr_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_findings(const struct atr *atr)
{
	check(atr->findings.dropped == 0);
	for (size_t i = 0; i < atr->findings.n; i++) {
		check(atr->findings.v[i].offset <= atr->len);
		check(i == 0 || atr->findings.v[i - 1].offset <= atr->findings.v[i].offset);
	}
}

/* What atr_fix() makes has no structural error but those of TS. */
static void check_fix(const struct atr *atr)
{
	uint8_t fixed[ATR_RAW_MAX];
	struct atr again;
	size_t len;

	if (atr_fix(atr, fixed, &len) != CS_OK)
		return;
	check(atr_parse(&again, fixed, len) == CS_OK);
	for (size_t i = 0; i < again.findings.n; i++)
		check(again.findings.v[i].code == FINDING_TS_INVALID ||
		      again.findings.v[i].code == FINDING_TS_RAW_INVERSE ||
		      again.findings.v[i].code == FINDING_TOO_LONG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct atr_decoded decoded;

	if (size > ATR_RAW_MAX) {
		check(atr_decode(&decoded, data, size, 0) == CS_E_RANGE);
		return 0;
	}
	check(atr_decode(&decoded, data, size, 0) == CS_OK);
	check(decoded.atr.len == size && memcmp(decoded.atr.raw, data, size) == 0);
	check_findings(&decoded.atr);
	check_fix(&decoded.atr);
	return 0;
}
