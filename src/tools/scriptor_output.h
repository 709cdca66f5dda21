/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_OUTPUT_H
#define CS_TOOLS_SCRIPTOR_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "tools/scriptor_options.h"

/*
 * output_open - a file to write to
 * @path:   NULL: none, *@out is NULL
 * @option: that named it, for messages
 * Return: false, after a message: it can not be opened, or is the script itself.
 */
bool output_open(FILE **out, const char *path, const char *option, const struct scriptor_options *options);

#endif
