/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_LINK_H
#define CS_TOOLS_SCRIPTOR_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/script.h"
#include "pcsc/scard.h"
#include "pcsc/xfer.h"
#include "tools/scriptor_guard.h"

#define LINK_FEATURES_MAX 1536 /* bytes: 256 of them */
#define LINK_SLICE_MS     200  /* a wait is made of waits this short: SCardCancel may block */

/*
 * The way to the card: a PC/SC context, and the card connected through it. On the heap, with everything that
 * a PC/SC call may write to: when a call is abandoned the link is left to it and a new one is made.
 *
 * Every function that talks to PC/SC does so under the guard and returns CS_E_CANCELLED when the run is being
 * stopped; with CS_E_PCSC, @fault tells.
 */
struct link {
	struct guard *guard;
	struct scard *ctx;       /* NULL: not yet, or lost */
	struct scard_card *card; /* NULL: not connected */
	struct scard_fault fault;

	char *reader;           /* in use or used last, NULL: none yet */
	enum scard_share share; /* of the connection, made or to be made */
	unsigned protocols;     /* OR of enum scard_protocol, 0 with SCARD_AS_DIRECT */
	bool transaction;       /* begun and not ended */
	bool reset;             /* link_connect() had to reset the card */
	bool raw;               /* this connection made the card raw: nobody could connect to it afterwards */
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len;
	uint32_t state; /* of the reader when last looked at, with its event counter; 0: never */

	struct scard_names names;
	struct scard_state *states; /* of @names, as link_look_all() saw them */

	uint8_t features[LINK_FEATURES_MAX];
	size_t features_len;
	bool has_features; /* asked for on this connection */

	uint8_t command[SCRIPT_BYTES_MAX]; /* for link_transmit() */
	struct xfer_answer answer;
	uint8_t request[SCRIPT_BYTES_MAX]; /* for link_control() */
	uint8_t reply[SCARD_CTL_MAX + 2];  /* its answer; room for a status word that there is not */
};

/* Answers of PC/SC that mean more than a failure. */
#define LINK_UNKNOWN_READER UINT32_C(0x80100009)
#define LINK_NOT_TRANSACTED UINT32_C(0x80100016)
#define LINK_PROTO_MISMATCH UINT32_C(0x8010000F)
#define LINK_INVALID_VALUE  UINT32_C(0x80100011)
#define LINK_UNAVAILABLE    UINT32_C(0x80100017)
#define LINK_RESET_CARD     UINT32_C(0x80100068)
#define LINK_REMOVED_CARD   UINT32_C(0x80100069)
#define LINK_ACCESS_DENIED  UINT32_C(0x8010006A)
#define LINK_SERVICE_STATUS 3 /* exit status of those that mean: no service, or no reader */

/* What link_choose() found. */
enum link_choice {
	LINK_CHOSEN,
	LINK_NO_READER,
	LINK_NO_CARD,   /* in no reader, and none was named */
	LINK_SEVERAL,   /* readers hold a card, and none was named */
	LINK_UNKNOWN,   /* no reader fits the name */
	LINK_AMBIGUOUS, /* several do */
};

/*
 * link_choose - which reader to take; pure
 * @states: of the readers, in the same order
 * @want:   index, name or part of a name; NULL: the only reader that holds a card
 * @direct: no card is needed: the only reader there is will do
 * @index:  receives the reader with LINK_CHOSEN
 */
enum link_choice link_choose(const struct scard_names *names, const struct scard_state *states,
			     const char *want, bool direct, size_t *index);

/* link_new - without contact to anything; CS_E_NOMEM */
CS_NODISCARD enum cs_err link_new(struct link **out, struct guard *guard);

/* link_parting - how to leave the card that others can connect to it: one that was made raw is reset */
enum scard_leave link_parting(const struct link *link);

/* link_free - ends an open transaction and disconnects as link_parting() says; NULLs its argument */
void link_free(struct link **link);

/* link_look_all - the readers and their states into @names and @states, connecting to the service if needed
 */
CS_NODISCARD enum cs_err link_look_all(struct link *link);

/*
 * link_wait_all - a moment, less when a card comes or goes meanwhile; after link_look_all()
 * @left_ms: how long at most, -1: no limit
 */
CS_NODISCARD enum cs_err link_wait_all(struct link *link, int left_ms);

/* link_note_card - the reader to use is that of @states[@index], as is the ATR; CS_E_NOMEM */
CS_NODISCARD enum cs_err link_note_card(struct link *link, size_t index);

/*
 * link_connect - to @reader, with @share and @protocols, and read the ATR; CS_E_NOMEM too
 * When the card offers a protocol that is asked for, but was told to speak another one, and nobody uses it,
 * it is reset: link->reset.
 */
CS_NODISCARD enum cs_err link_connect(struct link *link, const char *reader);

/* link_reconnect - take the card up again, @init as of scard_reconnect(), and read the ATR */
CS_NODISCARD enum cs_err link_reconnect(struct link *link, enum scard_leave init);

/* link_disconnect - without effect when there is no connection */
CS_NODISCARD enum cs_err link_disconnect(struct link *link, enum scard_leave leave);

/* link_lose - the connection is of no use any more; @service: neither is the context */
CS_NODISCARD enum cs_err link_lose(struct link *link, bool service);

CS_NODISCARD enum cs_err link_begin(struct link *link);
CS_NODISCARD enum cs_err link_end(struct link *link, enum scard_leave leave);

/* link_transmit - as of struct xfer_ops; @data is the link */
CS_NODISCARD enum cs_err link_transmit(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
				       size_t *rsp_len, struct scard_fault *fault);

/* link_control - send @len bytes of link->request; @rsp_len receives those of link->reply */
CS_NODISCARD enum cs_err link_control(struct link *link, uint32_t code, size_t len, size_t *rsp_len);

/* link_features - the reader's answer to FEATURE_REQUEST into link->features; asked once for a connection */
CS_NODISCARD enum cs_err link_features(struct link *link);

/* link_attrib - the value is in link->reply */
CS_NODISCARD enum cs_err link_attrib(struct link *link, uint32_t id, size_t *len);

/* link_look - state of the reader in use, now, into link->state; its ATR into @atr */
CS_NODISCARD enum cs_err link_look(struct link *link);

/*
 * link_wait - until the state of the reader in use is no longer link->state, at most @ms (LINK_SLICE_MS for
 * an answer to Ctrl-C that is quick enough)
 * Return: CS_OK, link->state and link->atr are new; CS_E_TIMEOUT; CS_E_CANCELLED; CS_E_PCSC.
 */
CS_NODISCARD enum cs_err link_wait(struct link *link, uint32_t ms);

/* link_protocol - "T=0", "T=1", "raw", "direct"; NULL: not connected */
const char *link_protocol(const struct link *link);

#endif
