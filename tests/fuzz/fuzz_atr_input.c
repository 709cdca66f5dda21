/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any line as an ATR somebody pasted: what is read is read again from its own spelling. */
#include <stdlib.h>
#include <string.h>

#include "core/atr.h"
#include "core/atr_input.h"
#include "core/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t raw[ATR_RAW_MAX], again[ATR_RAW_MAX];
	char text[HEX_SPACED_SIZE(ATR_RAW_MAX)];
	size_t len, again_len, bad, n;
	enum cs_err err = atr_input_parse(raw, sizeof(raw), &len, (const char *)data, size, &bad);

	if (len > sizeof(raw) || (err != CS_OK && bad > size))
		abort();
	if (err != CS_OK || len == 0)
		return 0;
	n = hex_build(text, raw, len, ' ');
	if (atr_input_parse(again, sizeof(again), &again_len, text, n, &bad) != CS_OK)
		abort();
	if (again_len != len || memcmp(again, raw, len) != 0)
		abort();
	return 0;
}
