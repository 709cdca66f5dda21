/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_PEERS_H
#define CS_DIAG_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag/pool.h"

/* The far ends of the connections to a socket: inode numbers as they stand in links of /proc/PID/fd. */
struct peers {
	uint32_t *inode;
	size_t n, room;
};

/*
 * peers_get - ask the kernel (sock_diag) who is connected to the socket bound to @path
 * Sees the network namespace we are in. Needs no privilege.
 * Return: false: the kernel does not tell. Memory: the pool's.
 */
bool peers_get(struct peers *out, struct pool *pool, const char *path);

/* peers_hold - whether @inode is one of them */
bool peers_hold(const struct peers *peers, uint32_t inode);

#endif
