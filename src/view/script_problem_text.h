/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_SCRIPT_PROBLEM_TEXT_H
#define CS_VIEW_SCRIPT_PROBLEM_TEXT_H

#include "core/script.h"
#include "view/term.h"

/*
 * script_problem_text_put - a mistake in a script, with the line and a caret under the place
 *
 *   demo.apdu:3:7: error: odd number of hexadecimal digits
 *   00 A4 0
 *         ^
 *
 * The line is made harmless; of a long one only what stands around the place is shown. A lint is a "warning".
 * @file: name of the file, untrusted; NULL at a prompt: then no place is told
 */
void script_problem_text_put(const struct term *t, const char *file, const struct script_problem *problem);

#endif
