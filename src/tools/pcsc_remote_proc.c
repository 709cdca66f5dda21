/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipe2(), execvpe() and prctl() */
#define _GNU_SOURCE
#include "tools/pcsc_remote_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define POLL_MS 10

int64_t proc_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool proc_adopt(pid_t parent)
{
#ifdef __linux__
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return false;
#endif
	return getppid() == parent;
}

static bool take_fd(int fd, int as)
{
	return fd < 0 || dup2(fd, as) == as;
}

static void set_signals(bool shielded)
{
	static const int keys[] = {SIGINT, SIGQUIT, SIGTSTP};
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	for (size_t i = 0; shielded && i < sizeof(keys) / sizeof(keys[0]); i++)
		signal(keys[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Never returns; the reason of a failure goes back through @report. */
static void become(const struct proc *p, pid_t parent, int report)
{
	union {
		const char *const *words;
		char *const *argv;
	} words = {.words = p->argv}; /* exec's prototype is older than const */
	int error;

	if (!proc_adopt(parent))
		_exit(127);
	set_signals(p->shielded);
	if (take_fd(p->in, STDIN_FILENO) && take_fd(p->out, STDOUT_FILENO) && take_fd(p->err, STDERR_FILENO))
		execvpe(p->argv[0], words.argv, p->env ? p->env : environ);
	error = errno;
	if (write(report, &error, sizeof(error)) != (ssize_t)sizeof(error))
		_exit(126);
	_exit(127);
}

pid_t proc_start(const struct proc *proc)
{
	pid_t parent = getpid(), pid;
	int report[2], error = 0;

	if (pipe2(report, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(proc, parent, report[1]);
	error = pid < 0 ? errno : 0;
	close(report[1]);
	if (pid > 0 && read(report[0], &error, sizeof(error)) == (ssize_t)sizeof(error)) {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(report[0]);
	errno = error;
	return pid;
}

int proc_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Whether it has ended within the time. */
static bool ends_within(pid_t pid, int *status, int limit_ms)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
	int64_t end = proc_now_ms() + limit_ms;
	pid_t rc;

	while ((rc = waitpid(pid, status, WNOHANG)) == 0 && proc_now_ms() < end)
		nanosleep(&pause, NULL);
	return rc != 0;
}

int proc_wait(pid_t *pid, int limit_ms)
{
	int status = 0;

	if (!ends_within(*pid, &status, limit_ms))
		return -1;
	*pid = 0;
	return proc_status(status);
}

void proc_end(pid_t *pid, int grace_ms)
{
	int status;

	if (*pid <= 0)
		return;
	kill(*pid, SIGTERM);
	kill(*pid, SIGCONT);
	if (!ends_within(*pid, &status, grace_ms)) {
		kill(*pid, SIGKILL);
		waitpid(*pid, &status, 0);
	}
	*pid = 0;
}

/* Reads until the program has ended or the deadline; what does not fit is read and dropped. Returns its
 * status, or -1: what it left running may hold the pipe. */
static int collect(int fd, pid_t *pid, int64_t end_ms, char *out, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int status = -1;
	size_t len = 0;
	char part[512];
	ssize_t n;

	while (proc_now_ms() < end_ms) {
		if (poll(&p, 1, status < 0 ? POLL_MS : 0) <= 0) {
			if (status >= 0)
				break;
			status = proc_wait(pid, 0);
			continue;
		}
		n = read(fd, part, sizeof(part));
		if (n <= 0)
			break;
		if ((size_t)n > size - 1 - len)
			n = (ssize_t)(size - 1 - len);
		memcpy(out + len, part, (size_t)n);
		len += (size_t)n;
	}
	out[len] = '\0';
	if (status < 0)
		status = proc_wait(pid, end_ms > proc_now_ms() ? (int)(end_ms - proc_now_ms()) : 0);
	return status;
}

int proc_run(const char *const *argv, bool both, int limit_ms, char *out, size_t size)
{
	int64_t end = proc_now_ms() + limit_ms;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fds[2], status = -1, error;
	pid_t pid = -1;

	out[0] = '\0';
	if (null < 0 || pipe2(fds, O_CLOEXEC) != 0) {
		if (null >= 0)
			close(null);
		return -1;
	}
	pid = proc_start(&(struct proc){
		.argv = argv, .in = null, .out = fds[1], .err = both ? fds[1] : null, .shielded = true});
	error = errno;
	close(fds[1]);
	close(null);
	if (pid > 0) {
		status = collect(fds[0], &pid, end, out, size);
		proc_end(&pid, 500);
	}
	close(fds[0]);
	errno = error;
	return status;
}
