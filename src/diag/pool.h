/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_POOL_H
#define CS_DIAG_POOL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory for what a diagnosis collects: it is taken piece by piece and released as a whole. Zero-initialise.
 * When there is no more memory a call returns NULL and @failed is set, to be looked at once, at the end; NULL
 * stands for "unknown" in all facts, so nothing in between has to care.
 */
struct pool_block;
struct pool {
	struct pool_block *blocks;
	bool failed;
};

/* pool_take - @size zeroed bytes, aligned for any type */
void *pool_take(struct pool *pool, size_t size);

/* pool_copy - @len bytes and a NUL */
char *pool_copy(struct pool *pool, const char *text, size_t len);

/* pool_format - formatted text */
char *pool_format(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

void pool_release(struct pool *pool);

/* Texts in the order they came. */
struct pool_list {
	const char **item;
	size_t n, room;
};

/* pool_list_add - append; @text is borrowed from the pool (or static); NULL is not appended */
void pool_list_add(struct pool *pool, struct pool_list *list, const char *text);

#endif
