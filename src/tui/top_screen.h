/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_SCREEN_H
#define CS_TUI_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "tui/top_canvas.h"
#include "tui/top_key.h"

/*
 * The terminal: the only file that knows curses. One at a time. From top_screen_open() to top_screen_close()
 * the terminal is ours; it is given back in order also when the process ends by a failed assertion or a
 * fault.
 */

enum top_screen_end {
	TOP_SCREEN_OPEN,
	TOP_SCREEN_NO_TTY,  /* stdin or stdout is no terminal */
	TOP_SCREEN_UNKNOWN, /* the terminal has no description */
	TOP_SCREEN_DUMB,    /* its cursor can not be moved, or the screen not be cleared */
};

/*
 * top_screen_open - take the terminal
 * @term: $TERM; NULL: unset
 */
enum top_screen_end top_screen_open(const char *term, bool color);

/* top_screen_close - give it back; without effect when it is not open */
void top_screen_close(void);

/* top_screen_size - as the terminal has it now; the curses' screen gets that size */
void top_screen_size(size_t *height, size_t *width);

/* top_screen_show - what differs from what is there; @anew: everything */
void top_screen_show(const struct top_canvas *canvas, bool anew);

/* A key, or what the mouse did. */
struct top_input {
	int key; /* character or enum top_key; of the mouse TOP_KEY_UP or TOP_KEY_DOWN, TOP_KEY_NONE: a click
		  */
	bool mouse; /* on line @y */
	size_t y;
};

/* top_screen_input - what was typed; false: nothing more for now */
bool top_screen_input(struct top_input *out);

/* top_screen_leave, top_screen_return - lend the terminal to another program, or to the shell */
void top_screen_leave(void);
void top_screen_return(void);

#endif
