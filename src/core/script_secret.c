/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/script_secret.h"

#include <string.h>

#include "core/apdu.h"
#include "core/hex.h"
#include "core/script_priv.h"

static const char blanks[] = " \t\r";

/* ---- operations ---- */

static bool is_written_out(const struct script_piece *piece)
{
	for (; piece; piece = piece->next)
		if (piece->kind == SCRIPT_VALUE || !is_written_out(piece->inner))
			return false;
	return true;
}

static bool holds_literals(const struct script_piece *piece)
{
	for (; piece; piece = piece->next)
		if (piece->kind == SCRIPT_BYTES || piece->kind == SCRIPT_TEXT || holds_literals(piece->inner))
			return true;
	return false;
}

/* Up to four bytes at the beginning that are written out. */
static size_t written_header(const struct script_piece *piece, uint8_t header[APDU_HEADER])
{
	size_t n = 0;

	for (; piece && piece->kind == SCRIPT_BYTES; piece = piece->next)
		for (size_t i = 0; i < piece->len && n < APDU_HEADER; i++)
			header[n++] = piece->bytes[i];
	return n;
}

static bool bytes_are_secret(const struct script_piece *pieces)
{
	uint8_t header[APDU_HEADER], command[SCRIPT_BYTES_MAX];
	struct script_eval_problem problem;
	size_t len, from;

	if (is_written_out(pieces) &&
	    script_eval(pieces, NULL, command, sizeof(command), &len, &problem) == CS_OK)
		return apdu_secret(command, len, &from) > 0;
	return written_header(pieces, header) < APDU_HEADER || apdu_may_hide(header);
}

static bool op_is_secret(const struct script_op *op)
{
	switch (op->kind) {
	case SCRIPT_APDU:
	case SCRIPT_CONTROL:
		return op->secret || bytes_are_secret(op->bytes);
	case SCRIPT_SET:
		return holds_literals(op->bytes);
	default:
		return false;
	}
}

static bool ops_are_secret(const struct script *script, const char *name, const struct script_op *op)
{
	for (; op; op = op->next) {
		const char *file = script_file(script, op->pos.file);
		bool here = !file || strcmp(file, name) == 0;

		if (here && op_is_secret(op))
			return true;
		if (ops_are_secret(script, name, op->body) || ops_are_secret(script, name, op->other))
			return true;
	}
	return false;
}

bool script_is_secret(const struct script *script, const struct script_text *unit)
{
	/* a text that is too long was not even looked at */
	if ((script->errors || !script->first) && script_text_is_secret(unit->text, unit->len))
		return true;
	return ops_are_secret(script, unit->name, script->first);
}

/* ---- text ---- */

struct span {
	const char *at, *end;
};

static struct span skip_blanks(struct span s)
{
	while (s.at < s.end && strchr(blanks, *s.at))
		s.at++;
	return s;
}

static struct span word_of(struct span line)
{
	struct span word = {line.at, line.at};

	while (word.end < line.end && !strchr(" \t\r{}", *word.end))
		word.end++;
	return word;
}

static bool is_word(struct span word, const char *const *list)
{
	for (; *list; list++)
		if (script_same_word(word.at, (size_t)(word.end - word.at), *list))
			return true;
	return false;
}

static bool has_any(struct span s, const char *set)
{
	for (; s.at < s.end; s.at++)
		if (strchr(set, *s.at))
			return true;
	return false;
}

/* Whether a word may be meant as bytes. */
static bool is_hex(struct span word)
{
	while (word.at < word.end && hex_digit(*word.at) >= 0 && !(*word.at >= '0' && *word.at <= '9'))
		word.at++;
	return word.at == word.end || (*word.at >= '0' && *word.at <= '9');
}

/* false: there are not four bytes at the beginning */
static bool text_header(struct span line, uint8_t header[APDU_HEADER])
{
	size_t digits = 0;

	for (; line.at < line.end && digits < 2 * APDU_HEADER; line.at++) {
		int value = hex_digit(*line.at);

		if (*line.at == '0' && line.end - line.at > 1 && strchr("xX", line.at[1])) {
			line.at++;
			continue;
		}
		if (value < 0 && strchr(" \t:,", *line.at))
			continue;
		if (value < 0)
			break;
		header[digits / 2] = (uint8_t)(header[digits / 2] << 4 | value);
		digits++;
	}
	return digits >= 2 * APDU_HEADER;
}

/* What stands before the statements of a block says nothing about them. */
static struct span skip_block_starts(struct span line)
{
	static const char *const blocks[] = {"repeat", "if", "else", NULL};

	for (;;) {
		line = skip_blanks(line);
		if (line.at < line.end && strchr("{}", *line.at)) {
			line.at++;
		} else if (is_word(word_of(line), blocks)) {
			while (line.at < line.end && *line.at != '{')
				line.at++;
		} else {
			return line;
		}
	}
}

static bool line_is_secret(struct span line)
{
	static const char *const harmless[] = {"attrib",     "begin",        "chain",   "connect", "decode",
					       "disconnect", "echo",         "end",     "exit",    "expect",
					       "features",   "get-response", "help",    "include", "reset",
					       "select",     "sleep",        "timeout", "wait",    NULL};
	static const char *const bearing[] = {"set", "mask", "control", NULL};
	uint8_t header[APDU_HEADER] = {0};
	struct span word, rest;

	line = skip_block_starts(line);
	if (line.at == line.end || *line.at == '#')
		return false;
	word = word_of(line);
	rest = (struct span){word.end, line.end};
	if (is_word(word, bearing))
		return true;
	if (is_word(word, harmless))
		return has_any(rest, "{");
	if (!is_hex(word))
		return has_any(line, "0123456789\"{$");
	return !text_header(line, header) || apdu_may_hide(header);
}

bool script_text_is_secret(const char *text, size_t len)
{
	struct span rest = {text, text + len};

	while (rest.at < rest.end) {
		const char *end = memchr(rest.at, '\n', (size_t)(rest.end - rest.at));
		struct span line = {rest.at, end ? end : rest.end};

		if (line_is_secret(line))
			return true;
		rest.at = end ? end + 1 : rest.end;
	}
	return false;
}
