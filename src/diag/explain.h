/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_EXPLAIN_H
#define CS_DIAG_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "diag/log.h"
#include "diag/pool.h"

/* Explains a code, a status word or a message of PC/SC, or of a program on top of it. */

/* A PC/SC code as the tools word it (pcsc/scard_err.def); handed in, for the doctor does not see that layer.
 */
struct explain_code {
	uint32_t value;
	const char *symbol;   /* "SCARD_E_NO_SERVICE" */
	const char *sentence; /* "PC/SC service not available" */
	const char *cause;    /* likely cause; NULL: not told */
};

enum explain_kind {
	EXPLAIN_CODE,        /* a PC/SC code, by number, symbol or message */
	EXPLAIN_STATUS_WORD, /* SW1 SW2 of a card */
	EXPLAIN_MESSAGE,     /* something else that a program says */
	EXPLAIN_LOG,         /* a line of a log; see log.h */
};

/* A reason why one sees it, the likeliest first. */
struct explain_cause {
	const char *kase;  /* row of the doctor's table: "D17"; NULL */
	const char *cause; /* one sentence, safe for a terminal */
	const char *check; /* what to look at or do; "" */
};

#define EXPLAIN_CAUSES_MAX 12

struct explain_answer {
	enum explain_kind kind;
	const char *name; /* "SCARD_E_NO_SERVICE", "6982", "LIBUSB_ERROR_BUSY", "D28" or "log line" for a line
			     of a log */
	uint32_t value;   /* code or status word; 0 for the other kinds */
	const char *source;  /* who says it: "PC/SC", "card", "libusb", "GnuPG", ... */
	const char *meaning; /* one sentence, safe for a terminal */
	struct explain_cause cause[EXPLAIN_CAUSES_MAX];
	size_t n_causes;
	unsigned score; /* 1..100: how well it fits; 100 is certain */
};

#define EXPLAIN_ANSWERS_MAX 6
#define EXPLAIN_TEXT_MAX    4096 /* bytes of the text that are looked at */

struct explain_answers {
	struct explain_answer answer[EXPLAIN_ANSWERS_MAX]; /* @n, the best fit first; texts are the pool's or
							      static */
	size_t n;
};

/*
 * explain - what a code or message means
 * @text:  @len bytes as a user pastes them: "0x8010006A", "-2146434966", "SW 6982", "Access denied.",
 *   a whole line of a log or of a program's output; letter case and blanks do not matter
 * @codes: @n_codes rows, borrowed
 *
 * Return: CS_OK; CS_E_EMPTY nothing but blanks; CS_E_NOT_FOUND nothing known fits; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err explain(struct explain_answers *out, struct pool *pool, const char *text, size_t len,
				 const struct explain_code *codes, size_t n_codes);

#endif
