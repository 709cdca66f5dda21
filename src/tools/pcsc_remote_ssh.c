/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipe2() */
#define _GNU_SOURCE
#include "tools/pcsc_remote_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_words.h"

#define FORWARD_MAX (2 * REMOTE_PATH_MAX + 2)
#define PROXY_MAX   1024
#define HASTEN_MS   700 /* for a session, whose end nobody waits for */

/* Over the open connection and no other; without the configuration, which may forward other things. */
static void begin_over(struct words *w, const struct tunnel *t, const char *control)
{
	words_add(w, t->options->program);
	words_add_all(
		w, (const char *const[]){"-F", "/dev/null", "-o", "ProxyCommand=false", "-S", control, NULL});
}

bool ssh_master_lives(const struct tunnel *t)
{
	struct words w = {.n = 0};
	char answer[SSH_ANSWER_MAX];

	begin_over(&w, t, t->control);
	words_add_all(&w, (const char *const[]){"-O", "check", NULL});
	words_end(&w, t->host, NULL);
	return proc_run(w.word, false, SSH_CONTROL_MS, answer, sizeof(answer)) == 0;
}

static bool asks_nothing(const struct tunnel *t)
{
	return t->options->batch || t->again;
}

/* What ssh itself makes of -J, with a control socket. false: it can not be said so. */
static bool make_proxy(char out[PROXY_MAX], const struct tunnel *t)
{
	struct words w = {.n = 0};
	size_t len;

	strcpy(out, "ProxyCommand=");
	words_add(&w, t->options->program);
	if (asks_nothing(t))
		words_add_all(&w, (const char *const[]){"-o", "BatchMode=yes", NULL});
	words_add_list(&w, "-F", &t->options->ssh.config);
	if (t->options->ssh.verbose)
		words_add(&w, "-v");
	words_add_all(&w,
		      (const char *const[]){"-M", "-o", "ControlPersist=no", "-S", t->jump_control, NULL});
	for (size_t i = 0; i < w.n; i++)
		if (strpbrk(w.word[i], "%\n") || remote_quote(out, PROXY_MAX, w.word[i]) != CS_OK)
			return false;
	len = strlen(out);
	return (size_t)snprintf(out + len, PROXY_MAX - len, " -W '[%%h]:%%p' -- '%s'", t->jump) <
	       PROXY_MAX - len;
}

/* The first mention of an option counts: what the tunnel rests on stands first, what the user may change
 * last. */
static void add_login(struct words *w, const struct tunnel *t, const char *proxy, const char *timeout)
{
	words_add(w, t->options->program);
	if (asks_nothing(t))
		words_add_all(w, (const char *const[]){"-o", "BatchMode=yes", NULL});
	if (t->quiet)
		words_add_all(w, (const char *const[]){"-o", "LogLevel=INFO", NULL});
	words_add_all(w, (const char *const[]){"-M", "-x", "-o", "ControlPersist=no", "-o",
					       "ClearAllForwardings=yes", "-o", "ExitOnForwardFailure=yes",
					       "-o", "StreamLocalBindUnlink=yes", "-o",
					       "StreamLocalBindMask=0177", "-o", "RemoteCommand=none", "-o",
					       "PermitLocalCommand=no", "-T", NULL});
	if (t->knows_sessions)
		words_add_all(w, (const char *const[]){"-o", "SessionType=default", "-o", "StdinNull=no",
						       "-o", "ForkAfterAuthentication=no", NULL});
	if (proxy)
		words_add_all(w, (const char *const[]){"-o", proxy, NULL});
	words_add_options(w, t->options, !proxy);
	if (!t->keeps_alive)
		words_add_all(w, (const char *const[]){"-o", "ServerAliveInterval=15", NULL});
	words_add_all(w, (const char *const[]){"-o", timeout, "-S", t->control, NULL});
}

