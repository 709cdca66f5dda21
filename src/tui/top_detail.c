/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/top_detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/atr_decode.h"
#include "core/rstate.h"
#include "view/atr_text.h"
#include "view/card_text.h"
#include "view/time_text.h"

static void put_state(const struct term *t, uint16_t state)
{
	const struct rstate_name *name;

	term_put(t, TERM_PLAIN, "State: ");
	term_put(t, TERM_VALUE, rstate_sentence(state));
	term_put(t, TERM_PLAIN, " (");
	for (size_t i = 0; (name = rstate_name_get(i)) != NULL; i++)
		if (state & name->bit)
			term_printf(t, TERM_PLAIN, "%s ", name->name);
	term_printf(t, TERM_PLAIN, "0x%04X)\n", state);
}

static void put_card(const struct term *t, const struct top_reader *reader, const struct carddb *db)
{
	const struct carddb_entry *cards[CARDDB_MATCHES_MAX];
	struct atr_decoded decoded;

	if (atr_decode(&decoded, reader->atr, reader->atr_len, 0) != CS_OK)
		return;
	atr_text_put(t, &decoded);
	if (db)
		cards_text_put(t, &decoded, cards, carddb_lookup(db, reader->atr, reader->atr_len, cards));
}

static char *describe(const struct top_reader *reader, const struct carddb *db)
{
	char *text = NULL, time[TIME_TEXT_MAX];
	size_t len;
	struct term t = {.out = open_memstream(&text, &len), .color = true};

	if (!t.out)
		return NULL;
	put_state(&t, reader->state);
	term_printf(&t, TERM_PLAIN, "Since: %s\n", time_format(time, reader->since_ns, false));
	if (reader->atr_len)
		put_card(&t, reader, db);
	if (fclose(t.out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* Whether it would read the same; how many events there were is not in it. */
static bool is_same(const struct top_reader *a, const struct top_reader *b)
{
	return a->there == b->there && a->state == b->state && a->since_ns == b->since_ns &&
	       a->atr_len == b->atr_len && memcmp(a->atr, b->atr, a->atr_len) == 0 &&
	       strcmp(a->name, b->name) == 0;
}

enum cs_err top_detail_update(struct top_model *model, const struct carddb *db)
{
	const struct top_reader *reader = top_model_selected(model);
	char *text;

	if (!reader) {
		top_text_take(&model->detail, NULL);
		memset(&model->detail_of, 0, sizeof(model->detail_of));
		return CS_OK;
	}
	if (model->detail.raw && is_same(reader, &model->detail_of))
		return CS_OK;
	text = describe(reader, db);
	if (!text)
		return CS_E_NOMEM;
	top_text_take(&model->detail, text);
	model->detail_of = *reader;
	return CS_OK;
}
