/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_DIAGNOSIS_TEXT_H
#define CS_VIEW_DIAGNOSIS_TEXT_H

#include <stdbool.h>

#include "diag/check.h"
#include "view/term.h"

enum diagnosis_detail {
	DIAGNOSIS_ROOT_CAUSE, /* only what is wrong, nothing when nothing is */
	DIAGNOSIS_LINES,      /* a line for each check, what is wrong with evidence and remedy */
	DIAGNOSIS_ALL,        /* evidence and remedies of every check, and its id */
};

/*
 * diagnosis_text_put - what the checks found, and the root cause
 * Commands to paste stand on lines of their own, ten blanks from the margin.
 * @unreadable: what could be told as root; may be empty
 */
void diagnosis_text_put(const struct term *t, const struct diagnosis *diagnosis,
			const struct pool_list *unreadable, enum diagnosis_detail detail);

/* remedy_text_put - one thing to do and its commands, as a diagnosis shows it */
void remedy_text_put(const struct term *t, const struct remedy *remedy);

#endif
