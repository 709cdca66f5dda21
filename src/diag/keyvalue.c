/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/keyvalue.h"

#include <stdbool.h>
#include <string.h>

static const char blanks[] = " \t\r";

const char *keyvalue_next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line[0] && line[1] ? line + 1 : NULL;
}

const char *keyvalue_behind(const char *text, const char *prefix)
{
	size_t len = prefix ? strlen(prefix) : 0;

	for (const char *line = prefix ? text : NULL; line; line = keyvalue_next_line(line))
		if (strncmp(line, prefix, len) == 0)
			return line + len;
	return NULL;
}

char *keyvalue_word(struct pool *pool, const char *text)
{
	text += strspn(text, blanks);
	return pool_copy(pool, text, strcspn(text, " \t\r\n"));
}

/* What stands behind "KEY=" in this line, NULL when it is another. */
static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, blanks);
	if (strncmp(line, "export", 6) == 0 && strspn(line + 6, blanks) > 0)
		line += 6 + strspn(line + 6, blanks);
	return strncmp(line, key, len) == 0 && line[len] == '=' ? line + len + 1 : NULL;
}

static char *quoted(struct pool *pool, const char *text, char quote)
{
	char *value = pool_copy(pool, text, strcspn(text, "\n"));
	size_t n = 0;

	if (!value)
		return NULL;
	for (const char *c = value; *c && *c != quote; c++) {
		if (*c == '\\' && quote == '"' && c[1])
			c++;
		value[n++] = *c;
	}
	value[n] = '\0';
	return value;
}

static char *plain(struct pool *pool, const char *text)
{
	size_t len = strcspn(text, "\n");

	while (len && strchr(blanks, text[len - 1]))
		len--;
	return pool_copy(pool, text, len);
}

char *keyvalue_get(struct pool *pool, const char *text, const char *key)
{
	const char *found = NULL;

	for (const char *line = text; line; line = keyvalue_next_line(line)) {
		const char *value = value_of(line, key);

		if (value)
			found = value;
	}
	if (!found)
		return NULL;
	found += strspn(found, blanks);
	return *found == '"' || *found == '\'' ? quoted(pool, found + 1, *found) : plain(pool, found);
}
