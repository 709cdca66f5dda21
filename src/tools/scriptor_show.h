/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_SHOW_H
#define CS_TOOLS_SCRIPTOR_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/app.h"
#include "core/script.h"
#include "pcsc/scard.h"
#include "tools/scriptor_options.h"
#include "view/action.h"
#include "view/exchange.h"
#include "view/exchange_json.h"
#include "view/json_out.h"
#include "view/junit_xml.h"
#include "view/tap_text.h"
#include "view/term.h"

struct record;

/*
 * Where everything that scriptor has to tell goes: the transcript, JSON or TAP on stdout, messages on stderr,
 * the JUnit file. Nobody else of the tool writes to stdout. Used by one thread at a time: the worker, or the
 * main thread while there is none or after it has taken over.
 */
struct show {
	const struct scriptor_options *options;
	struct term out, err;
	struct exchange_style style; /* @decode follows the script */
	bool prompt;                 /* places in what is typed are not told, a failure is told once */
	bool eager;                  /* somebody watches: commands are shown before they are answered */
	bool commanded;              /* the command at hand is shown already */
	int output_errno;            /* why stdout takes no more, 0: it does */
	bool nomem;                  /* something could not be shown for want of memory */
	struct json_line json;
	struct tap tap;
	struct junit junit;
	FILE *junit_file; /* NULL: none */
};

/* show_init - @prompt: there is no script, but a person who types */
void show_init(struct show *show, const struct scriptor_options *options, const struct app_env *env,
	       bool prompt);

/* show_begin - the heads of TAP and JUnit; @junit: a file that show_end() closes, or NULL; @name: of the
 * script */
void show_begin(struct show *show, FILE *junit, const char *name);

/* show_end - the rest, and the summary; false, after a message: something is not complete */
bool show_end(struct show *show, const struct script_summary *summary);

/* show_release - without telling anything more */
void show_release(struct show *show);

/* show_file - the name that places in file @file are told with: none for what is typed at a prompt */
const char *show_file(const struct show *show, const char *name, uint32_t file);

/* show_note - "scriptor: text" on stderr: what happens beside the script, for a person; not with --quiet */
void show_note(struct show *show, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* show_problem - a mistake in a script; @file: as of show_file(), untrusted */
void show_problem(struct show *show, const char *file, const struct script_problem *problem);

/* show_error - what failed; @place: NULL for no line; @message: ours, one line */
void show_error(struct show *show, const struct place *place, const char *message);

/* show_interrupted - likewise when a signal ends the run, which is no failure of the script */
void show_interrupted(struct show *show, const struct place *place);

/* show_readers - a list of readers on stderr, those with a card when there are @states */
void show_readers(const struct scard_names *names, const struct scard_state *states);

/* show_command - a command that is about to be sent */
void show_command(struct show *show, const struct exchange *x);

/* show_exchange - a command that was answered, with what was expected */
void show_exchange(struct show *show, const struct exchange *x);

/* show_failed - the command or action at hand has no answer; show_error() has to follow */
void show_failed(struct show *show, const struct exchange *x, const char *why);

/* show_expect - expectations about an exchange that was shown without them */
void show_expect(struct show *show, const struct exchange *x);

/* show_expect_control - likewise about a CONTROL */
void show_expect_control(struct show *show, const struct action *action, const struct expectation *expect,
			 size_t n);

/* show_request - a statement that is about to be carried out */
void show_request(struct show *show, const struct action *action);

/* show_result - what came of it; when it failed show_error() has to follow; @expect: @n, of CONTROL */
void show_result(struct show *show, const struct action *action, const struct expectation *expect, size_t n);

/* show_refusal - the statement whose request was shown has come to nothing; show_error() has told why */
void show_refusal(struct show *show, const char *why);

void show_features(struct show *show, const struct exchange_features *features);
void show_echo(struct show *show, const struct place *place, const char *text, size_t len);

/* show_connected - the banner of a connection that no `connect` has made */
void show_connected(struct show *show, const struct action *action);

/* ---- for scriptor_show_*.c ---- */

/* show_json - what came of writing a JSON line */
void show_json(struct show *show, enum cs_err err);

/* show_see_output - whether stdout still takes what is written; right after writing */
void show_see_output(struct show *show);

/* show_is_text - neither JSON nor TAP; show_is_transcript - and all of it, not only what fails */
bool show_is_text(const struct show *show);
bool show_is_transcript(const struct show *show);

#endif
