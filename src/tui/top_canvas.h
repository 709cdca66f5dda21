/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_CANVAS_H
#define CS_TUI_TOP_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "core/err.h"
#include "view/term.h"

/* What a cell is; the roles of text come first. The colour or attribute follows from it. */
enum top_role {
	TOP_PLAIN = TERM_PLAIN,
	TOP_DIM = TERM_DIM,
	TOP_BAR,      /* heading of a pane */
	TOP_BAR_HERE, /* ... of the one that the keys go to */
	TOP_MARKED,   /* the selected reader */
	TOP_ALERT,    /* service lost */
	TOP_NOTICE,   /* paused */
	TOP_KEY,      /* name of a key */
	TOP_ROLES,
};

#define TOP_CELL_CHARS 4 /* a character and what combines with it */

/* One column of a line. */
struct top_cell {
	wchar_t text[TOP_CELL_CHARS + 1];
	unsigned char columns; /* 1, 2, or 0: the right half of the wide character before */
	unsigned char role;    /* enum top_role */
};

/* A screen in memory. The panes draw on it, top_screen shows it, tests read it as text. */
struct top_canvas {
	size_t height, width;
	bool ascii; /* what is not ASCII becomes "?", and no line is drawn with it */
	struct top_cell *cell;
};

#define TOP_SIDE_MAX 2000 /* lines or columns; more of a terminal stay empty */

/* A part of a canvas. */
struct top_area {
	size_t y, x, height, width;
};

/* top_canvas_resize - and clear; CS_E_NOMEM leaves it as it was. Start with a zeroed struct. */
CS_NODISCARD enum cs_err top_canvas_resize(struct top_canvas *canvas, size_t height, size_t width);
void top_canvas_clear(struct top_canvas *canvas);
void top_canvas_release(struct top_canvas *canvas);

/* top_canvas_at - the cell of a line and column there is */
struct top_cell *top_canvas_at(const struct top_canvas *canvas, size_t y, size_t x);

/*
 * top_canvas_put - text into a field of a line, untrusted: control characters and what is no UTF-8 become
 * \xNN
 * @width: columns of the field; what does not fit is cut off, which its last column shows
 * Return: columns used. Nothing outside the canvas is drawn.
 */
size_t top_canvas_put(struct top_canvas *canvas, size_t y, size_t x, size_t width, enum top_role role,
		      const char *text);

/* top_canvas_put_ends - likewise; of a text that is too long the end is seen, too, as it is what readers of
 * one kind differ in */
size_t top_canvas_put_ends(struct top_canvas *canvas, size_t y, size_t x, size_t width, enum top_role role,
			   const char *text);

/* top_canvas_columns - how many top_canvas_put() would use */
size_t top_canvas_columns(const struct top_canvas *canvas, const char *text);

/* top_canvas_end - the end of a text, at most @width columns of it */
const char *top_canvas_end(const struct top_canvas *canvas, const char *text, size_t width);

/* top_canvas_put_char - one character at a place, without an escape; columns used, 0: combined, or no room */
size_t top_canvas_put_char(struct top_canvas *canvas, size_t y, size_t x, size_t end, enum top_role role,
			   wchar_t c);

/* top_canvas_tint - give every cell of an area a role, plain ones only when @plain */
void top_canvas_tint(struct top_canvas *canvas, const struct top_area *area, enum top_role role, bool plain);

/* top_canvas_copy_line - a line of another canvas, its first @width columns */
void top_canvas_copy_line(struct top_canvas *to, size_t y, size_t x, size_t width,
			  const struct top_canvas *from, size_t line);

/* top_canvas_line - a line as multibyte text of the locale without the blanks at its end; returns @out */
char *top_canvas_line(const struct top_canvas *canvas, size_t y, char *out, size_t size);

#endif
