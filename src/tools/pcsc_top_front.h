/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_FRONT_H
#define CS_TOOLS_PCSC_TOP_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A program that has the terminal for a while, in our place. */

#define FRONT_PATH_MAX 4096

/* front_sibling - path of a tool that lies beside this one; false: it is not known where that is, or too long
 */
bool front_sibling(char out[FRONT_PATH_MAX], const char *tool);

/* front_start - start a program with the signals as they are by default; 0, or errno */
int front_start(pid_t *pid, char *const argv[]);

/* front_ended - whether it has ended; @status receives its exit status, 128 + signal */
bool front_ended(pid_t pid, int *status);

#endif
