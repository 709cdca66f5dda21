/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_ROSTER_PRIV_H
#define CS_PCSC_ROSTER_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/scard.h"

#define ROSTER_NO_ROW SIZE_MAX

/* A reader the monitor knows. */
struct roster_reader {
	char *name; /* owned */
	size_t slot;
	bool fresh;     /* not yet looked at by the caller of roster_update() */
	bool wanted;    /* the user asked for it; false: it only keeps its number */
	bool announced; /* its reader_added is out */
	bool aware;     /* @state is what this connection to the service reported */
	bool listed;    /* in the last list */
	bool card;      /* a card was reported and not yet its removal */
	uint32_t state; /* as reported, without CHANGED */
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len;
	size_t row; /* index in the wait at hand, or ROSTER_NO_ROW */
};

/* The readers in the order of their arrival. */
struct roster {
	struct roster_reader *v;
	size_t n, cap;
};

/*
 * roster_update - take over a list of readers
 * Readers are the same when name and occurrence of the name are: a service may have two of one name. New ones
 * are appended, fresh, with the lowest number that is free; those not in the list lose @listed only.
 * Return: CS_OK; CS_E_NOMEM, the roster is whole but the rest of the list is not in.
 */
CS_NODISCARD enum cs_err roster_update(struct roster *roster, const struct scard_names *names);

/* roster_drop - forget the readers that are not listed */
void roster_drop(struct roster *roster);

/* roster_release - forget all; safe on a zeroed struct */
void roster_release(struct roster *roster);

#endif
