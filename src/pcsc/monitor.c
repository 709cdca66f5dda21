/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/monitor_priv.h"

#include <stdlib.h>

#include "pcsc/scard_priv.h"

#define RETRY_MIN_MS 200
#define RETRY_MAX_MS 5000
#define POLL_MS      1000
#define SETTLE_MS    1000 /* see block_ms() */

#define VAIN_FREE      2  /* rounds without any news before the monitor slows down */
#define VAIN_REFUSALS  7  /* "unknown reader" in a row before it is believed to be no race */
#define VAIN_STEP_MS   10 /* doubled each round */
#define VAIN_DOUBLINGS 7

/* ---- rows ---- */

static void add_row(struct monitor *m, const char *name, uint32_t current)
{
	m->rows[m->nrows++] = (struct scard_state){.reader = name, .current = current, .event = current};
}

static enum cs_err make_room(struct monitor *m)
{
	size_t need = m->roster.n + 1;
	struct scard_state *rows;

	if (need <= m->cap)
		return CS_OK;
	rows = realloc(m->rows, need * sizeof(*rows));
	if (!rows)
		return CS_E_NOMEM;
	m->rows = rows;
	m->cap = need;
	return CS_OK;
}

/* What pcsc-lite takes for a card that it has still to power up, and sleeps over. */
static bool is_mute(const struct roster_reader *reader)
{
	return (reader->state & RSTATE_PRESENT) && reader->atr_len == 0;
}

/* The rows of the readers of which the service knows, or (@aware is false) does not know, what we know. */
static void add_readers(struct monitor *m, bool aware, bool mute)
{
	for (size_t i = 0; i < m->roster.n; i++) {
		struct roster_reader *reader = &m->roster.v[i];

		if (!reader->wanted || !reader->listed || reader->aware != aware ||
		    (aware && is_mute(reader)) != mute)
			continue;
		reader->row = m->nrows;
		add_row(m, reader->name, aware ? reader->state : 0);
	}
}

static enum cs_err fill_rows(struct monitor *m, bool aware)
{
	enum cs_err err = make_room(m);
	size_t others;

	if (err != CS_OK)
		return err;
	for (size_t i = 0; i < m->roster.n; i++)
		m->roster.v[i].row = ROSTER_NO_ROW;
	m->nrows = 0;
	if (aware && m->pnp)
		add_row(m, scard_pnp_name, m->pnp_state);
	add_readers(m, aware, false);
	others = m->nrows;
	add_readers(m, aware, true);
	m->nmute = m->nrows - others;
	return CS_OK;
}

/* ---- the set of readers ---- */

static enum cs_err relist(struct monitor *m, struct scard_fault *fault)
{
	struct scard_names names = {0};
	enum cs_err err = scard_names_get(waitset_context(m->set), &names, fault);

	if (err == CS_OK)
		err = roster_update(&m->roster, &names);
	scard_names_release(&names);
	for (size_t i = 0; i < m->roster.n; i++) {
		struct roster_reader *reader = &m->roster.v[i];

		if (reader->fresh)
			reader->wanted = !m->ops.wanted || m->ops.wanted(m->data, reader->name);
		if (reader->fresh || !reader->listed)
			m->settled = false;
		reader->fresh = false;
	}
	return err;
}

static enum cs_err look(struct monitor *m, struct scard_fault *fault)
{
	enum cs_err err = fill_rows(m, false);

	if (err == CS_OK)
		err = waitset_look(m->set, m->rows, m->nrows, fault);
	for (size_t i = 0; i < m->nrows && err == CS_OK; i++) {
		if (m->rows[i].event & RSTATE_UNKNOWN) {
			*fault = (struct scard_fault){.call = "SCardGetStatusChange",
						      .rv = SCX_UNKNOWN_READER};
			err = CS_E_PCSC;
		}
	}
	m->stamp = wait_stamp_now();
	return err;
}

static bool is_refusal(enum cs_err err, const struct scard_fault *fault)
{
	return err == CS_E_PCSC && (fault->rv == SCX_UNKNOWN_READER || fault->rv == SCX_UNAVAILABLE);
}

/* Nothing new came out of a round: a race, or a service that behaves oddly must not make us spin.
 * False: stop. */
static bool rest(struct monitor *m)
{
	unsigned doublings = m->vain < VAIN_FREE ? 0 : m->vain - VAIN_FREE;

	if (m->vain++ < VAIN_FREE)
		return !waitset_stopped(m->set);
	return waitset_pause(m->set,
			     VAIN_STEP_MS << (doublings < VAIN_DOUBLINGS ? doublings : VAIN_DOUBLINGS));
}

