/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* struct ucred of SO_PEERCRED */
#include "diag/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG_PAUSE_MS 10
#define TRIES            3
#define RETRY_US         100000
#define CMD_VERSION      0x11
#define RV_STOPPED       UINT32_C(0x8010001E) /* how pcscd refuses a version */
#define VERSION_MAX      99                   /* more is not a version but noise */

/* Numbers go over the socket as they lie in memory: both ends are one computer, or pretend to be. */
struct request {
	uint32_t size, command;
	uint32_t major, minor, rv;
};
struct answer {
	uint32_t major, minor, rv;
};

struct probe {
	struct wire *out;
	const char *path;
	int64_t start_us, end_us;
	int fd;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool end(struct probe *p, enum wire_end how, int error)
{
	p->out->end = how;
	p->out->error = error;
	return false;
}

/* Waits for the socket, or, without events, for a moment. False when the time is up. */
static bool pause_for(const struct probe *p, short events, int64_t at_most_ms)
{
	struct pollfd pfd = {.fd = events ? p->fd : -1, .events = events};
	int64_t left_ms = (p->end_us - now_us() + 999) / 1000;

	if (left_ms <= 0)
		return false;
	if (left_ms > at_most_ms)
		left_ms = at_most_ms;
	poll(&pfd, 1, (int)left_ms);
	return true;
}

/* Whether one path component, links followed, lets us through: into a directory, or to the socket itself. */
static bool denies(struct wire *out, const char *part, bool last)
{
	struct stat st;

	if (faccessat(AT_FDCWD, part, last ? W_OK : X_OK, AT_EACCESS) == 0 || errno != EACCES)
		return false;
	snprintf(out->denied_at, sizeof(out->denied_at), "%s", part);
	if (stat(part, &st) == 0 || lstat(part, &st) == 0) {
		out->denied_mode = st.st_mode & 07777;
		out->denied_uid = st.st_uid;
	}
	return true;
}

static bool no_permission(struct probe *p, int error)
{
	char part[WIRE_PATH_MAX + 1];
	size_t len = strlen(p->path);

	for (size_t i = 1; i <= len; i++) {
		if (i < len && p->path[i] != '/')
			continue;
		memcpy(part, p->path, i);
		part[i] = '\0';
		if (denies(p->out, part, i == len))
			break;
	}
	return end(p, WIRE_NO_PERMISSION, error);
}

static bool path_error(struct probe *p, int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return end(p, WIRE_MISSING, error);
	case EACCES:
		return no_permission(p, error);
	case ECONNREFUSED:
		return end(p, WIRE_REFUSED, error);
	case EPROTOTYPE: /* a socket, but one of datagrams */
		return end(p, WIRE_NOT_SOCKET, error);
	default:
		return end(p, WIRE_FAILED, error);
	}
}

static bool look(struct probe *p)
{
	struct stat st;

	if (strlen(p->path) > WIRE_PATH_MAX)
		return end(p, WIRE_TOO_LONG, ENAMETOOLONG);
	if (stat(p->path, &st) != 0)
		return path_error(p, errno);
	if (!S_ISSOCK(st.st_mode))
		return end(p, WIRE_NOT_SOCKET, 0);
	return true;
}

/* A non-blocking connect() to a full queue fails at once and no poll() tells when there is room again. */
static bool connect_within(struct probe *p)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, p->path, strlen(p->path));
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		return end(p, WIRE_FAILED, errno);
	while (connect(p->fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno != EAGAIN && errno != EINTR)
			return path_error(p, errno);
		if (!pause_for(p, 0, BACKLOG_PAUSE_MS))
			return end(p, WIRE_SILENT, ETIMEDOUT);
	}
	p->out->connect_us = now_us() - p->start_us;
	return true;
}

static void read_comm(struct wire *out)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)out->peer_pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, out->peer_comm, sizeof(out->peer_comm) - 1);
	close(fd);
	out->peer_comm[n > 0 ? (size_t)n : 0] = '\0';
	out->peer_comm[strcspn(out->peer_comm, "\n")] = '\0';
}

static void meet_peer(const struct probe *p)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(p->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return;
	p->out->have_peer = true;
	p->out->peer_pid = peer.pid;
	p->out->peer_uid = peer.uid;
	if (peer.pid > 0)
		read_comm(p->out);
}