static bool open_pipes(int in[2], int out[2], int err[2])
{
	in[0] = in[1] = out[0] = out[1] = err[0] = err[1] = -1;
	return pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool start(struct tunnel *t, const char *const *argv)
{
	int in[2], out[2], err[2], error;
	pid_t pid = -1;

	if (open_pipes(in, out, err))
		pid = proc_start(&(struct proc){
			.argv = argv, .in = in[0], .out = out[1], .err = err[1], .shielded = true});
	error = errno;
	close_if(in[0]);
	close_if(out[1]);
	close_if(err[1]);
	if (pid < 0) {
		close_if(in[1]);
		close_if(out[0]);
		close_if(err[0]);
		errno = error;
		return false;
	}
	t->ssh = pid;
	t->in = in[1];
	t->out = out[0];
	t->err = err[0];
	return true;
}

bool ssh_log_in(struct tunnel *t)
{
	struct words w = {.n = 0};
	char script[SSH_SCRIPT_MAX], timeout[40], proxy[PROXY_MAX];
	bool by_proxy = t->jump[0] && !t->jump_borrowed && make_proxy(proxy, t);

	ssh_script(script, t);
	snprintf(timeout, sizeof(timeout), "ConnectTimeout=%lu", t->options->timeout_s);
	if (t->borrowed) {
		begin_over(&w, t, t->control);
		words_add(&w, "-T");
	} else {
		unlink(t->control);
		if (by_proxy)
			unlink(t->jump_control);
		add_login(&w, t, by_proxy ? proxy : NULL, timeout);
	}
	words_end(&w, t->host, script);
	return start(t, w.word);
}

void ssh_hasten(const struct tunnel *t)
{
	struct words w = {.n = 0};
	char answer[SSH_ANSWER_MAX];

	if (!t->jump[0])
		return;
	begin_over(&w, t, t->jump_control);
	words_add(&w, "-T");
	words_end(&w, t->jump, "true");
	(void)proc_run(w.word, false, HASTEN_MS, answer, sizeof(answer));
}

static int control(const struct tunnel *t, const char *what, bool reverse, const char *forward,
		   char answer[SSH_ANSWER_MAX])
{
	struct words w = {.n = 0};

	begin_over(&w, t, t->control);
	words_add_all(&w, (const char *const[]){"-O", what, reverse ? "-R" : "-L", forward, NULL});
	words_end(&w, t->host, NULL);
	return proc_run(w.word, true, SSH_CONTROL_MS, answer, SSH_ANSWER_MAX);
}

/* A line for the far shell over the open connection; returns its exit status. */
static int run_there(const struct tunnel *t, const char *text)
{
	struct words w = {.n = 0};
	char answer[SSH_ANSWER_MAX];

	begin_over(&w, t, t->control);
	words_add(&w, "-T");
	words_end(&w, t->host, text);
	return proc_run(w.word, false, SSH_CONTROL_MS, answer, sizeof(answer));
}

bool ssh_forward(struct tunnel *t, const char *what)
{
	char forward[FORWARD_MAX], answer[SSH_ANSWER_MAX], *line, *rest;
	int status;

	snprintf(forward, sizeof(forward), "%s:%s", t->reverse ? t->far_socket : t->dir.socket,
		 t->reverse ? t->near_socket : t->far_socket);
	status = control(t, what, t->reverse, forward, answer);
	for (line = strtok_r(answer, "\r\n", &rest); line && status != 0;
	     line = strtok_r(NULL, "\r\n", &rest))
		tunnel_take_said(t, line);
	return status == 0;
}

bool ssh_refuses(const struct tunnel *t)
{
	char forward[FORWARD_MAX], answer[SSH_ANSWER_MAX], line[64];
	const char *own = strrchr(t->dir.path, '-'); /* differs from tunnel to tunnel */
	int status;

	snprintf(line, sizeof(line), "rm -f /tmp/cardscope-probe%.16s", own);
	snprintf(forward, sizeof(forward), "%s:%s/none", strchr(line, '/'), t->dir.path);
	status = control(t, "forward", true, forward, answer);
	if (status != 0)
		return status == SSH_FAILED;
	(void)control(t, "cancel", true, forward, answer);
	(void)run_there(t, line);
	return false;
}

pid_t ssh_command(const struct tunnel *t, const char *line, bool tty)
{
	struct words w = {.n = 0};

	begin_over(&w, t, t->control);
	words_add(&w, tty ? "-t" : "-T");
	words_end(&w, t->host, line);
	return proc_start(&(struct proc){.argv = w.word, .in = -1, .out = -1, .err = -1});
}

bool ssh_signal(const struct tunnel *t, int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {{SIGINT, "INT"},   {SIGTERM, "TERM"}, {SIGHUP, "HUP"},
		     {SIGQUIT, "QUIT"}, {SIGUSR1, "USR1"}, {SIGUSR2, "USR2"}};
	char line[REMOTE_PATH_MAX + 32] = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			snprintf(line, sizeof(line), "kill -%s `cat %s/pid`", names[i].name, t->answer.path);
	return line[0] && run_there(t, line) == 0;
}
