/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/opt.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/app.h"
#include "core/utf8.h"

#define ROWS_MAX    64
#define HELP_COL    30
#define MESSAGE_MAX 512 /* a longer message is cut */
#define WORD_MAX    200 /* characters of a word shown in a message */
#define LONG_BASE   256 /* getopt value of row i is LONG_BASE + i */

static const struct opt_row standard[] = {
	{.short_name = 'h', .long_name = "help", .help = "show this text and end"},
	{.short_name = 'V', .long_name = "version", .help = "show the version and end"},
	{.long_name = NULL},
};

enum { VALUE_HELP = 1, VALUE_VERSION, VALUE_COMPLETE };

/* What getopt_long needs, made from the rows. */
struct tables {
	struct option longs[ROWS_MAX + 4];
	char shorts[3 * ROWS_MAX + 8];
	size_t nrows;
};

static bool optional_arg(const struct opt_row *row)
{
	return row->arg && row->arg[0] == '[';
}

static int has_arg(const struct opt_row *row)
{
	if (!row->arg || row->kind == OPT_COMMAND)
		return no_argument;
	return optional_arg(row) ? optional_argument : required_argument;
}

static void add_short(char *shorts, const struct opt_row *row)
{
	size_t n = strlen(shorts);

	if (!row->short_name)
		return;
	shorts[n++] = row->short_name;
	for (int colons = has_arg(row); colons > 0; colons--)
		shorts[n++] = ':';
	shorts[n] = '\0';
}

static void tables_init(struct tables *t, const struct opt_spec *spec)
{
	size_t n = 0;

	memset(t, 0, sizeof(*t));
	strcpy(t->shorts, ":hV");
	for (; spec->rows[n].long_name; n++) {
		assert(n < ROWS_MAX);
		t->longs[n] = (struct option){spec->rows[n].long_name, has_arg(&spec->rows[n]), NULL,
					      LONG_BASE + (int)n};
		add_short(t->shorts, &spec->rows[n]);
	}
	t->nrows = n;
	t->longs[n++] = (struct option){"help", no_argument, NULL, VALUE_HELP};
	t->longs[n++] = (struct option){"version", no_argument, NULL, VALUE_VERSION};
	t->longs[n] = (struct option){"complete-options", no_argument, NULL, VALUE_COMPLETE};
}

static void print_help_row(FILE *out, const struct opt_row *row)
{
	bool attached = optional_arg(row);
	int width = row->short_name ? fprintf(out, "  -%c, ", row->short_name) : fprintf(out, "      ");

	width += fprintf(out, "--%s", row->long_name);
	if (row->arg && attached)
		width += fprintf(out, "[=%.*s]", (int)strlen(row->arg) - 2, row->arg + 1);
	else if (row->arg)
		width += fprintf(out, " %s", row->arg);
	if (width > HELP_COL - 2)
		fprintf(out, "\n%*s", HELP_COL, "");
	else
		fprintf(out, "%*s", HELP_COL - width, "");
	fprintf(out, "%s\n", row->help);
}

static void print_help(const struct opt_spec *spec, FILE *out)
{
	for (size_t i = 0; spec->synopsis[i]; i++)
		fprintf(out, "%s %s %s\n", i ? "      " : "Usage:", spec->name, spec->synopsis[i]);
	fprintf(out, "\n%s\n\nOptions:\n", spec->summary);
	for (const struct opt_row *row = spec->rows; row->long_name; row++)
		print_help_row(out, row);
	for (const struct opt_row *row = standard; row->long_name; row++)
		print_help_row(out, row);
	if (spec->epilog)
		fprintf(out, "\n%s", spec->epilog);
}

