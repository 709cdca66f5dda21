/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log of events. */
#include <stdio.h>

#include "core/rstate.h"
#include "tui/top_panes.h"
#include "view/event_text.h"
#include "view/scard_text.h"
#include "view/time_text.h"

#define WORDS_WIDTH 18
#define TEXT_MAX    1024

/* What there is to say beside what happened to whom. */
static void more(char out[TEXT_MAX], const struct top_record *record)
{
	const struct monitor_event *event = &record->event;

	out[0] = '\0';
	if (event->kind == MONITOR_SERVICE_LOST)
		scard_fault_format(out, TEXT_MAX, &event->fault, scard_error_get(event->fault.rv));
	else if (event->kind == MONITOR_STATE_CHANGED)
		snprintf(out, TEXT_MAX, "%s", rstate_sentence(event->state));
	else if (record->card)
		snprintf(out, TEXT_MAX, "%s", record->card);
}

/* "2: the name: what there is to say"; the name leaves half of the line to what follows it. Return: columns.
 */
static size_t draw_reader(struct top_canvas *canvas, const struct top_record *record, size_t y, size_t x,
			  size_t end, const char *what)
{
	size_t from = x, need = *what ? top_canvas_columns(canvas, what) + 2 : 0, room;
	char number[32];

	snprintf(number, sizeof(number), "%zu: ", record->event.slot_id);
	x += top_canvas_put(canvas, y, x, end - x, TOP_PLAIN, number);
	room = x < end ? end - x : 0;
	x += top_canvas_put_ends(canvas, y, x, need < room / 2 ? room - need : room - room / 2, TOP_PLAIN,
				 record->reader);
	if (*what)
		x += top_canvas_put(canvas, y, x, end - x, TOP_PLAIN, ": ");
	return x - from;
}

static void draw_record(struct top_canvas *canvas, const struct top_record *record,
			const struct top_area *line)
{
	char text[TEXT_MAX], time[TIME_TEXT_MAX];
	size_t x = line->x + 1, end = line->x + line->width;
	enum term_role role;
	const char *words = event_heading(&record->event, &role);

	x += top_canvas_put(canvas, line->y, x, end - x, TOP_DIM,
			    time_format_clock(time, record->event.real_ns, true));
	x++;
	if (x + WORDS_WIDTH + 1 >= end)
		return;
	top_canvas_put(canvas, line->y, x, WORDS_WIDTH, (enum top_role)role, words);
	x += WORDS_WIDTH + 1;
	more(text, record);
	if (record->has_reader)
		x += draw_reader(canvas, record, line->y, x, end, text);
	top_canvas_put(canvas, line->y, x, end - x, TOP_PLAIN, text);
}

/* While it is paused the log's heading stays what it was, or 0 if the counts are reset meanwhile. */
static unsigned long shown_total(const struct top_model *model)
{
	if (!model->paused)
		return model->log.total;
	return model->paused_total <= model->log.total ? model->paused_total : 0;
}

void top_draw_log(struct top_canvas *canvas, struct top_model *model, const struct top_area *area)
{
	size_t height = area->height - 1, n = top_model_log_n(model), end, begin;
	char title[TEXT_MAX];

	model->height[TOP_PANE_LOG] = height;
	if (model->log_back > n)
		model->log_back = n;
	end = n - (model->follow ? 0 : model->log_back);
	if (end < height)
		end = n < height ? n : height;
	begin = end > height ? end - height : 0;
	snprintf(title, sizeof(title), "Events: %lu%s", shown_total(model),
		 model->follow ? "" : ", not following (f follows)");
	top_draw_heading(canvas, model, TOP_PANE_LOG, area, title);
	for (size_t i = begin; i < end; i++) {
		struct top_area line = {area->y + 1 + i - begin, area->x, 1, area->width};

		draw_record(canvas, top_model_log_at(model, i), &line);
	}
}
