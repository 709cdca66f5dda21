/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_SHOW_H
#define CS_TOOLS_PCSC_SCAN_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/app.h"
#include "core/atr_decode.h"
#include "core/err.h"
#include "db/carddb.h"
#include "pcsc/monitor.h"
#include "tools/pcsc_scan_loop.h"
#include "tools/pcsc_scan_options.h"
#include "view/json_out.h"
#include "view/term.h"

/* Words an event, on stdout. */
struct show {
	const struct scan_options *options;
	struct carddb *db; /* NULL: no look-up */
	struct term term;
	struct json_line line;
	struct atr_decoded decoded;
	const struct carddb_entry *cards[CARDDB_MATCHES_MAX]; /* of the event looked up last */
	size_t ncards;
	int64_t previous_ns;     /* of the event shown last, 0 for none */
	const struct loop *loop; /* borrowed */
};

/* show_init - reads no list yet */
void show_init(struct show *show, const struct scan_options *options, const struct app_env *env,
	       const struct loop *loop);
void show_release(struct show *show);

/*
 * show_load - read the card lists, if this run needs them; what is wrong with them is told on stderr
 * Return: CS_OK; CS_E_NOT_FOUND a file of --db is missing or can not be read (told); CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err show_load(struct show *show, const struct app_env *env);

/*
 * show_lookup - find the cards that match the ATR of an event
 * Return: name of the first, borrowed from the database; NULL for none.
 */
const char *show_lookup(struct show *show, const struct monitor_event *event);

/*
 * show_event - print and flush an event that was looked up
 * @type: as for event_json_put()
 *
 * Return: CS_OK; CS_E_IO or CS_E_CANCELLED of loop_flush(); CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err show_event(struct show *show, const char *type, const struct monitor_event *event);

/*
 * show_fault - "pcsc_scan: [READER: ]SCardConnect: ..." on stderr
 * @reader: NULL for none
 * Return: the exit status that goes with it.
 */
int show_fault(const char *reader, const struct scard_fault *fault);

#endif
