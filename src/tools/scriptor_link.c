/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_link.h"

#include <stdlib.h>
#include <string.h>

#include "core/rstate.h"
#include "tools/scriptor_link_priv.h"

#define LOOK_MAX   16 /* readers that every PC/SC service takes in one call */
#define LOOK_TRIES 3  /* a reader may go between the list and the look at it */

enum cs_err link_new(struct link **out, struct guard *guard)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return CS_E_NOMEM;
	(*out)->guard = guard;
	return CS_OK;
}

enum cs_err link_service(struct link *link)
{
	if (link->ctx)
		return CS_OK;
	return GUARDED(link, "SCardEstablishContext", scard_new(&link->ctx, &link->fault));
}

static void forget_card(struct link *link)
{
	link->transaction = false;
	link->has_features = false;
	link->atr_len = 0;
}

static enum cs_err disconnect(struct link *link, enum scard_leave leave)
{
	scard_disconnect(&link->card, leave);
	return CS_OK;
}

static enum cs_err release(struct link *link)
{
	scard_free(&link->ctx);
	return CS_OK;
}

enum cs_err link_disconnect(struct link *link, enum scard_leave leave)
{
	enum cs_err err = CS_OK;

	if (link->transaction)
		err = link_end(link, SCARD_LEAVE);
	if (err != CS_E_CANCELLED && link->card)
		err = GUARDED(link, "SCardDisconnect", disconnect(link, leave));
	if (err != CS_E_CANCELLED)
		forget_card(link);
	return err;
}

enum scard_leave link_parting(const struct link *link)
{
	return link->card && link->raw ? SCARD_RESET : SCARD_LEAVE;
}

enum cs_err link_lose(struct link *link, bool service)
{
	enum cs_err err = CS_OK;

	forget_card(link);
	link->state = 0;
	if (link->card)
		err = GUARDED(link, "SCardDisconnect", disconnect(link, SCARD_LEAVE));
	if (err == CS_OK && service && link->ctx)
		err = GUARDED(link, "SCardReleaseContext", release(link));
	return err;
}

void link_free(struct link **link)
{
	struct link *l = *link;
	enum cs_err err;

	if (!l)
		return;
	err = link_disconnect(l, link_parting(l));
	if (err != CS_E_CANCELLED && l->ctx)
		err = GUARDED(l, "SCardReleaseContext", release(l));
	scard_names_release(&l->names);
	free(l->states);
	free(l->reader);
	free(l);
	*link = NULL;
}

static enum cs_err look_at(struct link *link, struct scard_state *states, size_t n, uint32_t ms)
{
	enum cs_err err = GUARDED_MORE(link, "SCardGetStatusChange", ms,
				       scard_wait(link->ctx, states, n, ms, &link->fault));

	return err == CS_E_TIMEOUT && ms == 0 ? CS_OK : err;
}

/* After this answer nothing works any more with this context. */
static enum cs_err survive(struct link *link, enum cs_err err)
{
	if (err != CS_E_PCSC || link->fault.rv == LINK_UNKNOWN_READER ||
	    scard_error_get(link->fault.rv)->exit_status != LINK_SERVICE_STATUS)
		return err;
	return link_lose(link, true) == CS_E_CANCELLED ? CS_E_CANCELLED : err;
}

static enum cs_err look_once(struct link *link)
{
	enum cs_err err;

	scard_names_release(&link->names);
	free(link->states);
	link->states = NULL;
	err = GUARDED(link, "SCardListReaders", scard_names_get(link->ctx, &link->names, &link->fault));
	if (err != CS_OK || link->names.n == 0)
		return err;
	link->states = calloc(link->names.n, sizeof(*link->states));
	if (!link->states)
		return CS_E_NOMEM;
	for (size_t i = 0; i < link->names.n; i++)
		link->states[i].reader = link->names.name[i];
	for (size_t i = 0; i < link->names.n && err == CS_OK; i += LOOK_MAX) {
		size_t left = link->names.n - i;

		err = look_at(link, link->states + i, left < LOOK_MAX ? left : LOOK_MAX, 0);
	}
	return err;
}

enum cs_err link_look_all(struct link *link)
{
	enum cs_err err = link_service(link);

	for (int i = 0; i < LOOK_TRIES && err == CS_OK; i++) {
		err = look_once(link);
		if (err != CS_E_PCSC || link->fault.rv != LINK_UNKNOWN_READER)
			break;
		err = i + 1 < LOOK_TRIES ? CS_OK : err;
	}
	return survive(link, err);
}

enum cs_err link_wait_all(struct link *link, int left_ms)
{
	size_t n = link->names.n < LOOK_MAX ? link->names.n : LOOK_MAX;
	uint32_t ms = left_ms >= 0 && left_ms < LINK_SLICE_MS ? (uint32_t)left_ms : LINK_SLICE_MS;
	enum cs_err err;

	if (n == 0)
		return guard_wait(link->guard, -1, ms) ? CS_OK : CS_E_CANCELLED;
	for (size_t i = 0; i < n; i++)
		link->states[i].current = link->states[i].event;
	err = look_at(link, link->states, n, ms);
	return err == CS_E_TIMEOUT || err == CS_E_PCSC ? CS_OK : err;
}

enum cs_err link_use_reader(struct link *link, const char *reader)
{
	char *copy;

	if (link->reader && strcmp(link->reader, reader) == 0)
		return CS_OK;
	copy = strdup(reader);
	if (!copy)
		return CS_E_NOMEM;
	free(link->reader);
	link->reader = copy;
	return CS_OK;
}

enum cs_err link_note_card(struct link *link, size_t index)
{
	const struct scard_state *state = &link->states[index];

	memcpy(link->atr, state->atr, state->atr_len);
	link->atr_len = state->atr_len;
	return link_use_reader(link, link->names.name[index]);
}

enum cs_err link_look(struct link *link)
{
	link->state = 0;
	return link_wait(link, 0);
}

enum cs_err link_wait(struct link *link, uint32_t ms)
{
	struct scard_state state = {.reader = link->reader, .current = link->state};
	enum cs_err err = link_service(link);

	if (err == CS_OK)
		err = look_at(link, &state, 1, ms);
	if (err != CS_OK)
		return survive(link, err);
	link->state = state.event & ~(uint32_t)RSTATE_CHANGED;
	if (state.event & RSTATE_PRESENT) {
		memcpy(link->atr, state.atr, state.atr_len);
		link->atr_len = state.atr_len;
	}
	return CS_OK;
}
