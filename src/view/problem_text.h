/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_PROBLEM_TEXT_H
#define CS_VIEW_PROBLEM_TEXT_H

#include <stdio.h>

#include "db/carddb.h"

/* problem_text_put - "TOOL: warning: FILE:LINE:COLUMN: message", a line about a card list */
void problem_text_put(FILE *out, const char *tool, const struct carddb_problem *problem);

#endif
