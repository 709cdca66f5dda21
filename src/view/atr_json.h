/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ATR_JSON_H
#define CS_VIEW_ATR_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/atr_decode.h"
#include "db/carddb.h"
#include "view/json_out.h"

enum atr_json_part {
	ATR_JSON_ALL,
	ATR_JSON_FINDINGS, /* "atr" and "findings": --check */
	ATR_JSON_CARDS,    /* "atr" and "cards": --lookup-only */
};

/* What atr_parse --json shows of one ATR. */
struct atr_json_options {
	enum atr_json_part part;
	bool full;                               /* --json=full: timing, pps, contactless, ... as well */
	const struct carddb_entry *const *cards; /* NULL: no look-up was made, there is no key "cards" */
	size_t ncards;
};

/*
 * atr_json_build - the object of formats.md, "atr_parse --json"
 * Return: CS_OK; CS_E_NOMEM (*@out is NULL). The caller releases *@out with json_decref().
 */
CS_NODISCARD enum cs_err atr_json_build(json_t **out, const struct atr_decoded *d,
					const struct atr_json_options *options);

#endif
