/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_remote_tunnel.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_ssh.h"

#define GRACE_MS     2000
#define ASK_MS       200  /* what ssh may take to tell why a client was not let through */
#define PROBE_MS     3000 /* one handshake */
#define RACE_MS      2500 /* pcscd's queue holds one client: how long others may be in the way */
#define REFUSED_MS   1000 /* the same where it looks as if sshd refused to forward */
#define SETTLE_MS    200
#define SLACK_MS     500 /* for ssh, whose own limit is the same, to tell what it waited for */
#define POLKIT_TRIES 3

void tunnel_init(struct tunnel *t, const struct remote_options *options, const char *host)
{
	memset(t, 0, sizeof(*t));
	t->options = options;
	t->host = host;
	t->reverse = options->reverse;
	t->named = true;
	t->wake = t->in = t->out = t->err = -1;
	t->dir.lock = -1;
}

/* REMOTE_OK: the time is up, or *stop became true */
static enum remote_fault wait_for(struct tunnel *t, const bool *stop, int64_t end_ms)
{
	while (!*stop && !t->ended && (end_ms < 0 || proc_now_ms() < end_ms)) {
		tunnel_pump(t, end_ms < 0 ? -1 : (int)(end_ms - proc_now_ms()) + 1);
		if (t->interrupted && t->interrupted(t->context))
			return REMOTE_SIGNAL;
	}
	return REMOTE_OK;
}

/* What ssh prints last may come after its standard output was closed. */
static enum remote_fault why_ended(struct tunnel *t)
{
	int64_t end = proc_now_ms() + GRACE_MS;

	while (t->err >= 0 && proc_now_ms() < end)
		tunnel_pump(t, SETTLE_MS);
	return remote_fault_of_ssh(t->said);
}

static enum remote_fault far_fault(enum remote_far far)
{
	static const enum remote_fault faults[REMOTE_FARS] = {
		[REMOTE_FAR_SOCKET] = REMOTE_OK,
		[REMOTE_FAR_FILE] = REMOTE_OK,
		[REMOTE_FAR_STALE] = REMOTE_OK, /* it may be listened on from a container */
		[REMOTE_FAR_LOCKED] = REMOTE_LOCKED,
		[REMOTE_FAR_NO_SOCKET] = REMOTE_NO_SOCKET,
		[REMOTE_FAR_NO_PCSCD] = REMOTE_NO_PCSCD,
		[REMOTE_FAR_DIRECTORY] = REMOTE_OK,
		[REMOTE_FAR_FAILED] = REMOTE_NO_DIRECTORY,
		[REMOTE_FAR_ODD] = REMOTE_ODD,
	};

	return faults[far];
}

