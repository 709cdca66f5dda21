/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_SIGNALS_H
#define CS_TOOLS_PCSC_REMOTE_SIGNALS_H

#include <stdbool.h>

/* A signal that came. */
struct remote_signal {
	int number;
	bool sent; /* by a process, to us alone; a key on the terminal reaches the whole group */
};

/*
 * remote_signals_open - those that end or tell a program something, and SIGCHLD, as a file descriptor
 * Return: the descriptor; -1: see errno.
 */
int remote_signals_open(void);

/* remote_signals_read - false: none came */
bool remote_signals_read(int fd, struct remote_signal *out);

#endif
