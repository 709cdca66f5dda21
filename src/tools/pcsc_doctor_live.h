/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_LIVE_H
#define CS_TOOLS_PCSC_DOCTOR_LIVE_H

#include <stdbool.h>

#include "core/err.h"
#include "diag/live.h"
#include "diag/pool.h"

#define LIVE_LIMIT_MS   3000
#define LIVE_CONNECT_MS 3000

struct live_options {
	bool connect;   /* also SCardConnect to each card, which powers it up */
	int limit_ms;   /* for context, list and states together */
	int connect_ms; /* for each SCardConnect, and four times that for all of them */
};

/*
 * live_collect - make the PC/SC calls in children of this process and tell what they answered
 * A call that does not return in time takes its child with it, nothing else. "Access denied" and "Service not
 * available" are asked again twice, 100 ms apart. Cards are left as they are (SCARD_LEAVE_CARD). To be called
 * while the process has one thread.
 *
 * @out: overwritten; what was not come to is LIVE_NOT_TRIED
 * Return: CS_OK, whatever PC/SC answered; CS_E_NOMEM; CS_E_IO no child could be started. Memory: the pool's.
 */
CS_NODISCARD enum cs_err live_collect(struct live *out, struct pool *pool,
				      const struct live_options *options);

#endif
