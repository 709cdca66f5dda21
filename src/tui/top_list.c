/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of readers. */
#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "core/rstate.h"
#include "tui/top_panes.h"
#include "view/time_text.h"

#define TEXT_MAX 160
#define YEAR_LEN 5  /* "2026-" */
#define DATE_LEN 10 /* "2026-11-21" */

enum column { INDEX, NAME, STATE, USE, CARD, ATR, EVENTS, SINCE, COLUMNS };

#define CARD_ENOUGH 40 /* columns; what is left over is the name's, if it needs them */
#define CARD_MOST   60 /* what stands further apart is harder to read as one line */

/* A column of the table, shown on screens of @from columns and more; NAME and CARD share what is left. */
static const struct {
	const char *title;
	size_t width, from;
	size_t wider, wider_from; /* its width on screens of so many columns; 0: always the same */
	enum top_sort sort;       /* TOP_SORTS: none */
} columns[COLUMNS] = {
	[INDEX] = {" #", 3, 0, 0, 0, TOP_BY_INDEX},        [NAME] = {"Reader", 0, 0, 0, 0, TOP_BY_NAME},
	[STATE] = {"State", 11, 0, 0, 0, TOP_BY_STATE},    [USE] = {"Use", 9, 72, 0, 0, TOP_SORTS},
	[CARD] = {"Card", 0, 48, 0, 0, TOP_SORTS},         [ATR] = {"ATR", 15, 100, 35, 140, TOP_SORTS},
	[EVENTS] = {"Events", 7, 40, 0, 0, TOP_BY_EVENTS}, [SINCE] = {"Since", 8, 72, 0, 0, TOP_BY_SINCE},
};

/* Short words for a state; the first whose bits are set. The sentence is in the detail. */
static const struct {
	uint16_t bit;
	const char *words;
	enum term_role role;
} states[] = {
	{RSTATE_UNKNOWN, "unknown", TERM_ERROR},
	{RSTATE_UNAVAILABLE, "unavailable", TERM_ERROR},
	{RSTATE_MUTE, "mute card", TERM_ERROR},
	{RSTATE_UNPOWERED, "unpowered", TERM_GOOD},
	{RSTATE_PRESENT, "card", TERM_GOOD},
	{RSTATE_EMPTY, "no card", TERM_DIM},
	{0, "?", TERM_PLAIN},
};

static size_t state_row(uint16_t state)
{
	size_t i = 0;

	while (states[i].bit && !(state & states[i].bit))
		i++;
	return i;
}

static const char *use_words(uint16_t state)
{
	if (state & RSTATE_EXCLUSIVE)
		return "exclusive";
	return state & RSTATE_INUSE ? "shared" : "-";
}

/* The time of day; the date of what was on another day. */
static const char *since_text(char out[TEXT_MAX], int64_t since_ns, int64_t now_ns)
{
	char then[TIME_TEXT_MAX], now[TIME_TEXT_MAX];

	time_format(then, since_ns, false);
	time_format(now, now_ns, false);
	if (strncmp(then, now, DATE_LEN) != 0)
		snprintf(out, TEXT_MAX, "%.*s", DATE_LEN - YEAR_LEN, then + YEAR_LEN);
	else
		snprintf(out, TEXT_MAX, "%s", time_format_clock(now, since_ns, false));
	return out;
}

static const char *card_text(const struct top_reader *reader, const struct top_scene *scene)
{
	if (reader->card)
		return reader->card;
	return reader->atr_len && scene->db ? "not in the list" : "-";
}

/* Text of a cell; what is untrusted stays so. */
static const char *cell_text(char out[TEXT_MAX], enum column column, const struct top_reader *reader,
			     size_t slot, const struct top_scene *scene)
{
	char hex[HEX_SPACED_SIZE(SCARD_ATR_MAX)];

	switch (column) {
	case INDEX:
		snprintf(out, TEXT_MAX, "%2zu", slot);
		return out;
	case NAME:
		return reader->name;
	case STATE:
		return states[state_row(reader->state)].words;
	case USE:
		return use_words(reader->state);
	case CARD:
		return card_text(reader, scene);
	case ATR:
		hex_build(hex, reader->atr, reader->atr_len, ' ');
		snprintf(out, TEXT_MAX, "%s", reader->atr_len ? hex : "-");
		return out;
	case EVENTS:
		snprintf(out, TEXT_MAX, "%6lu", reader->events);
		return out;
	default:
		return since_text(out, reader->since_ns, scene->real_ns);
	}
}

