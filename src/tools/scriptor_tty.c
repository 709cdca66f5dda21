/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signalfd() is Linux' own; elsewhere a self-pipe would take its place. */
#define _GNU_SOURCE
#include "tools/scriptor_tty.h"

#include <sys/signalfd.h>
#include <unistd.h>

FILE *tty_stream(void)
{
	if (!isatty(STDIN_FILENO))
		return NULL;
	if (isatty(STDERR_FILENO))
		return stderr;
	return isatty(STDOUT_FILENO) ? stdout : NULL;
}

enum cs_err tty_signals_init(struct tty_signals *signals)
{
	static const int numbers[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGQUIT};

	sigemptyset(&signals->own);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&signals->own, numbers[i]);
	signals->fd = signalfd(-1, &signals->own, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals->fd < 0 ? CS_E_IO : CS_OK;
}

void tty_signals_release(struct tty_signals *signals)
{
	close(signals->fd);
}

void tty_signals_hold(struct tty_signals *signals)
{
	pthread_sigmask(SIG_BLOCK, &signals->own, &signals->before);
}

void tty_signals_let_go(struct tty_signals *signals)
{
	pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
}

int tty_signals_next(struct tty_signals *signals)
{
	struct signalfd_siginfo info;

	return read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

void tty_signals_obey(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	raise(number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void tty_wipe(char *text)
{
	for (volatile char *c = text; *c; c++)
		*c = 0;
}
