/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signalfd() and SIGWINCH are Linux' own */
#define _GNU_SOURCE
#include "tools/pcsc_top_loop.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tui/top_panes.h"
#include "tui/top_screen.h"
#include "view/time_text.h"

#define MS_NS   1000000LL
#define S_NS    (1000 * MS_NS)
#define DRAW_NS (50 * MS_NS) /* at most 20 times a second */

enum { SIGNAL, CONTROL, MONITOR, ASK, KEYS, FDS };

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * S_NS + now.tv_nsec;
}

int64_t loop_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

enum cs_err loop_open(struct top *top)
{
	static const int control[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++)
		sigaddset(&set, control[i]);
	top->signal_fd = app_signal_fd();
	if (top->signal_fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return CS_E_IO;
	top->control_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return top->control_fd < 0 ? CS_E_IO : CS_OK;
}

/* ---- drawing ---- */

static enum cs_err fit_canvas(struct top *top)
{
	size_t height, width;

	top_screen_size(&height, &width);
	if (height == top->canvas.height && width == top->canvas.width)
		return CS_OK;
	return top_canvas_resize(&top->canvas, height, width);
}

static void draw(struct top *top)
{
	char clock[TIME_TEXT_MAX];
	struct live_service service;
	struct top_scene scene = {
		.host = top->host,
		.daemon = service.daemon,
		.protocol = service.protocol,
		.library = service.library,
		.mono_ns = loop_now_ns(),
		.real_ns = clock_ns(CLOCK_REALTIME),
		.db = top->live.db,
	};

	live_service_get(&top->live, &service);
	if (!top->options->no_clock)
		scene.clock = time_format_clock(clock, scene.real_ns, false);
	top->err = fit_canvas(top);
	if (top->err == CS_OK)
		top->err = top_draw(&top->canvas, &top->model, &scene);
	if (top->err == CS_OK)
		top_screen_show(&top->canvas, top->anew);
	top->done = top->done || top->err != CS_OK;
	top->dirty = top->anew = false;
	top->drawn_ns = scene.mono_ns;
}

/* ---- waiting ---- */

/* Until there is something to draw by itself, -1 for never. */
static int timeout_ms(const struct top *top)
{
	int64_t now = loop_now_ns(), wait_ns;

	if (top->dirty)
		wait_ns = top->drawn_ns + DRAW_NS - now;
	else if (!top->options->no_clock)
		wait_ns = S_NS - clock_ns(CLOCK_REALTIME) % S_NS;
	else if (now / S_NS - top->model.second < 2 && (top->model.this_second || top->model.last))
		wait_ns = S_NS - now % S_NS; /* the rate goes back to 0 */
	else
		return -1;
	return wait_ns <= 0 ? 0 : (int)(wait_ns / MS_NS) + 1;
}

void loop_take_news(struct top *top)
{
	bool any;

	top->err = live_drain(&top->live, &top->model, &any);
	top->dirty = top->dirty || any;
	if (job_ended(&top->live.job) && top->err == CS_OK)
		top->err = top->live.err;
	top->done = top->done || top->err != CS_OK;
}

static void take_keys(struct top *top)
{
	struct top_input input;

	while (!top->done && top_screen_input(&input)) {
		top->dirty = true;
		if (input.mouse)
			top_point(&top->model, top->canvas.height, top->canvas.width, input.y, input.key);
		else
			loop_act(top, top_model_key(&top->model, input.key));
	}
}

static void take_control(struct top *top)
{
	struct signalfd_siginfo info;

	while (read(top->control_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTSTP) {
			top_screen_leave();
			raise(SIGSTOP);
		}
		if (info.ssi_signo == SIGTSTP || info.ssi_signo == SIGCONT) {
			top_screen_return();
			top->anew = true;
		}
		top->dirty = top->dirty || info.ssi_signo != SIGCHLD;
	}
}

static void take_answer(struct top *top)
{
	char *text;

	job_hear(&top->ask.job);
	if (!job_ended(&top->ask.job))
		return;
	text = ask_take(&top->ask);
	if (text)
		top_model_page(&top->model, *top->ask.reader ? top->ask.reader : "pcsc_doctor", text);
	top_model_say(&top->model, "%s", text ? "" : cs_err_text(CS_E_NOMEM));
	top->dirty = true;
}

static void attend(struct top *top)
{
	struct pollfd fds[FDS] = {
		[SIGNAL] = {.fd = top->signal_fd, .events = POLLIN},
		[CONTROL] = {.fd = top->control_fd, .events = POLLIN},
		[MONITOR] = {.fd = top->live.job.fd, .events = POLLIN},
		[ASK] = {.fd = top->ask.busy ? top->ask.job.fd : -1, .events = POLLIN},
		[KEYS] = {.fd = STDIN_FILENO, .events = POLLIN},
	};
	int n = poll(fds, FDS, timeout_ms(top));

	if (n == 0)
		top->dirty = true;
	if (n <= 0)
		return;
	if (fds[CONTROL].revents)
		take_control(top);
	if (fds[MONITOR].revents)
		loop_take_news(top);
	if (fds[ASK].revents)
		take_answer(top);
	if (fds[KEYS].revents & POLLIN)
		take_keys(top);
	if (fds[SIGNAL].revents || fds[KEYS].revents & (POLLERR | POLLHUP | POLLNVAL))
		top->done = true;
}

void loop_run(struct top *top)
{
	top->dirty = true;
	while (!top->done) {
		if (top->dirty && loop_now_ns() - top->drawn_ns >= DRAW_NS)
			draw(top);
		if (!top->done)
			attend(top);
	}
}
