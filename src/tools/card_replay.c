/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "card_replay.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/app.h"
#include "cli/opt.h"
#include "core/hex.h"
#include "view/term.h"
#include "vpcd/vpcd.h"

#define AT(field) offsetof(struct card_replay_options, field), OPT_NO_GIVEN

enum { GROUP_NONE, GROUP_CHATTER };

static const struct opt_row rows[] = {
	{'a', "atr", "HEX", "no recording: every command is answered 6D00", OPT_STRING, AT(atr), NULL, 0, 0,
	 GROUP_NONE, OPT_COMPLETE_NONE},
	{'o', "any-order", NULL, "answer in any order, as often as asked", OPT_FLAG, AT(any_order), NULL, 0,
	 0, GROUP_NONE, OPT_COMPLETE_NONE},
	{'l', "loop", NULL, "start the recording over at its end", OPT_FLAG, AT(loop), NULL, 0, 0, GROUP_NONE,
	 OPT_COMPLETE_NONE},
	{'m', "on-miss", "SW", "answer to an unexpected command (default 6F00)", OPT_STRING, AT(on_miss),
	 NULL, 0, 0, GROUP_NONE, OPT_COMPLETE_NONE},
	{'d', "delay-us", "N", "wait N microseconds before each answer", OPT_UINT, AT(delay_us), NULL, 0,
	 600000000, GROUP_NONE, OPT_COMPLETE_NONE},
	{'p', "port", "N", "TCP port of the virtual reader (default 35963)", OPT_UINT, AT(port), NULL, 1,
	 65535, GROUP_NONE, OPT_COMPLETE_NONE},
	{'H', "host", "NAME", "where vpcd runs (default 127.0.0.1)", OPT_STRING, AT(host), NULL, 0, 0,
	 GROUP_NONE, OPT_COMPLETE_NONE},
	{'w', "wait", "SECONDS", "keep trying that long when vpcd is not there", OPT_UINT, AT(wait_s), NULL,
	 0, 86400, GROUP_NONE, OPT_COMPLETE_NONE},
	{'r', "reconnect", NULL, "keep trying whenever vpcd is not there", OPT_FLAG, AT(reconnect), NULL, 0,
	 0, GROUP_NONE, OPT_COMPLETE_NONE},
	{'q', "quiet", NULL, "say nothing of insertion and removal", OPT_FLAG, AT(quiet), NULL, 0, 0,
	 GROUP_CHATTER, OPT_COMPLETE_NONE},
	{'v', "verbose", NULL, "show power, resets, commands, answers on stderr", OPT_FLAG, AT(verbose), NULL,
	 0, 0, GROUP_CHATTER, OPT_COMPLETE_NONE},
	{.long_name = NULL},
};

static const char *const synopsis[] = {"[options] FILE", "[options] --atr HEX", NULL};

static const struct opt_spec spec = {
	.name = "card_replay",
	.synopsis = synopsis,
	.summary = "Plays a recording as a card in the virtual reader of vpcd (vsmartcard).",
	.rows = rows,
	.epilog = "FILE is a recording: see cardscope-recording(5). SIGUSR1 removes the card, SIGUSR2 "
		  "inserts it.\n"
		  "\n"
		  "Exit status: 0 done; 1 a command came that the recording does not answer; 2 usage or bad\n"
		  "recording; 3 vpcd is not there.\n",
};

static enum opt_result bad_bytes(const char *option, const char *given, enum cs_err err, size_t bad)
{
	if (err == CS_E_HEX_DIGIT || err == CS_E_HEX_ODD)
		return opt_usage_error(&spec, stderr, "--%s: '%s', character %zu: %s", option, given, bad + 1,
				       cs_err_text(err));
	return opt_usage_error(&spec, stderr, "--%s: %s", option, cs_err_text(err));
}

static enum opt_result take_sw(struct card_replay_options *options)
{
	size_t len = 0, bad = 0;
	enum cs_err err;

	options->miss_sw[0] = options->file ? 0x6F : 0x6D;
	options->miss_sw[1] = 0x00;
	if (options->on_miss == NULL)
		return OPT_RUN;
	err = hex_parse(options->miss_sw, sizeof(options->miss_sw), &len, options->on_miss,
			strlen(options->on_miss), &bad);
	if (err == CS_OK && len != sizeof(options->miss_sw))
		return opt_usage_error(&spec, stderr, "--on-miss: a status word has two bytes");
	return err == CS_OK ? OPT_RUN : bad_bytes("on-miss", options->on_miss, err, bad);
}