static void print_completion_row(FILE *out, const struct opt_row *row)
{
	static const char *const kinds[] = {
		[OPT_COMPLETE_NONE] = "none",
		[OPT_COMPLETE_FILE] = "file",
		[OPT_COMPLETE_READER] = "reader",
		[OPT_COMPLETE_COMMAND] = "command",
	};

	fprintf(out, "--%s\t", row->long_name);
	if (row->short_name)
		fprintf(out, "-%c\t", row->short_name);
	else
		fprintf(out, "-\t");
	fprintf(out, "%s\t", !row->arg ? "none" : optional_arg(row) ? "optional" : "required");
	if (row->complete != OPT_COMPLETE_CHOICE)
		fprintf(out, "%s", kinds[row->complete]);
	for (size_t i = 0; row->complete == OPT_COMPLETE_CHOICE && row->choices[i]; i++)
		fprintf(out, "%s%s", i ? "," : "", row->choices[i]);
	fprintf(out, "\t%s\n", row->help);
}

static void print_completion(const struct opt_spec *spec, FILE *out)
{
	for (const struct opt_row *row = spec->rows; row->long_name; row++)
		print_completion_row(out, row);
	for (const struct opt_row *row = standard; row->long_name; row++)
		print_completion_row(out, row);
}

/* Words of the command line stand in the message: what a script passes on may come from anywhere. */
enum opt_result opt_usage_error(const struct opt_spec *spec, FILE *err, const char *format, ...)
{
	char message[MESSAGE_MAX], shown[UTF8_ESCAPE_SIZE(MESSAGE_MAX)];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	utf8_escape(shown, sizeof(shown), message, strlen(message));
	fprintf(err, "%s: %s\n%s: try '%s --help'\n", spec->name, shown, spec->name, spec->name);
	return OPT_USAGE;
}

static enum opt_result store_uint(const struct opt_spec *spec, const struct opt_row *row,
				  unsigned long *target, const char *arg, FILE *err)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (!isdigit((unsigned char)arg[0]) || *end || errno || value < row->min || value > row->max)
		return opt_usage_error(spec, err, "--%s: '%s' is not a whole number from %lu to %lu",
				       row->long_name, arg, row->min, row->max);
	*target = value;
	return OPT_RUN;
}

static enum opt_result store_choice(const struct opt_spec *spec, const struct opt_row *row, int *target,
				    const char *arg, FILE *err)
{
	char all[MESSAGE_MAX / 2] = "";
	size_t n = 0;

	for (int i = 0; row->choices[i]; i++) {
		if (strcmp(arg, row->choices[i]) == 0) {
			*target = i;
			return OPT_RUN;
		}
	}
	for (size_t i = 0; row->choices[i] && n < sizeof(all); i++)
		n += (size_t)snprintf(all + n, sizeof(all) - n, " %s", row->choices[i]);
	return opt_usage_error(spec, err, "--%s: '%.*s' is none of:%s", row->long_name, WORD_MAX, arg, all);
}

static enum opt_result store_list(const struct opt_spec *spec, const struct opt_row *row,
				  struct opt_list *target, const char *arg, FILE *err)
{
	if (target->n == OPT_LIST_MAX)
		return opt_usage_error(spec, err, "--%s: given more than %d times", row->long_name,
				       OPT_LIST_MAX);
	target->item[target->n++] = arg;
	return OPT_RUN;
}

/* The command ends at a lone ";" or with the line; parsing goes on behind it. */
static enum opt_result store_command(const struct opt_spec *spec, const struct opt_row *row,
				     struct opt_command *target, int argc, char **argv, FILE *err)
{
	int i = optind;

	while (i < argc && strcmp(argv[i], ";") != 0)
		i++;
	if (i == optind)
		return opt_usage_error(spec, err, "--%s: no command given", row->long_name);
	target->argv = argv + optind;
	target->argc = (size_t)(i - optind);
	optind = i < argc ? i + 1 : i;
	return OPT_RUN;
}

