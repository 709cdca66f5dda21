/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/reader.h"

#include <stdint.h>
#include <string.h>

/* Names are bytes: the locale has no say in what is a letter. */
static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool contains(const char *name, const char *part)
{
	for (;; name++) {
		size_t i = 0;

		while (part[i] && fold(name[i]) == fold(part[i]))
			i++;
		if (!part[i])
			return true;
		if (!*name)
			return false;
	}
}

/* False when @text is no number or one that is not below @n. */
static bool index_parse(const char *text, size_t n, size_t *out)
{
	size_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = 10 * value + (size_t)(*text - '0');
		if (value >= n)
			return false;
	}
	*out = value;
	return true;
}

enum cs_err reader_select(const struct scard_names *names, const char *want, size_t *out)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < names->n; i++) {
		if (same(names->name[i], want)) {
			*out = i;
			return CS_OK;
		}
	}
	if (index_parse(want, names->n, out))
		return CS_OK;
	for (size_t i = 0; i < names->n; i++) {
		if (!contains(names->name[i], want))
			continue;
		if (found != SIZE_MAX)
			return CS_E_AMBIGUOUS;
		found = i;
	}
	if (found == SIZE_MAX)
		return CS_E_NOT_FOUND;
	*out = found;
	return CS_OK;
}

/* One "[...]" of a glob at *pattern, which is left behind it; one that is never closed is a plain bracket. */
static bool bracket_matches(const char **pattern, char c)
{
	const char *p = *pattern + 1;
	bool negated = *p == '!' || *p == '^', hit = false;
	const char *close = strchr(p + negated + (p[negated] != '\0'), ']');

	if (!close) {
		(*pattern)++;
		return c == '[';
	}
	for (p += negated; p < close; p++) {
		bool range = p[1] == '-' && p + 2 < close;
		unsigned char first = (unsigned char)fold(p[0]), last = (unsigned char)fold(p[range ? 2 : 0]);

		hit = hit || ((unsigned char)fold(c) >= first && (unsigned char)fold(c) <= last);
		p += range ? 2 : 0;
	}
	*pattern = close + 1;
	return hit != negated;
}

static bool one_matches(const char **pattern, char c)
{
	if (**pattern == '[')
		return bracket_matches(pattern, c);
	if (**pattern == '\\' && (*pattern)[1])
		(*pattern)++;
	else if (**pattern == '?') {
		(*pattern)++;
		return true;
	}
	return fold(*(*pattern)++) == fold(c);
}

/* Only the last star needs to be gone back to: linear memory, at most pattern times name steps. */
static bool glob_matches(const char *name, const char *pattern)
{
	const char *star = NULL, *retry = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = name;
		} else if (*pattern && one_matches(&pattern, *name)) {
			name++;
		} else if (star) {
			pattern = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool reader_matches(const char *name, const char *pattern)
{
	return contains(name, pattern) || glob_matches(name, pattern);
}

bool reader_matches_any(const char *name, const char *const *patterns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (reader_matches(name, patterns[i]))
			return true;
	return false;
}