static enum top_role cell_role(enum column column, const struct top_reader *reader)
{
	switch (column) {
	case NAME:
		return (enum top_role)TERM_NAME;
	case STATE:
		return (enum top_role)states[state_row(reader->state)].role;
	case CARD:
		return reader->card ? (enum top_role)TERM_VALUE : TOP_DIM;
	case USE:
		return reader->state & RSTATE_EXCLUSIVE ? (enum top_role)TERM_WARNING : TOP_PLAIN;
	default:
		return TOP_PLAIN;
	}
}

/* Columns that the longest name takes, with the title above it. */
static size_t longest_name(const struct top_canvas *canvas, const struct top_model *model)
{
	const struct top_reader *v = top_model_readers(model)->v;
	size_t longest = strlen(columns[NAME].title) + 1;

	for (size_t i = 0; i < model->norder; i++) {
		size_t n = top_canvas_columns(canvas, v[model->order[i]].name);

		longest = n > longest ? n : longest;
	}
	return longest;
}

/* Columns of each column, 0 for those not shown. @need: of the names */
static void measure(size_t width[COLUMNS], size_t total, size_t need)
{
	size_t used = 1, left, name;

	for (size_t i = 0; i < COLUMNS; i++) {
		bool wide = columns[i].wider && total >= columns[i].wider_from;

		width[i] = total < columns[i].from ? 0 : wide ? columns[i].wider : columns[i].width;
		used += total < columns[i].from ? 0 : width[i] + 1;
	}
	left = total > used ? total - used : 2;
	name = left > 2 * CARD_ENOUGH ? left - CARD_ENOUGH : left * 3 / 5;
	width[NAME] = total < columns[CARD].from ? left : need < name ? need : name;
	left -= width[NAME];
	width[CARD] = left < CARD_MOST ? left : CARD_MOST;
}

static void draw_titles(struct top_canvas *canvas, const struct top_model *model, const struct top_area *area,
			const size_t width[COLUMNS])
{
	enum top_role role = model->focus == TOP_PANE_LIST ? TOP_BAR_HERE : TOP_BAR;
	size_t x = area->x + 1;

	top_draw_heading(canvas, model, TOP_PANE_LIST, area, "");
	for (size_t i = 0; i < COLUMNS; i++) {
		char title[TEXT_MAX];

		if (!width[i])
			continue;
		snprintf(title, sizeof(title), "%s%s", columns[i].title,
			 columns[i].sort == model->sort ? "*" : "");
		top_canvas_put(canvas, area->y, x, width[i], role, title);
		x += width[i] + 1;
	}
}

static void draw_reader(struct top_canvas *canvas, const struct top_model *model,
			const struct top_scene *scene, size_t slot, const struct top_area *line,
			const size_t width[COLUMNS])
{
	const struct top_reader *reader = &top_model_readers(model)->v[slot];
	size_t x = line->x + 1;
	char text[TEXT_MAX];

	for (size_t i = 0; i < COLUMNS; i++) {
		size_t (*put)(struct top_canvas *, size_t, size_t, size_t, enum top_role, const char *) =
			i == NAME ? top_canvas_put_ends : top_canvas_put;

		if (!width[i])
			continue;
		put(canvas, line->y, x, width[i], cell_role((enum column)i, reader),
		    cell_text(text, (enum column)i, reader, slot, scene));
		x += width[i] + 1;
	}
	if (slot != model->selected)
		return;
	top_canvas_put(canvas, line->y, line->x, 1, TOP_MARKED, ">");
	top_canvas_tint(canvas, line, TOP_MARKED, false);
}

/* The selected line stays in sight. */
static void scroll(struct top_model *model, size_t height)
{
	size_t at = 0;

	model->height[TOP_PANE_LIST] = height;
	while (at + 1 < model->norder && model->order[at] != model->selected)
		at++;
	if (model->list_top > at)
		model->list_top = at;
	if (height && at >= model->list_top + height)
		model->list_top = at - height + 1;
	if (model->list_top + height > model->norder)
		model->list_top = model->norder > height ? model->norder - height : 0;
}

void top_draw_list(struct top_canvas *canvas, struct top_model *model, const struct top_scene *scene,
		   const struct top_area *area)
{
	size_t width[COLUMNS], height = area->height - 1;

	measure(width, area->width, longest_name(canvas, model));
	draw_titles(canvas, model, area, width);
	scroll(model, height);
	for (size_t i = 0; i < height && model->list_top + i < model->norder; i++) {
		struct top_area line = {area->y + 1 + i, area->x, 1, area->width};

		draw_reader(canvas, model, scene, model->order[model->list_top + i], &line, width);
	}
	if (!model->norder && height)
		top_canvas_put(canvas, area->y + 1, area->x + 1, area->width - 1, TOP_DIM,
			       *model->filter ? "no reader with that name or card" : "no reader");
}
