/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of a connection when a call on it fails. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/rstate.h"
#include "tools/scriptor_connect.h"
#include "view/scard_text.h"

#define NS_PER_MS INT64_C(1000000)
#define GONE_MS   600 /* pcscd looks every 400 ms whether the card is still there */

static bool is_gone(uint32_t state)
{
	return !(state & RSTATE_PRESENT);
}

/* Whether the card is still there. @ms: how long to wait for the service to notice what the card's silence
 * may mean */
static enum cs_err look_for_card(struct link *l, uint32_t ms, bool *gone)
{
	int64_t end_ns = guard_now_ns() + ms * NS_PER_MS;
	enum cs_err err = link_look(l);
	int left_ms;

	while (err == CS_OK && !is_gone(l->state) && (left_ms = guard_left_ms(end_ns)) > 0) {
		err = link_wait(l, (uint32_t)(left_ms < LINK_SLICE_MS ? left_ms : LINK_SLICE_MS));
		if (err == CS_E_TIMEOUT)
			err = CS_OK;
	}
	*gone = err == CS_OK && is_gone(l->state);
	if (err == CS_E_PCSC && l->fault.rv == LINK_UNKNOWN_READER) {
		*gone = true;
		return CS_OK;
	}
	return err;
}

static enum cs_err take_up_again(struct engine *e, char *message)
{
	struct link *l = e->link;
	size_t n = strlen(message);
	enum cs_err err = link_reconnect(l, SCARD_LEAVE);

	l->transaction = false;
	if (err != CS_OK)
		return err == CS_E_PCSC ? link_lose(l, false) : err;
	snprintf(message + n, ENGINE_MESSAGE_MAX - n, "; connected again");
	record_reset(&e->record, l->atr, l->atr_len);
	connect_adopt(e, false);
	return CS_OK;
}

/* The message begins with what has become of the card. */
static void put_gone(const struct link *l, const char *fault, char *message)
{
	bool unplugged = l->state == 0 || (l->state & (RSTATE_UNKNOWN | RSTATE_UNAVAILABLE));

	snprintf(message, ENGINE_MESSAGE_MAX, "%s (%.*s)",
		 unplugged ? "the reader was unplugged" : "card removed", ENGINE_MESSAGE_MAX - 40, fault);
}

static enum cs_err find_out(struct engine *e, uint32_t ms, char *message, int *status)
{
	struct link *l = e->link;
	struct scard_fault first = l->fault;
	char fault[SCARD_FAULT_TEXT_MAX];
	bool gone;
	enum cs_err err = look_for_card(l, ms, &gone);

	l->fault = first;
	snprintf(fault, sizeof(fault), "%s", message);
	if (err != CS_OK && err != CS_E_PCSC)
		return err;
	if (err == CS_E_PCSC)
		return link_lose(l, true);
	if (!gone)
		return CS_OK;
	put_gone(l, fault, message);
	*status = APP_CARD;
	record_event(&e->record, RECORDING_REMOVE);
	return link_lose(l, false);
}

static bool is_silence(enum cs_err err, uint32_t rv)
{
	return err == CS_E_FORMAT || rv == LINK_NOT_TRANSACTED;
}

static bool may_be_gone(enum cs_err err, uint32_t rv)
{
	return is_silence(err, rv) || rv == LINK_REMOVED_CARD || rv == LINK_UNKNOWN_READER ||
	       rv == LINK_UNAVAILABLE || rv == LINK_INVALID_VALUE;
}

/* What an open connection answers when the daemon dies under it; then nothing else works either. */
static enum cs_err blame_service(struct link *l, char *message, int *status)
{
	struct scard_fault first = l->fault;
	enum cs_err err = link_look(l);

	if (err == CS_E_PCSC && !l->ctx) {
		snprintf(message, ENGINE_MESSAGE_MAX, "the PC/SC service went away (%s 0x%08" PRIX32 ")",
			 first.call, first.rv);
		*status = APP_SERVICE;
	}
	l->fault = first;
	return err;
}

bool connect_failed(struct engine *engine, enum cs_err err, char message[ENGINE_MESSAGE_MAX], int *status)
{
	struct link *l = engine->link;
	uint32_t rv = err == CS_E_PCSC ? l->fault.rv : 0;

	*status = APP_CARD;
	if (err == CS_E_FORMAT) {
		snprintf(message, ENGINE_MESSAGE_MAX,
			 "SCardTransmit: no status word came, so something gave up in mid-command");
	} else if (err == CS_E_PCSC) {
		connect_format_fault(l, message, ENGINE_MESSAGE_MAX);
		*status = scard_error_get(rv)->exit_status;
	} else {
		snprintf(message, ENGINE_MESSAGE_MAX, "%s", cs_err_text(err));
	}
	if (err == CS_E_CANCELLED)
		;
	else if (rv == LINK_RESET_CARD)
		err = take_up_again(engine, message);
	else if (rv == LINK_ACCESS_DENIED)
		err = blame_service(l, message, status);
	else if (may_be_gone(err, rv))
		err = find_out(engine, is_silence(err, rv) ? GONE_MS : 0, message, status);
	else if (*status == APP_SERVICE)
		err = link_lose(l, true);
	if (err != CS_E_CANCELLED)
		return true;
	engine->flow = ENGINE_STOPPED;
	return false;
}
