/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_LOOP_H
#define CS_TOOLS_PCSC_TOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/app.h"
#include "tools/pcsc_top_ask.h"
#include "tools/pcsc_top_live.h"
#include "tools/pcsc_top_options.h"
#include "tui/top_canvas.h"
#include "tui/top_model.h"

#define HOST_MAX 65

/* One run. What @live and @ask hold must outlive a thread that hangs: allocate it. */
struct top {
	const struct top_options *options;
	struct live live;
	struct ask ask;
	struct top_model model;
	struct top_canvas canvas;
	char host[HOST_MAX];
	int signal_fd;  /* those that end a run */
	int control_fd; /* size of the terminal, stop and go on, end of a child */
	bool dirty;     /* the screen shows something old */
	bool anew;      /* it may hold what others wrote */
	int64_t drawn_ns;
	bool done;
	enum cs_err err; /* why it is done: CS_OK, or CS_E_NOMEM */
};

/* loop_open - block the signals, and make the descriptors they are read from; CS_E_IO with errno */
CS_NODISCARD enum cs_err loop_open(struct top *top);

/* loop_run - until a key or a signal ends it; the terminal must be open, the monitor started */
void loop_run(struct top *top);

/* loop_take_news - what the monitor has told; draws nothing */
void loop_take_news(struct top *top);

/* loop_act - what a key asks for that the model can not do; pcsc_top_act.c */
void loop_act(struct top *top, enum top_action action);

/* loop_now_ns - CLOCK_MONOTONIC */
int64_t loop_now_ns(void);

#endif
