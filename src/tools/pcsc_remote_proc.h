/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_PROC_H
#define CS_TOOLS_PCSC_REMOTE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A program to start. It ends when pcsc_remote is killed, as far as the system can see to that. */
struct proc {
	const char *const *argv; /* NULL-terminated; [0] is looked for in $PATH */
	char **env;              /* NULL: ours */
	int in, out, err;        /* -1: ours */
	bool shielded;           /* keys on the terminal do not interrupt it */
};

/* proc_start - returns its process id; -1: see errno */
pid_t proc_start(const struct proc *proc);

/* proc_adopt - to be called in a process that was just forked: end with @parent; false: it has ended */
bool proc_adopt(pid_t parent);

/* proc_status - exit status as a shell gives it, 128 + the signal's number; of waitpid()'s @status */
int proc_status(int status);

/* proc_wait - its proc_status(), and it is reaped; -1: it still runs after @limit_ms */
int proc_wait(pid_t *pid, int limit_ms);

/* proc_end - SIGTERM and, after @grace_ms, SIGKILL; then it is reaped. Nothing for @pid 0. */
void proc_end(pid_t *pid, int grace_ms);

/*
 * proc_run - start a program, standard input /dev/null, and collect what it prints
 * @both: stderr, too; else that goes to /dev/null
 * @out:  @size characters, NUL-terminated; the rest is dropped
 * Return: its exit status; -1 it could not be started, see errno, or was killed after @limit_ms.
 */
int proc_run(const char *const *argv, bool both, int limit_ms, char *out, size_t size);

/* proc_now_ms - CLOCK_MONOTONIC */
int64_t proc_now_ms(void);

#endif