static bool would_wait(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* The peer has closed without reading: whether before or after our bytes went out is a matter of luck. */
static bool unread(int error)
{
	return error == EPIPE || error == ECONNRESET;
}

static bool ask(struct probe *p)
{
	const struct request request = {
		.size = sizeof(struct answer),
		.command = CMD_VERSION,
		.major = WIRE_MAJOR,
		.minor = WIRE_MINOR,
	};
	size_t done = 0;

	while (done < sizeof(request)) {
		ssize_t n =
			send(p->fd, (const uint8_t *)&request + done, sizeof(request) - done, MSG_NOSIGNAL);

		if (n >= 0)
			done += (size_t)n;
		else if (!would_wait(errno))
			return end(p, unread(errno) ? WIRE_RESET : WIRE_FAILED, errno);
		else if (!pause_for(p, POLLOUT, INT_MAX))
			return end(p, WIRE_SILENT, ETIMEDOUT);
	}
	return true;
}

/* The peer is done before its answer is: how that ends depends on whether it had begun. */
static bool cut_short(struct probe *p, size_t got, enum wire_end how, int error)
{
	return end(p, got > 0 ? WIRE_BAD_ANSWER : how, error);
}

static bool hear(struct probe *p, struct answer *answer)
{
	size_t got = 0;

	while (got < sizeof(*answer)) {
		ssize_t n = recv(p->fd, (uint8_t *)answer + got, sizeof(*answer) - got, 0);

		if (n > 0)
			got += (size_t)n;
		else if (n == 0)
			return cut_short(p, got, WIRE_CLOSED, 0);
		else if (!would_wait(errno))
			return cut_short(p, got, unread(errno) ? WIRE_RESET : WIRE_FAILED, errno);
		else if (!pause_for(p, POLLIN, INT_MAX))
			return cut_short(p, got, WIRE_SILENT, ETIMEDOUT);
	}
	p->out->answer_us = now_us() - p->start_us;
	return true;
}

static void understand(struct wire *out, const struct answer *answer)
{
	if (answer->major < 1 || answer->major > VERSION_MAX || answer->minor > VERSION_MAX ||
	    (answer->rv != 0 && answer->rv != RV_STOPPED)) {
		out->end = WIRE_BAD_ANSWER;
		return;
	}
	out->major = (int)answer->major;
	out->minor = (int)answer->minor;
	out->rv = answer->rv;
	out->end = answer->rv == 0 ? WIRE_ANSWERED : WIRE_OTHER_VERSION;
}

static void handshake(struct wire *out, const char *path, int64_t end_us)
{
	struct probe p = {.out = out, .path = path, .start_us = now_us(), .end_us = end_us, .fd = -1};
	struct answer answer;

	*out = (struct wire){.major = -1, .minor = -1, .connect_us = -1, .answer_us = -1};
	if (look(&p) && connect_within(&p)) {
		meet_peer(&p);
		if (ask(&p) && hear(&p, &answer))
			understand(out, &answer);
	}
	if (p.fd >= 0)
		close(p.fd);
}

void wire_probe(struct wire *out, const char *path, int limit_ms)
{
	int64_t end_us = now_us() + (int64_t)limit_ms * 1000;
	unsigned tries = 1;

	handshake(out, path, end_us);
	for (; out->end == WIRE_RESET && tries < TRIES && now_us() + RETRY_US < end_us; tries++) {
		nanosleep(&(struct timespec){.tv_nsec = RETRY_US * 1000}, NULL);
		handshake(out, path, end_us);
	}
	out->tries = tries;
}

const char *wire_end_name(enum wire_end how)
{
	static const char *const names[WIRE_ENDS] = {
		[WIRE_ANSWERED] = "answered",     [WIRE_OTHER_VERSION] = "other_version",
		[WIRE_MISSING] = "missing",       [WIRE_NOT_SOCKET] = "not_socket",
		[WIRE_REFUSED] = "refused",       [WIRE_NO_PERMISSION] = "no_permission",
		[WIRE_TOO_LONG] = "too_long",     [WIRE_SILENT] = "silent",
		[WIRE_CLOSED] = "closed",         [WIRE_RESET] = "reset",
		[WIRE_BAD_ANSWER] = "bad_answer", [WIRE_FAILED] = "failed",
	};

	return how < WIRE_ENDS ? names[how] : "unknown";
}
