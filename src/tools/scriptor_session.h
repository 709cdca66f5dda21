/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_SESSION_H
#define CS_TOOLS_SCRIPTOR_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/app.h"
#include "core/script.h"
#include "pcsc/scard.h"
#include "tools/scriptor_engine.h"
#include "tools/scriptor_guard.h"
#include "tools/scriptor_host.h"
#include "tools/scriptor_options.h"
#include "tools/scriptor_show.h"

/*
 * A run of scriptor, from the command line to the exit status. All functions here are the main thread's. What
 * talks to PC/SC does so in a worker thread while the main thread supervises (scriptor_guard.h): no function
 * blocks for longer than the `timeout` of the script, and SIGINT, SIGTERM and SIGHUP are heeded at once.
 */
struct session {
	const struct scriptor_options *options;
	const struct app_env *env;
	struct host host;
	struct script script; /* names of variables: script_var_name(&script, i) */
	struct show show;
	struct engine engine;
	struct guard *guard;
	int signal_fd; /* app_signal_fd(): readable when a signal has come; -1: nothing was run yet */
	int signal;    /* SIGINT, SIGTERM or SIGHUP that ended the last run, 0: none */
	bool hung;     /* some thread is left in a PC/SC call: end with _exit() */
	bool stuck;    /* ... or in the output: touch nothing any more */
};

/* How a run ended. */
enum session_end {
	SESSION_DONE,        /* all was carried out, failures under --keep-going included */
	SESSION_FAILED,      /* stopped at a failure, or not even begun for mistakes in it; told */
	SESSION_EXIT,        /* by `exit` */
	SESSION_INTERRUPTED, /* by a signal, see @signal; told */
};

/* session_unit_name - what units that are typed or piped in are called in messages: "-" */
extern const char session_unit_name[];

/*
 * session_open
 * @prompt: there is no script, but a person who types
 * Return: APP_OK; else the exit status, after a message, and there is nothing to close.
 */
int session_open(struct session *s, const struct scriptor_options *options, const struct app_env *env,
		 bool prompt);

/* session_file - parse the script of the command line as a whole, then carry it out */
enum session_end session_file(struct session *s);

/* session_stream - the same with stdin, statement by statement as they come */
enum session_end session_stream(struct session *s);

/* session_check - parse the script, tell all mistakes, lints too; APP_OK or APP_USAGE */
int session_check(struct session *s);

/* session_close - let go of the card, tell the summary, complete all files; returns the exit status */
int session_close(struct session *s);

/*
 * session_unit - parse a unit and carry it out
 * @text: @len bytes, whole: script_wants_more() says no
 * @line: number of its first line
 *
 * For the prompt: mistakes and failures are told without a place beyond the column, and nothing but `exit`
 * and SIGTERM or SIGHUP need end it. A call that was given up (time, Ctrl-C) has cost the connection; the
 * next unit makes a new one.
 */
enum session_end session_unit(struct session *s, const char *text, size_t len, uint32_t line);

/* session_parse - parse a text or a unit; false: what is wrong was told and counted */
bool session_parse(struct session *s, const struct script_text *text, uint32_t line);

/* session_release - the memory, once nothing hangs */
void session_release(struct session *s);

/* session_run_stream - what the worker of session_stream() does */
void session_run_stream(void *session);

/* ---- scriptor_live.c: what a prompt does beside units ---- */

/* session_connect - connect if there is a card to connect to; what hinders is told but is no failure */
bool session_connect(struct session *s);

/* What has become of the card since the last look. */
enum session_news {
	SESSION_SAME,
	SESSION_REMOVED,  /* told; there is no connection now */
	SESSION_INSERTED, /* told; connected to the new card */
	SESSION_SILENT,   /* the service does not answer, or a signal came */
};

/* session_look - when something may have happened to the card */
enum session_news session_look(struct session *s);

/* session_reader - name of the reader in use, untrusted, NULL for none; session_protocol - "T=1", NULL */
const char *session_reader(const struct session *s);
const char *session_protocol(const struct session *s);

/* session_readers - names of all readers, for completion; empty when that fails. scard_names_release() */
void session_readers(struct session *s, struct scard_names *out);

/* session_supervise - run @work in a worker; false: it did not come to its end, which was told */
bool session_supervise(struct session *s, void (*work)(void *session));

#endif
