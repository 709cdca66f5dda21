/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_OPTIONS_H
#define CS_TOOLS_PCSC_SCAN_OPTIONS_H

#include <stdbool.h>

#include "cli/opt.h"

enum scan_wait { SCAN_WAIT_INSERT, SCAN_WAIT_REMOVE, SCAN_WAIT_READER, SCAN_WAIT_NO_READER };
enum scan_stamp { SCAN_STAMP_LOCAL, SCAN_STAMP_UTC, SCAN_STAMP_DELTA, SCAN_STAMP_NONE };

/* What the command line asks for. */
struct scan_options {
	bool readers, cards, once, stress, wait; /* at most one of them; none: watch */
	unsigned long stress_count;              /* 0: until stopped */
	int wait_for;                            /* enum scan_wait */
	bool timeout;
	unsigned long timeout_s;
	unsigned long time_s; /* 0: no limit */
	struct opt_list reader, ignore, events, db;
	unsigned event_mask; /* 1 << enum monitor_event_kind */
	struct opt_command exec;
	bool no_analysis, no_lookup, debug, pnp, exit_on_loss;
	bool json, quiet, verbose;
	int timestamps; /* enum scan_stamp */
	int color;      /* enum app_color */
};

extern const char scan_name[]; /* "pcsc_scan", for messages */

/* scan_options_parse - parse and check the command line; what is wrong is told on stderr */
enum opt_result scan_options_parse(struct scan_options *out, int argc, char **argv);

/* scan_wants_hints - whether to tell on stderr what is waited for */
bool scan_wants_hints(const struct scan_options *options);

/* scan_wants_reader - whether --reader and --ignore let this reader through */
bool scan_wants_reader(const struct scan_options *options, const char *reader);

#endif
