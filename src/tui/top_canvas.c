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
#define ENDS_MIN   12 /* columns; of a narrower field the end would be too little to tell */

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

/* Zero width joiner and variation selectors: what they make of their neighbours, and how wide that is, is a
 * matter of the terminal. */
static bool is_joiner(wchar_t c)
{
	return c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F);
}

/* What combines goes to the character before it, as far as there is room. */
static void combine(struct top_canvas *canvas, size_t y, size_t x, wchar_t c)
{
	struct top_cell *cell;
	size_t n;

	if (x == 0 || is_joiner(c))
		return;
	cell = top_canvas_at(canvas, y, x - 1);
	if (cell->columns == 0 && x > 1)
		cell = top_canvas_at(canvas, y, x - 2);
	n = wcslen(cell->text);
	if (n < TOP_CELL_CHARS)
		cell->text[n] = c;
}

/* Columns of a character; one that can not be shown becomes a question mark. */
static int measure(const struct top_canvas *canvas, wchar_t *c)
{
	int columns = canvas->ascii && *c > ASCII_LAST ? -1 : wcwidth(*c);

	if (columns >= 0)
		return columns;
	*c = L'?';
	return 1;
}

size_t top_canvas_put_char(struct top_canvas *canvas, size_t y, size_t x, size_t end, enum top_role role,
			   wchar_t c)
{
	int columns = measure(canvas, &c);
	struct top_cell *cell;

	if (columns == 0) {
		combine(canvas, y, x, c);
		return 0;
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

#define PIECE UTF8_ESCAPE_SIZE(4)

/* The next character of a text, or what stands for it on the screen; bytes of the text that it takes. */
static size_t next_piece(wchar_t out[PIECE], const char *text, size_t left)
{
	char escaped[PIECE];
	uint32_t c;
	size_t n = utf8_sequence(text, left, &c), eat = n ? n : 1, len;

	len = utf8_escape(escaped, sizeof(escaped), text, eat);
	if (n && len == n) {
		out[0] = (wchar_t)c;
		out[1] = L'\0';
		return eat;
	}
	for (size_t i = 0; i <= len; i++)
		out[i] = (wchar_t)escaped[i];
	return eat;
}

static size_t piece_columns(const struct top_canvas *canvas, const wchar_t *piece)
{
	size_t columns = 0;

	for (wchar_t c; (c = *piece) != L'\0'; piece++)
		columns += (size_t)measure(canvas, &c);
	return columns;
}

size_t top_canvas_columns(const struct top_canvas *canvas, const char *text)
{
	size_t columns = 0;
	wchar_t piece[PIECE];

	for (size_t left = strlen(text), eat; left; text += eat, left -= eat) {
		eat = next_piece(piece, text, left);
		columns += piece_columns(canvas, piece);
	}
	return columns;
}

const char *top_canvas_end(const struct top_canvas *canvas, const char *text, size_t width)
{
	size_t columns = top_canvas_columns(canvas, text);
	wchar_t piece[PIECE];

	while (columns > width) {
		text += next_piece(piece, text, strlen(text));
		columns -= piece_columns(canvas, piece);
	}
	return text;
}

size_t top_canvas_put(struct top_canvas *canvas, size_t y, size_t x, size_t width, enum top_role role,
		      const char *text)
{
	size_t end = x + width < canvas->width ? x + width : canvas->width, at = x, left = strlen(text);
	wchar_t piece[PIECE];

	if (y >= canvas->height || x >= end)
		return 0;
	for (size_t eat; left; text += eat, left -= eat) {
		eat = next_piece(piece, text, left);
		for (size_t i = 0; piece[i]; i++) {
			wchar_t c = piece[i];
			size_t used = top_canvas_put_char(canvas, y, at, end, role, c);

			at += used;
			if (!used && measure(canvas, &c) != 0) {
				mark_cut(canvas, y, end, role);
				return width;
			}
		}
	}
	return at - x;
}

size_t top_canvas_put_ends(struct top_canvas *canvas, size_t y, size_t x, size_t width, enum top_role role,
			   const char *text)
{
	size_t columns = top_canvas_columns(canvas, text), head = width - width * 2 / 5;

	if (columns <= width || width < ENDS_MIN)
		return top_canvas_put(canvas, y, x, width, role, text);
	top_canvas_put(canvas, y, x, head, role, text);
	top_canvas_put(canvas, y, x + head, width - head, role, top_canvas_end(canvas, text, width - head));
	return width;
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
