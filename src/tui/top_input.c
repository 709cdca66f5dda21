/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys do to the model. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/top_model.h"
#include "view/term.h"

#define DEFAULT_FILE "pcsc_top.jsonl"
#define FAR          LONG_MAX
#define WHEEL_LINES  3

void top_model_say(struct top_model *model, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(model->message, sizeof(model->message), format, args);
	va_end(args);
}

void top_model_page(struct top_model *model, const char *title, char *raw)
{
	top_text_take(&model->page, raw);
	snprintf(model->page_title, sizeof(model->page_title), "%s", title);
}

void top_model_ask(struct top_model *model, enum top_ask ask, const char *word)
{
	model->ask = ask;
	if (word != model->word)
		snprintf(model->word, sizeof(model->word), "%s", word);
}

/* ---- moving ---- */

/* @by of FAR stands for the whole way. */
static size_t moved(size_t from, long by, size_t last)
{
	if (by < 0)
		return by == -FAR || from < (size_t)-by ? 0 : from - (size_t)-by;
	return by == FAR || (size_t)by > last || from > last - (size_t)by ? last : from + (size_t)by;
}

static void move_selection(struct top_model *model, long by)
{
	size_t at = 0;

	if (!model->norder)
		return;
	while (at + 1 < model->norder && model->order[at] != model->selected)
		at++;
	model->selected = model->order[moved(at, by, model->norder - 1)];
}

static void move_log(struct top_model *model, long by)
{
	size_t n = top_model_log_n(model), height = model->height[TOP_PANE_LOG];

	model->log_back = moved(model->follow ? 0 : model->log_back, -by, n > height ? n - height : 0);
	model->follow = model->log_back == 0;
}

static void move_by(struct top_model *model, long by)
{
	if (*model->page_title)
		top_text_scroll(&model->page, by, model->page_height);
	else if (model->focus == TOP_PANE_LIST)
		move_selection(model, by);
	else if (model->focus == TOP_PANE_DETAIL)
		top_text_scroll(&model->detail, by, model->height[TOP_PANE_DETAIL]);
	else
		move_log(model, by);
}

static void move(struct top_model *model, enum top_action action)
{
	size_t height = *model->page_title ? model->page_height : model->height[model->focus];
	long page = height > 1 ? (long)height - 1 : 1;

	switch (action) {
	case TOP_UP:
		move_by(model, -1);
		break;
	case TOP_DOWN:
		move_by(model, 1);
		break;
	case TOP_PAGE_UP:
		move_by(model, -page);
		break;
	case TOP_PAGE_DOWN:
		move_by(model, page);
		break;
	case TOP_FIRST:
		move_by(model, -FAR);
		break;
	default:
		move_by(model, FAR);
	}
}

void top_model_point(struct top_model *model, int key, enum top_pane pane, size_t line)
{
	if (model->ask != TOP_ASK_NOTHING)
		return;
	if (!*model->page_title)
		model->focus = pane;
	if (key != TOP_KEY_NONE) {
		bool list = pane == TOP_PANE_LIST && !*model->page_title;

		for (int i = list ? 1 : WHEEL_LINES; i > 0; i--)
			move(model, top_key_action(key));
		return;
	}
	model->message[0] = '\0';
	if (!*model->page_title && pane == TOP_PANE_LIST && line < model->height[TOP_PANE_LIST] &&
	    model->list_top + line < model->norder)
		model->selected = model->order[model->list_top + line];
}

/* ---- actions ---- */

static void pause_or_go_on(struct top_model *model)
{
	struct top_readers copy = {NULL, model->live.n};

	free(model->frozen.v);
	model->frozen = (struct top_readers){NULL, 0};
	if (model->paused) {
		if (!model->follow)
			model->log_back += model->log.total - model->paused_total;
		model->paused = false;
		return;
	}
	copy.v = calloc(copy.n + 1, sizeof(*copy.v));
	if (!copy.v) {
		top_model_say(model, "cannot pause: %s", cs_err_text(CS_E_NOMEM));
		return;
	}
	if (copy.n)
		memcpy(copy.v, model->live.v, copy.n * sizeof(*copy.v));
	model->frozen = copy;
	model->paused = true;
	model->paused_total = model->log.total;
}

static void reset_counts(struct top_model *model)
{
	for (size_t i = 0; i < model->live.n; i++)
		model->live.v[i].events = 0;
	for (size_t i = 0; i < model->frozen.n; i++)
		model->frozen.v[i].events = 0;
	/* What came since the pause stays the difference of the two, though one may wrap. */
	model->paused_total -= model->log.total;
	model->log.total = 0;
}

static void unzoom(struct top_model *model)
{
	model->zoom = false;
	if (model->from_list && model->focus == TOP_PANE_DETAIL)
		model->focus = TOP_PANE_LIST;
}

static void enter(struct top_model *model)
{
	if (model->zoom) {
		unzoom(model);
		return;
	}
	model->zoom = true;
	model->from_list = model->focus == TOP_PANE_LIST;
	if (model->from_list)
		model->focus = TOP_PANE_DETAIL;
}

