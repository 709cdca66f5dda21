/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_REACH_H
#define CS_DIAG_REACH_H

#include <stdbool.h>

#include "diag/facts.h"

/*
 * Conclusions that several checks share: how far one comes on the way to the daemon, and why it lets nobody
 * in. From the probe where there was one, else from the files.
 */

enum reach {
	REACH_UNKNOWN,
	REACH_MISSING,       /* nothing at the path */
	REACH_NOT_SOCKET,    /* something else is */
	REACH_REFUSED,       /* a socket file that nobody listens on */
	REACH_NO_PERMISSION, /* this user may not connect */
	REACH_TOO_LONG,      /* no socket can have this path */
	REACH_FAILED,        /* connect() failed in another way */
	REACH_LISTENING      /* somebody listens */
};

enum reach reach_of(const struct facts *facts);

/* reach_answered - the library came through: no lower layer is broken, whatever else was seen */
bool reach_answered(const struct facts *facts);

/* reach_tunnel - who listens is ssh, sshd or socat: the daemon is elsewhere */
bool reach_tunnel(const struct facts *facts);

/* reach_stranger - who listens is a program that is known to be neither pcscd, nor who starts it, nor a
 * tunnel
 */
bool reach_stranger(const struct facts *facts);

/* Why the daemon closes a connection that it has accepted. */
enum denial {
	DENIAL_UNKNOWN,   /* can not be told whether it does */
	DENIAL_NONE,      /* it does not */
	DENIAL_FAR,       /* it is at the far end of a tunnel: see the socket layer */
	DENIAL_CLOSED,    /* not polkit: there is none, or it says yes */
	DENIAL_BUS,       /* polkit can not be asked: no system bus */
	DENIAL_ACTION,    /* polkit does not know pcsc-lite's actions */
	DENIAL_POLKIT,    /* polkit does not run */
	DENIAL_VERSION,   /* pcsc-lite 2.3.2 */
	DENIAL_HIDEPID,   /* the daemon can not look at its clients */
	DENIAL_NAMESPACE, /* the daemon is outside of this container */
	DENIAL_OLD,       /* polkit 0.105: the rule that is there is not read */
	DENIAL_PASSWORD,  /* polkit wants a password, and nobody can ask for it */
	DENIAL_SERVICE,   /* a service, not a session */
	DENIAL_REMOTE,    /* a remote session */
	DENIAL_INACTIVE,  /* a local session that is not in front */
	DENIAL_RULES,     /* an active local session, and a rule that decides without a condition */
	DENIAL_OTHER      /* polkit says no, for reasons of its own */
};

/* reach_old_polkit - it knows no rules in JavaScript */
bool reach_old_polkit(const struct facts *facts);

enum denial denial_of(const struct facts *facts);

#endif
