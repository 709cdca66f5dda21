/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_ENGINE_H
#define CS_TOOLS_SCRIPTOR_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/app.h"
#include "core/apdu_info.h"
#include "core/err.h"
#include "core/script.h"
#include "tools/scriptor_expect.h"
#include "tools/scriptor_guard.h"
#include "tools/scriptor_host.h"
#include "tools/scriptor_link.h"
#include "tools/scriptor_options.h"
#include "tools/scriptor_record.h"
#include "tools/scriptor_show.h"
#include "view/action.h"
#include "view/exchange.h"

#define ENGINE_TIMEOUT_MS  60000 /* of a PC/SC call, unless the script says `timeout` */
#define ENGINE_MESSAGE_MAX 640

/* How a run of operations goes on. */
enum engine_flow {
	ENGINE_GO_ON,
	ENGINE_EXIT,    /* `exit` */
	ENGINE_FAILED,  /* stopped at a failure */
	ENGINE_STOPPED, /* the supervisor said so */
};

/* Where the value of a variable is kept. */
struct engine_var {
	uint8_t *bytes; /* malloc'ed */
	size_t room;
};

/*
 * Carries out operations. It connects when the first operation comes that needs the card, so that `connect`
 * and `wait insert` can come first; echo, set, sleep and the settings need none, unless they use $ATR.
 *
 * The worker's while it runs, else the main thread's; after an abandoned call it is the main thread's at
 * once, and engine_abandoned() says what became of the call.
 */
struct engine {
	const struct scriptor_options *options;
	const struct app_env *env;
	const struct script *script;
	const struct host *host;
	struct show *show;
	struct record record;
	struct guard *guard;
	struct link *link; /* never NULL after engine_init() */

	struct script_value *values; /* @n_values, of the script's variables */
	struct engine_var *vars;     /* likewise */
	size_t n_values;
	uint8_t status[2]; /* $SW */
	struct checks checks;

	struct xfer_options xfer;
	uint32_t timeout_ms;
	enum apdu_domain domain; /* of the application selected last */
	bool tries_low;          /* 63C0 or 63C1 was answered to a command that costs a try */
	bool disconnected;       /* by `disconnect`: only `connect` connects */
	bool was_reset;          /* the card, since the last connection */
	bool answered;           /* link->answer holds the answer to @sent_len bytes of link->command */
	size_t sent_len;
	bool sent_secret; /* ... and it was a `mask` */
	bool controlled;  /* the last exchange was @control; its answer has two bytes 00 behind it */
	struct action control;
	bool sending; /* the command is at the card; for engine_abandoned() */
	int64_t sent_us;

	enum engine_flow flow;
	const struct script_op *at[SCRIPT_BLOCK_MAX + 2]; /* the operation at hand, in each block around it */
	size_t depth;

	struct script_summary summary;
	int64_t start_ns;
	char message[ENGINE_MESSAGE_MAX]; /* of the failure told last */
	int exit_status; /* so far: the first failure that is no expectation decides, else 1, else 0 */
};

/* engine_init - CS_E_NOMEM; engine_release() at the end */
CS_NODISCARD enum cs_err engine_init(struct engine *engine, const struct scriptor_options *options,
				     const struct app_env *env, const struct script *script,
				     const struct host *host, struct show *show, struct guard *guard);

/* engine_disconnect - in the worker: end what is open; engine_release() - the memory, @link but for an open
 * one */
void engine_disconnect(struct engine *engine);
void engine_release(struct engine *engine);

/* engine_prepare - room for the values of all variables; engine_run() does it. False, after a message: no
 * memory */
bool engine_prepare(struct engine *engine);

/* engine_make_values - for all variables that the script has by now; CS_E_NOMEM */
CS_NODISCARD enum cs_err engine_make_values(struct engine *engine);

/* engine_run - carry out a list of operations; in the worker */
enum engine_flow engine_run(struct engine *engine, const struct script_op *first);

/*
 * engine_abandoned - the call that the worker is in was given up; in the main thread: tells why, counts a
 *   failure unless a signal did it, and gives up the connection
 * @guard: for what follows
 * Return: CS_E_NOMEM: there will be no other connection.
 */
CS_NODISCARD enum cs_err engine_abandoned(struct engine *engine, struct guard *guard, bool by_signal);

/* engine_count_skipped - the run ends here: count the commands that it does not come to */
void engine_count_skipped(struct engine *engine);

/* engine_interrupted - tells that a signal has ended the run, and where */
void engine_interrupted(struct engine *engine);

/* engine_end_summary - of everything so far */
struct script_summary engine_end_summary(const struct engine *engine);

/* ---- for the statements: they return whether all went well; if not that was told ---- */

/* engine_place - where something stands in the script; engine_here - the operation at hand */
struct place engine_place(const struct engine *engine, struct script_pos pos);
struct place engine_here(const struct engine *engine);

/* engine_note_failure - count a failure and stop, but for --keep-going; returns false */
bool engine_note_failure(struct engine *engine, int status);

/* engine_fail - the same, with a message; @status: enum app_exit that it asks for */
bool engine_fail(struct engine *engine, struct script_pos pos, int status, const char *message);

/* engine_eval - the bytes of an expression */
bool engine_eval(struct engine *engine, const struct script_piece *pieces, uint8_t *out, size_t cap,
		 size_t *len);

/* engine_set - a variable gets a value of its own */
bool engine_set(struct engine *engine, struct script_pos pos, size_t var, const uint8_t *bytes, size_t len);

/* engine_point - a built-in variable shows what lives elsewhere; engine_forget - nobody has set it */
void engine_point(struct engine *engine, enum script_var var, const uint8_t *bytes, size_t len);
void engine_forget(struct engine *engine, enum script_var var);

#endif
