/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of readers. */
#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "core/rstate.h"
#include "tui/top_panes.h"
#include "view/time_text.h"

#define TEXT_MAX 160

enum column { INDEX, NAME, STATE, USE, CARD, ATR, EVENTS, SINCE, COLUMNS };

/* A column of the table, shown on screens of @from columns and more; NAME and CARD share what is left. */
static const struct {
	const char *title;
	size_t width;
	size_t from;
	enum top_sort sort; /* TOP_SORTS: none */
} columns[COLUMNS] = {
	[INDEX] = {"#", 3, 0, TOP_BY_INDEX},         [NAME] = {"Reader", 0, 0, TOP_BY_NAME},
	[STATE] = {"State", 11, 0, TOP_BY_STATE},    [USE] = {"Use", 9, 72, TOP_SORTS},
	[CARD] = {"Card", 0, 48, TOP_SORTS},         [ATR] = {"ATR", 35, 132, TOP_SORTS},
	[EVENTS] = {"Events", 6, 40, TOP_BY_EVENTS}, [SINCE] = {"Since", 8, 72, TOP_BY_SINCE},
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

/* Text of a cell; what is untrusted stays so. */
static const char *cell_text(char out[TEXT_MAX], enum column column, const struct top_reader *reader,
			     size_t slot)
{
	char hex[HEX_SPACED_SIZE(SCARD_ATR_MAX)], time[TIME_TEXT_MAX];

	switch (column) {
	case INDEX:
		snprintf(out, TEXT_MAX, "%zu", slot);
		return out;
	case NAME:
		return reader->name;
	case STATE:
		return states[state_row(reader->state)].words;
	case USE:
		return use_words(reader->state);
	case CARD:
		if (reader->card)
			return reader->card;
		return reader->atr_len ? "not in the list" : "-";
	case ATR:
		hex_build(hex, reader->atr, reader->atr_len, ' ');
		snprintf(out, TEXT_MAX, "%s", reader->atr_len ? hex : "-");
		return out;
	case EVENTS:
		snprintf(out, TEXT_MAX, "%lu", reader->events);
		return out;
	default:
		snprintf(out, TEXT_MAX, "%s", time_format_clock(time, reader->since_ns, false));
		return out;
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

/* Columns of each column, 0 for those not shown. */
static void measure(size_t width[COLUMNS], size_t total)
{
	size_t used = 1, shared = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		width[i] = total >= columns[i].from ? columns[i].width : 0;
		if (total >= columns[i].from) {
			used += columns[i].width + 1;
			shared += columns[i].width == 0;
		}
	}
	for (size_t i = 0; i < COLUMNS; i++)
		if (!columns[i].width && total >= columns[i].from)
			width[i] = total > used ? (total - used) / shared : 1;
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

static void draw_reader(struct top_canvas *canvas, const struct top_model *model, size_t slot,
			const struct top_area *line, const size_t width[COLUMNS])
{
	const struct top_reader *reader = &top_model_readers(model)->v[slot];
	size_t x = line->x + 1;
	char text[TEXT_MAX];

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!width[i])
			continue;
		top_canvas_put(canvas, line->y, x, width[i], cell_role((enum column)i, reader),
			       cell_text(text, (enum column)i, reader, slot));
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

void top_draw_list(struct top_canvas *canvas, struct top_model *model, const struct top_area *area)
{
	size_t width[COLUMNS], height = area->height - 1;

	measure(width, area->width);
	draw_titles(canvas, model, area, width);
	scroll(model, height);
	for (size_t i = 0; i < height && model->list_top + i < model->norder; i++) {
		struct top_area line = {area->y + 1 + i, area->x, 1, area->width};

		draw_reader(canvas, model, model->order[model->list_top + i], &line, width);
	}
	if (!model->norder && height)
		top_canvas_put(canvas, area->y + 1, area->x + 1, area->width - 1, TOP_DIM,
			       *model->filter ? "no reader with that name or card" : "no reader");
}
