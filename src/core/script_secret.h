/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_SCRIPT_SECRET_H
#define CS_CORE_SCRIPT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"

/*
 * script_is_secret - whether a unit may hold a PIN or a key, so that a prompt must not remember it
 * @script: that has just parsed it
 * @unit:   its text, with the name that the parser was given
 *
 * What a unit includes from files does not count: it does not stand in it. These make it secret:
 * - a command, or bytes for `control`, of which apdu_secret() hides something, or could hide something when
 *   they hold variables;
 * - `mask`;
 * - `set` of bytes or text that are written out: any of them could be a PIN. What is taken from variables,
 *   `set RANDOM $DATA`, is none;
 * - a mistake, unless script_text_is_secret() sees no danger.
 */
bool script_is_secret(const struct script *script, const struct script_text *unit);

/*
 * script_text_is_secret - the same for a text that can not be parsed, by the first words of its lines
 * A line is no secret when it is empty or a comment, begins with a statement that takes no bytes of a
 * command, with the header of a command that carries no secret, or with a word nobody knows and has neither
 * digits nor quotation marks behind it.
 */
bool script_text_is_secret(const char *text, size_t len);

#endif
