/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_TEXT_H
#define CS_TUI_TOP_TEXT_H

#include <stddef.h>

#include "core/err.h"
#include "tui/top_canvas.h"

/*
 * A text of many lines, as the views print it with colours, broken to a width and scrolled.
 * Start with a zeroed struct.
 */
struct top_text {
	char *raw; /* owned; NULL: empty */
	struct top_canvas lines;
	size_t nlines;
	size_t top; /* first line shown */
};

#define TOP_TEXT_LINES 2000 /* the rest of a longer text is not shown */

/* top_text_take - a new text, which is ours from here on (from malloc()) */
void top_text_take(struct top_text *text, char *raw);
void top_text_release(struct top_text *text);

/* top_text_fit - break it to a width, unless it is; CS_E_NOMEM */
CS_NODISCARD enum cs_err top_text_fit(struct top_text *text, size_t width, bool ascii);

/* top_text_scroll - by lines; stays within the text, of which @height lines show */
void top_text_scroll(struct top_text *text, long lines, size_t height);

/* top_text_draw - what fits an area */
void top_text_draw(struct top_text *text, struct top_canvas *canvas, const struct top_area *area);

#endif
