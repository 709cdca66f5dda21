/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sw.h"

#include <stddef.h>

#define T5 "7816-4 5.1.3 Table 5"
#define T6 "7816-4 5.1.3 Table 6"

enum sw_figure { SW_FIGURE_NONE, SW_FIGURE_BYTE, SW_FIGURE_NIBBLE };

struct sw_row {
	uint16_t first, last;
	enum sw_class cls;
	enum sw_figure figure;
	const char *clause;
	const char *text;
};

/* The first row holds every word, so a look-up always ends at some row. */
static const struct sw_row rows[] = {
#define SW(first, last, class, figure, clause, sentence)                                                     \
	{first, last, SW_##class, SW_FIGURE_##figure, clause, sentence},
#include "core/sw.def"
#undef SW
};

static int figure_of(enum sw_figure figure, uint16_t sw)
{
	switch (figure) {
	case SW_FIGURE_BYTE:
		return sw & 0xFF ? sw & 0xFF : 256;
	case SW_FIGURE_NIBBLE:
		return sw & 0x0F;
	case SW_FIGURE_NONE:
		break;
	}
	return -1;
}

struct sw_info sw_get(uint16_t sw)
{
	const struct sw_row *best = &rows[0];

	for (size_t i = 1; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sw_row *row = &rows[i];

		if (row->first <= sw && sw <= row->last && row->last - row->first < best->last - best->first)
			best = row;
	}
	return (struct sw_info){best->cls, best->text, best->clause, figure_of(best->figure, sw)};
}
