/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_RUN_H
#define CS_TOOLS_PCSC_REMOTE_RUN_H

#include <stdbool.h>

#include "tools/pcsc_remote_options.h"

/* remote_run - the tunnel to one host and the command; returns the exit status
 * @named: messages name the host */
int remote_run(const struct remote_options *options, const char *host, bool named);

/* remote_hosts - remote_run() for every host at the same time, and what they print merged */
int remote_hosts(const struct remote_options *options);

/* remote_check - look at both ends and tell; returns the exit status */
int remote_check(const struct remote_options *options);

/* remote_status, remote_print_env - the tunnels that are open; return the exit status */
int remote_status(const struct remote_options *options);
int remote_print_env(const struct remote_options *options);

#endif
