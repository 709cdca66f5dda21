/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_LIVE_H
#define CS_TOOLS_PCSC_TOP_LIVE_H

#include <pthread.h>
#include <stdbool.h>

#include "cli/app.h"
#include "db/carddb.h"
#include "diag/release.h"
#include "pcsc/job.h"
#include "pcsc/monitor.h"
#include "pcsc/queue.h"
#include "tools/pcsc_top_options.h"
#include "tui/top_model.h"

/* Releases of what is at work; "": not known. */
struct live_service {
	char daemon[RELEASE_MAX], library[RELEASE_MAX];
	char protocol[24]; /* that the daemon speaks: "4:4" */
};

/* The monitor in its thread, and the card lists. Must outlive a thread that hangs: allocate it. */
struct live {
	const struct top_options *options;
	struct monitor *monitor;
	struct queue queue;
	struct job job;
	const char *socket; /* of the daemon; borrowed */
	pthread_mutex_t lock;
	struct live_service service; /* @lock is for it */
	bool library_asked;          /* the monitor's thread's own */
	enum cs_err err;             /* of monitor_run(), once job_ended() */
	struct carddb *db;           /* NULL: no look-up */
};

/* live_load - read the card lists; what is wrong with them is told on stderr. CS_E_NOT_FOUND; CS_E_NOMEM. */
CS_NODISCARD enum cs_err live_load(struct live *live, const struct top_options *options,
				   const struct app_env *env);

/* live_start - signals must be blocked already; CS_E_NOMEM */
CS_NODISCARD enum cs_err live_start(struct live *live);

/* live_drain - hand everything that has happened to the model; @any: whether there was something */
CS_NODISCARD enum cs_err live_drain(struct live *live, struct top_model *model, bool *any);

/* live_service_get - as it is known now */
void live_service_get(struct live *live, struct live_service *out);

/* live_stop - false: PC/SC hangs; @live must stay until the process ends */
bool live_stop(struct live *live);

/* live_release - after a live_load(), and a live_stop() if it was started */
void live_release(struct live *live);

#endif
