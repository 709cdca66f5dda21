/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_OPTIONS_H
#define CS_TOOLS_PCSC_DOCTOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/opt.h"

enum doctor_command { DOCTOR_DIAGNOSE, DOCTOR_EXPLAIN, DOCTOR_POLKIT_RULE, DOCTOR_CLIENTS, DOCTOR_REPORT };

/* What the command line asks for. */
struct doctor_options {
	enum doctor_command command;
	char **operand; /* @n_operands words behind the command, of main's argv */
	size_t n_operands;
	const char *root; /* NULL: this machine */
	const char *user, *group;
	struct opt_list reader;
	bool connect, serials, json, verbose, quiet;
	int color;       /* enum app_color */
	char number[24]; /* a negative code, which would be taken for an option */
};

extern const char doctor_name[]; /* "pcsc_doctor", for messages */

/* doctor_options_parse - parse and check the command line; what is wrong is told on stderr */
enum opt_result doctor_options_parse(struct doctor_options *out, int argc, char **argv);

#endif
