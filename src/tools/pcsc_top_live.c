/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_top_live.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "diag/wire.h"
#include "tools/card_lists.h"

#define SOCKET   "/run/pcscd/pcscd.comm"
#define PROBE_MS 300

/* ---- the monitor's thread ---- */

/* What libpcsclite does not tell; of another daemon than pcscd it stays unknown. */
static void learn_daemon(struct live *live)
{
	const struct root root = {.dir = "", .live = true};
	struct live_service now = {.daemon = ""};
	struct wire wire;

	wire_probe(&wire, live->socket, PROBE_MS);
	if (wire.major > 0 && wire.minor >= 0)
		snprintf(now.protocol, sizeof(now.protocol), "%d:%d", wire.major, wire.minor);
	if (*now.protocol && !release_of_daemon(now.daemon, &root, &wire))
		now.daemon[0] = '\0';
	pthread_mutex_lock(&live->lock);
	memcpy(now.library, live->service.library, sizeof(now.library));
	live->service = now;
	pthread_mutex_unlock(&live->lock);
}

/* A package manager takes its time: it is asked once there is something to look at meanwhile. */
static void learn_library(struct live *live)
{
	const struct root root = {.dir = "", .live = true};
	char library[RELEASE_MAX] = "";

	if (live->library_asked)
		return;
	live->library_asked = true;
	if (!release_of_library(library, &root, PROBE_MS))
		return;
	pthread_mutex_lock(&live->lock);
	memcpy(live->service.library, library, sizeof(library));
	pthread_mutex_unlock(&live->lock);
	queue_push_notice(&live->queue, MONITOR_IDLE);
	job_tell(&live->job);
}

static void on_event(void *data, const struct monitor_event *event)
{
	struct live *live = data;

	if (event->kind == MONITOR_SERVICE_BACK)
		learn_daemon(live);
	queue_push_event(&live->queue, event);
	job_tell(&live->job);
	if (event->kind == MONITOR_SERVICE_LOST)
		learn_library(live);
}

static void on_notice(void *data, enum monitor_notice notice)
{
	struct live *live = data;

	if (notice == MONITOR_IDLE)
		learn_library(live);
	if (notice != MONITOR_POLLING)
		return;
	queue_push_notice(&live->queue, notice);
	job_tell(&live->job);
}

static bool on_wanted(void *data, const char *reader)
{
	const struct live *live = data;

	return top_wants_reader(live->options, reader);
}

static void run(void *data)
{
	struct live *live = data;
	struct scard_fault fault;

	learn_daemon(live);
	live->err = monitor_run(live->monitor, &fault);
}

static void stop(void *data)
{
	struct live *live = data;

	monitor_stop(live->monitor);
}

/* ---- the main thread ---- */

enum cs_err live_load(struct live *live, const struct top_options *options, const struct app_env *env)
{
	enum cs_err err;

	live->options = options;
	live->socket = env->csock_name && *env->csock_name ? env->csock_name : SOCKET;
	live->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	if (options->no_lookup)
		return CS_OK;
	err = carddb_new(&live->db);
	return err == CS_OK ? card_lists_load(live->db, top_name, &options->db, env) : err;
}

enum cs_err live_start(struct live *live)
{
	const struct monitor_ops ops = {on_event, on_notice, on_wanted};
	const struct monitor_options options = {.force_pnp = live->options->pnp, .await_service = true};
	enum cs_err err = queue_init(&live->queue);
	sigset_t all, before;

	if (err != CS_OK)
		return err;
	err = monitor_new(&live->monitor, &options, &ops, live);
	/* No signal is for a thread of the monitor. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err == CS_OK)
		err = job_start(&live->job, run, stop, live);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err != CS_OK) {
		monitor_free(&live->monitor);
		queue_release(&live->queue);
	}
	return err;
}

void live_service_get(struct live *live, struct live_service *out)
{
	pthread_mutex_lock(&live->lock);
	*out = live->service;
	pthread_mutex_unlock(&live->lock);
}

static const char *card_of(const struct live *live, const struct monitor_event *event)
{
	const struct carddb_entry *cards[CARDDB_MATCHES_MAX];

	if (!live->db || !event->atr_len)
		return NULL;
	if (!carddb_lookup(live->db, event->atr, event->atr_len, cards) || !cards[0]->ndescriptions)
		return NULL;
	return cards[0]->descriptions[0];
}

enum cs_err live_drain(struct live *live, struct top_model *model, bool *any)
{
	enum cs_err err = CS_OK;
	struct queue_item item;

	job_hear(&live->job);
	*any = false;
	for (size_t n = 0; n < QUEUE_CAP && err == CS_OK && queue_pop(&live->queue, &item); n++) {
		*any = true;
		if (n + 1 == QUEUE_CAP) /* who gives as fast as we take is not to keep us from drawing */
			job_tell(&live->job);
		if (item.is_notice && item.notice == MONITOR_POLLING)
			top_model_say(
				model,
				"plug-and-play does not work here: new readers are looked for once a second");
		else if (!item.is_notice)
			err = top_model_event(model, &item.event, card_of(live, &item.event));
	}
	return err;
}

bool live_stop(struct live *live)
{
	queue_close(&live->queue);
	if (!job_finish(&live->job, JOB_STOP_MS))
		return false;
	monitor_free(&live->monitor);
	queue_release(&live->queue);
	return true;
}

void live_release(struct live *live)
{
	carddb_free(&live->db);
}
