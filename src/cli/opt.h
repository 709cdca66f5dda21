/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CLI_OPT_H
#define CS_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How an option stores what the user gave. */
enum opt_kind {
	OPT_FLAG,    /* bool: set to true */
	OPT_STRING,  /* const char * */
	OPT_UINT,    /* unsigned long within min..max, decimal */
	OPT_CHOICE,  /* int: index into choices */
	OPT_LIST,    /* struct opt_list: every occurrence is appended */
	OPT_COMMAND, /* struct opt_command: the words up to a lone ";" or the end */
};

/* What a shell may complete the argument with. */
enum opt_complete {
	OPT_COMPLETE_NONE,
	OPT_COMPLETE_FILE,
	OPT_COMPLETE_READER,
	OPT_COMPLETE_COMMAND,
	OPT_COMPLETE_CHOICE
};

#define OPT_LIST_MAX 64

struct opt_list {
	const char *item[OPT_LIST_MAX];
	size_t n;
};

struct opt_command {
	char **argv; /* into main's argv, not NULL-terminated */
	size_t argc;
};

/* One option. It drives the parser, --help and completion alike. */
struct opt_row {
	char short_name;       /* 0: none */
	const char *long_name; /* without dashes, never NULL */
	const char *arg;       /* NULL: takes none; "FILE"; "[COUNT]": may be left out */
	const char *help;      /* one line, no capital, no full stop */
	enum opt_kind kind;
	size_t offset;              /* of the target within the options struct */
	size_t given_offset;        /* of a bool set when the option is given, OPT_NO_GIVEN for none */
	const char *const *choices; /* OPT_CHOICE and OPT_COMPLETE_CHOICE: NULL-terminated */
	unsigned long min, max;     /* OPT_UINT */
	unsigned excl;              /* options of the same non-zero group exclude one another */
	enum opt_complete complete;
};

#define OPT_NO_GIVEN ((size_t)-1)

struct opt_spec {
	const char *name;            /* of the tool */
	const char *const *synopsis; /* lines after the name, NULL-terminated */
	const char *summary;         /* one sentence */
	const struct opt_row *rows;  /* ends with a row whose long_name is NULL */
	const char *epilog;          /* text after the options, may be NULL */
};

enum opt_result {
	OPT_RUN,   /* go on */
	OPT_DONE,  /* --help, --version or --complete-options was answered: exit 0 */
	OPT_USAGE, /* told on stderr: exit 2 */
};

/*
 * opt_parse - parse a command line
 * @target: the tool's options struct, holding its defaults
 * @argv:   may be reordered: operands last
 * @first:  receives the index of the first operand
 *
 * An empty value is a usage error for every kind.
 * -h/--help and -V/--version are understood by every tool; --complete-options (hidden) prints a line per
 * option for the shell completions: "--long TAB -s or - TAB none|required|optional TAB
 * file|reader|command|none or the choices with commas between TAB help".
 */
enum opt_result opt_parse(const struct opt_spec *spec, void *target, int argc, char **argv, int *first,
			  FILE *out, FILE *err);

/* opt_usage_error - "NAME: message" and a hint to --help on @err; returns OPT_USAGE */
enum opt_result opt_usage_error(const struct opt_spec *spec, FILE *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
