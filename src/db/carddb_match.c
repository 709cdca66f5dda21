/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

static uint32_t key_hash(const uint64_t *words, const uint64_t *mask, uint64_t seed)
{
	uint64_t h = seed;

	for (size_t i = 0; i < CARDDB_KEY_WORDS; i++)
		h = carddb_mix(h, words[i] & mask[i]);
	return (uint32_t)h;
}

static size_t bucket_of(size_t len)
{
	return len < CARDDB_BUCKETS ? len : CARDDB_BUCKETS - 1;
}

static enum cs_err group_add(struct carddb *db, const struct carddb_pattern *pattern, uint32_t hash)
{
	uint32_t *bucket = &db->buckets[bucket_of(pattern->len)];
	size_t n = db->by_mask.count;
	struct carddb_group *groups;

	if (carddb_hash_reserve(&db->by_mask, 1) != CS_OK)
		return CS_E_NOMEM;
	groups = carddb_grow(db->groups, &db->group_room, n + 1, sizeof(*groups));
	if (!groups)
		return CS_E_NOMEM;
	db->groups = groups;
	groups[n].len = pattern->len;
	memcpy(groups[n].mask, pattern->mask, sizeof(pattern->mask));
	groups[n].in_bucket = *bucket;
	*bucket = (uint32_t)n;
	carddb_hash_add(&db->by_mask, hash);
	return CS_OK;
}

static bool same_group(const struct carddb_group *g, const struct carddb_pattern *pattern)
{
	return g->len == pattern->len && memcmp(g->mask, pattern->mask, sizeof(g->mask)) == 0;
}

enum cs_err carddb_key_get(struct carddb *db, const struct carddb_pattern *pattern, struct carddb_key *key)
{
	uint32_t hash = key_hash(pattern->mask, pattern->mask, pattern->len);
	uint32_t id = carddb_hash_first(&db->by_mask, hash);

	while (id != CARDDB_NONE && !same_group(&db->groups[id], pattern))
		id = carddb_hash_next(&db->by_mask, id);
	if (id == CARDDB_NONE) {
		id = (uint32_t)db->by_mask.count;
		if (group_add(db, pattern, hash) != CS_OK)
			return CS_E_NOMEM;
	}
	key->group = id;
	key->hash = key_hash(pattern->key, pattern->mask, id);
	return CS_OK;
}

struct query {
	const struct carddb *db;
	const uint8_t *atr;
	size_t len;
	uint64_t words[CARDDB_KEY_WORDS];
	uint32_t ids[CARDDB_MATCHES_MAX];
	size_t count;
};

static bool goes_before(const struct carddb *db, uint32_t a, uint32_t b)
{
	const struct carddb_entry *x = db->slots[a].entry;
	const struct carddb_entry *y = db->slots[b].entry;

	if (x->literal != y->literal)
		return x->literal;
	if (x->specificity != y->specificity)
		return x->specificity > y->specificity;
	return a < b;
}

static void keep(struct query *q, uint32_t id)
{
	size_t i = q->count;

	if (i == CARDDB_MATCHES_MAX && !goes_before(q->db, id, q->ids[--i]))
		return;
	if (q->count < CARDDB_MATCHES_MAX)
		q->count++;
	for (; i > 0 && goes_before(q->db, id, q->ids[i - 1]); i--)
		q->ids[i] = q->ids[i - 1];
	q->ids[i] = id;
}

static void ask_group(struct query *q, uint32_t group)
{
	const struct carddb *db = q->db;
	uint32_t hash = key_hash(q->words, db->groups[group].mask, group);
	uint32_t id = carddb_hash_first(&db->by_key, hash);

	for (; id != CARDDB_NONE; id = carddb_hash_next(&db->by_key, id)) {
		if (db->slots[id].group != group)
			continue;
		if (carddb_pattern_matches(db->slots[id].entry->pattern, q->atr, q->len))
			keep(q, id);
	}
}

static void ask_bucket(struct query *q, size_t bucket, size_t len)
{
	uint32_t group = q->db->buckets[bucket];

	for (; group != CARDDB_NONE; group = q->db->groups[group].in_bucket) {
		if (q->db->groups[group].len == len)
			ask_group(q, group);
	}
}

size_t carddb_lookup(const struct carddb *db, const uint8_t *atr, size_t len,
		     const struct carddb_entry *matches[CARDDB_MATCHES_MAX])
{
	struct query q = {.db = db, .atr = atr, .len = len};

	if (len)
		memcpy(q.words, atr, len < CARDDB_KEY_BYTES ? len : CARDDB_KEY_BYTES);
	if (len)
		ask_bucket(&q, bucket_of(len), len);
	ask_bucket(&q, 0, 0);
	for (size_t i = 0; i < q.count; i++)
		matches[i] = db->slots[q.ids[i]].entry;
	return q.count;
}

static bool in_patterns(char c)
{
	static const bool known[256] = {
		['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true,
		['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['A'] = true, ['B'] = true,
		['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true, ['a'] = true, ['b'] = true,
		['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, [' '] = true, ['.'] = true,
		['['] = true, [']'] = true, ['-'] = true, [','] = true, ['*'] = true,
	};

	return known[(uint8_t)c];
}

/* As long as both spell the same they go on; at the first difference the character decides whether it may
 * mean something else than itself. */
bool carddb_only_excludes(const struct carddb_only *only, const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && i < only->text_len && text[i] == only->text[i])
		i++;
	if (i == len || !((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'F')))
		return false;
	while (i < len && in_patterns(text[i]))
		i++;
	return i == len;
}
