/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DB_CARDDB_PRIV_H
#define CS_DB_CARDDB_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/err.h"
#include "db/carddb.h"

/*
 * How a look-up stays cheap: a pattern is keyed by the hexadecimal digits it fixes. Patterns of one length
 * that fix the same digits form a group; a literal pattern fixes all of them. A look-up masks the ATR once
 * per group of its length and asks one hash table, so its cost follows the number of groups, not of entries.
 * What the table proposes is then matched character by character.
 */

#define CARDDB_NONE UINT32_MAX /* no id */

/* A growing multimap from a 32-bit hash to the ids 0, 1, 2, ... in the order of adding. */
struct carddb_hash_slot {
	uint32_t hash;
	uint32_t newest; /* id of the newest of this hash; CARDDB_NONE: the slot is free */
};
struct carddb_hash {
	struct carddb_hash_slot
		*slots; /* @nslots, a power of two, 0 at first; a hash stands in one of them */
	size_t nslots;
	uint32_t *older; /* for each id the one before it of the same hash, or CARDDB_NONE */
	size_t count, room;
};

/* carddb_hash_reserve - make room for @extra more ids; CS_E_NOMEM */
CS_NODISCARD enum cs_err carddb_hash_reserve(struct carddb_hash *h, size_t extra);

/* carddb_hash_add - map @hash to the next id; room must be reserved */
void carddb_hash_add(struct carddb_hash *h, uint32_t hash);

/* carddb_hash_expect - @hash is asked for soon: have the processor fetch its slot; room must be reserved */
void carddb_hash_expect(const struct carddb_hash *h, uint32_t hash);

/* carddb_hash_first, carddb_hash_next - walk the ids of one hash, newest first; CARDDB_NONE at the end */
uint32_t carddb_hash_first(const struct carddb_hash *h, uint32_t hash);
uint32_t carddb_hash_next(const struct carddb_hash *h, uint32_t id);

void carddb_hash_release(struct carddb_hash *h);

/* Memory that lives as long as the database; what is handed out never moves. */
struct carddb_block;
struct carddb_arena {
	struct carddb_block *blocks;
	size_t left; /* bytes free in the newest block */
};

/* carddb_arena_take - @size bytes, aligned for a pointer; NULL when there is no memory */
void *carddb_arena_take(struct carddb_arena *a, size_t size);

void carddb_arena_release(struct carddb_arena *a);

/*
 * carddb_grow - @array with room for at least @need elements of @size bytes
 * Return: the array, perhaps moved, and *@room updated; NULL, and nothing changed, when there is no memory.
 */
CS_NODISCARD void *carddb_grow(void *array, size_t *room, size_t need, size_t size);

#define CARDDB_KEY_WORDS 5 /* the first 40 bytes of an ATR take part in the key; PC/SC knows 33 */
#define CARDDB_KEY_BYTES (CARDDB_KEY_WORDS * sizeof(uint64_t))

/* A pattern, read. */
struct carddb_pattern {
	const char *text; /* as in struct carddb_entry */
	bool literal;
	size_t specificity;
	size_t len;                      /* bytes of an ATR that can match; 0: any number, there is a `.*` */
	uint64_t mask[CARDDB_KEY_WORDS]; /* the digits fixed before any `.*`, as bytes in ATR order */
	uint64_t key[CARDDB_KEY_WORDS];  /* their values, 0 elsewhere */
};

/* Why a pattern is none. */
struct carddb_fault {
	size_t column; /* from 1 */
	const char *message;
};

/*
 * carddb_pattern_parse - read a pattern and bring its text into the form of struct carddb_entry, in place
 * @text: @len characters, at least one, and room for a NUL behind them
 * Return: false, and @fault filled, when it is no pattern; @text is spoilt then.
 */
bool carddb_pattern_parse(struct carddb_pattern *out, char *text, size_t len, struct carddb_fault *fault);

/* carddb_pattern_matches - does the pattern (its text) match all of @atr? */
bool carddb_pattern_matches(const char *pattern, const uint8_t *atr, size_t len);

