/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vpcd/json_locate.h"

#include <string.h>

struct text {
	const char *at;
	size_t len;
};

/* index of the quote that ends the string whose first quote is at @quote */
static size_t string_end(const struct text *t, size_t quote)
{
	size_t i = quote + 1;

	while (i < t->len && t->at[i] != '"')
		i += t->at[i] == '\\' ? 2 : 1;
	return i;
}

static size_t skip_blanks(const struct text *t, size_t i)
{
	while (i < t->len && (t->at[i] == ' ' || t->at[i] == '\t'))
		i++;
	return i;
}

/* index of the value when the string at @quote is the key, else 0 */
static size_t value_after(const struct text *t, size_t quote, const char *key)
{
	size_t end = string_end(t, quote);
	size_t colon = skip_blanks(t, end + 1);

	if (end - quote - 1 != strlen(key) || colon >= t->len || t->at[colon] != ':')
		return 0;
	if (memcmp(t->at + quote + 1, key, strlen(key)) != 0)
		return 0;
	return skip_blanks(t, colon + 1);
}

static size_t value_index(const struct text *t, const char *key)
{
	unsigned depth = 0;
	size_t found = 0;

	for (size_t i = 0; i < t->len && !found; i++) {
		switch (t->at[i]) {
		case '"':
			found = depth == 1 ? value_after(t, i, key) : 0;
			i = string_end(t, i);
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			depth--;
			break;
		default:
			break;
		}
	}
	return found;
}

size_t json_locate_value(const char *line, size_t len, const char *key)
{
	return value_index(&(struct text){line, len}, key) + 1;
}

size_t json_locate_character(const char *line, size_t len, const char *key, size_t index)
{
	size_t at = value_index(&(struct text){line, len}, key);

	if (at == 0 || at > len || index >= len - at || memchr(line + at, '\\', index + 1) != NULL)
		return at + 1;
	return at + 1 + index + 1;
}
