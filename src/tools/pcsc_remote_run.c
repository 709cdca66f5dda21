/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_remote_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/pcsc_remote_command.h"
#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_signals.h"
#include "tools/pcsc_remote_ssh.h"
#include "tools/pcsc_remote_tunnel.h"

#define GRACE_MS      2000
#define LAST_WORDS_MS 100 /* in which ssh tells why */
#define RETRY_MS      1000
#define END_MS        250  /* in which it ends, once its tunnel has */
#define COMPLAINT_MS  5000 /* between two messages of the same kind */

/* One host: its tunnel and its command. */
struct runner {
	struct tunnel t;
	int signals;
	pid_t child; /* 0: none, or ended with @status */
	int status;
	int stopped; /* the signal that came before there was a command */
	bool lost;
	enum remote_fault obstacle; /* to opening the tunnel again, as told last */
	int64_t retry_ms, complained_ms;
	unsigned complained; /* clients that were not let through, as told last */
};

static void reap(struct runner *r)
{
	int status;

	if (r->child && waitpid(r->child, &status, WNOHANG) == r->child) {
		r->status = proc_status(status);
		r->child = 0;
	}
}

/* With -R the child is ssh, which knows no signals of its command. */
static void pass_on(const struct runner *r, int number)
{
	if (!r->t.reverse || !ssh_signal(&r->t, number))
		kill(r->child, number);
}

/* For tunnel_open(): whether it is to be given up. While a command runs, only its end is a reason. */
static bool take_signals(void *context)
{
	struct runner *r = context;
	struct remote_signal sig;
	bool had_child = r->child != 0;

	while (remote_signals_read(r->signals, &sig)) {
		if (sig.number == SIGCHLD)
			reap(r);
		else if (r->child && sig.sent)
			pass_on(r, sig.number);
		else if (!r->child && !had_child && sig.number != SIGUSR1 && sig.number != SIGUSR2)
			r->stopped = sig.number;
	}
	return r->stopped || (had_child && !r->child);
}

static void say_lost(struct runner *r)
{
	struct tunnel *t = &r->t;

	if (t->err >= 0)
		tunnel_pump(t, LAST_WORDS_MS);
	tunnel_say(t, "the tunnel is lost%s",
		   t->options->reconnect ? "; it is opened again as soon as the host answers" : "");
	r->lost = true;
	r->retry_ms = proc_now_ms() + RETRY_MS / 4;
	tunnel_drop(t);
}

/* Programs that do not use our library do not come again by themselves. */
static void say_refused(struct runner *r)
{
	if (r->t.open_failures == r->complained || proc_now_ms() < r->complained_ms)
		return;
	r->complained = r->t.open_failures;
	r->complained_ms = proc_now_ms() + COMPLAINT_MS;
	tunnel_say(&r->t,
		   "a client was not let through: pcscd there was busy for a moment, or is not running; "
		   "it sees \"Access denied\" and may try again");
}

static void reconnect(struct runner *r)
{
	enum remote_fault fault;

	if (proc_now_ms() < r->retry_ms)
		return;
	r->t.again = true;
	fault = tunnel_open(&r->t);
	r->complained = r->t.open_failures;
	if (fault == REMOTE_OK) {
		r->lost = false;
		(void)tunnel_share(&r->t);
		tunnel_say(&r->t, "the tunnel is back");
	} else {
		if (fault != r->obstacle && fault != REMOTE_SIGNAL)
			tunnel_say(&r->t, "not yet: %s", remote_fault_get(fault)->sentence);
		tunnel_drop(&r->t);
		r->retry_ms = proc_now_ms() + RETRY_MS;
	}
	r->obstacle = fault;
}

static int watch(struct runner *r)
{
	bool again = r->t.options->reconnect;

	while (r->child) {
		int64_t wait = r->lost && again ? r->retry_ms - proc_now_ms() : -1;

		tunnel_pump(&r->t, wait < 0 && r->lost && again ? 0 : (int)wait);
		(void)take_signals(r);
		if (!r->child)
			break;
		if (!r->lost && r->t.ended)
			say_lost(r);
		else if (r->lost && again)
			reconnect(r);
		else if (!r->lost && !r->t.reverse)
			say_refused(r);
	}
	return r->status;
}

static bool tell_state(struct runner *r)
{
	struct remote_state state = {.reverse = r->t.reverse, .pid = getpid()};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	state.since_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	snprintf(state.host, sizeof(state.host), "%s", r->t.host);
	snprintf(state.socket, sizeof(state.socket), "%s", r->t.reverse ? r->t.far_socket : r->t.dir.socket);
	return remote_dir_tell(&r->t.dir, &state) == CS_OK;
}

static int find_near_socket(struct tunnel *t)
{
	const char *given = t->options->env->csock_name;
	const char *path = given && *given ? given : "/run/pcscd/pcscd.comm";

	if (!remote_path_ok(path)) {
		tunnel_say(t, "PCSCLITE_CSOCK_NAME: ssh can not forward this path: %.200s", path);
		return APP_USAGE;
	}
	strcpy(t->near_socket, path);
	return APP_OK;
}

/* The end of the connection may be seen a moment after what it did to the command. */
static bool is_lost(struct runner *r)
{
	int64_t end = proc_now_ms() + END_MS, left;

	while (!r->t.ended && (left = end - proc_now_ms()) > 0) {
		tunnel_pump(&r->t, (int)left);
		(void)take_signals(r);
	}
	if (r->t.ended && !r->lost)
		say_lost(r);
	return r->lost;
}

static int conclude(struct runner *r, int status)
{
	bool lost = status != APP_OK && is_lost(r);

	/* 255 may be the command's own, or ssh's because the connection is gone */
	return lost && r->t.reverse && status == SSH_FAILED ? APP_SERVICE : status;
}

static int run_within(struct runner *r)
{
	enum remote_fault fault = tunnel_open(&r->t);
	int status;

	if (r->stopped)
		return 128 + r->stopped;
	if (fault != REMOTE_OK) {
		tunnel_say_fault(&r->t, fault);
		return remote_fault_get(fault)->status;
	}
	if (!tell_state(r)) {
		tunnel_say(&r->t, "%s: %s", r->t.dir.path, strerror(errno));
		return APP_SERVICE;
	}
	if (!tunnel_share(&r->t))
		return APP_USAGE;
	tunnel_warn(&r->t);
	r->complained = r->t.open_failures;
	status = command_start(&r->t, &r->child);
	return status == APP_OK ? conclude(r, watch(r)) : status;
}

int remote_run(const struct remote_options *options, const char *host, bool named)
{
	struct runner r = {.signals = -1};
	int status;

	tunnel_init(&r.t, options, host);
	r.t.named = named;
	r.t.interrupted = take_signals;
	r.t.context = &r;
	status = options->reverse ? find_near_socket(&r.t) : APP_OK;
	if (status != APP_OK)
		return status;
	remote_dir_each(options->env->xdg_runtime_dir, NULL, NULL);
	r.t.wake = r.signals = remote_signals_open();
	if (r.signals < 0 ||
	    remote_dir_new(&r.t.dir, options->env->xdg_runtime_dir, options->share) != CS_OK) {
		tunnel_say(&r.t, "no private directory: %s", strerror(errno));
		status = APP_SERVICE;
	} else {
		status = run_within(&r);
	}
	proc_end(&r.child, GRACE_MS);
	tunnel_drop(&r.t);
	remote_dir_remove(&r.t.dir);
	if (r.signals >= 0)
		close(r.signals);
	return status;
}
