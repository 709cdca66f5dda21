/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_FAKE_HANDLES_H
#define CS_TESTS_FAKE_HANDLES_H

#include "world.h"

/* What winscard.c (contexts) and card.c (cards) share. The lock is held, but for enter(). */

struct context {
	long handle;  /* 0: free */
	unsigned run; /* of the service */
	bool cancelled;
	bool asleep; /* over a mute card: deaf to SCardCancel */
	void *rows;  /* SCARD_READERSTATE; NULL: not in SCardGetStatusChange */
	unsigned long nrows;
	bool blocks;      /* the call at hand has a timeout above 0 */
	size_t had_there; /* readers at the start of the call */
	bool busy;        /* in a call of a card that takes its time */
	bool hangs;       /* ... and will not end by itself */
};

extern long handles; /* the last one given out */

/* enter - begin a call: lock, count, thaw, and the failure that the scenario has for it; leave - end it */
long enter(enum call call);
long leave(long rv);

void await_thaw(void);

/* is_dead - whether the service ended since the context was made */
bool is_dead(const struct context *context);

/* context_get - the context of a handle; ends the program when there is none, or it is in use */
struct context *context_get(enum call call, long handle);

/* cards_open, cards_of - how many cards are connected, in all and of one context; card.c */
size_t cards_open(void);
size_t cards_of(const struct context *context);

#endif
