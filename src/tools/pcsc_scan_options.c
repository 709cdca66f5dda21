/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_options.h"

#include <string.h>
#include <unistd.h>

#include "cli/app.h"
#include "pcsc/monitor.h"
#include "pcsc/reader.h"

#define SECONDS_MAX 31622400ul /* a leap year */
#define STRESS_MAX  1000000000ul
#define WORD_MAX    200 /* characters of a word shown in a message */
#define KNOWN_MAX   200 /* characters of all event names */

enum { EXCL_MODE = 1, EXCL_VOICE };

const char scan_name[] = "pcsc_scan";

static const char *const wait_choices[] = {"insert", "remove", "reader", "no-reader", NULL};
static const char *const stamp_choices[] = {"local", "utc", "delta", "none", NULL};

#define AT(field)    .offset = offsetof(struct scan_options, field), .given_offset = OPT_NO_GIVEN
#define GIVEN(field) .given_offset = offsetof(struct scan_options, field)

static const struct opt_row rows[] = {
	{'n', "no-analysis", NULL, "do not explain ATRs nor name cards", OPT_FLAG, AT(no_analysis)},
	{'r', "readers", NULL, "list the readers and end", OPT_FLAG, AT(readers), .excl = EXCL_MODE},
	{'c', "cards", NULL, "show each reader and its card once and end; implies -n", OPT_FLAG, AT(cards),
	 .excl = EXCL_MODE},
	{0, "once", NULL, "report what is there as events and end", OPT_FLAG, AT(once), .excl = EXCL_MODE},
	{'s', "stress", "[COUNT]", "send SELECT MF to each card, COUNT times or until stopped", OPT_UINT,
	 .offset = offsetof(struct scan_options, stress_count), GIVEN(stress), .min = 1, .max = STRESS_MAX,
	 .excl = EXCL_MODE},
	{0, "wait", "WHAT", "end when WHAT is so: insert, remove, reader, no-reader", OPT_CHOICE,
	 .offset = offsetof(struct scan_options, wait_for), GIVEN(wait), .choices = wait_choices,
	 .excl = EXCL_MODE, .complete = OPT_COMPLETE_CHOICE},
	{0, "timeout", "SECONDS", "give --wait up after SECONDS (exit status 1); 0: only look", OPT_UINT,
	 .offset = offsetof(struct scan_options, timeout_s), GIVEN(timeout), .max = SECONDS_MAX},
	{'t', "time", "SECONDS", "end after SECONDS; 0: never", OPT_UINT, AT(time_s), .max = SECONDS_MAX},
	{0, "reader", "PATTERN", "only readers whose name matches; may be repeated", OPT_LIST, AT(reader),
	 .complete = OPT_COMPLETE_READER},
	{0, "ignore", "PATTERN", "without readers whose name matches; may be repeated", OPT_LIST, AT(ignore),
	 .complete = OPT_COMPLETE_READER},
	{0, "events", "LIST", "only these events, comma-separated", OPT_LIST, AT(events),
	 .choices = monitor_event_names, .complete = OPT_COMPLETE_CHOICE},
	{0, "exec", "CMD ARG... [;]", "run CMD at each event, up to a lone ; or the end of the line",
	 OPT_COMMAND, AT(exec), .complete = OPT_COMPLETE_COMMAND},
	{'d', "debug", NULL, "show what became of each state bit", OPT_FLAG, AT(debug)},
	{'p', "pnp", NULL, "trust plug-and-play even if the service denies it", OPT_FLAG, AT(pnp)},
	{0, "exit-on-service-loss", NULL, "end when the PC/SC service goes away", OPT_FLAG, AT(exit_on_loss)},
	{0, "no-lookup", NULL, "do not look cards up in the lists", OPT_FLAG, AT(no_lookup)},
	{0, "db", "FILE", "card list to read instead of the installed ones; may be repeated", OPT_LIST,
	 AT(db), .complete = OPT_COMPLETE_FILE},
	{0, "json", NULL, "one JSON object a line", OPT_FLAG, AT(json)},
	{0, "timestamps", "STYLE", "local, utc, delta or none", OPT_CHOICE, AT(timestamps),
	 .choices = stamp_choices, .complete = OPT_COMPLETE_CHOICE},
	{0, "color", "WHEN", "auto, always or never", OPT_CHOICE, AT(color), .choices = app_color_choices,
	 .complete = OPT_COMPLETE_CHOICE},
	{'q', "quiet", NULL, "no hints on the terminal", OPT_FLAG, AT(quiet), .excl = EXCL_VOICE},
	{'v', "verbose", NULL, "hints also when stderr is no terminal", OPT_FLAG, AT(verbose),
	 .excl = EXCL_VOICE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {
	"[OPTION]...",
	"--wait insert|remove|reader|no-reader [--timeout SECONDS] [OPTION]...",
	"[OPTION]... --exec CMD ARG... [';' OPTION...]",
	NULL,
};

static const struct opt_spec spec = {
	.name = scan_name,
	.synopsis = synopsis,
	.summary = "Watches smart card readers and prints each insertion, removal and state change.",
	.rows = rows,
	.epilog = "Events: reader_added reader_removed card_inserted card_removed card_mute state_changed\n"
		  "service_lost service_back.\n"
		  "\n"
		  "Exit status: 0 done, also when stopped; 1 --wait not met; 2 usage; 3 no PC/SC service or\n"
		  "no reader; 4 access denied; 5 card or communication failure.\n",
};

static bool event_bit(const char *name, size_t len, unsigned *mask)
{
	for (unsigned kind = 0; kind < MONITOR_EVENT_KINDS; kind++) {
		const char *known = monitor_event_name((enum monitor_event_kind)kind);

		if (strlen(known) == len && memcmp(known, name, len) == 0) {
			*mask |= 1u << kind;
			return true;
		}
	}
	return false;
}

static enum opt_result unknown_event(const char *name, size_t len)
{
	char known[KNOWN_MAX] = "";
	size_t n = 0;

	for (size_t i = 0; monitor_event_names[i] && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, " %s", monitor_event_names[i]);
	return opt_usage_error(&spec, stderr, "--events: '%.*s' is none of:%s",
			       (int)(len < WORD_MAX ? len : WORD_MAX), name, known);
}

static enum opt_result parse_events(struct scan_options *o)
{
	for (size_t i = 0; i < o->events.n; i++) {
		const char *at = o->events.item[i];

		for (;;) {
			size_t len = strcspn(at, ",");

			if (!event_bit(at, len, &o->event_mask))
				return unknown_event(at, len);
			if (!at[len])
				break;
			at += len + 1;
		}
	}
	if (!o->events.n)
		o->event_mask = ~0u;
	return OPT_RUN;
}

/* What goes together, beyond the groups of the table. */
static enum opt_result check_pairs(const struct scan_options *o)
{
	bool no_events = o->readers || o->cards || o->stress;
	const struct {
		bool wrong;
		const char *message;
	} rules[] = {
		{o->timeout && !o->wait, "--timeout is for --wait; use --time to end a watch"},
		{o->wait && o->time_s, "--wait takes --timeout, not --time"},
		{o->exec.argc && !*o->exec.argv[0], "--exec: the command is empty"},
		{o->exec.argc && no_events, "--exec needs events: not with --readers, --cards or --stress"},
		{o->events.n && no_events, "--events: there are none with --readers, --cards or --stress"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return opt_usage_error(&spec, stderr, "%s", rules[i].message);
	return OPT_RUN;
}

enum opt_result scan_options_parse(struct scan_options *out, int argc, char **argv)
{
	enum opt_result result;
	int first;

	memset(out, 0, sizeof(*out));
	result = opt_parse(&spec, out, argc, argv, &first, stdout, stderr);
	if (result == OPT_RUN && first < argc)
		result = opt_usage_error(&spec, stderr, "unexpected argument '%s'", argv[first]);
	if (result == OPT_RUN)
		result = parse_events(out);
	if (result == OPT_RUN)
		result = check_pairs(out);
	out->no_analysis = out->no_analysis || out->cards;
	return result;
}

bool scan_wants_hints(const struct scan_options *options)
{
	return options->verbose || (!options->quiet && isatty(STDERR_FILENO));
}

bool scan_wants_reader(const struct scan_options *options, const char *reader)
{
	return (!options->reader.n || reader_matches_any(reader, options->reader.item, options->reader.n)) &&
	       !reader_matches_any(reader, options->ignore.item, options->ignore.n);
}
