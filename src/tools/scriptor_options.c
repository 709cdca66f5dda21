/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_options.h"

#include <string.h>
#include <strings.h>

#include "cli/app.h"

#define SECONDS_MAX 31622400ul /* a leap year */

enum { EXCL_FORM = 1, EXCL_VOICE };

const char scriptor_name[] = "scriptor";

static const char *const protocol_choices[] = {"T=0", "T=1", "RAW", "DIRECT", "any", NULL};

static const struct {
	const char *name;
	enum script_protocol protocol;
} protocols[] = {
	{"T=0", SCRIPT_T0},
	{"T0", SCRIPT_T0},
	{"T=1", SCRIPT_T1},
	{"T1", SCRIPT_T1},
	{"RAW", SCRIPT_RAW},
	{"DIRECT", SCRIPT_DIRECT},
	{"any", SCRIPT_PROTOCOL_SAME},
};

#define AT(field)    .offset = offsetof(struct scriptor_options, field), .given_offset = OPT_NO_GIVEN
#define GIVEN(field) .given_offset = offsetof(struct scriptor_options, field)

static const struct opt_row rows[] = {
	{'r', "reader", "NAME", "reader: index, name or part of a name (default: the one with a card)",
	 OPT_STRING, AT(reader), .complete = OPT_COMPLETE_READER},
	{'p', "protocol", "NAME", "T=0, T=1, RAW, DIRECT (no card needed), or any (default)", OPT_STRING,
	 AT(protocol_text), .choices = protocol_choices, .complete = OPT_COMPLETE_CHOICE},
	{'x', "exclusive", NULL, "let no other program use the card meanwhile", OPT_FLAG, AT(exclusive)},
	{'w', "wait", "[SECONDS]", "wait for a card, for ever unless SECONDS are given", OPT_UINT,
	 .offset = offsetof(struct scriptor_options, wait_s), GIVEN(wait), .max = SECONDS_MAX},
	{'c', "check", NULL, "look for mistakes in the script; use no card", OPT_FLAG, AT(check)},
	{'k', "keep-going", NULL, "count failures instead of stopping at the first", OPT_FLAG,
	 AT(keep_going)},
	{0, "reckless", NULL, "try a PIN even when few tries are left", OPT_FLAG, AT(reckless)},
	{'v', "verbose", NULL, "commands in words, times, answers as BER-TLV", OPT_FLAG, AT(verbose),
	 .excl = EXCL_VOICE},
	{'q', "quiet", NULL, "only what fails", OPT_FLAG, AT(quiet), .excl = EXCL_VOICE},
	{0, "json", NULL, "one JSON object a line", OPT_FLAG, AT(json), .excl = EXCL_FORM},
	{0, "tap", NULL, "results as a TAP stream", OPT_FLAG, AT(tap), .excl = EXCL_FORM},
	{0, "junit", "FILE", "results as JUnit XML into FILE as well", OPT_STRING, AT(junit),
	 .complete = OPT_COMPLETE_FILE},
	{0, "record", "FILE", "write a recording for card_replay", OPT_STRING, AT(record),
	 .complete = OPT_COMPLETE_FILE},
	{0, "record-secrets", NULL, "PINs and keys in the recording, too", OPT_FLAG, AT(record_secrets)},
	{0, "show-secrets", NULL, "PINs and keys on the screen and in JSON, too", OPT_FLAG, AT(show_secrets)},
	{'u', "unbuffered", NULL, "write each character at once, not each line", OPT_FLAG, AT(unbuffered)},
	{0, "color", "WHEN", "auto, always or never", OPT_CHOICE, AT(color), .choices = app_color_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {"[OPTION]... [FILE]", "--check [FILE]", NULL};

const struct opt_spec scriptor_spec = {
	.name = scriptor_name,
	.synopsis = synopsis,
	.summary = "Sends the commands of a script, or of a prompt, to a smart card.",
	.rows = rows,
	.epilog =
		"FILE is a script, see scriptor-script(5); - or nothing is standard input, at a terminal a\n"
		"prompt. Without -r the reader is that of the environment variable PCSC_READER.\n"
		"\n"
		"Exit status: 0 all as expected; 1 an expectation failed; 2 usage or a mistake in the "
		"script;\n"
		"3 no PC/SC service, reader or card; 4 access denied; 5 card or communication failure.\n",
};

static enum opt_result take_protocol(struct scriptor_options *o)
{
	if (!o->protocol_text)
		return OPT_RUN;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (strcasecmp(o->protocol_text, protocols[i].name) == 0) {
			o->protocol = protocols[i].protocol;
			return OPT_RUN;
		}
	}
	return opt_usage_error(&scriptor_spec, stderr,
			       "--protocol: '%s' is none of T=0, T=1, RAW, DIRECT, any", o->protocol_text);
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* What goes together, beyond the groups of the table. */
static enum opt_result check_pairs(const struct scriptor_options *o)
{
	const struct {
		bool wrong;
		const char *message;
	} rules[] = {
		{o->file && !*o->file, "the name of the script is empty"},
		{o->json && o->quiet, "--json and --quiet exclude each other"},
		{o->tap && (o->quiet || o->verbose), "--tap excludes --quiet and --verbose"},
		{o->record_secrets && !o->record, "--record-secrets is for --record"},
		{o->check && (o->record || o->junit || o->tap),
		 "--check runs nothing: no results, no recording"},
		{o->exclusive && o->protocol == SCRIPT_DIRECT, "--exclusive: there is no such direct access"},
		{same(o->junit, o->record), "--junit and --record name the same file"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return opt_usage_error(&scriptor_spec, stderr, "%s", rules[i].message);
	return OPT_RUN;
}

enum opt_result scriptor_options_parse(struct scriptor_options *out, int argc, char **argv)
{
	enum opt_result result;
	int first;

	memset(out, 0, sizeof(*out));
	out->wait_s = SCRIPTOR_FOREVER;
	result = opt_parse(&scriptor_spec, out, argc, argv, &first, stdout, stderr);
	if (result != OPT_RUN)
		return result;
	if (argc - first > 1)
		return opt_usage_error(&scriptor_spec, stderr, "one script at a time: '%s' is too much",
				       argv[first + 1]);
	out->file = first < argc ? argv[first] : NULL;
	result = take_protocol(out);
	return result == OPT_RUN ? check_pairs(out) : result;
}