static enum opt_result take_atr(const struct card_replay_options *options, struct recording *rec)
{
	size_t bad = 0;
	enum cs_err err;

	if (options->atr == NULL)
		return OPT_RUN;
	err = hex_parse(rec->atr, sizeof(rec->atr), &rec->atr_len, options->atr, strlen(options->atr), &bad);
	return err == CS_OK ? OPT_RUN : bad_bytes("atr", options->atr, err, bad);
}

static enum opt_result take_operands(struct card_replay_options *options, int n, char **operands)
{
	if (n == 0 && options->atr == NULL)
		return opt_usage_error(&spec, stderr, "no recording given");
	if (n > 0 && options->atr != NULL)
		return opt_usage_error(&spec, stderr, "give a recording or --atr, not both");
	if (n > 1)
		return opt_usage_error(&spec, stderr, "more than one recording given");
	if (options->atr != NULL && (options->any_order || options->loop))
		return opt_usage_error(&spec, stderr, "--any-order and --loop need a recording");
	options->file = n ? operands[0] : NULL;
	return OPT_RUN;
}

static void say_file(const char *path)
{
	const struct term t = {.out = stderr};

	fputs("card_replay: ", stderr);
	term_put_untrusted(&t, TERM_PLAIN, path);
}

static void say_problem(const char *path, enum cs_err err, const struct recording_problem *problem)
{
	const struct term t = {.out = stderr};

	say_file(path);
	if (err == CS_E_FORMAT) {
		if (problem->line)
			fprintf(stderr, ":%zu", problem->line);
		if (problem->column)
			fprintf(stderr, ":%zu", problem->column);
		fputs(": ", stderr);
		term_put_untrusted(&t, TERM_PLAIN, problem->text);
		fputc('\n', stderr);
	} else if (err == CS_E_TOO_LONG) {
		fprintf(stderr, ": larger than %u MiB\n", RECORDING_FILE_MAX >> 20);
	} else {
		fprintf(stderr, ": %s\n", err == CS_E_NOMEM ? cs_err_text(err) : strerror(errno));
	}
}

static int load(const struct card_replay_options *options, struct recording *rec)
{
	struct recording_problem problem;
	enum cs_err err;

	if (options->file == NULL)
		return APP_OK;
	err = recording_load(rec, options->file, &problem);
	if (err != CS_OK) {
		say_problem(options->file, err, &problem);
		return APP_USAGE;
	}
	if (options->loop && !recording_ends_inserted(rec)) {
		say_file(options->file);
		fputs(": for --loop the card must be in the reader at the end: add an insert event\n",
		      stderr);
		return APP_USAGE;
	}
	return APP_OK;
}

static int play(const struct card_replay_options *options, const struct recording *rec)
{
	int signals = app_signal_fd();
	int status;

	if (signals < 0) {
		fprintf(stderr, "card_replay: signals: %s\n", strerror(errno));
		return APP_CARD;
	}
	status = card_replay_run(options, rec, signals);
	close(signals);
	return status;
}

int main(int argc, char **argv)
{
	struct card_replay_options options = {.host = "127.0.0.1", .port = VPCD_PORT};
	struct recording rec = {0};
	enum opt_result result;
	int first = 0;
	int status;

	if (!app_start(spec.name))
		return APP_USAGE;
	/* the lines of several cards on one terminal must not mix */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	result = opt_parse(&spec, &options, argc, argv, &first, stdout, stderr);
	if (result == OPT_RUN)
		result = take_operands(&options, argc - first, argv + first);
	if (result == OPT_RUN)
		result = take_sw(&options);
	if (result == OPT_RUN)
		result = take_atr(&options, &rec);
	if (result != OPT_RUN)
		return app_finish(spec.name, result == OPT_USAGE ? APP_USAGE : APP_OK);
	status = load(&options, &rec);
	if (status == APP_OK)
		status = play(&options, &rec);
	recording_release(&rec);
	return app_finish(spec.name, status);
}
