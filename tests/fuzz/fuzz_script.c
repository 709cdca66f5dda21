/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a script: places within the text, operations within their ranges, expressions that evaluate or
 * say why not; and what is correct as a whole is so line by line, with the same operations.
 */
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/script.h"

#define ARENA     (8u << 20)
#define OUT       70000
#define UNITS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* A run of the parser. */
struct world {
	struct script script;
	struct script_host host;
	uint8_t *arena;
	size_t used, problems;
	const char *text; /* the unit being parsed */
	size_t len;
	struct script_pos last;
};

static void *allocate(void *data, size_t size)
{
	struct world *w = data;
	const size_t align = alignof(max_align_t), need = (size + align - 1) / align * align;
	void *memory = w->arena + w->used;

	if (need > ARENA - w->used)
		return NULL;
	w->used += need;
	return memset(memory, 0, need);
}

static const struct script_text files[] = {
	{"a", "00A40000\ninclude b\n", 19},
	{"b", "repeat 2 { include c }\nset V 01", 31},
	{"c", "expect 9000 }\n", 14},
	{"d", "include d", 9},
};

static enum cs_err include(void *data, const char *from, const char *path, struct script_text *out, char *why,
			   size_t why_size)
{
	(void)data;
	must(from && *path && why_size > 4);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(files[i].name, path) == 0) {
			*out = files[i];
			return CS_OK;
		}
	}
	memcpy(why, "none", 5);
	return CS_E_NOT_FOUND;
}

static bool regex(void *data, const char *text, char *why, size_t why_size)
{
	(void)data;
	must(why_size > 3);
	memcpy(why, "no!", 4);
	return strchr(text, '(') == NULL;
}

