/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of core/script: a host that gives memory and a few files, and what was parsed as text. */
#ifndef CS_TESTS_UNIT_SCRIPT_HARNESS_H
#define CS_TESTS_UNIT_SCRIPT_HARNESS_H

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "core/script.h"

#define H_BLOCKS   65536
#define COUNT_DOWN 20

/* A file that a script can include. */
struct h_file {
	const char *name, *text;
};

static const struct h_file h_files[] = {
	{"select.scr", "select PIV\nset FROM_FILE 01\n"},
	{"sub/inner.scr", "include deeper.scr\n"},
	{"sub/deeper.scr", "00 B0 00 00 01"},
	{"cycle.scr", "echo here\ninclude cycle2.scr\n"},
	{"cycle2.scr", "include cycle.scr\n"},
	{"bad.scr", "00 A4 0Z\nreset\nfoo\n"},
	{"open.scr", "repeat 2 {\n"},
	{"close.scr", "reset }\n"},
	{"empty.scr", ""},
	{"expect.scr", "expect 9000\n"},
	{NULL, NULL},
};

struct h_state {
	struct script script;
	struct script_host host;
	void *block[H_BLOCKS];
	size_t n_blocks, bytes, fail_after; /* fail_after: bytes there are, 0 for no limit */
	char problems[16384];
	size_t n_problems;
};

static void *h_alloc(void *data, size_t size)
{
	struct h_state *h = data;

	if (h->n_blocks == H_BLOCKS || (h->fail_after && h->bytes + size > h->fail_after))
		return NULL;
	h->bytes += size;
	/* one block each, so that a sanitizer sees what reaches too far */
	return h->block[h->n_blocks++] = calloc(1, size);
}

/* down0 includes down1, which includes down2 ...; huge is too large, and its text must not be looked at */
static inline bool h_include_limit(const char *name, struct script_text *out)
{
	static char names[20][8], texts[20][20];
	const unsigned n = strncmp(name, "down", 4) == 0 ? (unsigned)atoi(name + 4) : COUNT_DOWN;

	if (strcmp(name, "huge") == 0)
		*out = (struct script_text){"huge", "", SCRIPT_FILE_MAX + 1};
	else if (n >= COUNT_DOWN)
		return false;
	else {
		snprintf(names[n], sizeof(names[n]), "down%u", n);
		snprintf(texts[n], sizeof(texts[n]), "include down%u", n + 1);
		*out = (struct script_text){names[n], texts[n], strlen(texts[n])};
	}
	return true;
}

static enum cs_err h_include(void *data, const char *from, const char *path, struct script_text *out,
			     char *why, size_t why_size)
{
	const char *slash = strrchr(from, '/');
	char full[256];

	(void)data;
	snprintf(full, sizeof(full), "%.*s%s", slash ? (int)(slash - from + 1) : 0, from, path);
	for (const struct h_file *f = h_files; f->name; f++) {
		if (strcmp(f->name, full) == 0) {
			*out = (struct script_text){f->name, f->text, strlen(f->text)};
			return CS_OK;
		}
	}
	snprintf(why, why_size, "no file %s", full);
	return h_include_limit(full, out) ? CS_OK : CS_E_NOT_FOUND;
}

static bool h_regex(void *data, const char *regex, char *why, size_t why_size)
{
	regex_t compiled;
	int err = regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB);

	(void)data;
	if (err == 0)
		regfree(&compiled);
	else
		snprintf(why, why_size, "code %d", err);
	return err == 0;
}

static void h_problem(void *data, const struct script_problem *problem)
{
	struct h_state *h = data;
	const size_t n = strlen(h->problems);

	h->n_problems++;
	snprintf(h->problems + n, sizeof(h->problems) - n, "%s%.*s%u:%u%s %s", n ? "\n" : "",
		 problem->pos.file ? 99 : 0,
		 problem->pos.file ? script_file(&h->script, problem->pos.file) : "", problem->pos.line,
		 problem->pos.column, problem->severity == SCRIPT_LINT ? " lint:" : ":", problem->text);
}

static inline void h_start(struct h_state *h, struct script_options options)
{
	memset(h, 0, sizeof(*h));
	h->host = (struct script_host){h, h_alloc, h_include, h_regex, h_problem};
	if (script_init(&h->script, &h->host, &options) != CS_OK)
		abort();
}

static inline void h_stop(struct h_state *h)
{
	while (h->n_blocks > 0)
		free(h->block[--h->n_blocks]);
}

/* The text in memory of exactly its size, gone when the parser returns. */
static inline enum cs_err h_parse(struct h_state *h, const char *text, size_t len, uint32_t line)
{
	char *exact = malloc(len ? len : 1);
	struct script_text unit = {"main", exact, len};
	enum cs_err err;

	if (!exact)
		abort();
	memcpy(exact, text, len);
	err = script_parse(&h->script, &unit, line);
	free(exact);
	return err;
}

/* What was parsed, as text. */
static char h_text[65536];

