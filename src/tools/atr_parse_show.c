/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "core/hex.h"
#include "tools/atr_parse.h"
#include "view/atr_json.h"
#include "view/atr_text.h"
#include "view/card_text.h"

/* The entries that match the ATR being shown. */
struct cards {
	const struct carddb_entry *entry[CARDDB_MATCHES_MAX];
	size_t n;
};

void atr_parse_json(struct atr_parse_run *run, json_t *value, enum cs_err err)
{
	if (err == CS_OK)
		err = json_line_write(&run->json, value, stdout);
	json_decref(value);
	if (err != CS_OK)
		atr_parse_error(run, "%s", cs_err_text(err));
}

static void show_json(struct atr_parse_run *run, const struct cards *cards)
{
	const struct atr_parse_options *opt = &run->opt;
	const struct atr_json_options options = {
		.part = opt->check         ? ATR_JSON_FINDINGS
			: opt->lookup_only ? ATR_JSON_CARDS
					   : ATR_JSON_ALL,
		.full = opt->json_level > 0 && !opt->check && !opt->lookup_only,
		.cards = run->db ? cards->entry : NULL,
		.ncards = cards->n,
	};
	json_t *value;
	enum cs_err err = atr_json_build(&value, &run->decoded, &options);

	atr_parse_json(run, value, err);
}

static void show_text(struct atr_parse_run *run, const struct cards *cards)
{
	const struct atr_parse_options *opt = &run->opt;

	if (opt->brief) {
		atr_text_put_short(stdout, &run->decoded, run->db != NULL, cards->n ? cards->entry[0] : NULL);
		return;
	}
	if (opt->check) {
		atr_text_put_check(&run->term, &run->decoded.atr);
		return;
	}
	if (run->shown > 1)
		putchar('\n');
	if (opt->lookup_only)
		atr_text_put_raw(&run->term, &run->decoded.atr);
	else
		atr_text_put(&run->term, &run->decoded);
	if (run->db)
		cards_text_put(&run->term, &run->decoded, cards->entry, cards->n);
}

static void fix(struct atr_parse_run *run)
{
	char text[HEX_SPACED_SIZE(ATR_RAW_MAX)];
	uint8_t fixed[ATR_RAW_MAX];
	size_t len;

	if (atr_fix(&run->decoded.atr, fixed, &len) != CS_OK) {
		hex_build(text, run->decoded.atr.raw, run->decoded.atr.len, ' ');
		atr_parse_error(run, "%s: can not be repaired: bytes are missing that nobody can guess",
				text);
		return;
	}
	hex_build(text, fixed, len, ' ');
	puts(text);
}

/* Whether the answer about this ATR is "no". */
static bool judge(const struct atr_parse_run *run, const struct cards *cards)
{
	const struct findings *findings = &run->decoded.atr.findings;

	if (run->opt.check)
		return findings_count(findings, FINDING_ERROR) ||
		       (run->opt.strict && findings_count(findings, FINDING_WARNING));
	return run->opt.lookup_only && cards->n == 0;
}

void atr_parse_show(struct atr_parse_run *run, const uint8_t *raw, size_t len)
{
	struct cards cards = {.n = 0};
	enum cs_err err = atr_decode(&run->decoded, raw, len, (uint32_t)run->opt.clock_khz);

	if (run->load_late && !atr_parse_load(run, raw, len))
		return;
	if (err != CS_OK) {
		atr_parse_error(run, "%s", cs_err_text(err));
		return;
	}
	run->shown++;
	if (run->opt.fix) {
		fix(run);
		return;
	}
	if (run->db)
		cards.n = carddb_lookup(run->db, raw, len, cards.entry);
	if (run->opt.json)
		show_json(run, &cards);
	else
		show_text(run, &cards);
	run->no = judge(run, &cards) || run->no;
}
