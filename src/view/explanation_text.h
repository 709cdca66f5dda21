/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXPLANATION_TEXT_H
#define CS_VIEW_EXPLANATION_TEXT_H

#include "diag/explain.h"
#include "view/term.h"

/* explanation_text_put - what a code or a message means, why one sees it, and what to look at; the best fit
 * first
 */
void explanation_text_put(const struct term *t, const struct explain_answers *answers);

/* explanation_text_put_log - what the lines of a log mean, faults first; @pool: for the sentences */
void explanation_text_put_log(const struct term *t, const struct log_digest *digest, struct pool *pool);

#endif
