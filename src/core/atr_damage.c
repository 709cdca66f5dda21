/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/atr_damage.h"

#define TS_RAW_INVERSE 0x03

static bool all_zero(const uint8_t *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len == 0;
}

enum atr_extra_kind atr_extra_kind(const struct atr *atr)
{
	const uint8_t *extra = atr->raw + atr->extra_offset;
	size_t len = atr->extra_len;

	if (len == 0)
		return ATR_EXTRA_NONE;
	if (all_zero(extra, len))
		return ATR_EXTRA_ZEROS;
	if (len == 2 && extra[0] == 0x90 && extra[1] == 0x00)
		return ATR_EXTRA_STATUS;
	if (len >= 2 && (extra[0] == 0x3B || extra[0] == 0x3F))
		return ATR_EXTRA_ATR;
	return ATR_EXTRA_OTHER;
}

static uint8_t convert(uint8_t byte)
{
	uint8_t out = 0;

	for (unsigned bit = 0; bit < 8; bit++)
		if (!(byte >> bit & 1))
			out = (uint8_t)(out | 0x80u >> bit);
	return out;
}

bool atr_convert(uint8_t *out, const struct atr *atr)
{
	if (atr->len == 0 || atr->ts != TS_RAW_INVERSE)
		return false;
	for (size_t i = 0; i < atr->len; i++)
		out[i] = convert(atr->raw[i]);
	return true;
}
