/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_options.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/app.h"

enum { EXCL_VOICE = 1, EXCL_WHO };

const char doctor_name[] = "pcsc_doctor";

#define AT(field) .offset = offsetof(struct doctor_options, field), .given_offset = OPT_NO_GIVEN

static const struct opt_row rows[] = {
	{0, "root", "DIR", "diagnose the file system in DIR, a copy of another machine's", OPT_STRING,
	 AT(root), .complete = OPT_COMPLETE_FILE},
	{0, "connect", NULL, "also connect to each card, which powers it up", OPT_FLAG, AT(connect)},
	{0, "user", "NAME", "polkit-rule: whom to allow; default: who runs this", OPT_STRING, AT(user),
	 .excl = EXCL_WHO},
	{0, "group", "NAME", "polkit-rule: the group to allow", OPT_STRING, AT(group), .excl = EXCL_WHO},
	{0, "reader", "NAME", "polkit-rule: only the cards in this reader; may be repeated", OPT_LIST,
	 AT(reader), .complete = OPT_COMPLETE_READER},
	{0, "serials", NULL, "report: with serial numbers of devices", OPT_FLAG, AT(serials)},
	{0, "json", NULL, "one JSON object", OPT_FLAG, AT(json)},
	{0, "color", "WHEN", "auto, always or never", OPT_CHOICE, AT(color), .choices = app_color_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{'q', "quiet", NULL, "print the root cause only", OPT_FLAG, AT(quiet), .excl = EXCL_VOICE},
	{'v', "verbose", NULL, "print the evidence of every check", OPT_FLAG, AT(verbose),
	 .excl = EXCL_VOICE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {
	"[OPTION]...",
	"explain CODE|TEXT|-",
	"polkit-rule [--user NAME | --group NAME] [--reader NAME]...",
	"clients [OPTION]...",
	"report [--serials] [FILE]",
	NULL,
};

static const struct opt_spec spec = {
	.name = doctor_name,
	.synopsis = synopsis,
	.summary = "Finds out why PC/SC does not work here, and prints the remedy.",
	.rows = rows,
	.epilog =
		"Without a command it looks at every layer from the library to the card. It changes nothing\n"
		"and needs no root.\n"
		"\n"
		"  explain      what a code, message, status word or log (-: standard input) means\n"
		"  polkit-rule  a rule that lets somebody use smart cards without a local session\n"
		"  clients      which programs use PC/SC or hold a reader\n"
		"  report       everything that was seen, for a bug report, names and serials taken out\n"
		"\n"
		"Exit status: 0 all is well, or done; 1 a problem was found, or it can not be told, or\n"
		"explain knows nothing; 2 usage.\n",
};

/* What each command takes, besides what all take. */
static const struct command {
	const char *name;
	size_t operands_min, operands_max;
	bool takes_json, takes_connect, takes_rule, takes_serials;
} commands[] = {
	[DOCTOR_DIAGNOSE] = {"", 0, 0, .takes_json = true, .takes_connect = true},
	[DOCTOR_EXPLAIN] = {"explain", 1, (size_t)-1, .takes_json = true},
	[DOCTOR_POLKIT_RULE] = {"polkit-rule", 0, 0, .takes_rule = true},
	[DOCTOR_CLIENTS] = {"clients", 0, 0, .takes_json = true},
	[DOCTOR_REPORT] = {"report", 0, 1, .takes_connect = true, .takes_serials = true},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* explain takes codes such as -2146434966: with a blank before it getopt leaves it alone. */
static void shield_number(struct doctor_options *o, int argc, char **argv)
{
	bool explains = false;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (explains && argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]) &&
		    strlen(argv[i]) + 1 < sizeof(o->number)) {
			snprintf(o->number, sizeof(o->number), " %s", argv[i]);
			argv[i] = o->number;
			return;
		}
		explains = explains || strcmp(argv[i], commands[DOCTOR_EXPLAIN].name) == 0;
	}
}

static enum opt_result find_command(struct doctor_options *o, int argc, char **argv, int first)
{
	if (first == argc)
		return OPT_RUN;
	for (size_t i = DOCTOR_EXPLAIN; i < COMMANDS; i++) {
		if (strcmp(argv[first], commands[i].name) != 0)
			continue;
		o->command = (enum doctor_command)i;
		o->operand = argv + first + 1;
		o->n_operands = (size_t)(argc - first) - 1;
		return OPT_RUN;
	}
	return opt_usage_error(&spec, stderr, "there is no command '%s'", argv[first]);
}

static enum opt_result check_operands(const struct doctor_options *o, const struct command *command)
{
	if (o->n_operands < command->operands_min)
		return opt_usage_error(&spec, stderr, "%s: a code or a text is missing", command->name);
	if (o->n_operands > command->operands_max)
		return opt_usage_error(&spec, stderr, "%s: unexpected argument '%s'", command->name,
				       o->operand[command->operands_max]);
	if (o->command == DOCTOR_REPORT && o->n_operands && !*o->operand[0])
		return opt_usage_error(&spec, stderr, "report: the name of the file is empty");
	return OPT_RUN;
}

static enum opt_result check_options(const struct doctor_options *o, const struct command *command)
{
	const struct {
		bool wrong;
		const char *option, *where;
	} rules[] = {
		{o->json && !command->takes_json, "--json", "a diagnosis, explain and clients"},
		{o->connect && !command->takes_connect, "--connect", "a diagnosis and report"},
		{o->connect && o->root, "--connect", "this machine, not for --root"},
		{o->user && !command->takes_rule, "--user", "polkit-rule"},
		{o->group && !command->takes_rule, "--group", "polkit-rule"},
		{o->reader.n && !command->takes_rule, "--reader", "polkit-rule"},
		{o->serials && !command->takes_serials, "--serials", "report"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return opt_usage_error(&spec, stderr, "%s is for %s", rules[i].option,
					       rules[i].where);
	return OPT_RUN;
}

enum opt_result doctor_options_parse(struct doctor_options *out, int argc, char **argv)
{
	enum opt_result result;
	int first;

	memset(out, 0, sizeof(*out));
	shield_number(out, argc, argv);
	result = opt_parse(&spec, out, argc, argv, &first, stdout, stderr);
	if (result == OPT_RUN)
		result = find_command(out, argc, argv, first);
	if (result == OPT_RUN)
		result = check_operands(out, &commands[out->command]);
	if (result == OPT_RUN)
		result = check_options(out, &commands[out->command]);
	return result;
}
