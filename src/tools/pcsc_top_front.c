/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_top_front.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool front_sibling(char out[FRONT_PATH_MAX], const char *tool)
{
	ssize_t n = readlink("/proc/self/exe", out, FRONT_PATH_MAX - 1);
	char *name;

	if (n < 0 || n >= FRONT_PATH_MAX - 1)
		return false;
	out[n] = '\0';
	name = strrchr(out, '/');
	if (!name || (size_t)(name + 1 - out) + strlen(tool) >= FRONT_PATH_MAX)
		return false;
	strcpy(name + 1, tool);
	return true;
}

int front_start(pid_t *pid, char *const argv[])
{
	posix_spawnattr_t attr;
	sigset_t none, standard;
	int error = posix_spawnattr_init(&attr);

	if (error)
		return error;
	sigemptyset(&none);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	sigaddset(&standard, SIGQUIT);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &standard);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return error;
}

bool front_ended(pid_t pid, int *status)
{
	int raw;
	pid_t who;

	do
		who = waitpid(pid, &raw, WNOHANG);
	while (who < 0 && errno == EINTR);
	if (who == 0)
		return false;
	*status = who < 0 ? 0 : WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return true;
}