static inline void h_put(const char *text)
{
	snprintf(h_text + strlen(h_text), sizeof(h_text) - strlen(h_text), "%s", text);
}

static inline void h_put_number(const char *format, unsigned long n)
{
	char text[32];

	if (strcmp(format, "%04X") == 0)
		snprintf(text, sizeof(text), "%04lX", n);
	else
		snprintf(text, sizeof(text), "%s%lu", format, n);
	h_put(text);
}

static inline void h_put_bytes(const struct script_piece *piece)
{
	static const char digits[] = "0123456789ABCDEF";
	const uint8_t *mask = piece->kind == SCRIPT_MASK ? piece->bytes + piece->len : NULL;

	for (size_t i = 0; i < piece->len; i++) {
		const char pair[3] = {mask && !(mask[i] & 0xF0) ? '.' : digits[piece->bytes[i] >> 4],
				      mask && !(mask[i] & 0x0F) ? '.' : digits[piece->bytes[i] & 15]};

		h_put(pair);
	}
}

static inline void h_put_pieces(const struct script *script, const struct script_piece *piece)
{
	char text[80];

	for (; piece; piece = piece->next) {
		switch (piece->kind) {
		case SCRIPT_BYTES:
		case SCRIPT_MASK:
			h_put_bytes(piece);
			break;
		case SCRIPT_TEXT:
			snprintf(text, sizeof(text), "'%.*s'", (int)piece->len, (const char *)piece->bytes);
			h_put(text);
			break;
		case SCRIPT_VALUE:
			h_put("$");
			h_put(script_var_name(script, piece->var));
			if (piece->to != SIZE_MAX) {
				h_put_number("[", piece->from);
				h_put_number(":", piece->to);
				h_put("]");
			}
			break;
		case SCRIPT_LEN:
		case SCRIPT_GROUP:
		case SCRIPT_TLV:
			snprintf(text, sizeof(text), "%s%.0X{", piece->kind == SCRIPT_LEN ? "len" : "",
				 (unsigned)piece->tag);
			h_put(text);
			h_put_pieces(script, piece->inner);
			h_put("}");
			break;
		}
		h_put(piece->next ? " " : "");
	}
}

static inline void h_put_expect(const struct script *script, const struct script_expect *e)
{
	for (; e; e = e->next) {
		h_put(e->negated ? " => not" : " =>");
		for (size_t i = 0; i < e->n_sw; i++) {
			h_put(i ? "|" : " ");
			h_put_number("%04X", e->sw[i].value);
			if (e->sw[i].mask != 0xFFFF) {
				h_put("/");
				h_put_number("%04X", e->sw[i].mask);
			}
		}
		if (e->has_data)
			h_put(e->data || e->tail ? " " : " \"\"");
		h_put_pieces(script, e->data);
		h_put(e->tail ? "*" : "");
		if (e->regex) {
			h_put(" /");
			h_put(e->regex);
			h_put("/");
		}
	}
}

static inline const char *h_kind(const struct script_op *op)
{
	static const char *const names[SCRIPT_KINDS] = {
		"send",   "expect",  "set",          "reset",  "connect", "disconnect", "begin",
		"end",    "control", "features",     "attrib", "wait",    "sleep",      "echo",
		"repeat", "if",      "get-response", "chain",  "timeout", "decode",     "exit",
	};

	return op->secret ? "mask" : names[op->kind];
}

static inline void h_put_ops(const struct script *script, const struct script_op *op)
{
	static const char *const leaves[] = {"leave", "reset", "unpower", "eject"};
	static const char *const protocols[] = {"", " t0", " t1", " raw", " direct"};
	static const char *const shares[] = {"", " shared", " exclusive"};

	for (; op; op = op->next) {
		h_put(h_kind(op));
		if (op->kind == SCRIPT_SET) {
			h_put(" ");
			h_put(script_var_name(script, op->var));
		}
		if (op->kind == SCRIPT_RESET || op->kind == SCRIPT_END || op->kind == SCRIPT_DISCONNECT) {
			h_put(" ");
			h_put(leaves[op->leave]);
		}
		if (op->text) {
			h_put(" <");
			h_put(op->text);
			h_put(">");
		}
		h_put(protocols[op->protocol]);
		h_put(shares[op->share]);
		h_put(op->flag ? " yes" : "");
		if (op->number)
			h_put_number(" ", op->number);
		if (op->bytes)
			h_put(" ");
		h_put_pieces(script, op->bytes);
		h_put_expect(script, op->expect);
		h_put(op->body ? " { " : "");
		h_put_ops(script, op->body);
		h_put(op->body ? " }" : "");
		h_put(op->other ? " else { " : "");
		h_put_ops(script, op->other);
		h_put(op->other ? " }" : "");
		h_put(op->next ? "; " : "");
	}
}

static inline const char *h_ops(const struct h_state *h)
{
	*h_text = '\0';
	h_put_ops(&h->script, h->script.first);
	return h_text;
}

#endif