/* Somebody may be typing a password: then it takes as long as it takes. */
static bool can_ask(const struct remote_options *options, bool again)
{
	int fd = options->batch || again ? -1 : open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static enum remote_fault log_in(struct tunnel *t)
{
	int64_t limit_ms = (int64_t)t->options->timeout_s * 1000 + SLACK_MS;
	int64_t end = can_ask(t->options, t->again) ? -1 : proc_now_ms() + limit_ms;
	enum remote_fault fault;

	if (!ssh_log_in(t))
		return REMOTE_NO_SSH;
	fault = wait_for(t, &t->answered, end);
	if (fault != REMOTE_OK)
		return fault;
	if (t->answered)
		return far_fault(t->answer.far);
	if (!t->ended)
		return REMOTE_SLOW_LOGIN;
	fault = why_ended(t);
	/* 255 is ssh's own: any other status is that of what runs there in place of our script */
	return fault == REMOTE_SSH && proc_wait(&t->ssh, GRACE_MS) != SSH_FAILED ? REMOTE_NO_SHELL : fault;
}

static enum remote_fault pause_for(struct tunnel *t, int ms)
{
	static const bool never = false;

	return wait_for(t, &never, proc_now_ms() + ms);
}

/* ssh tells a moment later that the far sshd did not connect. */
static enum remote_fault hear_failure(struct tunnel *t, unsigned before)
{
	int64_t end = proc_now_ms() + ASK_MS;
	enum remote_fault fault = REMOTE_OK;

	while (fault == REMOTE_OK && t->open_failures == before && !t->ended && proc_now_ms() < end)
		fault = pause_for(t, 20);
	return fault;
}

/* The user's own ssh tells of its failures elsewhere; but a client that sshd does not connect is cut off
 * before ssh has read what it sent. */
static enum remote_fault judge(struct tunnel *t, unsigned failures_before)
{
	bool cut_off = t->wire.end == WIRE_RESET;
	struct remote_seen seen = {
		.other_version = t->wire.end == WIRE_OTHER_VERSION,
		.silent = t->wire.end == WIRE_SILENT,
		.garbage = t->wire.end == WIRE_BAD_ANSWER,
		.far = t->answer.far,
	};
	enum remote_fault fault = REMOTE_OK;

	if (cut_off || t->wire.end == WIRE_CLOSED)
		fault = hear_failure(t, failures_before);
	if (fault != REMOTE_OK)
		return fault;
	if (t->ended)
		return why_ended(t);
	if (t->wire.end == WIRE_MISSING || t->wire.end == WIRE_REFUSED)
		return REMOTE_MASTER;
	seen.open_failed = t->open_failures != failures_before || (t->borrowed && cut_off);
	return remote_fault_of_probe(&seen);
}

/* Many who come at one moment push each other out of pcscd's queue, which looks like a refusal: only one that
 * lasts is believed. */
static bool may_pass(enum remote_fault fault, unsigned round, int64_t race_end_ms)
{
	switch (fault) {
	case REMOTE_SILENT:
		return true;
	case REMOTE_UNCONNECTED:
		return proc_now_ms() < race_end_ms;
	case REMOTE_POLKIT:
		return round < POLKIT_TRIES;
	default:
		return false;
	}
}

/* Until it answers or the time is up. Those who come at one moment come again after different times. */
static enum remote_fault wait_ready(struct tunnel *t)
{
	int64_t start = proc_now_ms(), end = start + (int64_t)t->options->timeout_s * 1000;
	int64_t race_end = start + RACE_MS;
	bool asked = false, refuses = false, hangs = false;
	enum remote_fault fault;

	for (unsigned round = 1;; round++) {
		unsigned before = t->open_failures;
		int64_t left = end - proc_now_ms();

		wire_probe(&t->wire, t->dir.socket, left < PROBE_MS ? (int)left : PROBE_MS);
		if (t->wire.end == WIRE_ANSWERED)
			return REMOTE_OK;
		fault = judge(t, before);
		if (fault == REMOTE_UNCONNECTED && !asked && ssh_refuses(t)) {
			refuses = true;
			race_end = proc_now_ms() + REFUSED_MS;
		}
		asked |= fault == REMOTE_UNCONNECTED;
		/* one that hangs is silent until its queue is full */
		hangs |= fault == REMOTE_SILENT;
		if (hangs && fault == REMOTE_UNCONNECTED)
			fault = REMOTE_SILENT;
		if (!may_pass(fault, round, race_end) || proc_now_ms() + SETTLE_MS > end)
			return refuses && fault == REMOTE_UNCONNECTED ? REMOTE_FORWARDING : fault;
		if (pause_for(t, 20 + (int)((unsigned)getpid() * 37 * round % 200)) == REMOTE_SIGNAL)
			return REMOTE_SIGNAL;
	}
}

static enum remote_fault open_forward(struct tunnel *t)
{
	snprintf(t->far_socket, sizeof(t->far_socket), "%.100s", t->answer.path);
	unlink(t->dir.socket);
	if (!ssh_forward(t, "forward"))
		return t->ended ? why_ended(t) : REMOTE_MASTER;
	t->forwarded = true;
	return wait_ready(t);
}

static enum remote_fault open_reverse(struct tunnel *t)
{
	wire_probe(&t->wire, t->near_socket, PROBE_MS);
	if (t->wire.end != WIRE_ANSWERED)
		return REMOTE_HERE;
	snprintf(t->far_socket, sizeof(t->far_socket), "%.90s/pcscd.comm", t->answer.path);
	if (!ssh_forward(t, "forward"))
		return t->ended ? why_ended(t) : REMOTE_REVERSE;
	t->forwarded = true;
	return REMOTE_OK;
}

enum remote_fault tunnel_open(struct tunnel *t)
{
	enum remote_fault fault;

	assert(t->dir.lock >= 0 && t->ssh == 0);
	t->answered = t->ended = t->forwarded = false;
	t->line_len = t->err_len = t->said_len = 0;
	t->said[0] = '\0';
	t->open_failures = 0;
	ssh_configure(t);
	fault = log_in(t);
	if (fault != REMOTE_OK)
		return fault;
	ssh_hasten(t);
	return t->reverse ? open_reverse(t) : open_forward(t);
}

void tunnel_drop(struct tunnel *t)
{
	if (t->forwarded && t->borrowed && (!t->ended || ssh_master_lives(t)))
		(void)ssh_forward(t, "cancel");
	t->forwarded = false;
	tunnel_close_fd(&t->in);
	tunnel_close_fd(&t->out);
	proc_end(&t->ssh, GRACE_MS);
	tunnel_close_fd(&t->err);
	if (t->dir.lock >= 0 && !t->reverse)
		unlink(t->dir.socket);
}
