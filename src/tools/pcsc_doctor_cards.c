/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_cards.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/hex.h"
#include "db/carddb.h"
#include "tools/card_lists.h"

#define ATR_MAX_BYTES 33

static bool has_cards(const struct live *live)
{
	for (size_t i = 0; i < live->n; i++)
		if (live->reader[i].atr && *live->reader[i].atr)
			return true;
	return false;
}

/* The day of the newest list. */
static const char *date_of(const struct carddb *db, struct pool *pool)
{
	const char *file = NULL;
	time_t newest = 0;
	char date[16] = "";
	struct stat st;
	struct tm tm;

	for (size_t i = 0; i < carddb_count(db); i++) {
		const char *next = carddb_entry_get(db, i)->file;

		if (file == next)
			continue;
		file = next;
		if (file && stat(file, &st) == 0 && st.st_mtime > newest)
			newest = st.st_mtime;
	}
	if (newest && gmtime_r(&newest, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	return *date ? pool_copy(pool, date, strlen(date)) : NULL;
}

static void find(struct live_reader *reader, const struct carddb *db, struct pool *pool)
{
	const struct carddb_entry *match[CARDDB_MATCHES_MAX];
	uint8_t atr[ATR_MAX_BYTES];
	size_t len, bad;

	if (!reader->atr || !*reader->atr ||
	    hex_parse(atr, sizeof(atr), &len, reader->atr, strlen(reader->atr), &bad) != CS_OK)
		return;
	if (carddb_lookup(db, atr, len, match) == 0)
		return;
	reader->card = match[0]->ndescriptions
			       ? pool_copy(pool, match[0]->descriptions[0], strlen(match[0]->descriptions[0]))
			       : "";
}

enum cs_err doctor_cards_find(struct live *live, struct pool *pool, const struct app_env *env)
{
	struct carddb *db = NULL;
	enum cs_err err;

	if (!has_cards(live))
		return CS_OK;
	err = carddb_new(&db);
	if (err == CS_OK)
		err = card_lists_load(db, NULL, NULL, env);
	if (err != CS_OK)
		goto out;
	live->listed = carddb_count(db);
	live->listed_date = date_of(db, pool);
	for (size_t i = 0; i < live->n; i++)
		find(&live->reader[i], db, pool);
out:
	carddb_free(&db);
	return err == CS_E_NOMEM ? err : CS_OK;
}
