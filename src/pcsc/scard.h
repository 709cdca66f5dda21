/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_SCARD_H
#define CS_PCSC_SCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * The PC/SC API, narrowed to what the tools need. Only scard.c includes <winscard.h>.
 * Every function that can fail fills a struct scard_fault and returns CS_E_PCSC when a PC/SC call failed.
 */

/* The PC/SC call that failed, and its answer as it came. */
struct scard_fault {
	const char *call; /* "SCardConnect"; static storage */
	uint32_t rv;      /* 0x8010000B, ... */
};

/* One row of scard_err.def. */
struct scard_error {
	uint32_t value;
	const char *symbol;   /* "SCARD_E_SHARING_VIOLATION" */
	const char *sentence; /* what it says: no capital, no full stop */
	const char *cause;    /* likely cause on pcsc-lite, one sentence */
	int exit_status;      /* 3 no service or reader, 4 access denied, 5 card or communication */
};

/* scard_error_get - the row for a code; a general row for codes nobody knows (its value is 0). Static
 * storage. */
const struct scard_error *scard_error_get(uint32_t rv);

/* scard_error_at - the @i-th row; NULL past the end */
const struct scard_error *scard_error_at(size_t i);

#define SCARD_READER_MAX 128 /* bytes of a reader name with its NUL; pcsc-lite MAX_READERNAME */
#define SCARD_ATR_MAX    33

/* A context: one connection to the PC/SC service. Not to be used by two threads, but for scard_cancel(). */
struct scard;

/* A connected card. */
struct scard_card;

/*
 * scard_new - connect to the PC/SC service
 * "Access denied" and "Service not available" can come from a race of the daemon: both are tried again
 * SCARD_RETRIES times, within a second, before they are believed.
 *
 * Return: CS_OK; CS_E_PCSC; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err scard_new(struct scard **out, struct scard_fault *fault);

/* How scard_new() tries again; for callers that must be able to stop in between. */
#define SCARD_RETRIES 5

/*
 * scard_retry_ms - how long to wait before try @i (from 0): 20..169 ms
 * Differs from process to process, for those that got into each other's way would do so again.
 */
unsigned scard_retry_ms(unsigned i);

/* scard_new_once - scard_new() without trying again */
CS_NODISCARD enum cs_err scard_new_once(struct scard **out, struct scard_fault *fault);

/* scard_may_be_race - whether an answer of SCardEstablishContext is worth another try */
bool scard_may_be_race(uint32_t rv);

/* scard_free - release the context; NULL-safe, NULLs its argument */
void scard_free(struct scard **ctx);

/* Names of readers in the order of PC/SC. */
struct scard_names {
	char **name; /* @n strings, bytes as PC/SC gave them, not necessarily UTF-8 */
	size_t n;
};

/*
 * scard_names_get - list the readers; none is not an error (n = 0)
 * A list that grows between the two calls is read again.
 * Return: CS_OK; CS_E_PCSC; CS_E_NOMEM. Memory: release with scard_names_release(), safe on a zeroed struct.
 */
CS_NODISCARD enum cs_err scard_names_get(struct scard *ctx, struct scard_names *out,
					 struct scard_fault *fault);
void scard_names_release(struct scard_names *names);

/* The pseudo reader whose state changes when readers come and go. */
extern const char scard_pnp_name[];

/* One row of SCardGetStatusChange. States keep the event counter in their upper 16 bits. */
struct scard_state {
	const char *reader; /* borrowed */
	uint32_t current;   /* what the caller knows: in */
	uint32_t event;     /* what is: out, as delivered, CHANGED bit included */
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len; /* at most SCARD_ATR_MAX whatever PC/SC says */
};

#define SCARD_WAIT_FOREVER UINT32_MAX

/*
 * scard_wait - block until a state differs from what the caller knows
 * @timeout_ms: SCARD_WAIT_FOREVER for no limit, 0 to look only
 * Return: CS_OK; CS_E_TIMEOUT; CS_E_CANCELLED by scard_cancel(); CS_E_PCSC (unknown reader included);
 * CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err scard_wait(struct scard *ctx, struct scard_state *states, size_t n,
				    uint32_t timeout_ms, struct scard_fault *fault);

/* scard_cancel - end a scard_wait() that another thread is in; without effect when there is none */
void scard_cancel(struct scard *ctx);

