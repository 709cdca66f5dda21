/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/card_text.h"

#include <string.h>

#include "core/hex.h"

#define SUBMIT_URL "https://smartcard-atr.apdu.fr/parse?ATR="

void card_text_put(const struct term *t, const struct carddb_entry *entry)
{
	term_put_untrusted(t, TERM_PLAIN, entry->pattern);
	if (!entry->literal)
		term_put(t, TERM_DIM, " (pattern)");
	term_put(t, TERM_PLAIN, "\n");
	for (size_t i = 0; i < entry->ndescriptions; i++) {
		term_put(t, TERM_PLAIN, "\t");
		term_put_untrusted(t, TERM_NAME, entry->descriptions[i]);
		term_put(t, TERM_PLAIN, "\n");
	}
}

static void put_unknown(const struct term *t, const struct atr *atr)
{
	char hex[HEX_PACKED_SIZE(ATR_RAW_MAX)];

	hex_build(hex, atr->raw, atr->len, 0);
	term_put(t, TERM_PLAIN, "\nNo card list that was read has this ATR. To report the card:\n");
	term_printf(t, TERM_PLAIN, SUBMIT_URL "%s\n", hex);
}

static size_t count_descriptions(const struct carddb_entry *const *entries, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += entries[i]->ndescriptions;
	return count;
}

void cards_text_put(const struct term *t, const struct atr_decoded *d,
		    const struct carddb_entry *const *entries, size_t n)
{
	const char *file = NULL;

	if (n == 0) {
		put_unknown(t, &d->atr);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!file || strcmp(file, entries[i]->file) != 0) {
			file = entries[i]->file;
			term_put(t, TERM_PLAIN, "\n");
			term_put(t, TERM_HEADING, "Possibly identified card");
			term_put(t, TERM_PLAIN, " (using ");
			term_put_untrusted(t, TERM_PLAIN, file);
			term_put(t, TERM_PLAIN, "):\n");
		}
		card_text_put(t, entries[i]);
	}
	if (d->contactless.kind != CONTACTLESS_NO && count_descriptions(entries, n) > 1)
		term_put(t, TERM_DIM,
			 "Note: many contactless products share this ATR; the ATR alone can not "
			 "distinguish them.\n");
}
