/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_COMMAND_H
#define CS_TOOLS_PCSC_REMOTE_COMMAND_H

#include <sys/types.h>

#include "tools/pcsc_remote_tunnel.h"

/*
 * command_start - start the command, or a shell, here or with -R there
 * @child: receives the process id, 0 when it could not be started
 * Return: APP_OK; 127 not found, 126 not to be run, which was told.
 */
int command_start(const struct tunnel *t, pid_t *child);

#endif