static void report(struct monitor *m)
{
	if (m->back)
		monitor_tell(m, (struct monitor_event){.kind = MONITOR_SERVICE_BACK});
	m->back = false;
	monitor_retire_unlisted(m);
	monitor_apply_rows(m);
	m->initial = false;
}

/* List the readers, look at those that are new to this connection and report what is different. A reader that
 * goes away between the two is no failure. */
static enum cs_err sync(struct monitor *m, struct scard_fault *fault)
{
	enum cs_err err;

	for (;;) {
		err = relist(m, fault);
		if (err == CS_OK)
			err = look(m, fault);
		if (!is_refusal(err, fault) || m->vain >= VAIN_REFUSALS)
			break;
		if (!rest(m))
			return CS_OK;
	}
	if (err == CS_OK)
		report(m);
	return err;
}

/* ---- connection ---- */

/* Plug-and-play is there unless the service says that it knows no such reader. pcsc-lite 2.5 needs a list
 * first when the daemon is older. */
static enum cs_err find_pnp(struct monitor *m, struct scard_fault *fault)
{
	struct scard_state row = {.reader = scard_pnp_name};
	struct scard_names names = {0};
	enum cs_err err = scard_names_get(waitset_context(m->set), &names, fault);

	scard_names_release(&names);
	if (err == CS_OK)
		err = waitset_look(m->set, &row, 1, fault);
	m->pnp = m->options.force_pnp || (err == CS_OK && !(row.event & RSTATE_UNKNOWN));
	m->pnp_state = m->pnp && err == CS_OK ? monitor_lasting(row.event) : 0;
	return is_refusal(err, fault) ? CS_OK : err;
}

/* A connection of which all is known and reported. */
static enum cs_err connect_once(struct monitor *m, struct scard_fault *fault)
{
	enum cs_err err = waitset_open(m->set, fault);

	m->initial = true;
	m->settled = false;
	m->vain = 0;
	for (size_t i = 0; i < m->roster.n; i++)
		m->roster.v[i].aware = false;
	if (err == CS_OK && !m->options.once)
		err = find_pnp(m, fault);
	if (err == CS_OK)
		err = sync(m, fault);
	if (err != CS_OK)
		waitset_close(m->set);
	m->connected_ns = wait_stamp_now().mono_ns;
	return err;
}

static enum cs_err connect_first(struct monitor *m, struct scard_fault *fault)
{
	enum cs_err err = connect_once(m, fault);

	for (unsigned i = 0; i < SCARD_RETRIES && err == CS_E_PCSC && scard_may_be_race(fault->rv); i++) {
		if (!waitset_pause(m->set, scard_retry_ms(i)))
			return CS_OK;
		err = connect_once(m, fault);
	}
	return err;
}

static void lose(struct monitor *m, const struct scard_fault *fault)
{
	m->stamp = wait_stamp_now();
	waitset_close(m->set);
	monitor_tell(m, (struct monitor_event){.kind = MONITOR_SERVICE_LOST, .fault = *fault});
	m->back = true;
	/* One that is lost again and again goes on with the back-off where it was. */
	if (m->stamp.mono_ns - m->connected_ns > (int64_t)m->options.retry_max_ms * 1000000)
		m->retry_ms = m->options.retry_min_ms;
}

static enum cs_err regain(struct monitor *m, struct scard_fault *fault)
{
	enum cs_err err = CS_E_PCSC;

	while (err == CS_E_PCSC) {
		if (!waitset_pause(m->set, m->retry_ms))
			return CS_OK;
		m->retry_ms =
			m->retry_ms < m->options.retry_max_ms / 2 ? 2 * m->retry_ms : m->options.retry_max_ms;
		err = connect_once(m, fault);
	}
	return err;
}

/* ---- the loop ---- */

static void tell_notices(struct monitor *m)
{
	size_t wanted = 0;

	for (size_t i = 0; i < m->roster.n; i++)
		wanted += m->roster.v[i].wanted;
	if (!m->pnp && !m->told_polling)
		monitor_notice(m, MONITOR_POLLING);
	m->told_polling = m->told_polling || !m->pnp;
	if (wanted == 0 && !m->told_no_reader)
		monitor_notice(m, MONITOR_NO_READER);
	m->told_no_reader = wanted == 0;
	if (m->idle_due)
		monitor_notice(m, MONITOR_IDLE);
	m->idle_due = false;
}

/*
 * pcsc-lite 1.9 compares the number of readers with that at the start of the call: a reader that came between
 * the list and the wait would stay unseen until the next event. So the list is read once more a second after
 * anything happened, and only then the wait has no end. A service whose pseudo reader carries a counter needs
 * none of this.
 */
