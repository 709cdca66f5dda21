/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For wcwidth(): how wide a character is on the terminal decides where the caret stands. */
#define _XOPEN_SOURCE 700
#include "view/script_problem_text.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "core/utf8.h"
#include "view/place_text.h"

#define LINE_CELLS   120 /* a line up to this is shown as a whole */
#define BEFORE       60  /* cells shown before the place of a longer one, and as many behind it */
#define CLIP         600 /* bytes to either side that are looked at in the first place */
#define CUT          "..."
#define SEQUENCE_MAX 4

/* One character as it is shown. */
struct glyph {
	char text[UTF8_ESCAPE_SIZE(SEQUENCE_MAX)];
	size_t eat;   /* bytes of the line */
	size_t cells; /* columns of the terminal; 1 for a tab */
};

/* What is shown of a line: bytes @from up to before @to. */
struct window {
	const char *line;
	size_t from, to, len;
	size_t mark_from, mark_to; /* the bytes at fault; may lie behind the last one */
};

static size_t cells_of(uint32_t c)
{
	int width = wcwidth((wchar_t)c);

	return width < 0 ? 1 : (size_t)width;
}

static void glyph_get(struct glyph *g, const char *text, size_t len)
{
	uint32_t c;
	size_t seq = utf8_sequence(text, len, &c);

	g->eat = seq ? seq : 1;
	if (seq && c == '\t') {
		memcpy(g->text, "\t", sizeof("\t"));
		g->cells = 1;
		return;
	}
	utf8_escape(g->text, sizeof(g->text), text, g->eat);
	g->cells = seq && !utf8_is_control(c) ? cells_of(c) : strlen(g->text);
}

/* the first byte of the character that @at lies in */
static size_t character_start(const char *line, size_t len, size_t at)
{
	const size_t lowest = at < SEQUENCE_MAX ? 0 : at - (SEQUENCE_MAX - 1);
	uint32_t c;

	for (size_t start = lowest; start < at; start++) {
		size_t seq = utf8_sequence(line + start, len - start, &c);

		if (start + seq > at)
			return start;
	}
	return at;
}

/* cells from one byte to another */
static size_t measure(const char *line, size_t len, size_t from, size_t to)
{
	struct glyph g;
	size_t cells = 0;

	for (size_t at = from; at < to; at += g.eat) {
		glyph_get(&g, line + at, len - at);
		cells += g.cells;
	}
	return cells;
}

/* How many bytes from @from on fill at most @cells. */
static size_t reach(const char *line, size_t len, size_t from, size_t to, size_t cells)
{
	struct glyph g;
	size_t at = from, used = 0;

	while (at < to) {
		glyph_get(&g, line + at, len - at);
		used += g.cells;
		if (used > cells)
			break;
		at += g.eat;
	}
	return at;
}

/* Cut a line that is too long on both sides of the mark. */
static void cut(struct window *w)
{
	const size_t mark = w->mark_from < w->len ? w->mark_from : w->len;
	size_t before;

	w->from = mark > CLIP ? character_start(w->line, w->len, mark - CLIP) : 0;
	w->to = w->len - mark > CLIP ? character_start(w->line, w->len, mark + CLIP) : w->len;
	if (w->from == 0 && w->to == w->len && measure(w->line, w->len, 0, w->len) <= LINE_CELLS)
		return;
	before = measure(w->line, w->len, w->from, mark);
	if (before > BEFORE)
		w->from = reach(w->line, w->len, w->from, mark, before - BEFORE);
	w->to = reach(w->line, w->len, w->from, w->to, LINE_CELLS);
}

static void put_line(const struct term *t, const struct window *w)
{
	struct glyph g;

	if (w->from > 0)
		term_put(t, TERM_DIM, CUT);
	for (size_t at = w->from; at < w->to; at += g.eat) {
		glyph_get(&g, w->line + at, w->len - at);
		term_put(t, TERM_PLAIN, g.text);
	}
	if (w->to < w->len)
		term_put(t, TERM_DIM, CUT);
	term_put(t, TERM_PLAIN, "\n");
}

/* Blanks up to the mark, tabs where the line has them, so that both lines stand in the same columns. */
static void put_indent(const struct term *t, const struct window *w)
{
	struct glyph g;

	if (w->from > 0)
		term_put(t, TERM_PLAIN, "   ");
	for (size_t at = w->from; at < w->to && at < w->mark_from; at += g.eat) {
		glyph_get(&g, w->line + at, w->len - at);
		if (g.text[0] == '\t')
			term_put(t, TERM_PLAIN, "\t");
		else
			term_printf(t, TERM_PLAIN, "%*s", (int)g.cells, "");
	}
}

static void put_caret(const struct term *t, const struct window *w)
{
	char tildes[LINE_CELLS + 1];
	size_t cells = 1;

	put_indent(t, w);
	if (w->mark_from < w->to)
		cells = measure(w->line, w->len, w->mark_from, w->mark_to < w->to ? w->mark_to : w->to);
	if (cells == 0)
		cells = 1;
	memset(tildes, '~', sizeof(tildes));
	tildes[cells < LINE_CELLS ? cells : LINE_CELLS] = '\0';
	tildes[0] = '^';
	term_put(t, TERM_GOOD, tildes);
	term_put(t, TERM_PLAIN, "\n");
}

static void put_message(const struct term *t, const char *file, const struct script_problem *problem)
{
	const struct place place = {file, problem->pos.line, problem->pos.column, false};
	const bool error = problem->severity == SCRIPT_ERROR;

	place_text_put(t, &place);
	term_put(t, error ? TERM_ERROR : TERM_WARNING, error ? "error:" : "warning:");
	term_printf(t, TERM_PLAIN, " %s\n", problem->text);
}

void script_problem_text_put(const struct term *t, const char *file, const struct script_problem *problem)
{
	struct window w = {.line = problem->line, .len = problem->line_len};

	put_message(t, file, problem);
	if (!problem->line || problem->pos.column == 0)
		return;
	w.mark_from = problem->pos.column - 1;
	if (w.mark_from < w.len)
		w.mark_from = character_start(w.line, w.len, w.mark_from);
	w.mark_to = w.mark_from + problem->width;
	cut(&w);
	put_line(t, &w);
	put_caret(t, &w);
}
