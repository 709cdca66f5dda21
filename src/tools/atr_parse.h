/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_ATR_PARSE_H
#define CS_TOOLS_ATR_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/app.h"
#include "cli/opt.h"
#include "core/atr_decode.h"
#include "db/carddb.h"
#include "view/json_out.h"
#include "view/term.h"

/* What the command line asks for. */
struct atr_parse_options {
	const char *reader; /* NULL: the only card there is */
	bool has_reader;
	int json_level; /* 1: full */
	bool json;
	bool brief, check, lookup_only, diff, fix; /* at most one, or --stats or --search */
	const char *stats, *search;
	bool strict, no_lookup;
	struct opt_list db;
	unsigned long clock_khz;
	int color;
};

/* One run of the tool. */
struct atr_parse_run {
	struct atr_parse_options opt;
	const struct app_env *env;
	struct term term;
	struct carddb *db; /* NULL: no look-up */
	struct json_line json;
	struct atr_decoded decoded; /* of the ATR being shown */
	size_t shown;               /* ATRs so far, the one being shown included */
	bool bad;                   /* some input was no ATR: exit 2 */
	bool no;                    /* some answer was "no": exit 1 */
	bool load_late;             /* one ATR will be looked up: the lists are read for it alone */
};

extern const struct opt_spec atr_parse_spec;

/* atr_parse_defaults - what holds before the command line is read */
struct atr_parse_options atr_parse_defaults(void);

/* atr_parse_options_check - complains about options that do not go together; OPT_RUN or OPT_USAGE */
enum opt_result atr_parse_options_check(const struct atr_parse_options *opt);

/* atr_parse_error - "atr_parse: message" on stderr, and the run has met bad input */
void atr_parse_error(struct atr_parse_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* atr_parse_error_about - "atr_parse: WHAT: message", likewise; @what is untrusted, a file's name for one */
void atr_parse_error_about(struct atr_parse_run *run, const char *what, const char *message);

/* atr_parse_shown - a word of the command line as a message may show it: harmless and not too long */
#define ATR_PARSE_SHOWN_MAX 256
const char *atr_parse_shown(char out[ATR_PARSE_SHOWN_MAX], const char *word);

/*
 * atr_parse_load - the card lists into @run->db; false, after a message, when that is hopeless
 * @only: NULL, or the @len bytes of the one ATR that will be looked up
 */
bool atr_parse_load(struct atr_parse_run *run, const uint8_t *only, size_t len);

/* atr_parse_is_one - whether the words are one ATR, or none, and nothing else */
bool atr_parse_is_one(char **words, size_t n);

/* atr_parse_show - one ATR in the form that the options ask for */
void atr_parse_show(struct atr_parse_run *run, const uint8_t *raw, size_t len);

/* atr_parse_json - one JSON line on stdout; takes @value over; @err is what building it said */
void atr_parse_json(struct atr_parse_run *run, json_t *value, enum cs_err err);

/* atr_parse_words - command-line words as ATRs, or as the bytes of one when each is short; "-" is stdin */
void atr_parse_words(struct atr_parse_run *run, char **words, size_t n);

/* atr_parse_word - one word as one ATR; false after a message */
bool atr_parse_word(struct atr_parse_run *run, const char *word, uint8_t raw[ATR_RAW_MAX], size_t *len);

/* atr_parse_line - what is done with one line; @bad receives the 0-based index of the character at fault */
typedef enum cs_err atr_parse_line(struct atr_parse_run *run, void *data, const char *line, size_t len,
				   size_t *bad);

/*
 * atr_parse_lines - every line of @fd; faults are told as NAME:LINE:COLUMN and the rest goes on
 * Return: false, after a message, when reading failed.
 */
bool atr_parse_lines(struct atr_parse_run *run, int fd, const char *name, atr_parse_line *handle, void *data);

/* atr_parse_stream - one ATR a line from stdin */
void atr_parse_stream(struct atr_parse_run *run);

/* atr_parse_reader - the ATR of the card in a reader; returns the exit status of what went wrong, or 0 */
int atr_parse_reader(struct atr_parse_run *run, const char *want);

/* atr_parse_diff, atr_parse_stats, atr_parse_search - the modes of these names */
void atr_parse_diff(struct atr_parse_run *run, char **words, size_t n);
void atr_parse_stats(struct atr_parse_run *run, char **words, size_t n);
void atr_parse_search(struct atr_parse_run *run);

#endif
