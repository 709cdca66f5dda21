/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb.h"

#include <stdlib.h>

#include "core/hex.h"
#include "db/carddb_priv.h"

enum cs_err carddb_new(struct carddb **out)
{
	struct carddb *db = calloc(1, sizeof(*db));

	*out = db;
	if (!db)
		return CS_E_NOMEM;
	for (size_t i = 0; i < CARDDB_BUCKETS; i++)
		db->buckets[i] = CARDDB_NONE;
	return CS_OK;
}

void carddb_free(struct carddb **db)
{
	struct carddb *d = *db;

	if (!d)
		return;
	while (d->sources) {
		struct carddb_source *older = d->sources->older;

		free(d->sources->text);
		free(d->sources);
		d->sources = older;
	}
	carddb_arena_release(&d->arena);
	carddb_hash_release(&d->by_key);
	carddb_hash_release(&d->by_mask);
	carddb_hash_release(&d->by_text);
	free(d->only.text);
	free(d->slots);
	free(d->groups);
	free(d->places);
	free(d);
	*db = NULL;
}

enum cs_err carddb_restrict(struct carddb *db, const uint8_t *atr, size_t len)
{
	struct carddb_only *only = &db->only;

	if (len == 0 || len > CARDDB_ATR_MAX)
		return CS_E_RANGE;
	free(only->text);
	only->text = malloc(HEX_SPACED_SIZE(len));
	if (!only->text)
		return CS_E_NOMEM;
	only->text_len = hex_build(only->text, atr, len, ' ');
	memcpy(only->atr, atr, len);
	only->len = len;
	return CS_OK;
}

/* Takes @text over, also when it fails. */
static enum cs_err load_text(struct carddb *db, const char *name, char *text, size_t len,
			     carddb_report *report, void *data)
{
	size_t name_size = strlen(name) + 1;
	struct carddb_source *src = malloc(sizeof(*src) + name_size);

	if (!src) {
		free(text);
		return CS_E_NOMEM;
	}
	memcpy(src->name, name, name_size);
	src->text = text;
	src->len = len;
	src->older = db->sources;
	db->sources = src;
	if (!db->only.text && carddb_reserve(db, len) != CS_OK)
		return CS_E_NOMEM;
	return carddb_parse(db, src, report, data);
}

enum cs_err carddb_load(struct carddb *db, const char *path, carddb_report *report, void *data)
{
	char *text;
	size_t len;
	enum cs_err err = carddb_file_read(path, &text, &len);

	if (err != CS_OK)
		return err;
	return load_text(db, path, text, len, report, data);
}

enum cs_err carddb_load_memory(struct carddb *db, const char *name, const char *text, size_t len,
			       carddb_report *report, void *data)
{
	char *copy;

	if (len > CARDDB_FILE_MAX)
		return CS_E_TOO_LONG;
	copy = malloc(len + 1);
	if (!copy)
		return CS_E_NOMEM;
	if (len)
		memcpy(copy, text, len);
	return load_text(db, name, copy, len, report, data);
}

size_t carddb_count(const struct carddb *db)
{
	return db->count;
}

const struct carddb_entry *carddb_entry_get(const struct carddb *db, size_t i)
{
	return db->slots[i].entry;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with(const char *text, const char *with)
{
	while (*with != '\0' && lower(*text) == lower(*with)) {
		text++;
		with++;
	}
	return *with == '\0';
}

static bool contains(const char *text, const char *part)
{
	for (; *text != '\0'; text++) {
		if (starts_with(text, part))
			return true;
	}
	return *part == '\0';
}

static bool describes(const struct carddb_entry *e, const char *text)
{
	for (size_t i = 0; i < e->ndescriptions; i++) {
		if (contains(e->descriptions[i], text))
			return true;
	}
	return false;
}

const struct carddb_entry *carddb_search(const struct carddb *db, const char *text, size_t *at)
{
	while (*at < db->count) {
		const struct carddb_entry *e = carddb_entry_get(db, (*at)++);

		if (describes(e, text))
			return e;
	}
	return NULL;
}
