/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_stress_run.h"

#include <stdlib.h>

#include "core/rstate.h"
#include "tools/pcsc_scan_loop.h"

#define RESPONSE_MAX 258

static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};

static enum cs_err connect_card(struct stress *s, struct target *t)
{
	enum cs_err err =
		scard_connect(s->ctx, t->reader, SCARD_AS_SHARED, SCARD_T0 | SCARD_T1, &t->card, &t->refusal);

	t->lost = err != CS_OK;
	return err == CS_E_PCSC ? CS_OK : err;
}

static enum cs_err has_card(struct stress *s, const char *reader, bool *out)
{
	struct scard_state state = {.reader = reader};
	enum cs_err err = scard_wait(s->ctx, &state, 1, 0, &s->fault);

	*out = err == CS_OK && (state.event & RSTATE_PRESENT);
	return err == CS_E_TIMEOUT ? CS_OK : err;
}

static enum cs_err find_targets(struct stress *s)
{
	enum cs_err err = scard_names_get(s->ctx, &s->names, &s->fault);

	if (err == CS_OK && s->names.n)
		s->target = calloc(s->names.n, sizeof(*s->target));
	if (err == CS_OK && s->names.n && !s->target)
		err = CS_E_NOMEM;
	for (size_t i = 0; i < s->names.n && err == CS_OK; i++) {
		struct target *t = &s->target[s->ntargets];
		bool present = false;

		if (!scan_wants_reader(s->options, s->names.name[i]))
			continue;
		s->nreaders++;
		err = has_card(s, s->names.name[i], &present);
		if (err != CS_OK || !present)
			continue;
		t->reader = s->names.name[i];
		histogram_init(&t->latency);
		s->ntargets++;
		err = connect_card(s, t);
	}
	return err;
}

static void fail(struct stress *s, struct target *t, enum cs_err err)
{
	t->errors++;
	t->err = err;
	scard_disconnect(&t->card, SCARD_RESET);
	s->err = connect_card(s, t);
}

static void exchange(struct stress *s, struct target *t)
{
	uint8_t response[RESPONSE_MAX];
	size_t len = sizeof(response);
	int64_t start_ns = loop_now_ns();
	enum cs_err err = scard_transmit(t->card, select_mf, sizeof(select_mf), response, &len, &t->fault);
	uint64_t took_ns = (uint64_t)(loop_now_ns() - start_ns);

	t->spent_ns += took_ns;
	if (err == CS_OK) {
		t->apdus++;
		histogram_add(&t->latency,
			      took_ns / 1000 < UINT32_MAX ? (uint32_t)(took_ns / 1000) : UINT32_MAX);
	} else {
		fail(s, t, err);
	}
}

static bool wants_more(const struct stress *s, const struct target *t)
{
	return !t->lost && (!s->options->stress_count || t->apdus + t->errors < s->options->stress_count);
}

void stress_run(void *data)
{
	struct stress *s = data;
	bool more = true;

	s->err = scard_new(&s->ctx, &s->fault);
	if (s->err == CS_OK)
		s->err = find_targets(s);
	if (s->ntargets)
		job_tell(&s->job);
	while (s->err == CS_OK && more && !atomic_load(&s->stop)) {
		more = false;
		for (size_t i = 0; i < s->ntargets && !atomic_load(&s->stop); i++) {
			if (wants_more(s, &s->target[i])) {
				exchange(s, &s->target[i]);
				more = true;
			}
		}
	}
	for (size_t i = 0; i < s->ntargets; i++)
		scard_disconnect(&s->target[i].card, SCARD_LEAVE);
	scard_free(&s->ctx);
}

void stress_stop(void *data)
{
	struct stress *s = data;

	atomic_store(&s->stop, true);
}