/* The only ATR an entry is kept for; @text is NULL when every entry is. */
struct carddb_only {
	char *text; /* as a pattern would spell it; malloc()ed */
	size_t text_len;
	uint8_t atr[CARDDB_ATR_MAX];
	size_t len;
};

/* carddb_only_excludes - whether the pattern line of @len characters can be told at a glance not to match */
bool carddb_only_excludes(const struct carddb_only *only, const char *text, size_t len);

/*
 * carddb_text_clean - a description as valid UTF-8 without control characters, white space trimmed
 * @text: @len bytes and room for a NUL; edited in place, or copied into @arena when that would not fit
 * Return: the text, *@out_len its length; NULL when there is no memory.
 */
const char *carddb_text_clean(char *text, size_t len, size_t *out_len, struct carddb_arena *arena);

/* One file. */
struct carddb_source {
	struct carddb_source *older;
	char *text; /* malloc()ed, @len + 1 bytes; the strings of the entries lie in it */
	size_t len;
	char name[];
};

/* The patterns of one length that fix the same digits. */
struct carddb_group {
	uint64_t mask[CARDDB_KEY_WORDS];
	size_t len;         /* as in struct carddb_pattern */
	uint32_t in_bucket; /* next group of the same bucket */
};

/* An entry in load order; its id is its index. */
struct carddb_slot {
	const struct carddb_entry *entry;
	uint32_t group;
	bool in_by_text;
};

/* Where a description stands: slots[entry].entry->descriptions[index]. */
struct carddb_place {
	uint32_t entry;
	uint32_t index;
};

#define CARDDB_BUCKETS 64 /* groups by length: 0 has a `.*`, the last takes what is longer */

struct carddb {
	struct carddb_only only;
	struct carddb_source *sources;
	struct carddb_arena arena;

	struct carddb_slot *slots; /* @count entries in load order */
	size_t count, room;
	struct carddb_hash by_key; /* ids are indices of slots */

	struct carddb_group *groups;
	size_t group_room;
	struct carddb_hash by_mask; /* ids are indices of groups */
	uint32_t buckets[CARDDB_BUCKETS];

	struct carddb_place *places;
	size_t place_room;
	struct carddb_hash by_text; /* pattern and description; ids are indices of places */
};

/* Where a pattern stands in the look-up index. */
struct carddb_key {
	uint32_t group;
	uint32_t hash;
};

/* carddb_key_get - the key of a pattern, its group made when it is the first of it; CS_E_NOMEM */
CS_NODISCARD enum cs_err carddb_key_get(struct carddb *db, const struct carddb_pattern *pattern,
					struct carddb_key *key);

/* An entry while it is being read. */
struct carddb_line {
	const char *text;
	size_t len;
	uint32_t hash; /* of pattern and text; only known to carddb_add() */
};
struct carddb_draft {
	struct carddb_pattern pattern;
	struct carddb_key key;
	size_t line;
	struct carddb_line *lines;
	size_t nlines, room;
};

/* carddb_reserve - room for the entries of a list of @len bytes, by experience; CS_E_NOMEM */
CS_NODISCARD enum cs_err carddb_reserve(struct carddb *db, size_t len);

/* carddb_add - add what is new of @draft, whose strings must outlive @db; CS_E_NOMEM, and @db as it was */
CS_NODISCARD enum cs_err carddb_add(struct carddb *db, const char *file, struct carddb_draft *draft);

/* carddb_parse - read the entries of @src; CS_E_NOMEM */
CS_NODISCARD enum cs_err carddb_parse(struct carddb *db, const struct carddb_source *src,
				      carddb_report *report, void *data);

/* carddb_file_read - all of a file; as carddb_load(), *@text is malloc()ed with one byte to spare */
CS_NODISCARD enum cs_err carddb_file_read(const char *path, char **text, size_t *len);

/* carddb_mix - one step of the hash used everywhere here */
static inline uint64_t carddb_mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

static inline uint64_t carddb_mix_text(uint64_t h, const char *text, size_t len)
{
	uint64_t word = 0;
	size_t i = 0;

	for (; len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		h = carddb_mix(h, word);
	}
	word = (uint64_t)len << 56;
	memcpy(&word, text + i, len - i);
	return carddb_mix(h, word);
}

#endif
