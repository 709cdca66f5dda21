/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_BYTES_H
#define CS_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * struct bytes - a read cursor over borrowed bytes; the only way a decoder consumes input
 * The owner of @base keeps it alive while the cursor is used. Nothing here can read past @len.
 */
struct bytes {
	const uint8_t *base; /* first byte; may be NULL when @len is 0 */
	size_t len;          /* bytes in all */
	size_t pos;          /* bytes consumed, 0..@len */
};

static inline struct bytes bytes_init(const uint8_t *base, size_t len)
{
	return (struct bytes){.base = base, .len = len};
}

static inline size_t bytes_left(const struct bytes *b)
{
	return b->len - b->pos;
}

/* bytes_next - take one byte into @out; false, and nothing taken, at the end */
static inline bool bytes_next(struct bytes *b, uint8_t *out)
{
	if (b->pos == b->len)
		return false;
	*out = b->base[b->pos++];
	return true;
}

/* bytes_take - take up to @want bytes; returns how many there were and points @out at them (borrowed) */
static inline size_t bytes_take(struct bytes *b, size_t want, const uint8_t **out)
{
	size_t n = want < bytes_left(b) ? want : bytes_left(b);

	*out = n ? b->base + b->pos : NULL;
	b->pos += n;
	return n;
}

#endif
