/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_CHILD_H
#define CS_DIAG_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "diag/pool.h"

/* What a program said. */
struct child_result {
	int status; /* exit status, 128 + signal; -1 when it did not end in time and was killed */
	char *out;  /* stdout and stderr mixed, NUL-terminated, at most CHILD_OUT_MAX bytes */
	size_t len;
	int error; /* errno when it could not be started: ENOENT is "not installed" */
};

#define CHILD_OUT_MAX (256u << 10)

/*
 * child_run - start a program without a shell, stdin /dev/null, LC_ALL=C, and collect what it prints
 * @argv: NULL-terminated; argv[0] is looked for in
 * /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
 * @limit_ms: then it and its children are killed
 * Return: CS_OK it ended; CS_E_TIMEOUT; CS_E_NOT_FOUND; CS_E_IO; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err child_run(struct pool *pool, const char *const *argv, int limit_ms,
				   struct child_result *out);

/* A program under way. */
struct child {
	pid_t pid;           /* 0: it was not started, @error says why */
	int fd;              /* what it prints */
	int error;           /* errno */
	int64_t deadline_ms; /* on CLOCK_MONOTONIC */
};

/*
 * child_start, child_finish - child_run() in two parts, so that several programs run at the same time
 * Each child started must be finished; the limit counts from its start.
 */
void child_start(struct child *child, const char *const *argv, int limit_ms);
CS_NODISCARD enum cs_err child_finish(struct child *child, struct pool *pool, struct child_result *out);

#endif
