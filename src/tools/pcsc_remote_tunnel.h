/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_TUNNEL_H
#define CS_TOOLS_PCSC_REMOTE_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/remote.h"
#include "diag/wire.h"
#include "tools/pcsc_remote_dir.h"
#include "tools/pcsc_remote_options.h"

#define SAID_MAX 4096

/*
 * A connection to a host, and a socket forwarded over it. One ssh logs in and runs a short script there,
 * which finds pcscd's socket, tells of it and waits; the socket is forwarded over the same connection
 * afterwards (ssh -O forward). So a password is asked for once, and both ends switch Nagle's algorithm off,
 * which they do for a connection with a session only.
 */
struct tunnel {
	const struct remote_options *options;
	const char *host;
	bool reverse; /* our socket goes there */
	bool again;   /* it was open before: ask nothing, repeat nothing */
	bool named;   /* messages name the host */
	int wake;     /* a descriptor: readable while waiting, @interrupted is asked */
	bool (*interrupted)(void *context);
	void *context;

	struct remote_dir dir;
	char control[REMOTE_PATH_MAX + 1]; /* ssh's control socket: ours, or the user's own */
	bool borrowed;                     /* the user's own */
	bool knows_sessions; /* ssh has options that would take our session away; since OpenSSH 8.7 */
	bool quiet;          /* ssh is configured to tell of nothing but errors, or not even of them */
	bool keeps_alive;    /* ssh is configured to ask a silent host whether it lives */
	char jump[REMOTE_HOST_MAX + sizeof("ssh://")]; /* the only jump host; "" for none and for several */
	char jump_control[REMOTE_PATH_MAX + 1];        /* ssh's control socket to it */
	bool jump_borrowed;                            /* ... that the user's configuration has */
	bool forwarded;
	pid_t ssh;        /* 0: none */
	int in, out, err; /* its pipes, -1: none */
	char far_socket[REMOTE_PATH_MAX + 1];
	char near_socket[REMOTE_PATH_MAX + 1]; /* with @reverse: pcscd's here */
	struct remote_answer answer;
	bool answered, ended; /* the script told; ssh closed its output */
	char line[1024], err_line[1024];
	size_t line_len, err_len;
	char said[SAID_MAX]; /* what ssh told, the end */
	size_t said_len;
	unsigned open_failures; /* of clients */
	struct wire wire;       /* the last handshake */
};

/* tunnel_init - set the fields that are not zero; the directory is still to be made */
void tunnel_init(struct tunnel *t, const struct remote_options *options, const char *host);

/*
 * tunnel_open - log in, forward, and wait for an answer; also again after it was lost
 * Return: REMOTE_OK; what went wrong, told by nobody so far; REMOTE_SIGNAL: @interrupted said so.
 */
enum remote_fault tunnel_open(struct tunnel *t);

/* tunnel_pump - wait up to @limit_ms for ssh's output or @wake, and take ssh's output */
void tunnel_pump(struct tunnel *t, int limit_ms);

/* tunnel_close_fd - close it unless it is -1, which it is afterwards */
void tunnel_close_fd(int *fd);

/* tunnel_drop - end ssh; the directory stays, the socket goes */
void tunnel_drop(struct tunnel *t);

/* tunnel_share - let those of --share connect to the socket; false: that can not be done, which was told */
bool tunnel_share(const struct tunnel *t);

/* tunnel_warn - who besides this user can use the cards */
void tunnel_warn(const struct tunnel *t);

/* tunnel_say - "pcsc_remote: HOST: text" on stderr */
void tunnel_say(const struct tunnel *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* tunnel_say_kept - what ssh told, when it is @quiet */
void tunnel_say_kept(const struct tunnel *t);

/* tunnel_say_fault - what is wrong, and the remedy */
void tunnel_say_fault(const struct tunnel *t, enum remote_fault fault);

#endif
