/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_STRESS_RUN_H
#define CS_TOOLS_PCSC_SCAN_STRESS_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/histogram.h"
#include "pcsc/job.h"
#include "pcsc/scard.h"
#include "tools/pcsc_scan_options.h"

/* One card. */
struct target {
	const char *reader;
	struct scard_card *card;
	bool lost;                  /* there is no connecting to it (any more) */
	struct scard_fault refusal; /* of that connection */
	enum cs_err err;            /* of the last command that failed */
	struct scard_fault fault;   /* with CS_E_PCSC */
	uint64_t apdus, errors, spent_ns;
	struct histogram latency; /* us */
};

/*
 * The job's thread uses it until it has ended, then the main thread; @stop belongs to both, @sending to the
 * main thread.
 */
struct stress {
	const struct scan_options *options;
	atomic_bool stop;
	bool sending; /* it has found a card, or has ended */
	struct scard *ctx;
	struct scard_names names;
	struct target *target;
	size_t ntargets, nreaders;
	struct scard_fault fault;
	enum cs_err err;
	struct job job;
};

/*
 * stress_run, stress_stop - the job: connects to every card and sends SELECT MF to each by turns
 * It tells the main thread once when it begins to send.
 * A card that fails is reset and connected to again; it is left alone when that fails too. @data is the
 * struct stress, zeroed but for @options and the initialised @stop.
 */
void stress_run(void *data);
void stress_stop(void *data);

#endif
