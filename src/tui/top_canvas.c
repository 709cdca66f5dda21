/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wcwidth() is X/Open's */
#define _XOPEN_SOURCE 700
#include "tui/top_canvas.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

#define ASCII_LAST 0x7E

enum cs_err top_canvas_resize(struct top_canvas *canvas, size_t height, size_t width)
{
	struct top_cell *cell;

	height = height < TOP_SIDE_MAX ? height : TOP_SIDE_MAX;
	width = width < TOP_SIDE_MAX ? width : TOP_SIDE_MAX;
	cell = calloc(height * width + 1, sizeof(*cell));
	if (!cell)
		return CS_E_NOMEM;
	free(canvas->cell);
	canvas->cell = cell;
	canvas->height = height;
	canvas->width = width;
	top_canvas_clear(canvas);
	return CS_OK;
}

static void blank(struct top_cell *cell, enum top_role role)
{
	*cell = (struct top_cell){.text = L" ", .columns = 1, .role = (unsigned char)role};
}

void top_canvas_clear(struct top_canvas *canvas)
{
	for (size_t i = 0; i < canvas->height * canvas->width; i++)
		blank(&canvas->cell[i], TOP_PLAIN);
}

void top_canvas_release(struct top_canvas *canvas)
{
	free(canvas->cell);
	canvas->cell = NULL;
	canvas->height = canvas->width = 0;
}

struct top_cell *top_canvas_at(const struct top_canvas *canvas, size_t y, size_t x)
{
	assert(y < canvas->height && x < canvas->width);
	return &canvas->cell[y * canvas->width + x];
}

/* What combines goes to the character before it, as far as there is room. */
static void combine(struct top_canvas *canvas, size_t y, size_t x, wchar_t c)
{
	struct top_cell *cell;
	size_t n;

	if (x == 0)
		return;
	cell = top_canvas_at(canvas, y, x - 1);
	if (cell->columns == 0 && x > 1)
		cell = top_canvas_at(canvas, y, x - 2);
	n = wcslen(cell->text);
	if (n < TOP_CELL_CHARS)
		cell->text[n] = c;
}

size_t top_canvas_put_char(struct top_canvas *canvas, size_t y, size_t x, size_t end, enum top_role role,
			   wchar_t c)
{
	int columns = canvas->ascii && c > ASCII_LAST ? -1 : wcwidth(c);
	struct top_cell *cell;

	if (columns == 0) {
		combine(canvas, y, x, c);
		return 0;
	}
	if (columns < 0) {
		c = L'?';
		columns = 1;
	}
	if (y >= canvas->height || x + (size_t)columns > end || x + (size_t)columns > canvas->width)
		return 0;
	cell = top_canvas_at(canvas, y, x);
	*cell = (struct top_cell){
		.text = {c}, .columns = (unsigned char)columns, .role = (unsigned char)role};
	if (columns == 2)
		cell[1] = (struct top_cell){.role = (unsigned char)role};
	return (size_t)columns;
}

/* The last column of a field says that there is more. */
static void mark_cut(struct top_canvas *canvas, size_t y, size_t end, enum top_role role)
{
	struct top_cell *cell = top_canvas_at(canvas, y, end - 1);

	if (cell->columns == 0 && end > 1)
		blank(top_canvas_at(canvas, y, end - 2), role);
	blank(cell, role);
	cell->text[0] = canvas->ascii ? L'~' : L'\x2026';
}

static wchar_t next_char(const char **at)
{
	uint32_t c = 0;
	size_t n = utf8_sequence(*at, strlen(*at), &c);

	*at += n ? n : 1;
	return (wchar_t)c;
}

size_t top_canvas_put(struct top_canvas *canvas, size_t y, size_t x, size_t width, enum top_role role,
		      const char *text)
{
	size_t end = x + width < canvas->width ? x + width : canvas->width, at = x, left = strlen(text);
	char piece[UTF8_ESCAPE_SIZE(4)];
	uint32_t c;

	if (y >= canvas->height || x >= end)
		return 0;
	while (left) {
		size_t n = utf8_sequence(text, left, &c);
		const char *p = piece;

		n = n ? n : 1;
		utf8_escape(piece, sizeof(piece), text, n);
		while (*p) {
			wchar_t w = next_char(&p);
			size_t used = top_canvas_put_char(canvas, y, at, end, role, w);

			at += used;
			if (!used && (canvas->ascii || wcwidth(w) != 0)) {
				mark_cut(canvas, y, end, role);
				return width;
			}
		}
		text += n;
		left -= n;
	}
	return at - x;
}

void top_canvas_tint(struct top_canvas *canvas, const struct top_area *area, enum top_role role, bool plain)
{
	for (size_t y = area->y; y < area->y + area->height && y < canvas->height; y++)
		for (size_t x = area->x; x < area->x + area->width && x < canvas->width; x++) {
			struct top_cell *cell = top_canvas_at(canvas, y, x);

			if (!plain || cell->role == TOP_PLAIN)
				cell->role = (unsigned char)role;
		}
}

void top_canvas_copy_line(struct top_canvas *to, size_t y, size_t x, size_t width,
			  const struct top_canvas *from, size_t line)
{
	if (y >= to->height || line >= from->height)
		return;
	for (size_t i = 0; i < width && x + i < to->width && i < from->width; i++)
		*top_canvas_at(to, y, x + i) = *top_canvas_at(from, line, i);
}

char *top_canvas_line(const struct top_canvas *canvas, size_t y, char *out, size_t size)
{
	mbstate_t state;
	size_t n = 0;

	memset(&state, 0, sizeof(state));
	for (size_t x = 0; x < canvas->width; x++) {
		const struct top_cell *cell = top_canvas_at(canvas, y, x);
		char bytes[MB_LEN_MAX];

		for (size_t i = 0; i < TOP_CELL_CHARS && cell->text[i]; i++) {
			size_t len = wcrtomb(bytes, cell->text[i], &state);

			if (len == (size_t)-1 || n + len >= size)
				continue;
			memcpy(out + n, bytes, len);
			n += len;
		}
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}