static bool before(const struct script_pos *a, const struct script_pos *b)
{
	if (a->file != b->file)
		return a->file < b->file;
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static void check_problem(void *data, const struct script_problem *p)
{
	struct world *w = data;

	w->problems++;
	must(memchr(p->text, '\0', sizeof(p->text)) && *p->text && p->width > 0);
	must(p->pos.file < w->script.n_files && p->pos.line > 0 && p->pos.column > 0);
	must(p->pos.column <= p->line_len + 2 && !memchr(p->line, '\n', p->line_len));
	if (p->pos.file == 0)
		must(p->line >= w->text && p->line + p->line_len <= w->text + w->len);
	for (const char *c = p->text; *c; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7F);
	must(w->problems > 1000 || w->problems == 1 || before(&w->last, &p->pos));
	w->last = p->pos;
}

static void check_pieces(const struct world *w, const struct script_piece *piece, unsigned depth)
{
	must(depth <= SCRIPT_BLOCK_MAX);
	for (; piece; piece = piece->next) {
		must(piece->pos.line > 0 && piece->pos.file < w->script.n_files);
		switch (piece->kind) {
		case SCRIPT_BYTES:
		case SCRIPT_MASK:
		case SCRIPT_TEXT:
			must(piece->len > 0 && piece->len <= SCRIPT_BYTES_MAX && piece->bytes);
			break;
		case SCRIPT_VALUE:
			must(piece->var < w->script.n_vars && piece->from <= piece->to);
			break;
		case SCRIPT_TLV:
			must(piece->tag <= 0xFFFFFF);
			check_pieces(w, piece->inner, depth + 1);
			break;
		case SCRIPT_LEN:
		case SCRIPT_GROUP:
			/* without a variable it would have been folded */
			must(piece->inner);
			check_pieces(w, piece->inner, depth + 1);
			break;
		}
	}
}

static void evaluate(const struct world *w, const struct script_piece *pieces,
		     const struct script_expect *expect)
{
	static const uint8_t sample[300] = {0x90, 0x00, 0x6F};
	static uint8_t out[OUT], mask[OUT];
	static struct script_value values[SCRIPT_VARS_MAX];
	struct script_eval_problem problem = {0};
	struct expect_data data;
	enum cs_err err;
	size_t len;

	for (size_t i = 0; i < w->script.n_vars; i++)
		values[i] =
			(struct script_value){sample, i % 2 ? 2 : sizeof(sample), i != SCRIPT_VAR_USER + 3};
	err = script_eval(pieces, values, out, SCRIPT_BYTES_MAX, &len, &problem);
	must(len <= SCRIPT_BYTES_MAX && (err == CS_OK) == (problem.text == NULL));
	must(err == CS_OK || err == CS_E_TOO_LONG || err == CS_E_RANGE);
	for (; expect; expect = expect->next) {
		err = script_pattern_eval(expect, values, out, mask, OUT, &data, &problem);
		must(data.len <= OUT && expect->text);
		if (err == CS_OK) {
			struct expect_result r = expect_compare(expect->sw, expect->n_sw, &data, sample, 20);

			must(r.data_ok || expect_differs(&data, sample, 18, r.diff_at));
		}
	}
}

static void check_ops(const struct world *w, const struct script_op *op, unsigned depth)
{
	must(depth <= SCRIPT_BLOCK_MAX);
	for (; op; op = op->next) {
		must(op->kind < SCRIPT_KINDS && op->pos.file < w->script.n_files);
		must(op->leave <= SCRIPT_LEAVE_EJECT && op->share <= SCRIPT_EXCLUSIVE);
		must(op->protocol <= SCRIPT_DIRECT && (!op->secret || op->kind == SCRIPT_APDU));
		must(op->kind != SCRIPT_SET || (op->var >= SCRIPT_VAR_USER && op->var < w->script.n_vars));
		must(op->kind != SCRIPT_REPEAT || op->number <= SCRIPT_REPEAT_MAX);
		must(op->kind != SCRIPT_SLEEP || op->number <= SCRIPT_MS_MAX);
		must(op->kind != SCRIPT_IF || (op->expect && op->expect->n_sw > 0));
		must(op->kind != SCRIPT_EXPECT || op->expect);
		must((!op->body && !op->other) || op->kind == SCRIPT_IF || op->kind == SCRIPT_REPEAT);
		check_pieces(w, op->bytes, 0);
		evaluate(w, op->bytes, op->expect);
		for (const struct script_expect *e = op->expect; e; e = e->next)
			check_pieces(w, e->data, 0);
		check_ops(w, op->body, depth + 1);
		check_ops(w, op->other, depth + 1);
	}
}

static void start(struct world *w, uint8_t *arena, bool units)
{
	const struct script_options options = {.protocol = SCRIPT_T0, .units = units};

	memset(w, 0, sizeof(*w));
	w->arena = arena;
	w->host = (struct script_host){w, allocate, include, regex, check_problem};
	must(script_init(&w->script, &w->host, &options) == CS_OK);
}

static enum cs_err parse(struct world *w, const char *text, size_t len, uint32_t line)
{
	const struct script_text unit = {"main", text, len};
	enum cs_err err;

	w->text = text;
	w->len = len;
	w->problems = 0;
	err = script_parse(&w->script, &unit, line);
	must(err == CS_OK || err == CS_E_FORMAT || err == CS_E_NOMEM);
	must(err != CS_OK || w->script.errors == 0);
	must(err != CS_E_FORMAT || (w->script.errors > 0 && w->problems > 0));
	return err;
}

/* Expectations that follow a command in a unit of their own are not part of it. */
static size_t commands(const struct script_op *op)
{
	size_t n = 0;

	for (; op; op = op->next)
		n += (op->kind != SCRIPT_EXPECT) + commands(op->body) + commands(op->other);
	return n;
}

/* As a prompt would: a line, and more of them while the unit wants more. */
static void parse_units(struct world *w, const char *text, size_t len, bool correct, size_t want)
{
	size_t from = 0, at = 0, n = 0, units = 0;
	uint32_t line = 1, first = 1;
	enum cs_err err;

	while (at < len && units++ < UNITS_MAX) {
		const char *end = memchr(text + at, '\n', len - at);

		at = end ? (size_t)(end - text) + 1 : len;
		line++;
		if (script_wants_more(text + from, at - from) && at < len)
			continue;
		err = parse(w, text + from, at - from, first);
		if (err == CS_E_NOMEM)
			return;
		must(err == CS_OK || !correct);
		check_ops(w, w->script.first, 0);
		n += commands(w->script.first);
		from = at;
		first = line;
	}
	must(!correct || units >= UNITS_MAX || n == want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t arena[ARENA];
	const char *text = (const char *)data;
	struct world w;
	enum cs_err err;
	size_t want;
	bool correct;

	start(&w, arena, false);
	err = parse(&w, text, size, 1);
	if (err == CS_E_NOMEM)
		return 0;
	check_ops(&w, w.script.first, 0);
	want = commands(w.script.first);
	correct = err == CS_OK;
	must(err != CS_OK || !script_wants_more(text, size));
	start(&w, arena, true);
	parse_units(&w, text, size, correct, want);
	return 0;
}
