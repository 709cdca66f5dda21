/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VPCD_JSON_LOCATE_H
#define CS_VPCD_JSON_LOCATE_H

#include <stddef.h>

/*
 * Where things stand in a line of JSON, for messages: jansson keeps no positions of values. Columns are
 * 1-based bytes. The line must be valid JSON on one line; any bytes are safe, the answer is then of no use.
 */

/* json_locate_value - column of the value of member @key of the object at @line; 1 when there is none */
size_t json_locate_value(const char *line, size_t len, const char *key);

/*
 * json_locate_character - column of character @index (0-based) within the string that is the value of @key;
 *   that of the value itself when there are escapes before the character
 */
size_t json_locate_character(const char *line, size_t len, const char *key, size_t index);

#endif
