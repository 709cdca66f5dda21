/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines around the panes: the first, the banner, the key line. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/top_panes.h"
#include "view/scard_text.h"

#define TEXT_MAX 1024

/* How much is said of the service, the most first; what fits is taken. */
static const struct {
	bool protocol; /* though the release is known */
	const char *daemon, *library;
} brevities[] = {
	{true, "  pcscd ", "  libpcsclite "},
	{false, "  pcscd ", "  libpcsclite "},
	{false, "  pcscd ", "  lib "},
	{false, "  pcscd ", NULL},
	{false, NULL, NULL},
};

#define BREVITIES (sizeof(brevities) / sizeof(brevities[0]))

__attribute__((format(printf, 2, 3))) static void append(char text[TEXT_MAX], const char *format, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, TEXT_MAX - n, format, args);
	va_end(args);
}

static void append_service(char text[TEXT_MAX], const struct top_scene *scene, size_t brevity)
{
	const char *daemon = brevities[brevity].daemon, *library = brevities[brevity].library;

	if (daemon && *scene->daemon)
		append(text, "%s%s", daemon, scene->daemon);
	if (daemon && *scene->daemon && *scene->protocol && brevities[brevity].protocol)
		append(text, " (protocol %s)", scene->protocol);
	if (daemon && !*scene->daemon && *scene->protocol)
		append(text, "%sprotocol %s", daemon, scene->protocol);
	if (library && *scene->library)
		append(text, "%s%s", library, scene->library);
}

static void append_count(char text[TEXT_MAX], size_t n, const char *what, const char *unit)
{
	append(text, "  %zu %s%s%s", n, what, n == 1 ? "" : "s", unit);
}

/* What stands behind the name of the computer. */
static void describe(char text[TEXT_MAX], const struct top_model *model, const struct top_scene *scene,
		     size_t brevity)
{
	size_t readers, cards = top_model_cards(top_model_readers(model), &readers);

	text[0] = '\0';
	append_service(text, scene, brevity);
	append_count(text, readers, "reader", "");
	append_count(text, cards, "card", "");
	append_count(text, top_model_rate(model, scene->mono_ns), "event", "/s");
}

void top_draw_head(struct top_canvas *canvas, const struct top_model *model, const struct top_scene *scene)
{
	struct top_area line = {0, 0, 1, canvas->width};
	size_t clock = scene->clock ? strlen(scene->clock) + 1 : 0, width = canvas->width - clock, x, host;
	char text[TEXT_MAX];

	top_canvas_tint(canvas, &line, TOP_BAR, false);
	x = top_canvas_put(canvas, 0, 0, width, TOP_BAR, "pcsc_top ");
	host = top_canvas_columns(canvas, scene->host);
	for (size_t i = 0; i < BREVITIES; i++) {
		describe(text, model, scene, i);
		if (x + host + strlen(text) <= width)
			break;
	}
	if (x + host + strlen(text) > width)
		host = width > x + strlen(text) ? width - x - strlen(text) : 0;
	x += top_canvas_put(canvas, 0, x, host, TOP_BAR, scene->host);
	top_canvas_put(canvas, 0, x, width - x, TOP_BAR, text);
	if (scene->clock)
		top_canvas_put(canvas, 0, canvas->width - clock + 1, clock, TOP_BAR, scene->clock);
}

static void tell_banner(char text[TEXT_MAX], const struct top_model *model)
{
	unsigned long since = model->log.total - model->paused_total;
	char fault[SCARD_FAULT_TEXT_MAX];

	text[0] = '\0';
	if (model->lost) {
		scard_fault_format(fault, sizeof(fault), &model->fault, scard_error_get(model->fault.rv));
		snprintf(text, TEXT_MAX, "%sservice lost, trying again: %s", model->paused ? "paused; " : "",
			 fault);
	} else if (model->paused) {
		snprintf(text, TEXT_MAX, "paused, %lu event%s since; p goes on", since,
			 since == 1 ? "" : "s");
	}
}

