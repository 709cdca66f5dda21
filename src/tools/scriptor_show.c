/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_show.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/hex.h"
#include "core/rstate.h"
#include "core/script_secret.h"
#include "view/exchange_text.h"
#include "view/expect_text.h"
#include "view/feature_text.h"
#include "view/place_text.h"
#include "view/script_problem_text.h"

#define TAP_VERSION   13
#define HEADER_DIGITS 8

void show_init(struct show *show, const struct scriptor_options *options, const struct app_env *env,
	       bool prompt)
{
	*show = (struct show){
		.options = options,
		.out = {.out = stdout, .color = app_use_color((enum app_color)options->color, env, stdout)},
		.err = {.out = stderr, .color = app_use_color((enum app_color)options->color, env, stderr)},
		.style = {.verbose = options->verbose,
			  .decode = options->verbose,
			  .show_secrets = options->show_secrets},
		.prompt = prompt,
		.eager = prompt || isatty(STDOUT_FILENO),
	};
}

/* JUnit knows no offset: local time. */
static void format_now(char *out, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm) || strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		*out = '\0';
}

void show_begin(struct show *show, FILE *junit, const char *name)
{
	char now[32];

	if (show->options->tap)
		tap_text_begin(&show->tap, stdout, TAP_VERSION);
	show_see_output(show);
	show->junit_file = junit;
	if (!junit)
		return;
	format_now(now, sizeof(now));
	junit_xml_begin(&show->junit, junit, name, *now ? now : NULL);
}

bool show_is_text(const struct show *show)
{
	return !show->options->json && !show->options->tap;
}

/* The whole transcript, not only what failed. */
bool show_is_transcript(const struct show *show)
{
	return show_is_text(show) && !show->options->quiet;
}

void show_json(struct show *show, enum cs_err err)
{
	show->nomem = show->nomem || err != CS_OK;
}

/* The reason is known only right after the write that failed. */
void show_see_output(struct show *show)
{
	if (!show->output_errno && ferror(stdout))
		show->output_errno = errno ? errno : EIO;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_summary(struct show *show, const struct script_summary *sum)
{
	if (show->options->json)
		show_json(show, exchange_json_put_summary(&show->json, stdout, sum));
	else if (show->options->tap)
		tap_text_end(&show->tap);
	show_see_output(show);
	if (show->prompt || (!show->options->verbose && (sum->failed == 0 || sum->apdus + sum->checked == 0)))
		return;
	fprintf(stderr, "%s: %zu APDU%s, %zu failed, %zu skipped\n", scriptor_name, sum->apdus,
		plural(sum->apdus), sum->failed, sum->skipped);
}

static bool end_junit(struct show *show, const struct script_summary *summary)
{
	FILE *file = show->junit_file;
	bool whole;

	if (!file)
		return true;
	show->junit_file = NULL;
	whole = junit_xml_end(&show->junit, summary) == CS_OK;
	if (fclose(file) != 0 || !whole) {
		fprintf(stderr, "%s: --junit: %s\n", scriptor_name, strerror(errno));
		return false;
	}
	return true;
}

bool show_end(struct show *show, const struct script_summary *summary)
{
	bool whole;

	put_summary(show, summary);
	whole = end_junit(show, summary);
	if (show->nomem)
		fprintf(stderr, "%s: %s: the output is not complete\n", scriptor_name,
			cs_err_text(CS_E_NOMEM));
	return whole && !show->nomem;
}

void show_release(struct show *show)
{
	if (show->junit_file)
		fclose(show->junit_file);
	show->junit_file = NULL;
	json_line_release(&show->json);
}

const char *show_file(const struct show *show, const char *name, uint32_t file)
{
	return show->prompt && file == 0 ? NULL : name;
}

void show_note(struct show *show, const char *format, ...)
{
	va_list args;

	if (show->options->quiet)
		return;
	va_start(args, format);
	fprintf(stderr, "%s: ", scriptor_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

void show_error(struct show *show, const struct place *place, const char *message)
{
	if (show->options->json)
		show_json(show, exchange_json_put_error(&show->json, stdout, place, message));
	if (show->options->tap)
		tap_text_put_error(&show->tap, place, message);
	show_see_output(show);
	if (show->junit_file)
		junit_xml_put_error(&show->junit, place, message);
	if (show->prompt && show->commanded) {
		show->commanded = false;
		return;
	}
	show->commanded = false;
	if (place && place->file)
		place_text_put_error(&show->err, place, message);
	else
		fprintf(stderr, "%s: %s\n", scriptor_name, message);
}

void show_interrupted(struct show *show, const struct place *place)
{
	static const char message[] = "interrupted";

	if (show->options->json)
		show_json(show, exchange_json_put_error(&show->json, stdout, place, message));
	if (show->options->tap)
		tap_text_put_error(&show->tap, place, message);
	if (show->junit_file)
		junit_xml_put_error(&show->junit, place, message);
	if (show->prompt) /* the terminal has left "^C" */
		fputc('\n', stderr);
	if (place && place->file)
		place_text_put(&show->err, place);
	else
		fprintf(stderr, "%s: ", scriptor_name);
	fprintf(stderr, "%s\n", message);
}

void show_readers(const struct scard_names *names, const struct scard_state *states)
{
	const struct term t = {.out = stderr};

	for (size_t i = 0; i < names->n; i++) {
		if (states && !(states[i].event & RSTATE_PRESENT))
			continue;
		fprintf(stderr, "  %zu: ", i);
		term_put_untrusted(&t, TERM_PLAIN, names->name[i]);
		fputc('\n', stderr);
	}
}
