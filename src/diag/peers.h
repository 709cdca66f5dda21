/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_PEERS_H
#define CS_DIAG_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag/pool.h"

/* Inode numbers of sockets as they stand in links of /proc/PID/fd. */
struct inodes {
	uint32_t *inode;
	size_t n, room;
};

struct peers {
	struct inodes joined; /* far ends of the connections to a socket */
	struct inodes lost;   /* connections of any kind whose other end is gone */
};

/*
 * peers_get - ask the kernel (sock_diag) who is connected to the socket bound to @path, and who has lost a
 * connection to whatever it was
 * Sees the network namespace we are in. Needs no privilege.
 * Return: false: the kernel does not tell. Memory: the pool's.
 */
bool peers_get(struct peers *out, struct pool *pool, const char *path);

/* inodes_hold - whether @inode is one of them */
bool inodes_hold(const struct inodes *inodes, uint32_t inode);

#endif
