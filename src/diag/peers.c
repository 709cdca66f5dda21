/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _DEFAULT_SOURCE /* u_int types in headers of libmnl */
#include "diag/peers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#define STATE_CONNECTED 1    /* TCP_ESTABLISHED: what a connected UNIX socket is called, too */
#define SHUT_BOTH_WAYS  3    /* what is left when the other end was closed */
#define QUESTION_SIZE   128  /* a header and a struct unix_diag_req, aligned */
#define REPLY_SIZE      8192 /* one part of the kernel's answer */
#define ANSWER_MS       500  /* the kernel answers at once or never */

struct question {
	struct pool *pool;
	struct peers *peers;
	const char *path;
	const char *real; /* the same without symbolic links */
};

static void add(struct pool *pool, struct inodes *inodes, uint32_t inode)
{
	size_t room = inodes->room ? 2 * inodes->room : 64;
	uint32_t *wider;

	if (inodes->n == inodes->room) {
		wider = pool_take(pool, room * sizeof(*wider));
		if (!wider)
			return;
		if (inodes->n)
			memcpy(wider, inodes->inode, inodes->n * sizeof(*wider));
		inodes->inode = wider;
		inodes->room = room;
	}
	inodes->inode[inodes->n++] = inode;
}

static bool named(const struct question *q, const struct nlattr *name)
{
	size_t len = mnl_attr_get_payload_len(name);
	const char *text = mnl_attr_get_payload(name);

	len = strnlen(text, len);
	return len > 0 && ((strlen(q->path) == len && memcmp(text, q->path, len) == 0) ||
			   (strlen(q->real) == len && memcmp(text, q->real, len) == 0));
}

/* What is wanted of one socket. */
struct ends {
	const struct question *q;
	bool ours, shut, has_name;
	uint32_t peer;
};

static int attribute_seen(const struct nlattr *attr, void *data)
{
	struct ends *ends = data;

	if (mnl_attr_get_type(attr) == UNIX_DIAG_NAME) {
		ends->ours = named(ends->q, attr);
		ends->has_name = true;
	} else if (mnl_attr_get_type(attr) == UNIX_DIAG_SHUTDOWN && mnl_attr_validate(attr, MNL_TYPE_U8) == 0)
		ends->shut = mnl_attr_get_u8(attr) == SHUT_BOTH_WAYS;
	else if (mnl_attr_get_type(attr) == UNIX_DIAG_PEER && mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
		ends->peer = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

/* The daemon's end of a connection bears the name of the socket it was made to, and names its peer. What is
 * left of a client's when the daemon has gone bears no name and has no peer. */
static int socket_seen(const struct nlmsghdr *message, void *data)
{
	struct question *q = data;
	struct ends ends = {.q = q};

	if (mnl_attr_parse(message, sizeof(struct unix_diag_msg), attribute_seen, &ends) < 0)
		return MNL_CB_ERROR;
	if (ends.ours && ends.peer)
		add(q->pool, &q->peers->joined, ends.peer);
	if (ends.shut && !ends.has_name && !ends.peer)
		add(q->pool, &q->peers->lost,
		    ((const struct unix_diag_msg *)mnl_nlmsg_get_payload(message))->udiag_ino);
	return MNL_CB_OK;
}

static bool send_question(struct mnl_socket *nl, unsigned seq)
{
	_Alignas(struct nlmsghdr) char space[QUESTION_SIZE];
	struct nlmsghdr *header = mnl_nlmsg_put_header(space);
	struct unix_diag_req *request;

	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->nlmsg_seq = seq;
	request = mnl_nlmsg_put_extra_header(header, sizeof(*request));
	request->sdiag_family = AF_UNIX;
	request->udiag_states = 1u << STATE_CONNECTED;
	request->udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
	return mnl_socket_sendto(nl, header, header->nlmsg_len) >= 0;
}

static bool read_answer(struct mnl_socket *nl, unsigned seq, struct question *q)
{
	const struct timeval limit = {.tv_usec = ANSWER_MS * 1000};
	_Alignas(struct nlmsghdr) char space[REPLY_SIZE];
	int more = MNL_CB_OK;

	if (setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0)
		return false;
	while (more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(nl, space, sizeof(space));

		if (n <= 0)
			return false;
		more = mnl_cb_run(space, (size_t)n, seq, mnl_socket_get_portid(nl), socket_seen, q);
	}
	return more == MNL_CB_STOP;
}

bool peers_get(struct peers *out, struct pool *pool, const char *path)
{
	const unsigned seq = 1;
	char real[PATH_MAX] = "";
	struct question q = {.pool = pool, .peers = out, .path = path, .real = real};
	struct mnl_socket *nl = mnl_socket_open(NETLINK_SOCK_DIAG);
	bool told;

	*out = (struct peers){0};
	if (!nl)
		return false;
	if (!realpath(path, real))
		real[0] = '\0';
	told = mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == 0 && send_question(nl, seq) &&
	       read_answer(nl, seq, &q);
	mnl_socket_close(nl);
	return told;
}

bool inodes_hold(const struct inodes *inodes, uint32_t inode)
{
	for (size_t i = 0; i < inodes->n; i++) {
		if (inodes->inode[i] == inode)
			return true;
	}
	return false;
}
