/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SEARCH       "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define TICK_MS      10 /* how soon an end is seen that closes no pipe: somebody else has it open */
#define DRAIN_ROUNDS 64
#define KILL_WAIT_MS 100 /* then a process that can not be killed is left behind */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_1ms(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* A process group of its own, so that all of it can be killed; nothing blocked or ignored. */
static int attributes(posix_spawnattr_t *attr)
{
	sigset_t none, standard;
	int error = posix_spawnattr_init(attr);

	if (error)
		return error;
	sigemptyset(&none);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	sigaddset(&standard, SIGINT);
	sigaddset(&standard, SIGTERM);
	sigaddset(&standard, SIGCHLD);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &standard);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setflags(attr,
				 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return 0;
}

static int redirections(posix_spawn_file_actions_t *files, int fd)
{
	int error = posix_spawn_file_actions_init(files);

	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, fd, 1);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, fd, 2);
	if (error)
		posix_spawn_file_actions_destroy(files);
	return error;
}

/* execve() wants pointers to char, and changes none. */
static char **borrow(const char *const *argv)
{
	union {
		const char *const *given;
		char **wanted;
	} u = {.given = argv};

	return u.wanted;
}

static int spawn_at(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
		    const posix_spawnattr_t *attr, const char *const *argv)
{
	static const char *const env[] = {"LC_ALL=C", "PATH=" SEARCH, NULL};

	return posix_spawn(pid, path, files, attr, borrow(argv), borrow(env));
}

/* A name without a slash in each directory of SEARCH; the error of a program that is there but can not be
 * started counts more than ENOENT. */
static int spawn(pid_t *pid, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *attr,
		 const char *const *argv)
{
	int result = ENOENT;

	if (strchr(argv[0], '/'))
		return spawn_at(pid, argv[0], files, attr, argv);
	for (const char *dir = SEARCH; *dir;) {
		size_t len = strcspn(dir, ":");
		char path[256];
		int n = snprintf(path, sizeof(path), "%.*s/%s", (int)len, dir, argv[0]);
		int error = n > 0 && (size_t)n < sizeof(path) ? spawn_at(pid, path, files, attr, argv)
							      : ENAMETOOLONG;

		if (!error)
			return 0;
		if (error != ENOENT)
			result = error;
		dir += len + (dir[len] == ':');
	}
	return result;
}

static int open_pipe(int fds[2])
{
	if (pipe(fds) != 0)
		return errno;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	return 0;
}

void child_start(struct child *child, const char *const *argv, int limit_ms)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int fds[2];

	*child = (struct child){.fd = -1, .deadline_ms = now_ms() + limit_ms};
	child->error = open_pipe(fds);
	if (child->error)
		return;
	child->error = redirections(&files, fds[1]);
	if (!child->error) {
		child->error = attributes(&attr);
		if (!child->error) {
			child->error = spawn(&child->pid, &files, &attr, argv);
			posix_spawnattr_destroy(&attr);
		}
		posix_spawn_file_actions_destroy(&files);
	}
	close(fds[1]);
	if (child->error) {
		close(fds[0]);
		child->pid = 0;
		return;
	}
	child->fd = fds[0];
}

/* Takes what is there, within reason: a child may write faster than this reads. False at the end of it. What
 * does not fit is thrown away, so that the child goes on. */
static bool drain(int fd, char *buf, size_t *len)
{
	char rest[4096];

	for (int rounds = 0; rounds < DRAIN_ROUNDS; rounds++) {
		size_t room = CHILD_OUT_MAX - *len;
		ssize_t n = read(fd, room ? buf + *len : rest, room ? room : sizeof(rest));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		if (n == 0)
			return false;
		if (room)
			*len += (size_t)n;
	}
	return true;
}

/* Whether the child has ended; fills @out. */
static bool ended(struct child *child, struct child_result *out)
{
	int status;
	pid_t pid = waitpid(child->pid, &status, WNOHANG);

	if (pid == 0 || (pid < 0 && errno == EINTR))
		return false;
	if (pid < 0)
		out->error = errno;
	else
		out->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

static bool wait_end(struct child *child, struct child_result *out, char *buf)
{
	bool open = true;

	for (;;) {
		int64_t left = child->deadline_ms - now_ms();
		struct pollfd pfd = {.fd = child->fd, .events = POLLIN};
		bool over = ended(child, out);

		if (open)
			open = drain(child->fd, buf, &out->len);
		if (over || left <= 0)
			return over;
		if (open)
			poll(&pfd, 1, left < TICK_MS ? (int)left : TICK_MS);
		else
			pause_1ms();
	}
}

static void kill_all(struct child *child)
{
	struct child_result ignored;

	kill(-child->pid, SIGKILL);
	for (int ms = 0; ms < KILL_WAIT_MS && !ended(child, &ignored); ms++)
		pause_1ms();
}

static enum cs_err failure_of(int error)
{
	switch (error) {
	case ENOENT:
		return CS_E_NOT_FOUND;
	case ENOMEM:
		return CS_E_NOMEM;
	default:
		return CS_E_IO;
	}
}

enum cs_err child_finish(struct child *child, struct pool *pool, struct child_result *out)
{
	enum cs_err err = CS_OK;
	char *buf;

	*out = (struct child_result){.status = -1, .error = child->error};
	if (!child->pid)
		return failure_of(child->error);
	buf = malloc(CHILD_OUT_MAX);
	if (!buf)
		out->error = ENOMEM;
	if (!buf || !wait_end(child, out, buf)) {
		kill_all(child);
		err = buf ? CS_E_TIMEOUT : CS_E_NOMEM;
	} else if (out->error) {
		err = failure_of(out->error);
	}
	close(child->fd);
	if (buf) {
		out->out = pool_copy(pool, buf, out->len);
		if (!out->out)
			err = CS_E_NOMEM;
	}
	free(buf);
	child->pid = 0;
	return err;
}

enum cs_err child_run(struct pool *pool, const char *const *argv, int limit_ms, struct child_result *out)
{
	struct child child;

	child_start(&child, argv, limit_ms);
	return child_finish(&child, pool, out);
}
