/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/expect.h"

#include <assert.h>

#include "core/hex.h"

bool expect_sw_matches(const struct expect_sw *sw, size_t n, uint16_t value)
{
	for (size_t i = 0; i < n; i++) {
		if (((sw[i].value ^ value) & sw[i].mask) == 0)
			return true;
	}
	return n == 0;
}

bool expect_sw_parse(struct expect_sw *out, const char *text, size_t len)
{
	unsigned value = 0, mask = 0;

	if (len != 4)
		return false;
	for (size_t i = 0; i < len; i++) {
		const bool any = text[i] == 'x' || text[i] == 'X';
		const int digit = any ? 0 : hex_digit(text[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
		mask = mask << 4 | (any ? 0 : 0x0Fu);
	}
	*out = (struct expect_sw){(uint16_t)value, (uint16_t)mask};
	return true;
}

bool expect_differs(const struct expect_data *data, const uint8_t *answer, size_t data_len, size_t i)
{
	if (!data)
		return false;
	if (i >= data_len)
		return i < data->len;
	if (i >= data->len)
		return !data->tail;
	return ((data->value[i] ^ answer[i]) & data->mask[i]) != 0;
}

struct expect_result expect_compare(const struct expect_sw *sw, size_t n, const struct expect_data *data,
				    const uint8_t *answer, size_t len)
{
	struct expect_result result = {.data_ok = true};
	size_t longest;

	assert(len >= 2);
	result.sw_ok = expect_sw_matches(sw, n, (uint16_t)(answer[len - 2] << 8 | answer[len - 1]));
	longest = data && data->len > len - 2 ? data->len : len - 2;
	for (size_t i = 0; data && i < longest; i++) {
		if (!expect_differs(data, answer, len - 2, i))
			continue;
		result.data_ok = false;
		result.diff_at = i;
		break;
	}
	return result;
}
