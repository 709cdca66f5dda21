/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environ, and signalfd() as in cli/app.c */
#define _GNU_SOURCE
#include "tools/pcsc_scan_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/hex.h"
#include "core/utf8.h"
#include "tools/pcsc_scan_loop.h"
#include "tools/pcsc_scan_options.h"
#include "view/term.h"

#define GRACE_MS 1000

enum { VAR_EVENT, VAR_READER, VAR_ATR, VAR_CARD, VARS };

static const char *const var_name[VARS] = {"PCSC_EVENT=", "PCSC_READER=", "PCSC_ATR=", "PCSC_CARD="};

enum cs_err exec_init(struct exec *x, const struct opt_command *command)
{
	sigset_t set;

	*x = (struct exec){.fd = -1};
	if (!command->argc)
		return CS_OK;
	x->argv = calloc(command->argc + 1, sizeof(*x->argv));
	if (!x->argv)
		return CS_E_NOMEM;
	memcpy(x->argv, command->argv, command->argc * sizeof(*x->argv));
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		x->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return x->fd < 0 ? CS_E_IO : CS_OK;
}

/* "NAME=value" with whatever a terminal must not see escaped; NULL: no memory */
static char *make_var(const char *name, const char *value)
{
	size_t name_len = strlen(name), len = strlen(value);
	char *var = malloc(name_len + UTF8_ESCAPE_SIZE(len));

	if (!var)
		return NULL;
	memcpy(var, name, name_len);
	utf8_escape(var + name_len, UTF8_ESCAPE_SIZE(len), value, len);
	return var;
}

static bool make_vars(char *var[VARS], const struct monitor_event *event, const char *card)
{
	char atr[HEX_PACKED_SIZE(SCARD_ATR_MAX)];
	const char *const value[VARS] = {monitor_event_name(event->kind), event->reader ? event->reader : "",
					 atr, card ? card : ""};

	hex_build(atr, event->atr, event->atr_len, 0);
	for (size_t i = 0; i < VARS; i++) {
		var[i] = make_var(var_name[i], value[i]);
		if (!var[i])
			return false;
	}
	return true;
}

static bool is_ours(const char *entry)
{
	for (size_t i = 0; i < VARS; i++)
		if (strncmp(entry, var_name[i], strlen(var_name[i])) == 0)
			return true;
	return false;
}

/* Our environment, with @var in place of variables of these names; strings are borrowed. NULL: no memory */
static char **make_environment(char *var[VARS])
{
	size_t n = 0, at = 0;
	char **env;

	while (environ && environ[n])
		n++;
	env = calloc(n + VARS + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i]))
			env[at++] = environ[i];
	memcpy(env + at, var, VARS * sizeof(*env));
	return env;
}

/* "pcsc_scan: --exec: COMMAND", how each message begins */
static void say_command(const struct exec *x)
{
	const struct term t = {.out = stderr};

	fprintf(stderr, "%s: --exec: ", scan_name);
	term_put_untrusted(&t, TERM_PLAIN, x->argv[0]);
}

static int spawn(struct exec *x, char **env)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, standard;
	int error;

	sigemptyset(&none);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE); /* the only one whose disposition was changed */
	error = posix_spawn_file_actions_init(&files);
	if (error)
		return error;
	error = posix_spawnattr_init(&attr);
	if (error)
		goto out;
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &standard);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawnp(&x->pid, x->argv[0], &files, &attr, x->argv, env);
	if (error)
		x->pid = 0;
	posix_spawnattr_destroy(&attr);
out:
	posix_spawn_file_actions_destroy(&files);
	return error;
}

void exec_start(struct exec *x, const struct monitor_event *event, const char *card)
{
	char *var[VARS] = {NULL};
	char **env = NULL;
	int error = ENOMEM;

	if (make_vars(var, event, card))
		env = make_environment(var);
	if (env)
		error = spawn(x, env);
	if (error) {
		say_command(x);
		fprintf(stderr, ": %s\n", error == ENOENT ? "command not found" : strerror(error));
	}
	for (size_t i = 0; i < VARS; i++)
		free(var[i]);
	free(env);
}

static void report(const struct exec *x, int status)
{
	if (status == 0)
		return;
	say_command(x);
	if (WIFSIGNALED(status))
		fprintf(stderr, " was killed by signal %d (%s)\n", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		fprintf(stderr, " ended with status %d\n", WEXITSTATUS(status));
}

void exec_reap(struct exec *x)
{
	struct signalfd_siginfo info;
	int status;

	while (read(x->fd, &info, sizeof(info)) > 0)
		;
	if (x->pid && waitpid(x->pid, &status, WNOHANG) == x->pid) {
		report(x, status);
		x->pid = 0;
	}
}

void exec_release(struct exec *x)
{
	struct pollfd child = {.fd = x->fd, .events = POLLIN};
	int64_t end_ns = loop_now_ns() + GRACE_MS * LOOP_MS;

	while (x->pid && loop_now_ns() < end_ns) {
		poll(&child, 1, (int)((end_ns - loop_now_ns()) / LOOP_MS) + 1);
		exec_reap(x);
	}
	if (x->pid) {
		say_command(x);
		fputs(" is still running; it was sent SIGTERM\n", stderr);
		kill(x->pid, SIGTERM);
	}
	if (x->fd >= 0)
		close(x->fd);
	free(x->argv);
	*x = (struct exec){.fd = -1};
}
