/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_XFER_H
#define CS_PCSC_XFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/apdu.h"
#include "core/err.h"
#include "pcsc/scard.h"

/*
 * A command as its user means it, over the exchanges that it takes: GET RESPONSE after 61xx and 9Fxx, the
 * same command with the right Le after 6Cxx, command chaining. Without any of these a command is one
 * exchange and goes out as it is.
 */

#define XFER_ROUNDS_MAX 300 /* exchanges that a card may ask for: 65536 bytes by 256, and some */

struct xfer_options {
	bool get_response; /* 61xx, 9Fxx and 6Cxx are acted upon */
	size_t chain;      /* longest data field of a part, 1..255; 0: no chaining */
};

/* One real exchange. All pointers are borrowed until the callback returns. */
struct xfer_step {
	const uint8_t *command, *answer;
	size_t command_len;
	size_t answer_len; /* data and status word; with CS_E_FORMAT the byte that came, if any; else 0 */
	int64_t us;        /* how long it took */
	bool automatic;    /* the user did not write this command; nor did he the parts of a chain */
	enum cs_err err;   /* as of scard_transmit() */
	struct scard_fault fault; /* with CS_E_PCSC */
};

struct xfer_ops {
	/* one exchange, as of scard_transmit() */
	enum cs_err (*transmit)(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
				struct scard_fault *fault);
	/* told after each exchange, failed ones included; false: stop here */
	bool (*step)(void *data, const struct xfer_step *step);
	void *data;
};

/* The answer to the whole: the data of all rounds joined, and the last status word. */
struct xfer_answer {
	uint8_t bytes[APDU_ANSWER_MAX];
	size_t len;      /* 2 at least with CS_OK */
	unsigned rounds; /* exchanges made */
};

/*
 * xfer_run - carry out one command
 * The class byte of a GET RESPONSE is that of the command without its chaining bit; INS C0, P1 P2 00 00.
 * A part of a chain that is not answered 9000 ends it, and its answer is the answer.
 *
 * Return: CS_OK; CS_E_PCSC, CS_E_FORMAT, CS_E_ARG as of scard_transmit(); CS_E_CANCELLED step() said stop;
 *   CS_E_TOO_LONG the card goes on beyond XFER_ROUNDS_MAX or APDU_ANSWER_MAX, or sent 6Cxx twice for one
 *   command: @out holds what came until then.
 * Spec: ISO/IEC 7816-4:2005 5.1.1.1 chaining, 5.1.3 61xx and 6Cxx, 7.6.1 GET RESPONSE; 3GPP TS 51.011 9Fxx.
 */
CS_NODISCARD enum cs_err xfer_run(const struct xfer_ops *ops, const struct xfer_options *options,
				  const uint8_t *cmd, size_t cmd_len, struct xfer_answer *out,
				  struct scard_fault *fault);

#endif
