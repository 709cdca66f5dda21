/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_COMPLETE_H
#define CS_TOOLS_SCRIPTOR_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/scriptor_words.h"

/*
 * complete_word - of struct editor_ops: statements, what may follow them, variables, readers, applications
 * @data: the struct session
 */
void complete_word(void *data, struct words *words, const char *line, size_t start, size_t end, bool quoted);

#endif
