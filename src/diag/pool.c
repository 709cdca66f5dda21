/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/pool.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One allocation each, so that sanitizers see where every piece ends. */
struct pool_block {
	struct pool_block *next;
	max_align_t data[];
};

void *pool_take(struct pool *pool, size_t size)
{
	struct pool_block *block = NULL;

	if (size <= SIZE_MAX - sizeof(*block))
		block = calloc(1, sizeof(*block) + size);
	if (!block) {
		pool->failed = true;
		return NULL;
	}
	block->next = pool->blocks;
	pool->blocks = block;
	return block->data;
}

char *pool_copy(struct pool *pool, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? pool_take(pool, len + 1) : NULL;

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	va_list args, again;
	char *text = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0 && len < INT_MAX)
		text = pool_take(pool, (size_t)len + 1);
	else
		pool->failed = true;
	if (text)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

void pool_release(struct pool *pool)
{
	while (pool->blocks) {
		struct pool_block *next = pool->blocks->next;

		free(pool->blocks);
		pool->blocks = next;
	}
	pool->failed = false;
}

static bool list_grow(struct pool *pool, struct pool_list *list)
{
	size_t room = list->room ? list->room * 2 : 8;
	const char **item = pool_take(pool, room * sizeof(*item));

	if (!item)
		return false;
	if (list->n)
		memcpy(item, list->item, list->n * sizeof(*item));
	list->item = item;
	list->room = room;
	return true;
}

void pool_list_add(struct pool *pool, struct pool_list *list, const char *text)
{
	if (!text || (list->n == list->room && !list_grow(pool, list)))
		return;
	list->item[list->n++] = text;
}
