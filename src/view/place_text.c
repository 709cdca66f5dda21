/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/place_text.h"

void place_text_put(const struct term *t, const struct place *place)
{
	if (!place->file)
		return;
	term_put_untrusted(t, TERM_PLAIN, place->file);
	if (place->line)
		term_printf(t, TERM_PLAIN, ":%u", (unsigned)place->line);
	if (place->line && place->column)
		term_printf(t, TERM_PLAIN, ":%u", (unsigned)place->column);
	term_put(t, TERM_PLAIN, ": ");
}

void place_text_put_error(const struct term *t, const struct place *place, const char *message)
{
	place_text_put(t, place);
	term_put(t, TERM_ERROR, "error:");
	term_printf(t, TERM_PLAIN, " %s\n", message);
}
