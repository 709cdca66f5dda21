/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_ASK_H
#define CS_TOOLS_PCSC_DOCTOR_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "pcsc/scard.h"

/* What the child of pcsc_doctor_live.c does: PC/SC calls, each told to its parent before and after. */

enum ask_call { ASK_ESTABLISH, ASK_LIST, ASK_STATUS, ASK_CONNECT };
enum ask_kind { ASK_BEGUN, ASK_ENDED, ASK_READER };

/* One message; small enough for a pipe to take it as a whole. */
struct ask_news {
	enum ask_kind kind;
	enum ask_call call;     /* ASK_BEGUN, ASK_ENDED */
	uint32_t rv;            /* ASK_ENDED, as the next three */
	unsigned tries, denied; /* see diag/live.h */
	int64_t us;
	char name[SCARD_READER_MAX]; /* ASK_READER: one reader, in the order of the list; as the next three */
	uint32_t state;
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len;
};

#define ASK_ROOM 16 /* readers per SCardGetStatusChange: more than pcsc-lite 1.9 knows are refused */

/* ask_readers - context, list, states; then an ASK_READER for each */
void ask_readers(int fd);

/* ask_connect - context, then SCardConnect to one reader, and off it again */
void ask_connect(int fd, const char *reader);

#endif
