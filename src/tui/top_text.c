/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wcwidth() is X/Open's */
#define _XOPEN_SOURCE 700
#include "tui/top_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

#define TAB 8

/* Where the next character goes. */
struct pen {
	struct top_canvas *canvas;
	size_t y, x;
	size_t indent; /* of the line at hand, for what follows below it */
	bool started;  /* a character that is no blank was there */
	enum term_role role;
};

void top_text_take(struct top_text *text, char *raw)
{
	free(text->raw);
	text->raw = raw;
	text->top = 0;
	top_canvas_release(&text->lines);
}

void top_text_release(struct top_text *text)
{
	top_text_take(text, NULL);
}

static void new_line(struct pen *pen)
{
	pen->y++;
	pen->x = 0;
}

/* Columns of the word that begins here, about: what is escaped later on may take more. */
static size_t word_columns(const char *at)
{
	size_t n = 0, len;
	enum term_role role;
	uint32_t c;

	while (*at && *at != ' ' && *at != '\t' && *at != '\n') {
		if (term_role_read(at, &len, &role)) {
			at += len;
			continue;
		}
		len = utf8_sequence(at, strnlen(at, 4), &c);
		if (len && wcwidth((wchar_t)c) > 0)
			n += (size_t)wcwidth((wchar_t)c);
		else if (!len)
			n += 4;
		at += len ? len : 1;
	}
	return n;
}

static void break_line(struct pen *pen)
{
	new_line(pen);
	pen->x = pen->indent;
}

static void put_char(struct pen *pen, const char *bytes, size_t n)
{
	char one[5] = "";
	size_t columns = word_columns((memcpy(one, bytes, n), one));

	if (pen->x + columns > pen->canvas->width && pen->x > pen->indent)
		break_line(pen);
	if (pen->y < pen->canvas->height)
		pen->x += top_canvas_put(pen->canvas, pen->y, pen->x, pen->canvas->width - pen->x,
					 (enum top_role)pen->role, one);
}

static void put_blank(struct pen *pen, char c)
{
	pen->x = c == '\t' ? (pen->x / TAB + 1) * TAB : pen->x + 1;
	if (!pen->started)
		pen->indent = pen->x + 2 < pen->canvas->width / 2 ? pen->x + 2 : pen->canvas->width / 2;
}

static void put_text(struct pen *pen, const char *at)
{
	bool in_word = false;
	size_t len;
	uint32_t c;

	while (*at && pen->y < pen->canvas->height) {
		if (term_role_read(at, &len, &pen->role)) {
			at += len;
		} else if (*at == '\n') {
			new_line(pen);
			pen->indent = 2;
			pen->started = in_word = false;
			at++;
		} else if (*at == ' ' || *at == '\t') {
			put_blank(pen, *at++);
			in_word = false;
		} else {
			if (!in_word && pen->x > pen->indent &&
			    pen->x + word_columns(at) > pen->canvas->width)
				break_line(pen);
			in_word = pen->started = true;
			len = utf8_sequence(at, strnlen(at, 4), &c);
			put_char(pen, at, len ? len : 1);
			at += len ? len : 1;
		}
	}
}

/* Room for every line broken in two and for what is long; what is left over costs nothing but memory. */
enum cs_err top_text_fit(struct top_text *text, size_t width, bool ascii)
{
	struct pen pen = {.canvas = &text->lines, .indent = 2};
	enum cs_err err;
	size_t height = 1;

	if (text->lines.cell && text->lines.width == width && text->lines.ascii == ascii)
		return CS_OK;
	for (const char *at = text->raw ? text->raw : ""; *at && height < TOP_TEXT_LINES; at++)
		height += *at == '\n';
	height = 2 * height + (text->raw ? strlen(text->raw) : 0) / (width / 2 + 1);
	err = top_canvas_resize(&text->lines, height < TOP_TEXT_LINES ? height : TOP_TEXT_LINES, width);
	if (err != CS_OK)
		return err;
	text->lines.ascii = ascii;
	if (text->raw)
		put_text(&pen, text->raw);
	text->nlines = pen.x ? pen.y + 1 : pen.y;
	if (text->nlines > text->lines.height)
		text->nlines = text->lines.height;
	return CS_OK;
}

void top_text_scroll(struct top_text *text, long lines, size_t height)
{
	size_t last = text->nlines > height ? text->nlines - height : 0;

	if (lines < 0)
		text->top -= text->top < (size_t)-lines ? text->top : (size_t)-lines;
	else
		text->top = (size_t)lines > last ? last : text->top + (size_t)lines;
	if (text->top > last)
		text->top = last;
}

void top_text_draw(struct top_text *text, struct top_canvas *canvas, const struct top_area *area)
{
	top_text_scroll(text, 0, area->height);
	for (size_t i = 0; i < area->height && text->top + i < text->nlines; i++)
		top_canvas_copy_line(canvas, area->y + i, area->x, area->width, &text->lines, text->top + i);
}