static void go_back(struct top_model *model)
{
	if (*model->page_title)
		top_model_page(model, "", NULL);
	else if (model->zoom)
		unzoom(model);
	else
		model->filter[0] = '\0';
}

/* The keys' names under one another, and so what they do. */
static void show_help(struct top_model *model)
{
	char *text = NULL;
	size_t len, widest = 0;
	struct term t = {.out = open_memstream(&text, &len), .color = true};
	const struct top_key_row *row;

	if (!t.out)
		return;
	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++)
		widest = strlen(row->names) > widest ? strlen(row->names) : widest;
	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++) {
		term_printf(&t, TERM_NAME, "%-*s", (int)widest, row->names);
		term_printf(&t, TERM_PLAIN, "  %s\n", row->help);
	}
	if (fclose(t.out) == 0)
		top_model_page(model, "Keys", text);
	else
		free(text);
}

/* What the model can not do by itself is returned. */
static enum top_action act(struct top_model *model, enum top_action action)
{
	switch (action) {
	case TOP_NEXT_PANE:
		model->focus = (enum top_pane)((model->focus + 1) % TOP_PANES);
		break;
	case TOP_PREVIOUS_PANE:
		model->focus = (enum top_pane)((model->focus + TOP_PANES - 1) % TOP_PANES);
		break;
	case TOP_ENTER:
		enter(model);
		break;
	case TOP_FILTER:
		memcpy(model->filter_was, model->filter, sizeof(model->filter));
		top_model_ask(model, TOP_ASK_FILTER, model->filter);
		break;
	case TOP_SORT:
		model->sort = (enum top_sort)((model->sort + 1) % TOP_SORTS);
		break;
	case TOP_FOLLOW:
		model->follow = !model->follow;
		model->log_back = 0;
		break;
	case TOP_PAUSE:
		pause_or_go_on(model);
		break;
	case TOP_CLEAR:
		model->log.n = model->log.first = model->log_back = 0;
		break;
	case TOP_WRITE:
		top_model_ask(model, TOP_ASK_FILE, DEFAULT_FILE);
		break;
	case TOP_RESET:
		reset_counts(model);
		break;
	case TOP_HELP:
		show_help(model);
		break;
	case TOP_BACK:
		go_back(model);
		break;
	default:
		return action;
	}
	return TOP_NOTHING;
}

/* Over a page, keys move it or leave it. */
static enum top_action act_on_page(struct top_model *model, enum top_action action)
{
	switch (action) {
	case TOP_QUIT:
	case TOP_BACK:
	case TOP_ENTER:
	case TOP_HELP:
		top_model_page(model, "", NULL);
		return TOP_NOTHING;
	case TOP_REDRAW:
		return action;
	default:
		return TOP_NOTHING;
	}
}

/* ---- typing ---- */

static void type(struct top_model *model, int key)
{
	size_t n = strlen(model->word);
	unsigned c = (unsigned)key;
	size_t more = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	if (key < ' ' || key >= TOP_KEY_UP || key == 0x7F || n + more >= sizeof(model->word))
		return;
	for (size_t i = more; i-- > 1; c >>= 6)
		model->word[n + i] = (char)(0x80 | (c & 0x3F));
	model->word[n] = (char)(lead[more] | c);
	model->word[n + more] = '\0';
}

static void rub_out(struct top_model *model)
{
	size_t n = strlen(model->word);

	while (n && ((unsigned char)model->word[--n] & 0xC0) == 0x80)
		;
	model->word[n] = '\0';
}

static enum top_action answer(struct top_model *model, int key)
{
	enum top_action action = top_key_action(key);

	if (model->ask == TOP_ASK_OVERWRITE) {
		model->ask = TOP_ASK_NOTHING;
		model->over = key == 'y' || key == 'Y';
		if (model->over)
			return TOP_SAVE;
		top_model_say(model, "not written");
		return TOP_NOTHING;
	}
	if (key == TOP_KEY_ESCAPE) {
		if (model->ask == TOP_ASK_FILTER)
			memcpy(model->filter, model->filter_was, sizeof(model->filter));
		model->ask = TOP_ASK_NOTHING;
		return TOP_NOTHING;
	}
	if (action == TOP_ENTER) {
		bool file = model->ask == TOP_ASK_FILE && *model->word;

		model->ask = TOP_ASK_NOTHING;
		model->over = false;
		return file ? TOP_SAVE : TOP_NOTHING;
	}
	if (key == TOP_KEY_BACKSPACE)
		rub_out(model);
	else if (key == ('U' & 0x1F))
		model->word[0] = '\0';
	else
		type(model, key);
	if (model->ask == TOP_ASK_FILTER)
		memcpy(model->filter, model->word, sizeof(model->filter));
	return TOP_NOTHING;
}

enum top_action top_model_key(struct top_model *model, int key)
{
	enum top_action action = top_key_action(key);

	model->message[0] = '\0';
	if (model->ask != TOP_ASK_NOTHING)
		return answer(model, key);
	if (action >= TOP_UP && action <= TOP_LAST)
		move(model, action);
	else if (*model->page_title)
		return act_on_page(model, action);
	else
		return act(model, action);
	return TOP_NOTHING;
}
