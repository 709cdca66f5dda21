/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "cli/opt.h"

struct options {
	bool quiet, count_given;
	const char *name;
	unsigned long count;
	int color;
	struct opt_list db;
	struct opt_command run;
};

static const char *const colors[] = {"auto", "always", "never", NULL};

#define AT(member) .offset = offsetof(struct options, member), .given_offset = OPT_NO_GIVEN

static const struct opt_row rows[] = {
	{.short_name = 'q', .long_name = "quiet", .help = "say less", .kind = OPT_FLAG, AT(quiet), .excl = 1},
	{.long_name = "name", .arg = "NAME", .help = "a name", .kind = OPT_STRING, AT(name), .excl = 1},
	{.short_name = 's',
	 .long_name = "count",
	 .arg = "[COUNT]",
	 .help = "how many",
	 .kind = OPT_UINT,
	 .offset = offsetof(struct options, count),
	 .given_offset = offsetof(struct options, count_given),
	 .min = 1,
	 .max = 100},
	{.long_name = "color",
	 .arg = "WHEN",
	 .help = "colours",
	 .kind = OPT_CHOICE,
	 AT(color),
	 .choices = colors,
	 .complete = OPT_COMPLETE_CHOICE},
	{.long_name = "db",
	 .arg = "FILE",
	 .help = "list",
	 .kind = OPT_LIST,
	 AT(db),
	 .complete = OPT_COMPLETE_FILE},
	{.long_name = "exec", .arg = "CMD ARG... ;", .help = "run", .kind = OPT_COMMAND, AT(run)},
	{.long_name = NULL},
};

static const char *const synopsis[] = {"[options]", NULL};
static const struct opt_spec spec = {.name = "tool",
				     .synopsis = synopsis,
				     .summary = "Does things.",
				     .rows = rows,
				     .epilog = "The end.\n"};

#define MAX_WORDS 16

struct row {
	const char *name;
	const char *words[MAX_WORDS];
	enum opt_result result;
	const char *err; /* part of what is said */
};

static const struct row cases[] = {
	{"none", {NULL}, OPT_RUN, ""},
	{"unknown letter", {"-z", NULL}, OPT_USAGE, "unknown option '-z'"},
	{"unknown word", {"--zzz", NULL}, OPT_USAGE, "unknown or ambiguous option '--zzz'"},
	{"ambiguous word", {"--co", NULL}, OPT_USAGE, "unknown or ambiguous option '--co'"},
	{"argument missing", {"--name", NULL}, OPT_USAGE, "option '--name' needs an argument"},
	{"argument too many", {"--quiet=1", NULL}, OPT_USAGE, "option '--quiet=1' takes no argument"},
	{"argument for help", {"--help=1", NULL}, OPT_USAGE, "takes no argument"},
	{"number", {"-s7", NULL}, OPT_RUN, ""},
	{"number too small",
	 {"--count=0", NULL},
	 OPT_USAGE,
	 "--count: '0' is not a whole number from 1 to 100"},
	{"number too large", {"--count=101", NULL}, OPT_USAGE, "whole number"},
	{"number beyond any", {"--count=99999999999999999999", NULL}, OPT_USAGE, "whole number"},
	{"number negative", {"--count=-1", NULL}, OPT_USAGE, "whole number"},
	{"number with a tail", {"--count=7x", NULL}, OPT_USAGE, "whole number"},
	{"text empty", {"--name=", NULL}, OPT_USAGE, "--name: the value is empty"},
	{"list value empty", {"--db", "x", "--db", "", NULL}, OPT_USAGE, "--db: the value is empty"},
	{"choice empty", {"--color=", NULL}, OPT_USAGE, "'' is none of: auto"},
	{"number empty", {"--count=", NULL}, OPT_USAGE, "whole number"},
	{"choice", {"--color", "never", NULL}, OPT_RUN, ""},
	{"no such choice", {"--color=red", NULL}, OPT_USAGE, "'red' is none of: auto always never"},
	{"excluded", {"-q", "--name", "x", NULL}, OPT_USAGE, "--quiet and --name exclude each other"},
	{"the same twice", {"-q", "-q", NULL}, OPT_RUN, ""},
	{"untrusted word", {"--color=\033[31m", NULL}, OPT_USAGE, "'\\x1B[31m' is none of: auto"},
	{"no command", {"--exec", NULL}, OPT_USAGE, "--exec: no command given"},
	{"empty command", {"--exec", ";", NULL}, OPT_USAGE, "--exec: no command given"},
	{"help", {"--help", NULL}, OPT_DONE, ""},
	{"version", {"-V", NULL}, OPT_DONE, ""},
};

static struct options options;
static char *out_text, *err_text;
static int first;

