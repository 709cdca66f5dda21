/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_LIVE_H
#define CS_DIAG_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the PC/SC calls answered, made in a child under a deadline by the tool (tools/pcsc_doctor_live.c):
 * they know no time limit. Here it is only data for the checks.
 */

enum live_outcome { LIVE_NOT_TRIED, LIVE_ANSWERED, LIVE_TIMED_OUT, LIVE_CRASHED };

struct live_call {
	enum live_outcome outcome;
	uint32_t rv;     /* when answered: 0 or the code */
	unsigned tries;  /* how often it was made before it was believed */
	unsigned denied; /* how many of these were answered Access denied */
	int64_t us;
};

struct live_reader {
	const char *name;         /* untrusted */
	uint32_t state;           /* event state with the counter in its upper half */
	const char *atr;          /* upper-case hex, "" for none */
	const char *card;         /* what a card list calls it; NULL: it is in none */
	struct live_call connect; /* shared, any protocol; tried with --connect only */
};

struct live {
	const char *library;         /* file that libpcsclite was loaded from */
	const char *library_version; /* "1.9.9"; NULL: not known, or not asked for */
	struct live_call establish, list, status;
	struct live_reader *reader; /* @n of them */
	size_t n;
	size_t listed;           /* entries of the card lists; 0: none was looked at */
	const char *listed_date; /* day of the newest of them; NULL: not known */
};

#endif
