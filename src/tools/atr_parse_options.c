/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "tools/atr_parse.h"

#define AT(member)     offsetof(struct atr_parse_options, member)
#define EXCLUSIVE_MODE 1
#define CLOCK_KHZ_MAX  100000

static const char *const json_choices[] = {"basic", "full", NULL};

static const struct opt_row rows[] = {
	{.short_name = 'r',
	 .long_name = "reader",
	 .arg = "[READER]",
	 .help = "ATR of the card in READER (name, part of it, index), or of the only card",
	 .kind = OPT_STRING,
	 .offset = AT(reader),
	 .given_offset = AT(has_reader),
	 .complete = OPT_COMPLETE_READER},
	{.long_name = "short",
	 .help = "print one line: ATR, verdict, protocols and card, a TAB between them",
	 .kind = OPT_FLAG,
	 .offset = AT(brief),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "check",
	 .help = "print nothing but findings; exit 1 when there is an error",
	 .kind = OPT_FLAG,
	 .offset = AT(check),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "strict",
	 .help = "with --check, exit 1 when there is a warning, too",
	 .kind = OPT_FLAG,
	 .offset = AT(strict),
	 .given_offset = OPT_NO_GIVEN},
	{.long_name = "lookup-only",
	 .help = "print nothing but the cards; exit 1 when none is found",
	 .kind = OPT_FLAG,
	 .offset = AT(lookup_only),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "diff",
	 .help = "compare two ATRs field by field; exit 1 when they differ",
	 .kind = OPT_FLAG,
	 .offset = AT(diff),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "fix",
	 .help = "print the ATR with its check byte corrected and without trailing bytes",
	 .kind = OPT_FLAG,
	 .offset = AT(fix),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "stats",
	 .arg = "FIELD",
	 .help = "count the values of TS, T0, TA1 .. TD32, TCK, T or K in a list of ATRs",
	 .kind = OPT_STRING,
	 .offset = AT(stats),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "search",
	 .arg = "TEXT",
	 .help = "print list entries whose description contains TEXT",
	 .kind = OPT_STRING,
	 .offset = AT(search),
	 .given_offset = OPT_NO_GIVEN,
	 .excl = EXCLUSIVE_MODE},
	{.long_name = "json",
	 .arg = "[full]",
	 .help = "print JSON, one object a line, with timing and more when full",
	 .kind = OPT_CHOICE,
	 .offset = AT(json_level),
	 .given_offset = AT(json),
	 .choices = json_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{.long_name = "no-lookup",
	 .help = "do not look the card up",
	 .kind = OPT_FLAG,
	 .offset = AT(no_lookup),
	 .given_offset = OPT_NO_GIVEN},
	{.long_name = "db",
	 .arg = "FILE",
	 .help = "read this card list and no other; may be repeated",
	 .kind = OPT_LIST,
	 .offset = AT(db),
	 .given_offset = OPT_NO_GIVEN,
	 .complete = OPT_COMPLETE_FILE},
	{.long_name = "clock",
	 .arg = "KHZ",
	 .help = "card clock for the timing (default is the highest, and 4000)",
	 .kind = OPT_UINT,
	 .offset = AT(clock_khz),
	 .given_offset = OPT_NO_GIVEN,
	 .min = 1,
	 .max = CLOCK_KHZ_MAX},
	{.long_name = "color",
	 .arg = "WHEN",
	 .help = "colour the text auto, always or never",
	 .kind = OPT_CHOICE,
	 .offset = AT(color),
	 .given_offset = OPT_NO_GIVEN,
	 .choices = app_color_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {
	"[OPTION]... [ATR...]",          "[OPTION]... -r [READER]",   "--diff [OPTION]... ATR ATR",
	"--stats FIELD [--json] [FILE]", "--search TEXT [OPTION]...", NULL,
};

const struct opt_spec atr_parse_spec = {
	.name = "atr_parse",
	.synopsis = synopsis,
	.summary = "Explains every byte of an Answer To Reset and names the card.",
	.rows = rows,
	.epilog =
		"ATR: hexadecimal bytes, packed or separated, in one word or one word for each byte; '-' or\n"
		"nothing: one ATR a line from standard input.\n"
		"Exit: 0 done; 1 an error under --check, no card under --lookup-only, a difference under\n"
		"--diff; 2 usage or not an ATR; 3 no PC/SC service, reader or card; 4 denied; 5 card "
		"failure.\n",
};

struct atr_parse_options atr_parse_defaults(void)
{
	return (struct atr_parse_options){.color = APP_COLOR_AUTO};
}

enum opt_result atr_parse_options_check(const struct atr_parse_options *opt)
{
	const struct {
		bool wrong;
		const char *what;
	} rules[] = {
		{opt->strict && !opt->check, "--strict goes with --check"},
		{opt->json && opt->brief, "--json and --short exclude each other"},
		{opt->json && opt->fix, "--json and --fix exclude each other"},
		{opt->no_lookup && opt->lookup_only, "--no-lookup and --lookup-only exclude each other"},
		{opt->no_lookup && opt->search, "--no-lookup and --search exclude each other"},
		{opt->has_reader && opt->diff, "--reader and --diff exclude each other"},
		{opt->has_reader && opt->stats, "--reader and --stats exclude each other"},
		{opt->has_reader && opt->search, "--reader and --search exclude each other"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return opt_usage_error(&atr_parse_spec, stderr, "%s", rules[i].what);
	return OPT_RUN;
}
