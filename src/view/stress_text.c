/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/stress_text.h"

#include <inttypes.h>

void stress_text_put(const struct term *t, const struct stress_result *result)
{
	term_put(t, TERM_PLAIN, "Stress card in reader: ");
	term_put_untrusted(t, TERM_NAME, result->reader);
	term_printf(t, TERM_PLAIN, "\n  APDUs: %" PRIu64 ", errors: ", result->apdus);
	term_printf(t, result->errors ? TERM_ERROR : TERM_PLAIN, "%" PRIu64, result->errors);
	term_printf(t, TERM_PLAIN, "\n  Total time: %.3f s, %.1f APDU/s\n", result->seconds,
		    result->apdu_per_s);
	if (result->has_latency)
		term_printf(t, TERM_PLAIN,
			    "  Latency in us: min %" PRIu32 ", p50 %" PRIu32 ", p95 %" PRIu32 ", p99 %" PRIu32
			    ", max %" PRIu32 "\n",
			    result->min_us, result->p50_us, result->p95_us, result->p99_us, result->max_us);
	else
		term_put(t, TERM_PLAIN, "  Latency: not known, no APDU was answered\n");
}
