/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_ROOTS_H
#define CS_TESTS_UNIT_ROOTS_H

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temp_root.h"

#define ROOTS_TEMP "/tmp/roots.XXXXXX"

/* roots_make - every case of tests/roots, made whole by tests/roots.sh, in a new directory; @dir is
 * ROOTS_TEMP. To be removed with temp_remove(), also when this fails */
static inline bool roots_make(char *dir)
{
	int status = -1;
	pid_t pid;

	if (!mkdtemp(dir))
		return false;
	pid = fork();
	if (pid == 0) {
		execl("tests/roots.sh", "roots.sh", dir, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
