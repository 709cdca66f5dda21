/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_SSH_H
#define CS_TOOLS_PCSC_REMOTE_SSH_H

#include "tools/pcsc_remote_tunnel.h"

/* How ssh is called: every command line for it is made here. */

#define SSH_SCRIPT_MAX 2048
#define SSH_ANSWER_MAX 16384
#define SSH_CONTROL_MS 10000 /* for what a running ssh is asked to do */
#define SSH_FAILED     255   /* exit status of its own failures */

/* ssh_script - what the far shell is to run: it tells of its computer and stays until its input ends */
void ssh_script(char out[SSH_SCRIPT_MAX], const struct tunnel *t);

/* ssh_configure - what ssh's configuration has for the host; a connection that the user has open is used,
 * else one of our own will be made */
void ssh_configure(struct tunnel *t);

/* ssh_master_lives - whether somebody answers at the control socket */
bool ssh_master_lives(const struct tunnel *t);

/* ssh_log_in - start the ssh that logs in and runs our script; false: it could not be started, see errno */
bool ssh_log_in(struct tunnel *t);

/* ssh_hasten - have small packets sent at once on the way to the jump host, too, if ssh can */
void ssh_hasten(const struct tunnel *t);

/*
 * ssh_forward - have the socket forwarded, or no more
 * @what: "forward" or "cancel"
 * Return: whether ssh did it; what it printed is taken as said.
 */
bool ssh_forward(struct tunnel *t, const char *what);

/*
 * ssh_refuses - whether sshd there refuses a socket in the other direction, which it tells at once: mostly as
 * it forwards none at all, but "AllowStreamLocalForwarding local" allows all but this
 */
bool ssh_refuses(const struct tunnel *t);

/*
 * ssh_command - start a command there over the open connection, with our standard input and output
 * @line:  for the far shell
 * Return: ssh's process id; -1: see errno.
 */
pid_t ssh_command(const struct tunnel *t, const char *line, bool tty);

/* ssh_signal - send a signal to the command there; false: it was not done, or there is no name for it */
bool ssh_signal(const struct tunnel *t, int number);

/* tunnel_take_said - a line of ssh's stderr */
void tunnel_take_said(struct tunnel *t, const char *line);

#endif
