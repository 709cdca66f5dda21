/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_NEWS_H
#define CS_TOOLS_PCSC_SCAN_NEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "pcsc/queue.h"
#include "pcsc/scard.h"
#include "tools/pcsc_scan_exec.h"
#include "tools/pcsc_scan_loop.h"
#include "tools/pcsc_scan_show.h"
#include "tools/pcsc_scan_wait.h"

/* What the main thread makes of the events and notices of the monitor. */
struct news {
	const struct scan_options *options;
	struct show show;
	struct exec exec;
	struct wait wait;
	struct queue_item *last; /* --cards: what is known of each slot; nothing unless has_reader */
	size_t nlast;
	bool answered;  /* everything that was there at the start is reported */
	bool told_loss; /* the loss of the service is on stderr already */
	bool done;      /* @end is valid */
	bool hurry;     /* done, and the command of --exec need not be waited for */
	struct scan_end end;
};

/* news_take - an event or a notice; may start the command of --exec, or end the run */
void news_take(struct news *news, const struct queue_item *item);

/* news_conclude - the monitor has ended by itself, with @err and @fault, and all it told was taken */
void news_conclude(struct news *news, enum cs_err err, const struct scard_fault *fault);

/* news_finish - the run is over, with this exit status */
void news_finish(struct news *news, int status);

/*
 * news_stop - likewise, by a signal or (end.closed) because nobody reads any more
 * That is the good end of a watch; any other run has not done what it was to do, which only matters to a
 * reader or with --wait.
 */
void news_stop(struct news *news);

/* news_give_up - likewise, for want of memory or because of an error of show_event(), which is told */
void news_give_up(struct news *news, enum cs_err err);

/* news_release - also gives the command of --exec its last chance; see exec_release() */
void news_release(struct news *news);

#endif
