/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_WATCH_H
#define CS_TOOLS_SCRIPTOR_WATCH_H

#include <stdbool.h>

#include "core/err.h"

/*
 * A thread that watches the readers while somebody types. It only says that something happened; who is told
 * so looks what.
 */
struct watch;

enum watch_news {
	WATCH_NOTHING,
	WATCH_CARDS, /* a card or a reader came or went */
	WATCH_LOST,  /* the PC/SC service went away */
	WATCH_BACK,  /* ... and is there again */
};

/* watch_start - what is there already is no news. CS_E_NOMEM */
CS_NODISCARD enum cs_err watch_start(struct watch **out);

/*
 * watch_stop - NULL-safe, NULLs its argument
 * Return: false: the service does not let go of the thread (see monitor_stop()); end with _exit().
 */
bool watch_stop(struct watch **watch);

/* watch_fd - readable when there are news */
int watch_fd(const struct watch *watch);

/* watch_next - what happened, in turn */
enum watch_news watch_next(struct watch *watch);

#endif
