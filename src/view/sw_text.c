/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/sw_text.h"

#include <stdio.h>

#include "core/sw.h"

size_t sw_text_format(char out[SW_TEXT_MAX], uint16_t sw)
{
	const struct sw_info info = sw_get(sw);
	int n = info.count < 0 ? snprintf(out, SW_TEXT_MAX, "%s", info.text)
			       : snprintf(out, SW_TEXT_MAX, "%s: %d", info.text, info.count);

	return n < SW_TEXT_MAX ? (size_t)n : SW_TEXT_MAX - 1;
}

enum term_role sw_text_role(uint16_t sw)
{
	static const enum term_role roles[] = {
		[SW_NORMAL] = TERM_GOOD,           [SW_WARNING] = TERM_WARNING,
		[SW_EXECUTION_ERROR] = TERM_ERROR, [SW_CHECKING_ERROR] = TERM_ERROR,
		[SW_UNKNOWN] = TERM_WARNING,
	};

	return roles[sw_get(sw).cls];
}
