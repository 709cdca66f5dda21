/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_OPTIONS_H
#define CS_TOOLS_SCRIPTOR_OPTIONS_H

#include <limits.h>
#include <stdbool.h>

#include "cli/opt.h"
#include "core/script.h"

extern const char scriptor_name[]; /* "scriptor", before messages on stderr */

#define SCRIPTOR_FOREVER ULONG_MAX

/* What the command line asks for. */
struct scriptor_options {
	const char *reader;        /* index, name or part of a name; NULL: the only one that holds a card */
	const char *protocol_text; /* of -p, NULL: not given */
	enum script_protocol protocol; /* SCRIPT_PROTOCOL_SAME: T=0 or T=1, as PC/SC chooses */
	bool exclusive, unbuffered;
	bool wait;            /* for a card */
	unsigned long wait_s; /* as long, or SCRIPTOR_FOREVER */
	bool check, keep_going, verbose, quiet;
	bool json, tap;
	const char *junit, *record; /* files, NULL: none */
	bool record_secrets, show_secrets, reckless;
	int color;
	const char *file; /* the script, "-" or NULL: stdin */
};

extern const struct opt_spec scriptor_spec;

/* scriptor_options_parse - the command line; what is wrong has been told */
enum opt_result scriptor_options_parse(struct scriptor_options *out, int argc, char **argv);

#endif
