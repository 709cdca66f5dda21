/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_CLIENTS_TEXT_H
#define CS_VIEW_CLIENTS_TEXT_H

#include "diag/check.h"
#include "view/term.h"

/*
 * clients_text_put - the programs that use PC/SC or hold a reader, and what is known about them; then what
 * the checks of the sharing layer say about who holds what
 */
void clients_text_put(const struct term *t, const struct facts *facts, const struct diagnosis *diagnosis);

#endif
