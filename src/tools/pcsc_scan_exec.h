/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_EXEC_H
#define CS_TOOLS_PCSC_SCAN_EXEC_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/opt.h"
#include "core/err.h"
#include "pcsc/monitor.h"

/*
 * The command of --exec: started without a shell, one at a time, stdin /dev/null, what it prints passed
 * through. What goes wrong with it is told on stderr and ends nothing.
 */
struct exec {
	char **argv; /* NULL-terminated; NULL: there is no command */
	int fd;      /* readable when a child has ended; -1: no command */
	pid_t pid;   /* of the child that runs, 0 for none */
};

/* exec_init - call before any thread is started, for it blocks SIGCHLD. CS_E_NOMEM; CS_E_IO (errno tells) */
CS_NODISCARD enum cs_err exec_init(struct exec *x, const struct opt_command *command);

/*
 * exec_start - run the command for an event, told in PCSC_EVENT, PCSC_READER, PCSC_ATR and PCSC_CARD (empty
 * where there is none); @card: name of the card or NULL. No child may be running.
 */
void exec_start(struct exec *x, const struct monitor_event *event, const char *card);

/* exec_reap - after @fd was readable: @pid is 0 again when the child has ended */
void exec_reap(struct exec *x);

/* exec_release - a child still running is given up to a second to end, then SIGTERM, and left behind */
void exec_release(struct exec *x);

#endif
