/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_HELP_H
#define CS_TOOLS_SCRIPTOR_HELP_H

#include <stdbool.h>

#include "view/term.h"

/*
 * help_show - carry out `help` and `help STATEMENT`
 * @line: what was typed
 * Return: false: it is neither.
 */
bool help_show(const struct term *t, const char *line);

#endif
