/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_STRESS_TEXT_H
#define CS_VIEW_STRESS_TEXT_H

#include "core/stress.h"
#include "view/term.h"

/* stress_text_put - the result for one reader, four lines */
void stress_text_put(const struct term *t, const struct stress_result *result);

#endif
