/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environ */
#define _GNU_SOURCE
#include "tools/pcsc_remote_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_ssh.h"

#define FAR_LINE_MAX 65536
#define OWN_VARS     4
#define COMMAND_VARS 2 /* of these: for a command, no shell */
#define VAR_SIZE     512

/* The outer shell turns the end by a signal into a status, the inner one leaves the command's process id for
 * ssh_signal() and for the session that waits beside it. */
static const char far_wrapper[] =
	" sh -c 'trap : INT QUIT; p=\"${PCSCLITE_CSOCK_NAME%/*}/pid\"; sh -c '\\''echo $$ >\"$0\"; "
	"exec \"$@\"'\\'' \"$p\" \"$@\"; s=$?; rm -f \"$p\"; exit $s' sh";

static const char *const far_shell[] = {"sh", "-c", "exec \"${SHELL:-sh}\" -l", NULL};

/* bash forgets a PS1 that it is given */
static const char bash_prompt[] =
	"PROMPT_COMMAND=case $PS1 in \"($PCSC_REMOTE)\"*) ;; *) PS1=\"($PCSC_REMOTE) $PS1\";; esac";

/* Whether an entry is of the variable that @var sets. */
static bool is_of(const char *entry, const char *var)
{
	return strncmp(entry, var, strcspn(var, "=") + 1) == 0;
}

static bool is_replaced(const char *entry, char var[OWN_VARS][VAR_SIZE], size_t n_vars)
{
	for (size_t i = 0; i < n_vars; i++)
		if (is_of(entry, var[i]))
			return true;
	return false;
}

/* Our environment with these variables in place of its own; the strings are borrowed. NULL: no memory */
static char **make_environment(char var[OWN_VARS][VAR_SIZE], size_t n_vars)
{
	size_t n = 0, at = 0;
	char **env;

	while (environ && environ[n])
		n++;
	env = calloc(n + OWN_VARS + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_replaced(environ[i], var, n_vars))
			env[at++] = environ[i];
	for (size_t i = 0; i < n_vars; i++)
		env[at++] = var[i];
	return env;
}

static int start_local(const struct tunnel *t, pid_t *child)
{
	const struct remote_options *o = t->options;
	const char *shell[] = {o->env->shell ? o->env->shell : "/bin/sh", NULL};
	bool command = o->command[0] != NULL;
	char var[OWN_VARS][VAR_SIZE], **env;
	int error;

	snprintf(var[0], VAR_SIZE, "PCSCLITE_CSOCK_NAME=%s", t->dir.socket);
	snprintf(var[1], VAR_SIZE, "PCSC_REMOTE=%s", t->host);
	snprintf(var[2], VAR_SIZE, "PS1=(%s) %.200s", t->host, o->env->prompt ? o->env->prompt : "$ ");
	snprintf(var[3], VAR_SIZE, "%s", bash_prompt);
	env = make_environment(var, command ? COMMAND_VARS : OWN_VARS);
	if (!env)
		return ENOMEM;
	*child = proc_start(&(struct proc){.argv = command ? (const char *const *)o->command : shell,
					   .env = env,
					   .in = -1,
					   .out = -1,
					   .err = -1});
	error = *child < 0 ? errno : 0;
	if (*child < 0)
		*child = 0;
	free(env);
	return error;
}

/* The far shell gets one line; each word is quoted for it. */
static int start_far(const struct tunnel *t, pid_t *child)
{
	char *line = calloc(1, FAR_LINE_MAX), var[VAR_SIZE];
	bool shell = t->options->command[0] == NULL;
	const char *const *word = shell ? far_shell : (const char *const *)t->options->command;
	enum cs_err err;
	int error = 0;

	if (!line)
		return ENOMEM;
	strcpy(line, "exec env");
	snprintf(var, sizeof(var), "PCSCLITE_CSOCK_NAME=%s", t->far_socket);
	err = remote_quote(line, FAR_LINE_MAX, var);
	if (err == CS_OK)
		strcat(strcat(line, shell ? " PCSC_REMOTE=reverse" : ""), far_wrapper);
	for (; err == CS_OK && *word; word++)
		err = remote_quote(line, FAR_LINE_MAX, *word);
	*child = err == CS_OK ? ssh_command(t, line, isatty(STDIN_FILENO)) : -1;
	if (*child < 0) {
		error = err == CS_OK ? errno : E2BIG;
		*child = 0;
	}
	free(line);
	return error;
}

int command_start(const struct tunnel *t, pid_t *child)
{
	const char *name = t->options->command[0] ? t->options->command[0] : "shell";
	int error = t->reverse ? start_far(t, child) : start_local(t, child);

	if (!error)
		return APP_OK;
	tunnel_say(t, "%.200s: %s", name, error == ENOENT ? "command not found" : strerror(error));
	return error == ENOENT ? 127 : 126;
}