static enum opt_result run(const char *const *words)
{
	char *argv[MAX_WORDS + 2] = {(char *)(uintptr_t) "tool"};
	size_t out_size, err_size;
	FILE *out, *err;
	enum opt_result result;
	int argc = 1;

	while (words[argc - 1]) {
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
		argc++;
	}
	free(out_text);
	free(err_text);
	memset(&options, 0, sizeof(options));
	out = open_memstream(&out_text, &out_size);
	err = open_memstream(&err_text, &err_size);
	result = opt_parse(&spec, &options, argc, argv, &first, out, err);
	fclose(out);
	fclose(err);
	return result;
}

static void test_case(void **state)
{
	const struct row *row = *state;

	assert_int_equal(run(row->words), row->result);
	assert_non_null(strstr(err_text, row->err));
	if (row->result == OPT_USAGE)
		assert_non_null(strstr(err_text, "try 'tool --help'"));
	else
		assert_string_equal(err_text, "");
}

static void test_values_are_stored(void **state)
{
	const char *const words[] = {"a", "-q", "--db=x", "--color", "always", "--db", "y", "b", NULL};

	(void)state;
	assert_int_equal(run(words), OPT_RUN);
	assert_true(options.quiet);
	assert_int_equal(options.color, 1);
	assert_int_equal(options.db.n, 2);
	assert_string_equal(options.db.item[1], "y");
	assert_int_equal(first, 7); /* operands come last: a b */
}

static void test_optional_argument(void **state)
{
	(void)state;
	assert_int_equal(run((const char *[]){"-s", "7", NULL}), OPT_RUN);
	assert_true(options.count_given);
	assert_int_equal(options.count, 0); /* a separate word is an operand */
	assert_int_equal(run((const char *[]){"--count=7", NULL}), OPT_RUN);
	assert_int_equal(options.count, 7);
}

static void test_command_ends_at_semicolon(void **state)
{
	(void)state;
	assert_int_equal(run((const char *[]){"--exec", "echo", "-q", "--zzz", ";", "-q", NULL}), OPT_RUN);
	assert_int_equal(options.run.argc, 3);
	assert_string_equal(options.run.argv[1], "-q");
	assert_true(options.quiet);
	assert_int_equal(run((const char *[]){"--exec", "echo", "x", NULL}), OPT_RUN);
	assert_int_equal(options.run.argc, 2);
}

static void test_list_is_bounded(void **state)
{
	static char word[] = "--db=x";
	char *argv[OPT_LIST_MAX + 3] = {word};
	char *text = NULL;
	size_t size;
	FILE *err = open_memstream(&text, &size);

	(void)state;
	for (int i = 1; i <= OPT_LIST_MAX + 1; i++)
		argv[i] = word;
	memset(&options, 0, sizeof(options));
	assert_int_equal(opt_parse(&spec, &options, OPT_LIST_MAX + 2, argv, &first, stdout, err), OPT_USAGE);
	fclose(err);
	assert_non_null(strstr(text, "given more than 64 times"));
	free(text);
}

static void test_help_and_completion_name_every_option(void **state)
{
	(void)state;
	assert_int_equal(run((const char *[]){"-h", NULL}), OPT_DONE);
	assert_non_null(strstr(out_text, "Usage: tool [options]\n"));
	for (const struct opt_row *row = rows; row->long_name; row++)
		assert_non_null(strstr(out_text, row->long_name));
	assert_non_null(strstr(out_text, "--count[=COUNT]"));
	assert_non_null(strstr(out_text, "The end."));
	assert_int_equal(run((const char *[]){"--complete-options", NULL}), OPT_DONE);
	assert_non_null(strstr(out_text, "--color\t-\trequired\tauto,always,never\tcolours\n"));
	assert_non_null(strstr(out_text, "--count\t-s\toptional\tnone\thow many\n"));
	assert_non_null(strstr(out_text, "--help\t-h\tnone\tnone\t"));
}

#define NCASES (sizeof(cases) / sizeof(cases[0]))

int main(void)
{
	struct CMUnitTest tests[NCASES + 5] = {
		cmocka_unit_test(test_values_are_stored),
		cmocka_unit_test(test_optional_argument),
		cmocka_unit_test(test_command_ends_at_semicolon),
		cmocka_unit_test(test_list_is_bounded),
		cmocka_unit_test(test_help_and_completion_name_every_option),
	};
	int failed;

	for (size_t i = 0; i < NCASES; i++)
		tests[5 + i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
						   (void *)(uintptr_t)&cases[i]};
	failed = _cmocka_run_group_tests("opt", tests, NCASES + 5, NULL, NULL);
	free(out_text);
	free(err_text);
	return failed;
}
