/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_FINDING_TEXT_H
#define CS_VIEW_FINDING_TEXT_H

#include <stddef.h>

#include "core/finding.h"
#include "view/term.h"

#define FINDING_MESSAGE_MAX 160 /* characters of finding_message() with the NUL */

/*
 * finding_message - the sentence of a finding with its figures, such as
 *   "the check byte TCK is wrong: 80, expected 58"
 * Return: length without the NUL.
 */
size_t finding_message(char out[FINDING_MESSAGE_MAX], const struct finding *finding);

/* finding_role - the colour of a severity */
enum term_role finding_role(enum finding_severity severity);

/* findings_put_at - "    ! error: ... (clause 8.2.5)" for each finding about byte @offset */
void findings_put_at(const struct term *t, const struct findings *findings, size_t offset);

/* findings_put_list - a line per finding: "  byte 7: error TCK_WRONG: ... (clause 8.2.5)" */
void findings_put_list(const struct term *t, const struct findings *findings);

/* findings_put_summary - "2 errors, 1 warning" or "none" */
void findings_put_summary(const struct term *t, const struct findings *findings);

#endif
