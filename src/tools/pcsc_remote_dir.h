/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_DIR_H
#define CS_TOOLS_PCSC_REMOTE_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/remote.h"

/*
 * The private directory of a tunnel: its socket, ssh's control socket, and a state file that is locked as
 * long as pcsc_remote lives. It stands below $XDG_RUNTIME_DIR/cardscope, else in /tmp. What a killed one left
 * behind is known by its lock being free.
 */
#define REMOTE_DIR_MAX 72

struct remote_dir {
	char path[REMOTE_DIR_MAX];
	char socket[REMOTE_PATH_MAX + 1];  /* for PCSCLITE_CSOCK_NAME */
	char control[REMOTE_PATH_MAX + 1]; /* for ssh */
	int lock;                          /* the state file; -1: there is no directory */
};

/* What the state file tells of a tunnel. */
struct remote_state {
	char host[REMOTE_HOST_MAX + 1];
	char socket[REMOTE_PATH_MAX + 1];
	bool reverse;
	pid_t pid;
	int64_t since_ns; /* CLOCK_REALTIME */
};

/*
 * remote_dir_new - make one
 * @runtime: $XDG_RUNTIME_DIR or NULL
 * @shared:  others must come through: below /tmp, for remote_dir_share()
 * Return: CS_OK; CS_E_IO, see errno.
 */
CS_NODISCARD enum cs_err remote_dir_new(struct remote_dir *out, const char *runtime, bool shared);

/* remote_dir_tell - write the state file */
CS_NODISCARD enum cs_err remote_dir_tell(const struct remote_dir *dir, const struct remote_state *state);

/*
 * remote_dir_share - let a group or, by "all", everybody connect to the socket
 * Return: CS_OK; CS_E_NOT_FOUND no such group; CS_E_IO, see errno.
 */
CS_NODISCARD enum cs_err remote_dir_share(const struct remote_dir *dir, const char *group);

/* remote_dir_remove - remove it with all in it; nothing when there is none */
void remote_dir_remove(struct remote_dir *dir);

/* remote_dir_each - @tell each living tunnel of this user; dead ones are removed. @tell may be NULL. */
void remote_dir_each(const char *runtime, void (*tell)(const struct remote_state *state, void *context),
		     void *context);

#endif
