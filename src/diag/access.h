/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_ACCESS_H
#define CS_DIAG_ACCESS_H

#include "diag/facts.h"

/*
 * access_daemon - whether the user that pcscd runs as may read and write a file, by its owner, group and mode
 * The user is that of the process, else User= of its unit. Access lists are not looked at: they may only
 * allow more, so a file with one (its group bits are the mask) is told apart no better than by these.
 *
 * Return: FACT_UNKNOWN when the user, its groups or the file are not known.
 */
enum fact access_daemon(struct facts *facts, const struct facts_file *file);

/* access_daemon_user - name of that user; NULL unknown */
const char *access_daemon_user(struct facts *facts);

#endif
