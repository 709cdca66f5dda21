/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_CHECK_LIVE_H
#define CS_DIAG_CHECK_LIVE_H

#include <stdbool.h>

#include "core/rstate.h"
#include "diag/check_priv.h"
#include "diag/program.h"

/* What the checks of protocol, readers, sharing and cards have in common. */

#define RV_SHARING       UINT32_C(0x8010000B)
#define RV_NO_CARD       UINT32_C(0x8010000C)
#define RV_PROTOCOL      UINT32_C(0x8010000F)
#define RV_COMM          UINT32_C(0x80100013)
#define RV_NO_SERVICE    UINT32_C(0x8010001D)
#define RV_NO_READER     UINT32_C(0x8010002E)
#define RV_STOPPED       UINT32_C(0x8010001E)
#define RV_UNRESPONSIVE  UINT32_C(0x80100066)
#define RV_UNPOWERED     UINT32_C(0x80100067)
#define RV_REMOVED       UINT32_C(0x80100069)
#define RV_ACCESS_DENIED UINT32_C(0x8010006A)

/* live_worked, live_said - the call was answered with success, or with this code */
static inline bool live_worked(const struct facts *facts, const struct live_call *call)
{
	return facts->live_known && call->outcome == LIVE_ANSWERED && call->rv == 0;
}

static inline bool live_said(const struct facts *facts, const struct live_call *call, uint32_t rv)
{
	return facts->live_known && call->outcome == LIVE_ANSWERED && call->rv == rv;
}

static inline bool live_hung(const struct facts *facts, const struct live_call *call)
{
	return facts->live_known && call->outcome == LIVE_TIMED_OUT;
}

/* live_listed - the list of readers is known; it may be empty */
static inline bool live_listed(const struct facts *facts)
{
	return live_worked(facts, &facts->live.list) || live_said(facts, &facts->live.list, RV_NO_READER);
}

/* live_readers - number of readers listed; 0 when the list is not known */
static inline size_t live_readers(const struct facts *facts)
{
	return live_listed(facts) ? facts->live.n : 0;
}

/* live_reader_with - the first reader whose state has all of @bits; NULL */
static inline const struct live_reader *live_reader_with(const struct facts *facts, uint32_t bits)
{
	for (size_t i = 0; i < live_readers(facts); i++) {
		if ((facts->live.reader[i].state & bits) == bits)
			return &facts->live.reader[i];
	}
	return NULL;
}

/*
 * sharing_evidence - one line for each client, and how many there are whose process can not be told
 * sharing_remedies - how to make them let go, one for each program, @room at most
 */
void sharing_evidence(const struct facts *facts, struct verdict *v);
void sharing_remedies(const struct facts *facts, struct verdict *v, size_t room);

#endif
