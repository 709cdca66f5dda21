/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_ADVICE_H
#define CS_DIAG_ADVICE_H

#include <stdbool.h>

#include "diag/check.h"

/* Findings and remedies that checks of several layers share. */

/*
 * advice_missing_driver - when an entry of reader.conf names a library that is not there, say so (D36b)
 * pcscd does not start then, whatever else is right.
 * Return: whether @v was set to CHECK_FAIL.
 */
bool advice_missing_driver(const struct facts *facts, struct verdict *v);

/*
 * advice_restart - how to get a daemon that works, @text says so; a stranger that listens in its place has to
 * end first
 */
void advice_restart(const struct facts *facts, struct verdict *v, const char *text);

/* advice_rule - the polkit rule that lets this user in, as lines to paste; @reader: only that one, NULL: all
 */
void advice_rule(const struct facts *facts, struct verdict *v, const char *reader);

/* advice_log - the newest line of the daemon's log that means @kase; NULL: none */
const char *advice_log(const struct facts *facts, const char *kase);

/* advice_journal - the daemon's last messages, where there is a journal */
void advice_journal(const struct facts *facts, struct verdict *v);

#endif
