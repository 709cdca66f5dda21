/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipe2() */
#define _GNU_SOURCE
#include "tools/pcsc_remote_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"

#define ANSWER_MAX  16384
#define CONTROL_MS  10000 /* for what a running ssh is asked to do */
#define OWN_WORDS   48
#define FORWARD_MAX (2 * REMOTE_PATH_MAX + 2)

struct words {
	const char *word[REMOTE_SSH_WORDS + OWN_WORDS];
	size_t n;
};

static void add(struct words *w, const char *word)
{
	w->word[w->n++] = word;
}

static void add_all(struct words *w, const char *const *words)
{
	for (; *words; words++)
		add(w, *words);
}

/* Over the open connection: no configuration, so nothing else is forwarded or cancelled by it. */
static void begin_over(struct words *w, const struct tunnel *t)
{
	add(w, t->options->program);
	add_all(w, (const char *const[]){"-F", "/dev/null", "-S", t->control, NULL});
}

static void end_words(struct words *w, const char *host, const char *command)
{
	add(w, "--");
	add(w, host);
	add(w, command);
	if (command)
		add(w, NULL);
}

/* The value of "controlpath" in what ssh -G prints; NULL: none */
static char *find_control_path(char *text)
{
	static const char key[] = "controlpath ";
	char *rest, *line;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strncmp(line, key, sizeof(key) - 1) == 0)
			return line + sizeof(key) - 1;
	return NULL;
}

static bool is_socket(const char *path)
{
	struct stat st;

	return path[0] == '/' && strlen(path) <= REMOTE_PATH_MAX && lstat(path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) && st.st_uid == geteuid();
}

static bool borrow_master(struct tunnel *t)
{
	struct words w = {.n = 0};
	char answer[ANSWER_MAX], *path;

	add(&w, t->options->program);
	w.n += remote_options_ssh(t->options, w.word + w.n);
	add(&w, "-G");
	end_words(&w, t->host, NULL);
	if (proc_run(w.word, false, CONTROL_MS, answer, sizeof(answer)) != 0)
		return false;
	path = find_control_path(answer);
	if (!path || !is_socket(path))
		return false;
	strcpy(t->control, path);
	w.n = 0;
	begin_over(&w, t);
	add_all(&w, (const char *const[]){"-O", "check", NULL});
	end_words(&w, t->host, NULL);
	return proc_run(w.word, false, CONTROL_MS, answer, sizeof(answer)) == 0;
}

void ssh_find_master(struct tunnel *t)
{
	t->borrowed = borrow_master(t);
	if (!t->borrowed)
		strcpy(t->control, t->dir.control);
}

/* The first mention of an option counts: what the tunnel rests on stands first, what the user may change
 * last. */
static void add_login(struct words *w, const struct tunnel *t, const char *timeout)
{
	add(w, t->options->program);
	if (t->options->batch || t->again)
		add_all(w, (const char *const[]){"-o", "BatchMode=yes", NULL});
	add_all(w, (const char *const[]){"-M", "-o", "ControlPersist=no", "-o", "ClearAllForwardings=yes",
					 "-o", "ExitOnForwardFailure=yes", "-o", "StreamLocalBindUnlink=yes",
					 "-o", "StreamLocalBindMask=0177", "-o", "RemoteCommand=none", "-o",
					 "PermitLocalCommand=no", "-T", NULL});
	w->n += remote_options_ssh(t->options, w->word + w->n);
	add_all(w,
		(const char *const[]){"-o", "ServerAliveInterval=15", "-o", timeout, "-S", t->control, NULL});
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
	char script[SSH_SCRIPT_MAX], timeout[40];

	ssh_script(script, t);
	snprintf(timeout, sizeof(timeout), "ConnectTimeout=%lu", t->options->timeout_s);
	if (t->borrowed) {
		begin_over(&w, t);
		add(&w, "-T");
	} else {
		unlink(t->control);
		add_login(&w, t, timeout);
	}
	end_words(&w, t->host, script);
	return start(t, w.word);
}

bool ssh_forward(struct tunnel *t, const char *what)
{
	struct words w = {.n = 0};
	char forward[FORWARD_MAX], answer[ANSWER_MAX], *line, *rest;
	int status;

	snprintf(forward, sizeof(forward), "%s:%s", t->reverse ? t->far_socket : t->dir.socket,
		 t->reverse ? t->near_socket : t->far_socket);
	begin_over(&w, t);
	add_all(&w, (const char *const[]){"-O", what, t->reverse ? "-R" : "-L", forward, NULL});
	end_words(&w, t->host, NULL);
	status = proc_run(w.word, true, CONTROL_MS, answer, sizeof(answer));
	for (line = strtok_r(answer, "\r\n", &rest); line && status != 0;
	     line = strtok_r(NULL, "\r\n", &rest))
		tunnel_take_said(t, line);
	return status == 0;
}

pid_t ssh_command(const struct tunnel *t, const char *line, bool tty)
{
	struct words w = {.n = 0};

	begin_over(&w, t);
	add(&w, tty ? "-t" : "-T");
	end_words(&w, t->host, line);
	return proc_start(&(struct proc){.argv = w.word, .in = -1, .out = -1, .err = -1});
}

bool ssh_signal(const struct tunnel *t, int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {{SIGINT, "INT"},   {SIGTERM, "TERM"}, {SIGHUP, "HUP"},
		     {SIGQUIT, "QUIT"}, {SIGUSR1, "USR1"}, {SIGUSR2, "USR2"}};
	struct words w = {.n = 0};
	char line[REMOTE_PATH_MAX + 32] = "", answer[ANSWER_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			snprintf(line, sizeof(line), "kill -%s `cat %s/pid`", names[i].name, t->answer.path);
	if (!line[0])
		return false;
	begin_over(&w, t);
	add(&w, "-T");
	end_words(&w, t->host, line);
	return proc_run(w.word, false, CONTROL_MS, answer, sizeof(answer)) == 0;
}
