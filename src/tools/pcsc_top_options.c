/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_top_options.h"

#include <string.h>

#include "cli/app.h"
#include "pcsc/reader.h"

const char top_name[] = "pcsc_top";

#define AT(field) .offset = offsetof(struct top_options, field), .given_offset = OPT_NO_GIVEN

static const struct opt_row rows[] = {
	{0, "reader", "PATTERN", "only readers whose name matches; may be repeated", OPT_LIST, AT(reader),
	 .complete = OPT_COMPLETE_READER},
	{0, "ignore", "PATTERN", "without readers whose name matches; may be repeated", OPT_LIST, AT(ignore),
	 .complete = OPT_COMPLETE_READER},
	{'a', "ascii", NULL, "show nothing but ASCII characters", OPT_FLAG, AT(ascii)},
	{0, "no-clock", NULL, "no time of day: an idle screen causes no work at all", OPT_FLAG, AT(no_clock)},
	{0, "no-lookup", NULL, "do not look cards up in the lists", OPT_FLAG, AT(no_lookup)},
	{0, "db", "FILE", "card list to read instead of the installed ones; may be repeated", OPT_LIST,
	 AT(db), .complete = OPT_COMPLETE_FILE},
	{'p', "pnp", NULL, "trust plug-and-play even if the service denies it", OPT_FLAG, AT(pnp)},
	{0, "color", "WHEN", "auto, always or never", OPT_CHOICE, AT(color), .choices = app_color_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {"[OPTION]...", NULL};

static const struct opt_spec spec = {
	.name = top_name,
	.synopsis = synopsis,
	.summary = "Shows readers, cards and events live on the whole terminal.",
	.rows = rows,
	.epilog = "Keys:\n"
#define TOP_KEY(action, key1, key2, key3, names, bar, from, help) "  " names ": " help "\n"
#include "tui/top_key.def"
#undef TOP_KEY
		  "\n"
		  "Exit status: 0 done, also when stopped; 2 usage, or no terminal it can work on.\n",
};

enum opt_result top_options_parse(struct top_options *out, int argc, char **argv)
{
	enum opt_result result;
	int first;

	memset(out, 0, sizeof(*out));
	result = opt_parse(&spec, out, argc, argv, &first, stdout, stderr);
	if (result == OPT_RUN && first < argc)
		result = opt_usage_error(&spec, stderr, "unexpected argument '%s'", argv[first]);
	return result;
}

bool top_wants_reader(const struct top_options *options, const char *reader)
{
	return (!options->reader.n || reader_matches_any(reader, options->reader.item, options->reader.n)) &&
	       !reader_matches_any(reader, options->ignore.item, options->ignore.n);
}
