/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines around the panes: the first, the banner, the key line. */
#include <stdio.h>
#include <string.h>

#include "tui/top_panes.h"
#include "view/scard_text.h"

#define TEXT_MAX 1024

void top_draw_head(struct top_canvas *canvas, const struct top_model *model, const struct top_scene *scene)
{
	struct top_area line = {0, 0, 1, canvas->width};
	size_t clock = scene->clock ? strlen(scene->clock) + 1 : 0, readers, cards;
	char text[TEXT_MAX];

	cards = top_model_cards(top_model_readers(model), &readers);
	top_canvas_tint(canvas, &line, TOP_BAR, false);
	snprintf(text, sizeof(text), "pcsc_top %s%s%s  %zu reader%s  %zu card%s  %u event%s/s", scene->host,
		 *scene->service ? "  " : "", scene->service, readers, readers == 1 ? "" : "s", cards,
		 cards == 1 ? "" : "s", top_model_rate(model, scene->mono_ns),
		 top_model_rate(model, scene->mono_ns) == 1 ? "" : "s");
	top_canvas_put(canvas, 0, 0, canvas->width - clock, TOP_BAR, text);
	if (scene->clock)
		top_canvas_put(canvas, 0, canvas->width - clock + 1, clock, TOP_BAR, scene->clock);
}

void top_draw_banner(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	struct top_area line = {y, 0, 1, canvas->width};
	char text[TEXT_MAX], fault[SCARD_FAULT_TEXT_MAX];

	if (model->lost) {
		scard_fault_format(fault, sizeof(fault), &model->fault, scard_error_get(model->fault.rv));
		snprintf(text, sizeof(text), " service lost, trying again: %s", fault);
	} else {
		snprintf(text, sizeof(text), " paused, %lu events since; p goes on",
			 model->log.total - model->paused_total);
	}
	top_canvas_tint(canvas, &line, TOP_ALERT, false);
	top_canvas_put(canvas, y, 0, canvas->width, TOP_ALERT, text);
}

/* What is typed ends with a mark for the cursor; the end of a long word is what is seen. */
static void draw_typing(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	static const char *const questions[] = {
		[TOP_ASK_FILTER] = "Filter: ",
		[TOP_ASK_FILE] = "Write the log to: ",
		[TOP_ASK_OVERWRITE] = "There is such a file; write over it (y/n)? ",
	};
	size_t x = top_canvas_put(canvas, y, 0, canvas->width, TOP_KEY, questions[model->ask]);
	size_t room = canvas->width > x + 1 ? canvas->width - x - 1 : 1;
	const char *word = model->word;

	while (strlen(word) > room) {
		word++;
		while (((unsigned char)*word & 0xC0) == 0x80)
			word++;
	}
	x += top_canvas_put(canvas, y, x, room, TOP_PLAIN, word);
	top_canvas_put(canvas, y, x, 1, TOP_MARKED, "_");
}

static void draw_names(struct top_canvas *canvas, size_t y)
{
	const struct top_key_row *row;
	size_t x = 0;

	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++) {
		size_t n = strcspn(row->names, ",");
		char name[32];

		if (!*row->bar || x + n + 1 + strlen(row->bar) > canvas->width)
			continue;
		snprintf(name, sizeof(name), "%.*s ", (int)n, row->names);
		x += top_canvas_put(canvas, y, x, canvas->width - x, TOP_KEY, name);
		x += top_canvas_put(canvas, y, x, canvas->width - x, TOP_PLAIN, row->bar) + 2;
	}
}

void top_draw_keys(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	char text[TEXT_MAX];

	if (model->ask != TOP_ASK_NOTHING) {
		draw_typing(canvas, model, y);
	} else if (*model->message) {
		top_canvas_put(canvas, y, 0, canvas->width, TOP_PLAIN, model->message);
	} else {
		draw_names(canvas, y);
	}
	if (model->ask != TOP_ASK_NOTHING || *model->message || !*model->filter)
		return;
	snprintf(text, sizeof(text), " filter: %s", model->filter);
	if (strlen(text) < canvas->width / 3)
		top_canvas_put(canvas, y, canvas->width - strlen(text), strlen(text), TOP_MARKED, text);
}
