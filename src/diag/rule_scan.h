/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_RULE_SCAN_H
#define CS_DIAG_RULE_SCAN_H

#include <stdbool.h>

#include "diag/pool.h"

/*
 * rule_scan_unguarded - whether a rules file of polkit has a rule that decides whatever the action is
 * @text: JavaScript, NUL-terminated, of any content
 *
 * A guess, made so that it rather misses one than blames a good one: a function handed to addRule() whose
 * body names a result and never its first parameter, the action. A rule that is not written there as a
 * function is not judged.
 */
bool rule_scan_unguarded(struct pool *pool, const char *text);

#endif
