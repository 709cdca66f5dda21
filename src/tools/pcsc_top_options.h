/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_OPTIONS_H
#define CS_TOOLS_PCSC_TOP_OPTIONS_H

#include <stdbool.h>

#include "cli/opt.h"

/* What the command line asks for. */
struct top_options {
	bool ascii, no_clock, no_lookup, pnp;
	struct opt_list reader, ignore, db;
	int color; /* enum app_color */
};

extern const char top_name[]; /* "pcsc_top", for messages */

/* top_options_parse - parse and check the command line; what is wrong is told on stderr */
enum opt_result top_options_parse(struct top_options *out, int argc, char **argv);

/* top_wants_reader - whether --reader and --ignore let this reader through */
bool top_wants_reader(const struct top_options *options, const char *reader);

#endif
