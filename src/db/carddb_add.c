/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

#define ENTRY_SIZE 96 /* bytes of a list per entry; real ones have about 120 */

static bool is_known(const struct carddb *db, const char *pattern, const struct carddb_line *line)
{
	uint32_t id = carddb_hash_first(&db->by_text, line->hash);

	for (; id != CARDDB_NONE; id = carddb_hash_next(&db->by_text, id)) {
		const struct carddb_entry *e = carddb_entry_get(db, db->places[id].entry);

		if (strcmp(e->descriptions[db->places[id].index], line->text) == 0 &&
		    strcmp(e->pattern, pattern) == 0)
			return true;
	}
	return false;
}

static uint64_t text_seed(const char *pattern)
{
	return carddb_mix_text(0, pattern, strlen(pattern));
}

static void drop_known(const struct carddb *db, struct carddb_draft *draft)
{
	const char *pattern = draft->pattern.text;
	uint64_t seed = text_seed(pattern);
	size_t n = 0;

	for (size_t i = 0; i < draft->nlines; i++) {
		struct carddb_line *line = &draft->lines[i];

		line->hash = (uint32_t)carddb_mix_text(seed, line->text, line->len);
		if (!is_known(db, pattern, line))
			draft->lines[n++] = *line;
	}
	draft->nlines = n;
}

static enum cs_err texts_reserve(struct carddb *db, size_t n)
{
	struct carddb_place *places;

	if (carddb_hash_reserve(&db->by_text, n) != CS_OK)
		return CS_E_NOMEM;
	places = carddb_grow(db->places, &db->place_room, db->by_text.count + n, sizeof(*places));
	if (!places)
		return CS_E_NOMEM;
	db->places = places;
	return CS_OK;
}

static void text_add(struct carddb *db, uint32_t entry, size_t index, uint64_t hash)
{
	db->places[db->by_text.count] = (struct carddb_place){entry, (uint32_t)index};
	carddb_hash_add(&db->by_text, (uint32_t)hash);
}

static enum cs_err texts_add_late(struct carddb *db, uint32_t id)
{
	struct carddb_slot *slot = &db->slots[id];
	const struct carddb_entry *e = slot->entry;
	uint64_t seed = text_seed(e->pattern);

	if (texts_reserve(db, e->ndescriptions) != CS_OK)
		return CS_E_NOMEM;
	for (size_t i = 0; i < e->ndescriptions; i++) {
		const char *text = e->descriptions[i];

		text_add(db, id, i, carddb_mix_text(seed, text, strlen(text)));
	}
	slot->in_by_text = true;
	return CS_OK;
}

/* Does the key tell one pattern from every other? */
static bool key_is_pattern(const struct carddb_pattern *pattern)
{
	return pattern->literal && pattern->len <= CARDDB_KEY_BYTES;
}

static uint32_t same_pattern(const struct carddb *db, const struct carddb_pattern *pattern,
			     const struct carddb_key *key)
{
	uint32_t id = carddb_hash_first(&db->by_key, key->hash);

	while (id != CARDDB_NONE && strcmp(carddb_entry_get(db, id)->pattern, pattern->text) != 0)
		id = carddb_hash_next(&db->by_key, id);
	return id;
}

/*
 * Nearly every pattern of a list is literal and stands there once; the hashes of its descriptions are put off
 * until the same pattern comes again. When it comes a third time, they are there for the first and second.
 */
static enum cs_err compare_known(struct carddb *db, struct carddb_draft *draft, bool *in_by_text)
{
	uint32_t id;

	*in_by_text = true;
	if (key_is_pattern(&draft->pattern)) {
		id = same_pattern(db, &draft->pattern, &draft->key);
		*in_by_text = id != CARDDB_NONE;
		if (id == CARDDB_NONE)
			return CS_OK;
		if (!db->slots[id].in_by_text && texts_add_late(db, id) != CS_OK)
			return CS_E_NOMEM;
	}
	drop_known(db, draft);
	return texts_reserve(db, draft->nlines);
}

static struct carddb_entry *entry_new(struct carddb *db, const char *file, const struct carddb_draft *draft)
{
	struct carddb_entry *e = carddb_arena_take(&db->arena, sizeof(*e));
	const char **descriptions = carddb_arena_take(&db->arena, draft->nlines * sizeof(*descriptions));

	if (!e || !descriptions)
		return NULL;
	for (size_t i = 0; i < draft->nlines; i++)
		descriptions[i] = draft->lines[i].text;
	*e = (struct carddb_entry){
		.pattern = draft->pattern.text,
		.literal = draft->pattern.literal,
		.file = file,
		.line = draft->line,
		.descriptions = descriptions,
		.ndescriptions = draft->nlines,
		.specificity = draft->pattern.specificity,
	};
	return e;
}

static enum cs_err slots_reserve(struct carddb *db, size_t n)
{
	struct carddb_slot *slots = carddb_grow(db->slots, &db->room, db->count + n, sizeof(*slots));

	if (!slots)
		return CS_E_NOMEM;
	db->slots = slots;
	return carddb_hash_reserve(&db->by_key, n);
}

enum cs_err carddb_reserve(struct carddb *db, size_t len)
{
	return slots_reserve(db, len / ENTRY_SIZE + 1);
}

enum cs_err carddb_add(struct carddb *db, const char *file, struct carddb_draft *draft)
{
	struct carddb_entry *entry;
	bool in_by_text;

	if (compare_known(db, draft, &in_by_text) != CS_OK)
		return CS_E_NOMEM;
	if (draft->nlines == 0)
		return CS_OK;
	entry = entry_new(db, file, draft);
	if (!entry || slots_reserve(db, 1) != CS_OK)
		return CS_E_NOMEM;
	for (size_t i = 0; in_by_text && i < draft->nlines; i++)
		text_add(db, (uint32_t)db->count, i, draft->lines[i].hash);
	db->slots[db->count] = (struct carddb_slot){entry, draft->key.group, in_by_text};
	carddb_hash_add(&db->by_key, draft->key.hash);
	db->count++;
	return CS_OK;
}
