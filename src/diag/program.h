/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_PROGRAM_H
#define CS_DIAG_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "diag/check.h"

/* Programs known to use PC/SC or a reader, and how to make them let go: program.def. */

enum program_kind {
	PROGRAM_GNUPG,   /* takes a reader for itself unless told not to */
	PROGRAM_DESKTOP, /* a service of the desktop that watches cards */
	PROGRAM_BROWSER, /* loads a PKCS#11 module */
	PROGRAM_TOOL,    /* started by hand, ends by itself or by its user */
	PROGRAM_EID,     /* middleware of an identity card or token */
	PROGRAM_VM,      /* passes the USB device to another system */
	PROGRAM_READER,  /* drives USB readers itself, beside pcscd */
};

struct program {
	const char *comm; /* as in /proc/PID/comm: 15 characters at most */
	enum program_kind kind;
	const char *what;    /* "smart card daemon of GnuPG" */
	const char *remedy;  /* a sentence */
	const char *command; /* to paste; NULL: none */
	bool as_root;
};

#define PROGRAM_COMMAND_MAX 32

/*
 * program_let_go - how @client is made to let go: a program's own way is for its user, and @uid may be
 * another; root can end it all the same
 * @program: of @client
 * @command: room that @out may point into
 */
struct remedy program_let_go(const struct program *program, const struct facts_client *client, uid_t uid,
			     char command[PROGRAM_COMMAND_MAX]);

/* program_lookup - the row of a program, NULL for one that nobody knows; @comm may be NULL. Static storage */
const struct program *program_lookup(const char *comm);

#endif