enum cs_err top_fit_banner(struct top_model *model, size_t width, bool ascii)
{
	char text[TEXT_MAX], *copy;

	tell_banner(text, model);
	if (strcmp(text, model->banner.raw ? model->banner.raw : "") != 0) {
		copy = strdup(text);
		if (!copy)
			return CS_E_NOMEM;
		top_text_take(&model->banner, copy);
	}
	return top_text_fit(&model->banner, width > 2 ? width - 1 : 1, ascii);
}

void top_draw_banner(struct top_canvas *canvas, struct top_model *model, const struct top_area *area)
{
	struct top_area body = {area->y, area->x + 1, area->height, area->width - 1};
	enum top_role role = model->lost ? TOP_ALERT : TOP_NOTICE;

	top_text_draw(&model->banner, canvas, &body);
	if (model->banner.nlines > area->height)
		top_canvas_put(canvas, area->y + area->height - 1, area->width - 1, 1, role,
			       canvas->ascii ? "~" : "\xE2\x80\xA6");
	top_canvas_tint(canvas, area, role, false);
}

/* What is typed ends with a mark for the cursor; the end of a long word is what is seen. */
static void draw_typing(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	static const char *const questions[] = {
		[TOP_ASK_FILTER] = "Filter: ",
		[TOP_ASK_FILE] = "Write the log to: ",
		[TOP_ASK_OVERWRITE] = "File exists; write over it (y/n)? ",
	};
	size_t x = top_canvas_put(canvas, y, 0, canvas->width, TOP_KEY, questions[model->ask]);
	size_t room = canvas->width > x + 1 ? canvas->width - x - 1 : 1;

	x += top_canvas_put(canvas, y, x, room, TOP_PLAIN, top_canvas_end(canvas, model->word, room));
	top_canvas_put(canvas, y, x, 1, TOP_MARKED, "_");
}

/* @key with @word behind it at *@x, if both fit before @end */
static void draw_key(struct top_canvas *canvas, size_t y, size_t *x, size_t end, const char *key,
		     const char *word)
{
	size_t n = strlen(key) + 1 + strlen(word);

	if (*x + n > end)
		return;
	top_canvas_put(canvas, y, *x, strlen(key), TOP_KEY, key);
	top_canvas_put(canvas, y, *x + strlen(key) + 1, strlen(word), TOP_PLAIN, word);
	*x += n + 2;
}

static void draw_keys(struct top_canvas *canvas, size_t y, size_t end)
{
	const struct top_key_row *row;
	size_t x = 0;

	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++) {
		char name[32];

		if (!*row->bar || canvas->width < row->from)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(row->names, ","), row->names);
		draw_key(canvas, y, &x, end, name, row->bar);
	}
}

/* Over a page there are no others. */
static void draw_page_keys(struct top_canvas *canvas, size_t y)
{
	size_t x = 0;

	draw_key(canvas, y, &x, canvas->width, "q", "Back");
	draw_key(canvas, y, &x, canvas->width, "Up Down PageUp PageDown Home End", "Scroll");
}

/* Columns left for the keys. */
static size_t draw_filter(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	char text[TEXT_MAX];
	size_t columns, most = canvas->width / 3;

	if (!*model->filter)
		return canvas->width;
	snprintf(text, sizeof(text), "filter: %s", model->filter);
	columns = top_canvas_columns(canvas, text);
	columns = columns < most ? columns : most;
	top_canvas_put(canvas, y, canvas->width - columns, columns, TOP_MARKED, text);
	return canvas->width - columns - 1;
}

void top_draw_keys(struct top_canvas *canvas, const struct top_model *model, size_t y)
{
	if (model->ask != TOP_ASK_NOTHING)
		draw_typing(canvas, model, y);
	else if (*model->message)
		top_canvas_put(canvas, y, 0, canvas->width, TOP_PLAIN, model->message);
	else if (*model->page_title)
		draw_page_keys(canvas, y);
	else
		draw_keys(canvas, y, draw_filter(canvas, model, y));
}
