/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipe2() */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_run.h"
#include "tools/pcsc_remote_signals.h"
#include "view/merge.h"

#define OUTPUTS 2 /* of a host: standard output, standard error */

/* A process of ours for one host. */
struct worker {
	const char *host;
	pid_t pid; /* 0: ended with @status */
	int status;
	int fd[OUTPUTS]; /* -1: closed */
	struct merge merge[OUTPUTS];
};

struct crew {
	const struct remote_options *options;
	struct worker worker[REMOTE_HOSTS_MAX];
	size_t n;
	int signals;
	bool gone; /* nothing can be written any more */
	int error; /* and why: errno, for app_finish() */
	enum cs_err err;
};

static FILE *stream_of(size_t output)
{
	return output ? stderr : stdout;
}

/* In the child: its standard descriptors become the pipes. */
static int work(const struct crew *crew, const struct worker *w, const int fd[OUTPUTS], pid_t parent)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int status;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!proc_adopt(parent) || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(fd[0], STDOUT_FILENO) < 0 || dup2(fd[1], STDERR_FILENO) < 0)
		return APP_SERVICE;
	close(crew->signals);
	for (size_t i = 0; i < crew->n; i++)
		for (size_t j = 0; j < OUTPUTS; j++)
			if (crew->worker[i].fd[j] >= 0)
				close(crew->worker[i].fd[j]);
	status = remote_run(crew->options, w->host, false);
	fflush(stdout);
	return status;
}

static bool start_worker(struct crew *crew, const char *host)
{
	struct worker *w = &crew->worker[crew->n];
	pid_t parent = getpid();
	int out[2] = {-1, -1}, err[2] = {-1, -1};

	*w = (struct worker){.host = host, .fd = {-1, -1}};
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		w->pid = -1;
	else
		w->pid = fork();
	if (w->pid == 0)
		_exit(work(crew, w, (const int[]){out[1], err[1]}, parent));
	if (out[1] >= 0)
		close(out[1]);
	if (err[1] >= 0)
		close(err[1]);
	w->fd[0] = out[0];
	w->fd[1] = err[0];
	crew->n++;
	if (w->pid > 0)
		return true;
	w->pid = 0;
	w->status = APP_SERVICE;
	return false;
}

static void finish(struct crew *crew, struct worker *w, size_t output)
{
	enum cs_err err = merge_release(&w->merge[output], stream_of(output), w->host);

	if (err != CS_OK)
		crew->err = err;
	close(w->fd[output]);
	w->fd[output] = -1;
}

static void take(struct crew *crew, struct worker *w, size_t output)
{
	char data[16384];
	ssize_t n = read(w->fd[output], data, sizeof(data));
	enum cs_err err;

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		finish(crew, w, output);
		return;
	}
	if (crew->gone)
		return;
	err = merge_feed(&w->merge[output], stream_of(output), w->host, data, (size_t)n);
	if (err != CS_OK)
		crew->err = err;
}

static void reap(struct crew *crew)
{
	int status;

	for (size_t i = 0; i < crew->n; i++) {
		struct worker *w = &crew->worker[i];

		if (w->pid && waitpid(w->pid, &status, WNOHANG) == w->pid) {
			w->pid = 0;
			w->status = proc_status(status);
		}
	}
}

static void pass_on(const struct crew *crew, int number)
{
	for (size_t i = 0; i < crew->n; i++)
		if (crew->worker[i].pid)
			kill(crew->worker[i].pid, number);
}

static void take_signals(struct crew *crew)
{
	struct remote_signal sig;

	while (remote_signals_read(crew->signals, &sig)) {
		if (sig.number == SIGCHLD)
			reap(crew);
		else if (sig.sent)
			pass_on(crew, sig.number);
	}
}

/* A reader that has gone is no failure: then all of it ends quietly. */
static void flush(struct crew *crew)
{
	if (crew->gone || fflush(stdout) == 0)
		return;
	crew->error = errno;
	if (crew->error == EPIPE)
		clearerr(stdout);
	crew->gone = true;
	pass_on(crew, SIGTERM);
}

/* false: all have ended and all they printed was taken */
static bool step(struct crew *crew)
{
	struct pollfd p[1 + OUTPUTS * REMOTE_HOSTS_MAX] = {{.fd = crew->signals, .events = POLLIN}};
	size_t n = 1, open = 0;

	for (size_t i = 0; i < crew->n; i++) {
		struct worker *w = &crew->worker[i];

		open += w->pid != 0;
		for (size_t j = 0; j < OUTPUTS; j++) {
			p[n++] = (struct pollfd){.fd = w->fd[j], .events = POLLIN};
			open += w->fd[j] >= 0;
		}
	}
	if (!open)
		return false;
	if (poll(p, (nfds_t)n, -1) <= 0)
		return errno == EINTR;
	for (size_t i = 1; i < n; i++)
		if (p[i].revents)
			take(crew, &crew->worker[(i - 1) / OUTPUTS], (i - 1) % OUTPUTS);
	flush(crew);
	take_signals(crew);
	return true;
}

static int sum_up(const struct crew *crew)
{
	int status = APP_OK;

	for (size_t i = 0; i < crew->n && !crew->gone; i++) {
		const struct worker *w = &crew->worker[i];

		if (w->status == APP_OK)
			continue;
		status = APP_NO;
		fprintf(stderr, "%s: %s: ended with status %d\n", remote_name, w->host, w->status);
	}
	if (crew->err != CS_OK) {
		fprintf(stderr, "%s: %s\n", remote_name, cs_err_text(crew->err));
		status = APP_NO;
	}
	return status;
}

int remote_hosts(const struct remote_options *options)
{
	struct crew *crew = calloc(1, sizeof(*crew));
	int status;

	if (!crew) {
		fprintf(stderr, "%s: %s\n", remote_name, cs_err_text(CS_E_NOMEM));
		return APP_SERVICE;
	}
	crew->options = options;
	crew->signals = remote_signals_open();
	for (size_t i = 0; i < options->hosts.n; i++)
		if (!start_worker(crew, options->hosts.item[i]))
			fprintf(stderr, "%s: %s: %s\n", remote_name, options->hosts.item[i], strerror(errno));
	while (step(crew))
		;
	status = sum_up(crew);
	close(crew->signals);
	errno = crew->error;
	free(crew);
	return status;
}
