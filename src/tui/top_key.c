/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/top_key.h"

#include <wchar.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEYS     3

static const struct top_key_row rows[] = {
#define TOP_KEY(action, key1, key2, key3, names, bar, from, help)                                            \
	{{key1, key2, key3}, names, bar, from, help},
#include "tui/top_key.def"
#undef TOP_KEY
};

const struct top_key_row *top_key_get(size_t i)
{
	return i < COUNT(rows) ? &rows[i] : NULL;
}

enum top_action top_key_action(int key)
{
	for (size_t i = 0; key && i < COUNT(rows); i++)
		for (size_t k = 0; k < KEYS; k++)
			if (rows[i].keys[k] == key)
				return (enum top_action)(TOP_NOTHING + 1 + i);
	return TOP_NOTHING;
}