static uint32_t block_ms(const struct monitor *m)
{
	if (!m->pnp)
		return m->options.poll_ms;
	return m->settled || monitor_high(m->pnp_state) ? SCARD_WAIT_FOREVER : SETTLE_MS;
}

static enum cs_err block(struct monitor *m, uint32_t timeout_ms, struct scard_fault *fault)
{
	enum cs_err err = fill_rows(m, true);

	if (err != CS_OK)
		return err;
	if (m->nrows == 0) {
		m->stamp = wait_stamp_now();
		return waitset_pause(m->set, timeout_ms) ? CS_E_TIMEOUT : CS_E_CANCELLED;
	}
	err = waitset_block(m->set, m->rows, m->nrows, m->nmute, timeout_ms, &m->stamp, fault);
	if (waitset_is_split(m->set) && !m->told_split) {
		m->told_split = true;
		monitor_notice(m, MONITOR_SPLIT_WAIT);
	}
	return err;
}

/* One wait and what follows from it. */
static enum cs_err turn(struct monitor *m, struct scard_fault *fault)
{
	uint32_t timeout_ms = block_ms(m);
	enum cs_err err = block(m, timeout_ms, fault);
	bool vain = false;

	if (err == CS_OK)
		vain = !monitor_apply_rows(m);
	else if (err == CS_E_TIMEOUT)
		vain = timeout_ms == SCARD_WAIT_FOREVER;
	else if (err == CS_E_CANCELLED || (is_refusal(err, fault) && m->vain < VAIN_REFUSALS))
		vain = true;
	else
		return err;
	m->settled = err == CS_E_TIMEOUT;
	if (!vain)
		m->vain = 0;
	else if (!rest(m))
		return CS_OK;
	return sync(m, fault);
}

/*
 * Which answers mean that the service is lost: every one that is not an outcome of the wait itself (timeout,
 * cancelled, unknown or unavailable reader). Those that pcsc-lite gives are
 *   SCARD_F_COMM_ERROR       the daemon died in the call
 *   SCARD_E_NO_SERVICE       all calls after that, and after its restart
 *   SCARD_E_SERVICE_STOPPED  the daemon that came back speaks another version
 *   SCARD_W_SECURITY_VIOLATION  the new connection met a dying daemon, or polkit has changed its mind
 *   SCARD_E_INVALID_HANDLE, SCARD_F_INTERNAL_ERROR, ...  the context is out of step: only a new one helps
 */
static enum cs_err watch(struct monitor *m, struct scard_fault *fault)
{
	while (!waitset_stopped(m->set)) {
		enum cs_err err;

		tell_notices(m);
		err = turn(m, fault);
		if (err == CS_E_PCSC && !waitset_stopped(m->set)) {
			lose(m, fault);
			if (m->options.exit_on_loss)
				return err;
			err = regain(m, fault);
		}
		if (err == CS_E_NOMEM)
			return err;
	}
	return CS_OK;
}

enum cs_err monitor_new(struct monitor **out, const struct monitor_options *options,
			const struct monitor_ops *ops, void *data)
{
	struct monitor *m = calloc(1, sizeof(*m));
	enum cs_err err = m ? waitset_new(&m->set) : CS_E_NOMEM;

	*out = m;
	if (err != CS_OK) {
		free(m);
		*out = NULL;
		return err;
	}
	m->options = *options;
	m->options.retry_min_ms = options->retry_min_ms ? options->retry_min_ms : RETRY_MIN_MS;
	m->options.retry_max_ms = options->retry_max_ms ? options->retry_max_ms : RETRY_MAX_MS;
	m->options.poll_ms = options->poll_ms ? options->poll_ms : POLL_MS;
	m->ops = *ops;
	m->data = data;
	m->retry_ms = m->options.retry_min_ms;
	m->idle_due = true;
	return CS_OK;
}

void monitor_free(struct monitor **monitor)
{
	if (!*monitor)
		return;
	waitset_free(&(*monitor)->set);
	roster_release(&(*monitor)->roster);
	free((*monitor)->rows);
	free(*monitor);
	*monitor = NULL;
}

enum cs_err monitor_run(struct monitor *monitor, struct scard_fault *fault)
{
	enum cs_err err = connect_first(monitor, fault);

	if (err == CS_E_PCSC && monitor->options.await_service) {
		lose(monitor, fault);
		err = regain(monitor, fault);
	}
	if (err == CS_OK && !monitor->options.once)
		err = watch(monitor, fault);
	waitset_close(monitor->set);
	waitset_await_end(monitor->set);
	return err;
}

void monitor_stop(struct monitor *monitor)
{
	waitset_stop(monitor->set);
}
