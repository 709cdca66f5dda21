/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a card is connected to, in the protocol that is wanted. */
#include <string.h>

#include "core/atr_info.h"
#include "core/rstate.h"
#include "tools/scriptor_link_priv.h"

/* A connection without a card has no ATR. */
static enum cs_err read_atr(struct link *link)
{
	enum cs_err err;

	link->atr_len = 0;
	err = GUARDED(link, "SCardStatus", scard_atr(link->card, link->atr, &link->atr_len, &link->fault));
	return link->share == SCARD_AS_DIRECT && err == CS_E_PCSC ? CS_OK : err;
}

/* The reader to use as link_look_all() saw it; NULL: it did not. */
static const struct scard_state *known_state(const struct link *link)
{
	for (size_t i = 0; i < link->names.n; i++)
		if (link->states && strcmp(link->names.name[i], link->reader) == 0)
			return &link->states[i];
	return NULL;
}

/* Whether the card speaks a protocol that is asked for; raw is to be had with any. */
static bool offers(const struct link *link, const uint8_t *bytes, size_t len)
{
	unsigned offered = SCARD_RAW;
	struct atr_info info;
	struct atr atr;

	if (atr_parse(&atr, bytes, len) != CS_OK)
		return false;
	atr_info_decode(&info, &atr);
	for (size_t i = 0; i < info.nprotocols; i++)
		if (info.protocols[i] <= 1)
			offered |= info.protocols[i] ? SCARD_T1 : SCARD_T0;
	return (link->protocols & offered) != 0;
}

static enum cs_err connect_as(struct link *link, enum scard_share share, unsigned protocols)
{
	return GUARDED(link, "SCardConnect",
		       scard_connect(link->ctx, link->reader, share, protocols, &link->card, &link->fault));
}

/* The protocol that somebody has chosen stays until the card is reset, even when nobody uses the card. */
static enum cs_err change_protocol(struct link *link)
{
	const struct scard_fault first = link->fault;
	enum cs_err err = connect_as(link, SCARD_AS_DIRECT, 0);

	if (err != CS_OK) {
		link->fault = first;
		return err;
	}
	err = GUARDED(link, "SCardReconnect",
		      scard_reconnect(link->card, link->share, link->protocols, SCARD_RESET, &link->fault));
	link->reset = err == CS_OK;
	return err;
}

static bool is_used(const struct scard_state *known)
{
	return known && known->event & (RSTATE_INUSE | RSTATE_EXCLUSIVE);
}

/* A direct connection is told to be raw, too, whatever the card speaks. */
static bool is_raw(const struct link *link)
{
	return link->share != SCARD_AS_DIRECT && scard_protocol(link->card) == SCARD_RAW;
}

static bool may_change_protocol(const struct link *link)
{
	const struct scard_state *known = known_state(link);

	return link->fault.rv == LINK_PROTO_MISMATCH && link->share != SCARD_AS_DIRECT && known &&
	       !is_used(known) && offers(link, known->atr, known->atr_len);
}

enum cs_err link_connect(struct link *link, const char *reader)
{
	enum cs_err err = link_use_reader(link, reader);

	link->reset = false;
	link->state = 0;
	if (err == CS_OK && known_state(link))
		link->state = known_state(link)->event & ~(uint32_t)RSTATE_CHANGED;
	if (err == CS_OK)
		err = link_service(link);
	if (err == CS_OK)
		err = connect_as(link, link->share, link->protocols);
	if (err == CS_E_PCSC && may_change_protocol(link))
		err = change_protocol(link);
	if (err != CS_OK)
		return err;
	link->raw = is_raw(link) && !is_used(known_state(link));
	return read_atr(link);
}

enum cs_err link_reconnect(struct link *link, enum scard_leave init)
{
	enum cs_err err =
		GUARDED(link, "SCardReconnect",
			scard_reconnect(link->card, link->share, link->protocols, init, &link->fault));

	if (err != CS_OK)
		return err;
	link->raw = is_raw(link);
	return read_atr(link);
}
