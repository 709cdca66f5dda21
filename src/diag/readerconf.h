/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_READERCONF_H
#define CS_DIAG_READERCONF_H

#include <stddef.h>

#include "core/err.h"
#include "diag/pool.h"

/*
 * A file of reader.conf(5), where pcscd finds the readers that are not on USB. A line is a key and a value;
 * '#' starts a remark, values may stand in quotes, and no other signs than letters, digits and =\/-._@: may
 * stand outside of them. After the first fault pcscd takes no more readers from the file.
 */

#define READERCONF_MAX 64 /* entries of one file */

struct readerconf_entry {
	unsigned line;                                     /* of its first key, from 1 */
	const char *friendly, *device, *library, *channel; /* NULL: not given */
	const char *problem;                               /* first fault; static storage; NULL: none */
	unsigned problem_line;
};

struct readerconf {
	struct readerconf_entry entry[READERCONF_MAX];
	size_t n;
};

/*
 * readerconf_parse - read @len bytes
 * Return: CS_OK, faults are in the entries; CS_E_TOO_LONG there are more entries than fit, the first are
 *   there; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err readerconf_parse(struct readerconf *out, struct pool *pool, const char *text,
					  size_t len);

#endif
