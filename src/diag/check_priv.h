/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_CHECK_PRIV_H
#define CS_DIAG_CHECK_PRIV_H

#include "diag/check.h"

/* The tables of the layers, one source file each (check_socket.c, ...), each ending in a row without id. */
extern const struct check check_library[], check_environment[], check_socket[], check_daemon[],
	check_protocol[], check_policy[], check_session[], check_usb[], check_kernel[], check_driver[],
	check_reader[], check_sharing[], check_card[];

/*
 * The words of a verdict. The formats are ours; arguments that come from files, programs or the environment
 * go through verdict_clean() for messages and verdict_quote() for commands.
 */
void verdict_set(struct verdict *v, enum check_status status, const char *kase, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void verdict_evidence(struct verdict *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* verdict_remedy - @command: NULL, or lines to paste; a printf format that shares its arguments with nothing:
 * use pool_format(v->pool, ...) for one with arguments */
void verdict_remedy(struct verdict *v, bool as_root, const char *text, const char *command);
/* verdict_clean - untrusted text made harmless for a terminal; "" for NULL */
const char *verdict_clean(struct verdict *v, const char *text);
/* verdict_quote - untrusted text as one word for a POSIX shell */
const char *verdict_quote(struct verdict *v, const char *text);

#endif
