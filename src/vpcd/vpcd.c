/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vpcd/vpcd.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#define HEAD           2
#define SEND_TIMEOUT_S 5

/*
 * vpcd sends length and payload apart and with Nagle's algorithm: the payload waits for our acknowledgement
 * of the length, which the kernel delays by 40 ms unless told otherwise. It forgets what it was told after a
 * while. Sockets that are not TCP refuse; nothing is lost there.
 */
static void acknowledge_now(int fd)
{
#ifdef TCP_QUICKACK
	const int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
#else
	(void)fd;
#endif
}

void vpcd_init(struct vpcd *v, int fd)
{
	v->fd = fd;
	v->have = 0;
	v->used = 0;
	v->greeted = false;
}

bool vpcd_is_self_connected(int fd)
{
	struct sockaddr_storage own = {0}, peer = {0};
	socklen_t own_len = sizeof(own), peer_len = sizeof(peer);

	return getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 &&
	       getpeername(fd, (struct sockaddr *)&peer, &peer_len) == 0 && own_len == peer_len &&
	       memcmp(&own, &peer, own_len) == 0;
}

/* without lingering the port is free at once, and not in TIME_WAIT for a minute where vpcd wants to listen */
static void drop_without_trace(int fd)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static int connect_to(const struct addrinfo *address)
{
	const struct timeval limit = {.tv_sec = SEND_TIMEOUT_S};
	const int on = 1;
	int saved;
	int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
		saved = errno == EINPROGRESS ? ETIMEDOUT : errno;
		close(fd);
		errno = saved;
		return -1;
	}
	if (vpcd_is_self_connected(fd)) {
		drop_without_trace(fd);
		errno = ECONNREFUSED;
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	acknowledge_now(fd);
	return fd;
}

enum cs_err vpcd_connect(struct vpcd *v, const char *host, unsigned port)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *addresses = NULL;
	char service[16];
	int fd = -1;
	int saved;

	assert(v->fd < 0);
	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(host, service, &hints, &addresses) != 0)
		return CS_E_NOT_FOUND;
	for (const struct addrinfo *a = addresses; a && fd < 0; a = a->ai_next)
		fd = connect_to(a);
	saved = errno;
	freeaddrinfo(addresses);
	errno = saved;
	if (fd < 0)
		return CS_E_IO;
	vpcd_init(v, fd);
	return CS_OK;
}

static size_t message_len(const struct vpcd *v)
{
	return (size_t)v->in[0] << 8 | v->in[1];
}

static bool is_whole(const struct vpcd *v)
{
	return v->have >= HEAD && v->have - HEAD >= message_len(v);
}

/* told by the length alone: what a stranger's first two bytes announce may never come */
static bool is_stranger(const struct vpcd *v)
{
	return !v->greeted && v->have >= HEAD && message_len(v) != 1;
}

static enum cs_err receive(struct vpcd *v)
{
	ssize_t n = recv(v->fd, v->in + v->have, sizeof(v->in) - v->have, MSG_DONTWAIT);

	if (n > 0) {
		acknowledge_now(v->fd);
		v->have += (size_t)n;
		return CS_OK;
	}
	if (n == 0 || errno == ECONNRESET)
		return CS_E_END;
	if (errno == EINTR)
		return CS_OK;
	return errno == EAGAIN || errno == EWOULDBLOCK ? CS_E_TIMEOUT : CS_E_IO;
}

static enum vpcd_kind kind_of(const uint8_t *bytes, size_t len)
{
	bool is_control = len == 1 && (bytes[0] <= VPCD_RESET || bytes[0] == VPCD_GET_ATR);

	return is_control ? (enum vpcd_kind)bytes[0] : VPCD_COMMAND;
}

enum cs_err vpcd_read(struct vpcd *v, struct vpcd_message *out)
{
	enum cs_err err;

	v->have -= v->used;
	memmove(v->in, v->in + v->used, v->have);
	v->used = 0;
	while (!is_whole(v) && !is_stranger(v)) {
		if ((err = receive(v)) != CS_OK)
			return err;
	}
	if (is_stranger(v))
		return CS_E_FORMAT;
	v->greeted = true;
	out->bytes = v->in + HEAD;
	out->len = message_len(v);
	out->kind = kind_of(out->bytes, out->len);
	v->used = HEAD + out->len;
	return CS_OK;
}

/* leave out the first @n bytes of two buffers */
static void skip(struct iovec iov[2], size_t n)
{
	for (size_t i = 0; i < 2; i++) {
		size_t part = n < iov[i].iov_len ? n : iov[i].iov_len;

		iov[i].iov_base = (uint8_t *)iov[i].iov_base + part;
		iov[i].iov_len -= part;
		n -= part;
	}
}

enum cs_err vpcd_write(struct vpcd *v, const uint8_t *bytes, size_t len)
{
	uint8_t head[HEAD] = {(uint8_t)(len >> 8), (uint8_t)len};
	struct iovec iov[2] = {{.iov_base = head, .iov_len = HEAD}, {.iov_len = len}};
	const struct msghdr message = {.msg_iov = iov, .msg_iovlen = 2};

	assert(len <= VPCD_MESSAGE_MAX);
	/* an iovec serves reading, too, and so knows no const */
	memcpy(&iov[1].iov_base, &bytes, sizeof(bytes));
	while (iov[0].iov_len + iov[1].iov_len > 0) {
		ssize_t n = sendmsg(v->fd, &message, MSG_NOSIGNAL);

		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			return CS_E_END;
		if (n < 0 && errno != EINTR)
			return CS_E_IO;
		if (n > 0)
			skip(iov, (size_t)n);
	}
	return CS_OK;
}

void vpcd_close(struct vpcd *v)
{
	if (v->fd >= 0)
		close(v->fd);
	vpcd_init(v, -1);
}
