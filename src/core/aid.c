/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/aid.h"

#include <stdbool.h>
#include <string.h>

#define BYTES(...) {__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const struct aid rows[] = {
#define AID(alias, name, ...) {alias, name, BYTES(__VA_ARGS__)},
#define RID(name, ...)        {NULL, name, BYTES(__VA_ARGS__)},
#include "core/aid.def"
#undef AID
#undef RID
};

#define NROWS (sizeof(rows) / sizeof(rows[0]))

const struct aid *aid_lookup(const uint8_t *bytes, size_t len)
{
	const struct aid *best = NULL;

	for (size_t i = 0; i < NROWS; i++) {
		const struct aid *row = &rows[i];

		if (row->len <= len && memcmp(row->bytes, bytes, row->len) == 0 &&
		    (!best || row->len > best->len))
			best = row;
	}
	return best;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool alias_is(const char *alias, const char *text, size_t len)
{
	if (strlen(alias) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(alias[i]) != ascii_lower(text[i]))
			return false;
	return true;
}

const struct aid *aid_by_alias(const char *alias, size_t len)
{
	for (size_t i = 0; i < NROWS; i++)
		if (rows[i].alias && alias_is(rows[i].alias, alias, len))
			return &rows[i];
	return NULL;
}

const struct aid *aid_next(size_t *i)
{
	while (*i < NROWS) {
		const struct aid *row = &rows[(*i)++];

		if (row->alias)
			return row;
	}
	return NULL;
}
