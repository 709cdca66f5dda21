/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/atr_parse.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/utf8.h"
#include "tools/card_lists.h"

void atr_parse_error(struct atr_parse_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("atr_parse: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	run->bad = true;
}

void atr_parse_error_about(struct atr_parse_run *run, const char *what, const char *message)
{
	const struct term t = {.out = stderr};

	fputs("atr_parse: ", stderr);
	term_put_untrusted(&t, TERM_PLAIN, what);
	fprintf(stderr, ": %s\n", message);
	run->bad = true;
}

const char *atr_parse_shown(char out[ATR_PARSE_SHOWN_MAX], const char *word)
{
	enum { SHOWN = (ATR_PARSE_SHOWN_MAX - sizeof("..")) / 4 };
	size_t len = strlen(word);
	size_t n = utf8_escape(out, ATR_PARSE_SHOWN_MAX, word, len < SHOWN ? len : SHOWN);

	if (len > SHOWN)
		strcpy(out + n, "..");
	return out;
}

bool atr_parse_load(struct atr_parse_run *run, const uint8_t *only, size_t len)
{
	const struct atr_parse_options *opt = &run->opt;
	enum cs_err err = carddb_new(&run->db);

	if (err == CS_OK && only)
		err = carddb_restrict(run->db, only, len);
	if (err == CS_OK)
		err = card_lists_load(run->db, "atr_parse", &opt->db, run->env);
	if (err == CS_OK)
		return true;
	atr_parse_error(run, "%s",
			err == CS_E_NOT_FOUND ? "a card list given with --db can not be read"
					      : cs_err_text(err));
	return false;
}

static bool wants_lookup(const struct atr_parse_options *opt)
{
	return !opt->no_lookup && !opt->check && !opt->diff && !opt->fix && !opt->stats;
}

/* The word behind a lone -r is the reader; getopt takes an optional argument only when it is attached. */
static int run_reader(struct atr_parse_run *run, char **words, size_t n)
{
	const char *want = run->opt.reader;
	char shown[ATR_PARSE_SHOWN_MAX];

	if (!want && n > 0) {
		want = words[0];
		words++;
		n--;
	}
	if (n > 0) {
		opt_usage_error(&atr_parse_spec, stderr, "-r reads one card: '%s' is too much",
				atr_parse_shown(shown, words[0]));
		return APP_USAGE;
	}
	if (want && !*want) {
		opt_usage_error(&atr_parse_spec, stderr, "--reader: the value is empty");
		return APP_USAGE;
	}
	return atr_parse_reader(run, want ? want : run->env->pcsc_reader);
}

static int run_words(struct atr_parse_run *run, char **words, size_t n)
{
	if (run->opt.diff) {
		atr_parse_diff(run, words, n);
	} else if (run->opt.stats) {
		atr_parse_stats(run, words, n);
	} else if (run->opt.search) {
		atr_parse_search(run);
	} else if (n > 0) {
		atr_parse_words(run, words, n);
	} else if (isatty(STDIN_FILENO)) {
		opt_usage_error(&atr_parse_spec, stderr, "no ATR given");
		return APP_USAGE;
	} else {
		atr_parse_stream(run);
	}
	return APP_OK;
}

static int run_all(struct atr_parse_run *run, char **words, size_t n)
{
	int status;

	if (run->opt.search && n > 0) {
		opt_usage_error(&atr_parse_spec, stderr, "--search takes no ATR");
		return APP_USAGE;
	}
	if (wants_lookup(&run->opt)) {
		run->load_late = !run->opt.search && (run->opt.has_reader || atr_parse_is_one(words, n));
		if (!run->load_late && !atr_parse_load(run, NULL, 0))
			return APP_USAGE;
	}
	status = run->opt.has_reader ? run_reader(run, words, n) : run_words(run, words, n);
	if (status != APP_OK)
		return status;
	if (run->bad)
		return APP_USAGE;
	return run->no ? APP_NO : APP_OK;
}

int main(int argc, char **argv)
{
	struct atr_parse_run run = {.opt = atr_parse_defaults()};
	enum opt_result result;
	int first, status;

	run.env = app_start("atr_parse");
	if (!run.env)
		return APP_USAGE;
	signal(SIGPIPE, SIG_IGN);
	result = opt_parse(&atr_parse_spec, &run.opt, argc, argv, &first, stdout, stderr);
	if (result == OPT_RUN)
		result = atr_parse_options_check(&run.opt);
	if (result != OPT_RUN)
		return app_finish("atr_parse", result == OPT_DONE ? APP_OK : APP_USAGE);
	run.term.out = stdout;
	run.term.color = app_use_color((enum app_color)run.opt.color, run.env, stdout);
	status = run_all(&run, argv + first, (size_t)(argc - first));
	json_line_release(&run.json);
	carddb_free(&run.db);
	return app_finish("atr_parse", status);
}
