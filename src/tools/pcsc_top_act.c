/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys ask for beyond the screen: files, readers, other programs. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tools/pcsc_top_front.h"
#include "tools/pcsc_top_loop.h"
#include "tools/pcsc_top_write.h"
#include "tui/top_screen.h"

/* ---- w ---- */

static void save(struct top *top, bool over)
{
	struct top_model *model = &top->model;
	size_t n;
	int error = top_write(model, model->word, over, top->live.db, &n);

	if (error == EEXIST && !over)
		top_model_ask(model, TOP_ASK_OVERWRITE, model->word);
	else if (error)
		top_model_say(model, "%s: %s", model->word,
			      error == TOP_WRITE_IRREGULAR ? "not a regular file" : strerror(error));
	else
		top_model_say(model, "%zu event%s written to %s", n, n == 1 ? "" : "s", model->word);
}

/* ---- a, d ---- */

static void say_asked(struct top *top, enum cs_err err, const char *what)
{
	if (err == CS_OK)
		top_model_say(&top->model, "%s ...", what);
	else
		top_model_say(&top->model, "%s: %s", what, cs_err_text(err));
}

static void ask_attributes(struct top *top)
{
	const struct top_reader *reader = top_model_selected(&top->model);

	if (!reader || top->ask.busy)
		top_model_say(&top->model, "%s",
			      reader ? "still waiting for an answer" : "no reader is selected");
	else
		say_asked(top, ask_reader(&top->ask, reader->name), "asking the reader");
}

static void run_doctor(struct top *top)
{
	char path[FRONT_PATH_MAX];

	if (top->ask.busy || !front_sibling(path, "pcsc_doctor"))
		top_model_say(&top->model, "%s",
			      top->ask.busy ? "still waiting for an answer" : "cannot find pcsc_doctor");
	else
		say_asked(top, ask_doctor(&top->ask, path), "running pcsc_doctor");
}

/* ---- e ---- */

/* What reaches us while the other program has the terminal. A stop is for both; Ctrl-C is for it alone. */
static void heed_signals(struct top *top, pid_t pid)
{
	struct signalfd_siginfo info;
	int number;

	while (read(top->control_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTSTP)
			raise(SIGSTOP);
	while ((number = app_signal_read(top->signal_fd)) != 0) {
		if (number == SIGINT)
			continue;
		top->done = true;
		if (pid)
			kill(pid, number);
	}
}

/* Sleep until something came; the monitor's news are taken, so that it does not have to wait for us. */
static bool doze(struct top *top, bool keys)
{
	struct pollfd fds[] = {{.fd = top->signal_fd, .events = POLLIN},
			       {.fd = top->control_fd, .events = POLLIN},
			       {.fd = top->live.job.fd, .events = POLLIN},
			       {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN}};

	poll(fds, sizeof(fds) / sizeof(fds[0]), -1);
	if (fds[2].revents)
		loop_take_news(top);
	return keys && fds[3].revents;
}

/* What it said before it failed would be gone with the next drawing. */
static void await_enter(struct top *top, const char *tool, int status)
{
	char rest[256];

	fprintf(stderr, "%s: %s ended with status %d; Enter goes back ", top_name, tool, status);
	while (!top->done && !doze(top, true))
		heed_signals(top, 0);
	if (!top->done && read(STDIN_FILENO, rest, sizeof(rest)) <= 0)
		top->done = true;
}

static void front(struct top *top, char *const argv[], const char *tool)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, quit;
	int status = 0, error;
	pid_t pid;

	top_screen_leave();
	sigaction(SIGQUIT, &ignore, &quit); /* Ctrl-\ is for the other program, too */
	error = front_start(&pid, argv);
	while (!error && !front_ended(pid, &status)) {
		doze(top, false);
		heed_signals(top, pid);
	}
	if (!error && status && !top->done)
		await_enter(top, tool, status);
	sigaction(SIGQUIT, &quit, NULL);
	top_screen_return();
	top->anew = true;
	if (error)
		top_model_say(&top->model, "%s: %s", argv[0], strerror(error));
}

static void run_scriptor(struct top *top)
{
	const struct top_reader *reader = top_model_selected(&top->model);
	char path[FRONT_PATH_MAX], option[SCARD_READER_MAX + 16];
	char *argv[] = {path, option, NULL};

	if (!reader || !front_sibling(path, "scriptor")) {
		top_model_say(&top->model, "%s", reader ? "cannot find scriptor" : "no reader is selected");
		return;
	}
	snprintf(option, sizeof(option), "--reader=%s", reader->name);
	front(top, argv, "scriptor");
}

void loop_act(struct top *top, enum top_action action)
{
	switch (action) {
	case TOP_SAVE:
		save(top, top->model.over);
		break;
	case TOP_ATTRIBUTES:
		ask_attributes(top);
		break;
	case TOP_SCRIPTOR:
		run_scriptor(top);
		break;
	case TOP_DOCTOR:
		run_doctor(top);
		break;
	case TOP_REDRAW:
		top->anew = true;
		break;
	case TOP_QUIT:
		top->done = true;
		break;
	default:
		break;
	}
}
