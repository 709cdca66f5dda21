/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

#include <stdlib.h>

#define BLOCK_SIZE (64u << 10)

struct carddb_block {
	struct carddb_block *older;
	size_t size;
	max_align_t data[];
};

void *carddb_grow(void *array, size_t *room, size_t need, size_t size)
{
	size_t n = *room ? *room : 64;

	if (need <= *room)
		return array;
	while (n < need) {
		if (n > SIZE_MAX / 2)
			return NULL;
		n *= 2;
	}
	if (n > SIZE_MAX / size)
		return NULL;
	array = realloc(array, n * size);
	if (array)
		*room = n;
	return array;
}

static struct carddb_block *block_new(struct carddb_arena *a, size_t size)
{
	struct carddb_block *b = NULL;

	if (size <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->older = a->blocks;
	b->size = size;
	a->blocks = b;
	a->left = size;
	return b;
}

void *carddb_arena_take(struct carddb_arena *a, size_t size)
{
	struct carddb_block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX - sizeof(void *))
		return NULL;
	size = (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
	if (!b || size > a->left)
		b = block_new(a, size > BLOCK_SIZE ? size : BLOCK_SIZE);
	if (!b)
		return NULL;
	p = (char *)b->data + (b->size - a->left);
	a->left -= size;
	return p;
}

void carddb_arena_release(struct carddb_arena *a)
{
	while (a->blocks) {
		struct carddb_block *older = a->blocks->older;

		free(a->blocks);
		a->blocks = older;
	}
	a->left = 0;
}

/* The slot of a hash, or the free one where it goes; half of the slots or more are free. */
static struct carddb_hash_slot *slot_of(const struct carddb_hash *h, uint32_t hash)
{
	size_t i = hash & (h->nslots - 1);

	while (h->slots[i].newest != CARDDB_NONE && h->slots[i].hash != hash)
		i = (i + 1) & (h->nslots - 1);
	return &h->slots[i];
}

static enum cs_err slots_grow(struct carddb_hash *h, size_t need)
{
	struct carddb_hash old = *h;
	size_t n = h->nslots ? h->nslots : 64;

	while (n / 2 < need)
		n *= 2;
	if (n == h->nslots)
		return CS_OK;
	h->slots = malloc(n * sizeof(*h->slots));
	if (!h->slots) {
		h->slots = old.slots;
		return CS_E_NOMEM;
	}
	memset(h->slots, 0xFF, n * sizeof(*h->slots)); /* CARDDB_NONE in all of them */
	h->nslots = n;
	for (size_t i = 0; i < old.nslots; i++) {
		if (old.slots[i].newest != CARDDB_NONE)
			*slot_of(h, old.slots[i].hash) = old.slots[i];
	}
	free(old.slots);
	return CS_OK;
}

enum cs_err carddb_hash_reserve(struct carddb_hash *h, size_t extra)
{
	uint32_t *older;

	/* ids stay below CARDDB_NONE, and no power of two or product below can overflow a 64-bit size_t */
	if (extra > UINT32_MAX / 4 || h->count > UINT32_MAX / 4 - extra)
		return CS_E_NOMEM;
	older = carddb_grow(h->older, &h->room, h->count + extra, sizeof(*older));
	if (!older)
		return CS_E_NOMEM;
	h->older = older;
	return slots_grow(h, h->count + extra);
}

void carddb_hash_add(struct carddb_hash *h, uint32_t hash)
{
	struct carddb_hash_slot *slot = slot_of(h, hash);

	h->older[h->count] = slot->newest;
	slot->hash = hash;
	slot->newest = (uint32_t)h->count++;
}

void carddb_hash_expect(const struct carddb_hash *h, uint32_t hash)
{
#if defined(__GNUC__)
	__builtin_prefetch(&h->slots[hash & (h->nslots - 1)]);
#else
	(void)h;
	(void)hash;
#endif
}

uint32_t carddb_hash_first(const struct carddb_hash *h, uint32_t hash)
{
	return h->nslots ? slot_of(h, hash)->newest : CARDDB_NONE;
}

uint32_t carddb_hash_next(const struct carddb_hash *h, uint32_t id)
{
	return h->older[id];
}

void carddb_hash_release(struct carddb_hash *h)
{
	free(h->slots);
	free(h->older);
	memset(h, 0, sizeof(*h));
}
