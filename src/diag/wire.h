/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_WIRE_H
#define CS_DIAG_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

/*
 * A version handshake of our own with pcscd's socket: what libpcsclite folds into "service not available"
 * and "access denied" taken apart. Sends the twenty bytes that every client of pcsc-lite sends first, nothing
 * else.
 */

#define WIRE_LIMIT_MS 3000
#define WIRE_MAJOR    4 /* what we claim to speak, as the libpcsclite this was built with: */
#ifdef CS_WIRE_MINOR    /* the Makefile: 5 for pcsc-lite 2.3.0 to 2.4.0, which refuse all else */
#define WIRE_MINOR CS_WIRE_MINOR
#else
#define WIRE_MINOR 4 /* understood by 1.8.24 and later but these */
#endif
#define WIRE_PATH_MAX 107 /* characters of a socket's path; libpcsclite cuts longer ones off silently */

enum wire_end {
	WIRE_ANSWERED,      /* version told, and ours accepted */
	WIRE_OTHER_VERSION, /* answered, and refuses ours */
	WIRE_MISSING,       /* nothing at the path; @denied_at is empty */
	WIRE_NOT_SOCKET,    /* something else is at the path */
	WIRE_REFUSED,       /* a socket file that nobody listens on */
	WIRE_NO_PERMISSION, /* @denied_at says on which path component */
	WIRE_TOO_LONG,      /* longer than WIRE_PATH_MAX */
	WIRE_SILENT,        /* no answer within the limit; @connect_us -1: the queue was full all the time */
	WIRE_CLOSED,        /* our bytes were read, then closed without an answer */
	WIRE_RESET,         /* closed with our bytes unread (refused by polkit, too many clients, ...);
				@error EPIPE: even before they were sent */
	WIRE_BAD_ANSWER,    /* connected, answered something else */
	WIRE_FAILED,        /* any other errno */
	WIRE_ENDS
};

/* What was seen. */
struct wire {
	enum wire_end end;
	unsigned tries;   /* handshakes made before it was believed */
	int error;        /* errno of the step that ended it, 0 for none */
	int major, minor; /* told by the daemon; -1 when it told none */
	uint32_t rv;      /* its answer */
	bool have_peer;   /* the three below are known (SO_PEERCRED) */
	pid_t peer_pid;   /* 0: in another pid namespace */
	uid_t peer_uid;
	char peer_comm[32]; /* of /proc/PID/comm: "pcscd", "ssh", "sshd", "systemd"; "" when it can not be
			       read */
	int64_t connect_us, answer_us;     /* since the start; -1 when it did not come that far */
	char denied_at[WIRE_PATH_MAX + 1]; /* first path component that lets nobody through */
	unsigned denied_mode;              /* its permission bits */
	uid_t denied_uid;                  /* its owner */
};

/*
 * wire_probe - connect to @path and ask for the version, within @limit_ms
 * WIRE_RESET is asked again twice, 100 ms apart: clients that come through ssh at one moment get it, too.
 * Never blocks longer than the limit. Return: nothing; @out tells all.
 */
void wire_probe(struct wire *out, const char *path, int limit_ms);

/* wire_end_name - "answered", "missing", ... for JSON; static storage */
const char *wire_end_name(enum wire_end end);

#endif