static enum opt_result store(const struct opt_spec *spec, const struct opt_row *row, void *options, int argc,
			     char **argv, FILE *err)
{
	void *target = (char *)options + row->offset;

	if (row->given_offset != OPT_NO_GIVEN)
		*(bool *)(void *)((char *)options + row->given_offset) = true;
	if (row->arg && optional_arg(row) && !optarg)
		return OPT_RUN;
	if ((row->kind == OPT_STRING || row->kind == OPT_LIST) && !*optarg)
		return opt_usage_error(spec, err, "--%s: the value is empty", row->long_name);
	switch (row->kind) {
	case OPT_FLAG:
		*(bool *)target = true;
		return OPT_RUN;
	case OPT_STRING:
		*(const char **)target = optarg;
		return OPT_RUN;
	case OPT_UINT:
		return store_uint(spec, row, target, optarg, err);
	case OPT_CHOICE:
		return store_choice(spec, row, target, optarg, err);
	case OPT_LIST:
		return store_list(spec, row, target, optarg, err);
	case OPT_COMMAND:
		return store_command(spec, row, target, argc, argv, err);
	}
	return OPT_USAGE;
}

static const struct opt_row *row_of(const struct opt_spec *spec, const struct tables *t, int value)
{
	if (value >= LONG_BASE && (size_t)(value - LONG_BASE) < t->nrows)
		return &spec->rows[value - LONG_BASE];
	for (size_t i = 0; i < t->nrows; i++)
		if (spec->rows[i].short_name && spec->rows[i].short_name == (char)value)
			return &spec->rows[i];
	return NULL;
}

/* What getopt did not understand: it leaves the letter in optopt, or 0 and the word for a long option. */
static enum opt_result unknown(const struct opt_spec *spec, const struct tables *t, int value, char **argv,
			       FILE *err)
{
	const struct opt_row *row = optopt ? row_of(spec, t, optopt) : NULL;

	if (value == ':')
		return opt_usage_error(spec, err, "option '%s' needs an argument", argv[optind - 1]);
	if (optopt >= LONG_BASE || row || optopt == VALUE_HELP || optopt == VALUE_VERSION)
		return opt_usage_error(spec, err, "option '%s' takes no argument", argv[optind - 1]);
	if (optopt)
		return opt_usage_error(spec, err, "unknown option '-%c'", optopt);
	return opt_usage_error(spec, err, "unknown or ambiguous option '%s'", argv[optind - 1]);
}

/* Remembers which option of each exclusive group came first; a second one is an error. */
static enum opt_result check_exclusive(const struct opt_spec *spec, const struct opt_row **seen,
				       const struct opt_row *row, FILE *err)
{
	const struct opt_row **first = &seen[row->excl % ROWS_MAX];

	if (!row->excl || !*first || *first == row) {
		*first = row;
		return OPT_RUN;
	}
	return opt_usage_error(spec, err, "--%s and --%s exclude each other", (*first)->long_name,
			       row->long_name);
}

enum opt_result opt_parse(const struct opt_spec *spec, void *target, int argc, char **argv, int *first,
			  FILE *out, FILE *err)
{
	const struct opt_row *seen[ROWS_MAX] = {NULL};
	enum opt_result result;
	struct tables t;
	int value;

	tables_init(&t, spec);
	optind = 0; /* glibc: start afresh, also after an earlier parse */
	opterr = 0;
	while ((value = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct opt_row *row = row_of(spec, &t, value);

		if (row) {
			result = check_exclusive(spec, seen, row, err);
			if (result == OPT_RUN)
				result = store(spec, row, target, argc, argv, err);
			if (result != OPT_RUN)
				return result;
		} else if (value == 'h' || value == VALUE_HELP) {
			print_help(spec, out);
			return OPT_DONE;
		} else if (value == 'V' || value == VALUE_VERSION) {
			fprintf(out, "%s (cardscope) %s\n", spec->name, CS_VERSION);
			return OPT_DONE;
		} else if (value == VALUE_COMPLETE) {
			print_completion(spec, out);
			return OPT_DONE;
		} else {
			return unknown(spec, &t, value, argv, err);
		}
	}
	*first = optind;
	return OPT_RUN;
}
