/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_KEYVALUE_H
#define CS_DIAG_KEYVALUE_H

#include "diag/pool.h"

/*
 * keyvalue_get - value of the last line KEY=VALUE, as in os-release, session files and EnvironmentFile=
 * @text: NUL-terminated, NULL is a text without lines
 *
 * Blanks around the line and "export" before it are skipped. A value may stand in single quotes or in double
 * ones, where a backslash makes the next character itself; without quotes it goes to the end of the line.
 * Return: the pool's; NULL when there is no such line.
 */
char *keyvalue_get(struct pool *pool, const char *text, const char *key);

/* keyvalue_behind - what stands behind @prefix in the first line that begins with it, up to the end of @text;
 * NULL when none does */
const char *keyvalue_behind(const char *text, const char *prefix);

/* keyvalue_next_line - start of the next line, NULL behind the last */
const char *keyvalue_next_line(const char *line);

/* keyvalue_word - the word that @text begins with, up to a blank or the end of the line */
char *keyvalue_word(struct pool *pool, const char *text);

#endif
