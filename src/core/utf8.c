/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/utf8.h"

/* By lead byte: what the second byte may be, and the length; Unicode 15 Table 3-7. */
static const struct {
	uint8_t first, last, low, high, len;
} leads[] = {
	{0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
	{0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
	{0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* C0, DEL and C1; Arabic letter mark, direction marks, separators and overrides, isolates, byte order mark */
static const struct {
	uint32_t first, last;
} controls[] = {
	{0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C}, {0x200E, 0x200F},
	{0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
};

static size_t continued(const uint8_t *s, size_t len, uint32_t *c)
{
	*c = len == 1 ? s[0] : s[0] & (0xFFu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3F);
	}
	return len;
}

size_t utf8_sequence(const char *text, size_t len, uint32_t *c)
{
	const uint8_t *s = (const uint8_t *)text;

	for (size_t i = 0; len > 0 && i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (s[0] < leads[i].first || s[0] > leads[i].last)
			continue;
		if (leads[i].len > len || (leads[i].len > 1 && (s[1] < leads[i].low || s[1] > leads[i].high)))
			return 0;
		return continued(s, leads[i].len, c);
	}
	return 0;
}

bool utf8_is_control(uint32_t c)
{
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (c >= controls[i].first && c <= controls[i].last)
			return true;
	return false;
}
