/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_PLACE_TEXT_H
#define CS_VIEW_PLACE_TEXT_H

#include "view/exchange.h"
#include "view/term.h"

/* place_text_put - "file:line:column: ", the file name made harmless; nothing at a prompt */
void place_text_put(const struct term *t, const struct place *place);

/* place_text_put_error - "file:line:column: error: message" as a line; @message: ours */
void place_text_put_error(const struct term *t, const struct place *place, const char *message);

#endif
