/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/lines.h"
#include "core/atr_input.h"
#include "tools/atr_parse.h"

_Static_assert(ATR_RAW_MAX == 1024 && LINES_MAX == 4096, "messages below name these figures");

/* The general sentences do not say how much is allowed. */
static const char *fault_text(enum cs_err err)
{
	switch (err) {
	case CS_E_TOO_LONG:
		return "more bytes than 1024";
	case CS_E_EMPTY:
		return "no hexadecimal byte";
	default:
		return cs_err_text(err);
	}
}

/* @before names the word's place among the bytes of one ATR, else it is empty. */
static void word_error(struct atr_parse_run *run, const char *before, const char *word, size_t bad,
		       enum cs_err err)
{
	char shown[ATR_PARSE_SHOWN_MAX];

	atr_parse_shown(shown, word);
	if (err == CS_E_EMPTY)
		atr_parse_error(run, "%s'%s': %s", before, shown, fault_text(err));
	else
		atr_parse_error(run, "%s'%s': column %zu: %s", before, shown, bad + 1, fault_text(err));
}

bool atr_parse_word(struct atr_parse_run *run, const char *word, uint8_t raw[ATR_RAW_MAX], size_t *len)
{
	size_t bad;
	enum cs_err err = atr_input_parse(raw, ATR_RAW_MAX, len, word, strlen(word), &bad);

	if (err == CS_OK)
		return true;
	word_error(run, "", word, bad, err);
	return false;
}

/* Words before and with "ATR:", when nothing before it is an ATR itself. */
static size_t announcement(char **words, size_t n)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len, bad;

	for (size_t i = 0; i + 1 < n; i++) {
		if (atr_input_is_prefix(words[i]))
			return i + 1;
		if (atr_input_parse(raw, sizeof(raw), &len, words[i], strlen(words[i]), &bad) == CS_OK)
			return 0;
	}
	return 0;
}

/* Whether the words are the bytes of one ATR; a mistake in one of them does not make ATRs of the others. */
static bool are_bytes(char **words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!atr_input_is_short(words[i]))
			return false;
	return n > 1;
}

bool atr_parse_is_one(char **words, size_t n)
{
	return are_bytes(words, n) || (n == 1 && strcmp(words[0], "-") != 0);
}

static void byte_error(struct atr_parse_run *run, const char *word, size_t index)
{
	uint8_t raw[ATR_RAW_MAX];
	char before[32];
	size_t len, bad;
	enum cs_err err = atr_input_parse(raw, sizeof(raw), &len, word, strlen(word), &bad);

	snprintf(before, sizeof(before), "byte %zu ", index);
	word_error(run, before, word, bad, err);
}

static void show_bytes(struct atr_parse_run *run, char **words, size_t n)
{
	uint8_t raw[ATR_RAW_MAX];

	if (n > sizeof(raw)) {
		atr_parse_error(run, "%s", fault_text(CS_E_TOO_LONG));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		int byte = atr_input_byte(words[i]);

		if (byte < 0) {
			byte_error(run, words[i], i);
			return;
		}
		raw[i] = (uint8_t)byte;
	}
	atr_parse_show(run, raw, n);
}

/* Complains about empty words and takes them out; returns how many are left. */
static size_t drop_empty(struct atr_parse_run *run, char **words, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (*words[i])
			words[kept++] = words[i];
		else
			word_error(run, "", words[i], 0, CS_E_EMPTY);
	}
	return kept;
}

void atr_parse_words(struct atr_parse_run *run, char **words, size_t n)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t kept = drop_empty(run, words, n);
	size_t skip = announcement(words, kept);
	size_t len;

	if (are_bytes(words + skip, kept - skip)) {
		show_bytes(run, words + skip, kept - skip);
		return;
	}
	for (size_t i = skip; i < kept; i++) {
		if (strcmp(words[i], "-") == 0)
			atr_parse_stream(run);
		else if (atr_parse_word(run, words[i], raw, &len))
			atr_parse_show(run, raw, len);
	}
}

static void line_error(struct atr_parse_run *run, const char *name, size_t line, size_t column,
		       const char *message)
{
	const struct term t = {.out = stderr};

	term_put_untrusted(&t, TERM_PLAIN, name);
	fprintf(stderr, ":%zu:%zu: %s\n", line, column, message);
	run->bad = true;
}

static enum cs_err show_line(struct atr_parse_run *run, void *data, const char *line, size_t len, size_t *bad)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t n;
	enum cs_err err;

	(void)data;
	*bad = 0;
	if (atr_input_blank(line, len))
		return CS_OK;
	err = atr_input_parse(raw, sizeof(raw), &n, line, len, bad);
	if (err == CS_OK)
		atr_parse_show(run, raw, n);
	return err;
}

bool atr_parse_lines(struct atr_parse_run *run, int fd, const char *name, atr_parse_line *handle, void *data)
{
	struct lines lines = {.fd = fd, .flush = stdout};
	const char *line;
	size_t len, bad = 0;
	enum cs_err err;

	while ((err = lines_next(&lines, &line, &len)) != CS_E_END && err != CS_E_IO && !ferror(stdout)) {
		if (err == CS_E_TOO_LONG) {
			line_error(run, name, lines.number, LINES_MAX + 1,
				   "the line is longer than 4096 bytes");
			continue;
		}
		err = handle(run, data, line, len, &bad);
		if (err != CS_OK)
			line_error(run, name, lines.number, bad + 1, fault_text(err));
	}
	if (err == CS_E_IO)
		atr_parse_error_about(run, name, strerror(lines.error));
	return err != CS_E_IO;
}

void atr_parse_stream(struct atr_parse_run *run)
{
	size_t before = run->shown;
	bool whole = atr_parse_lines(run, STDIN_FILENO, "<stdin>", show_line, NULL);

	if (whole && run->shown == before && !run->bad)
		atr_parse_error(run, "<stdin>: there is no ATR in it");
}
