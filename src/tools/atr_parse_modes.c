/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/atr_stats.h"
#include "tools/atr_parse.h"
#include "view/atr_diff.h"
#include "view/card_json.h"
#include "view/card_text.h"
#include "view/stats_view.h"

#define PERCENT_DIGITS 5 /* 100.00 */

void atr_parse_diff(struct atr_parse_run *run, char **words, size_t n)
{
	struct atr_decoded sides[2];
	uint8_t raw[ATR_RAW_MAX];
	json_t *diff = NULL;
	enum cs_err err = CS_OK;
	size_t len;

	if (n != 2) {
		opt_usage_error(&atr_parse_spec, stderr, "--diff compares two ATRs, each in one word");
		run->bad = true;
		return;
	}
	for (size_t i = 0; i < 2 && err == CS_OK; i++) {
		if (!atr_parse_word(run, words[i], raw, &len))
			return;
		err = atr_decode(&sides[i], raw, len, 0);
	}
	if (err == CS_OK)
		err = atr_diff_build(&diff, &sides[0], &sides[1]);
	run->no = err == CS_OK && !atr_diff_same(diff);
	if (err != CS_OK || run->opt.json) {
		atr_parse_json(run, diff, err);
		return;
	}
	atr_diff_text_put(&run->term, diff);
	json_decref(diff);
}

static enum cs_err stats_line(struct atr_parse_run *run, void *data, const char *line, size_t len,
			      size_t *bad)
{
	(void)run;
	return atr_stats_add_line(data, line, len, bad);
}

static void show_stats(struct atr_parse_run *run, const struct atr_stats *stats)
{
	json_t *value;

	if (run->opt.json) {
		enum cs_err err = stats_json_build(&value, stats);

		run->json.precision = PERCENT_DIGITS;
		atr_parse_json(run, value, err);
	} else {
		stats_text_put(&run->term, stats);
	}
	fflush(stdout);
	fprintf(stderr,
		"atr_parse: left out: entries with a set [..]: %zu; ATRs with truncated historical bytes: "
		"%zu\n",
		stats->sets, stats->truncated);
}

void atr_parse_stats(struct atr_parse_run *run, char **words, size_t n)
{
	bool from_stdin = n == 0 || strcmp(words[0], "-") == 0;
	struct atr_stats_field field;
	char shown[ATR_PARSE_SHOWN_MAX];
	struct atr_stats stats;
	int fd = STDIN_FILENO;
	bool whole;

	if (atr_stats_field_parse(&field, run->opt.stats) != CS_OK) {
		opt_usage_error(&atr_parse_spec, stderr,
				"--stats: '%s' is no field; there are TS, T0, TA1 .. TD32, TCK, T and K",
				atr_parse_shown(shown, run->opt.stats));
		run->bad = true;
		return;
	}
	if (n > 1) {
		opt_usage_error(&atr_parse_spec, stderr, "--stats reads one file: '%s' is too much",
				atr_parse_shown(shown, words[1]));
		run->bad = true;
		return;
	}
	if (!from_stdin)
		fd = open(words[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		atr_parse_error_about(run, words[0], strerror(errno));
		return;
	}
	atr_stats_init(&stats, &field);
	whole = atr_parse_lines(run, fd, from_stdin ? "<stdin>" : words[0], stats_line, &stats);
	if (!from_stdin)
		close(fd);
	if (whole)
		show_stats(run, &stats);
}

void atr_parse_search(struct atr_parse_run *run)
{
	const struct carddb_entry *entry;
	size_t at = 0;

	run->no = true;
	while ((entry = carddb_search(run->db, run->opt.search, &at))) {
		run->no = false;
		if (run->opt.json) {
			struct json_out jo = {.failed = false};
			json_t *value;
			enum cs_err err = json_finish(&jo, card_json(&jo, entry), &value);

			atr_parse_json(run, value, err);
		} else {
			card_text_put(&run->term, entry);
		}
	}
}
