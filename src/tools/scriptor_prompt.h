/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_PROMPT_H
#define CS_TOOLS_SCRIPTOR_PROMPT_H

#include <stdbool.h>

#include "tools/scriptor_session.h"

/* prompt_is_possible - whether there is a terminal to type at */
bool prompt_is_possible(void);

/* How a prompt ended. */
struct prompt_end {
	int status; /* APP_OK, whatever failed at the prompt; APP_USAGE: there could be none, which was told
		     */
	bool hung;  /* the thread that watches the cards can not be ended: leave with _exit() */
	int signal; /* SIGTERM or SIGHUP that ended it, 0: none */
};

/*
 * prompt_run - statements from the terminal until `exit`, Ctrl-D, SIGTERM or SIGHUP
 * @session: opened for a prompt; nothing has been run yet
 *
 * A unit that fails ends nothing. What script_is_secret() finds is kept in no history.
 */
struct prompt_end prompt_run(struct session *session);

#endif