/* scard_pnp_works - whether the service reports readers coming and going; call after scard_names_get() */
bool scard_pnp_works(struct scard *ctx);

enum scard_share { SCARD_AS_SHARED, SCARD_AS_EXCLUSIVE, SCARD_AS_DIRECT };
enum scard_leave { SCARD_LEAVE, SCARD_RESET, SCARD_UNPOWER, SCARD_EJECT };
enum scard_protocol { SCARD_T0 = 1, SCARD_T1 = 2, SCARD_RAW = 4 };

/*
 * scard_connect - connect to the card in a reader
 * @protocols: OR of enum scard_protocol; 0 only with SCARD_AS_DIRECT
 * Return: CS_OK; CS_E_PCSC; CS_E_NOMEM. Memory: release with scard_disconnect(). @ctx must outlive @out.
 */
CS_NODISCARD enum cs_err scard_connect(struct scard *ctx, const char *reader, enum scard_share share,
				       unsigned protocols, struct scard_card **out,
				       struct scard_fault *fault);

/* scard_protocol - protocol in use, 0 for none */
unsigned scard_protocol(const struct scard_card *card);

/*
 * scard_reconnect - take the card up again after a reset by somebody else or a swap, or reset it
 * @init: SCARD_LEAVE keeps its state, SCARD_RESET is a warm reset, SCARD_UNPOWER a cold one
 * Return: CS_OK; CS_E_PCSC, @card stays to be disconnected.
 */
CS_NODISCARD enum cs_err scard_reconnect(struct scard_card *card, enum scard_share share, unsigned protocols,
					 enum scard_leave init, struct scard_fault *fault);

/*
 * scard_atr - ATR of the card by SCardStatus
 * @len: receives 0..SCARD_ATR_MAX whatever PC/SC says
 * Return: CS_OK; CS_E_PCSC.
 */
CS_NODISCARD enum cs_err scard_atr(struct scard_card *card, uint8_t atr[SCARD_ATR_MAX], size_t *len,
				   struct scard_fault *fault);

/* scard_begin, scard_end - a transaction; the first blocks as long as another one holds the card */
CS_NODISCARD enum cs_err scard_begin(struct scard_card *card, struct scard_fault *fault);
CS_NODISCARD enum cs_err scard_end(struct scard_card *card, enum scard_leave leave,
				   struct scard_fault *fault);

/*
 * scard_control - a command to the reader driver
 * @code:    as the driver knows it; scard_ctl_code() makes it from the number in a manual
 * @rsp_len: in: room in @rsp, out: bytes received, which may be none
 * Return: CS_OK; CS_E_PCSC.
 */
CS_NODISCARD enum cs_err scard_control(struct scard_card *card, uint32_t code, const uint8_t *cmd,
				       size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
				       struct scard_fault *fault);

/* scard_ctl_code - SCARD_CTL_CODE(@number), which differs between systems; 3400 asks for the features */
uint32_t scard_ctl_code(unsigned number);

#define SCARD_CTL_MAX  65536 /* bytes of a control command or its answer */
#define SCARD_ATTR_MAX 264   /* bytes of an attribute: pcsc-lite refuses more room */

/* scard_attrib - one attribute of the reader; @len: in: room, at most SCARD_ATTR_MAX, out: bytes received */
CS_NODISCARD enum cs_err scard_attrib(struct scard_card *card, uint32_t id, uint8_t *value, size_t *len,
				      struct scard_fault *fault);

/*
 * scard_transmit - one APDU, as it is
 * @rsp_len: in: room in @rsp, out: bytes received
 * Return: CS_OK; CS_E_PCSC; CS_E_FORMAT a success with fewer than two bytes (the card went away in mid-APDU);
 *   CS_E_ARG @cmd_len is below 4.
 */
CS_NODISCARD enum cs_err scard_transmit(struct scard_card *card, const uint8_t *cmd, size_t cmd_len,
					uint8_t *rsp, size_t *rsp_len, struct scard_fault *fault);

/* scard_disconnect - NULL-safe; NULLs its argument; the card is gone for us whatever the service answers */
void scard_disconnect(struct scard_card **card, enum scard_leave leave);

#endif
