/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/ldcache.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAGIC      "glibc-ld.so.cache1.1"
#define MAGIC_LEN  20
#define HEADER_LEN 48
#define ENTRY_LEN  24 /* flags, key, value, osversion: 4 each; hwcap: 8 */
#define COUNT_AT   20
#define KEY_AT     4
#define VALUE_AT   8
#define OLD_MAGIC  "ld.so-1.7.0"
#define OLD_COUNT  12
#define OLD_HEADER 16
#define OLD_ENTRY  12
#define ALIGNMENT  8
#define LISTED_MAX 8

static uint32_t number(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Where the newer form begins: at once, or behind the table of the old one. */
static size_t start_of(const char *cache, size_t len)
{
	size_t n;

	if (len < OLD_HEADER || memcmp(cache, OLD_MAGIC, sizeof(OLD_MAGIC) - 1) != 0)
		return 0;
	n = number(cache + OLD_COUNT);
	if (n > (len - OLD_HEADER) / OLD_ENTRY)
		return len;
	return (OLD_HEADER + n * OLD_ENTRY + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* A text at an offset into the cache, NULL when it does not end within. */
static const char *text_at(const char *cache, size_t len, uint32_t offset)
{
	return offset < len && memchr(cache + offset, '\0', len - offset) ? cache + offset : NULL;
}

void ldcache_lookup(struct pool *pool, const char *cache, size_t len, const char *soname,
		    struct pool_list *out)
{
	size_t start = start_of(cache, len), n, found = 0;

	if (start >= len || len - start < HEADER_LEN || memcmp(cache + start, MAGIC, MAGIC_LEN) != 0)
		return;
	cache += start;
	len -= start;
	n = number(cache + COUNT_AT);
	if (n > (len - HEADER_LEN) / ENTRY_LEN)
		n = (len - HEADER_LEN) / ENTRY_LEN;
	for (size_t i = 0; i < n && found < LISTED_MAX; i++) {
		const char *entry = cache + HEADER_LEN + i * ENTRY_LEN;
		const char *key = text_at(cache, len, number(entry + KEY_AT));
		const char *value = text_at(cache, len, number(entry + VALUE_AT));

		if (!key || !value || strcmp(key, soname) != 0 || *value != '/')
			continue;
		pool_list_add(pool, out, pool_copy(pool, value, strlen(value)));
		found++;
	}
}
