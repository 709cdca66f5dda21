/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_WRITE_H
#define CS_TOOLS_PCSC_TOP_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "db/carddb.h"
#include "tui/top_model.h"

/*
 * top_write - the log that is shown, as JSON Lines, like pcsc_scan --json
 * @over: write over a file that exists; without it that is EEXIST
 * @db:   NULL: cards are not looked up
 * @n:    receives the number of events written
 * Return: 0; errno; TOP_WRITE_IRREGULAR: @path is a directory, a pipe or a device.
 */
#define TOP_WRITE_IRREGULAR (-1)

int top_write(const struct top_model *model, const char *path, bool over, const struct carddb *db, size_t *n);

#endif
