/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_STRESS_H
#define CS_CORE_STRESS_H

#include <stdbool.h>
#include <stdint.h>

/* What came of sending one command to one card again and again. */
struct stress_result {
	const char *reader; /* borrowed, untrusted bytes */
	uint64_t apdus;     /* commands that were answered, whatever the status word */
	uint64_t errors;    /* commands that were not */
	double seconds;     /* spent in this card's commands, errors included */
	double apdu_per_s;  /* @apdus / @seconds; 0 when there was none */
	bool has_latency;   /* @apdus is not 0: the latencies below are known */
	uint32_t min_us, p50_us, p95_us, p99_us, max_us;
};

#endif
