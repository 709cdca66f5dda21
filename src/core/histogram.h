/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_HISTOGRAM_H
#define CS_CORE_HISTOGRAM_H

#include <stdint.h>

/*
 * Counts whole numbers (microseconds, say) in memory of a fixed size. Values below 128 have a bucket each;
 * above, every octave has 64 buckets, so that a percentile is at most 1.6 % below the true value.
 */
#define HISTOGRAM_EXACT   128u
#define HISTOGRAM_HALF    64u
#define HISTOGRAM_BUCKETS (HISTOGRAM_EXACT + 25u * HISTOGRAM_HALF) /* up to UINT32_MAX */

struct histogram {
	uint64_t count;
	uint32_t min, max; /* exact; meaningless while @count is 0 */
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_init(struct histogram *h);
void histogram_add(struct histogram *h, uint32_t value);

/*
 * histogram_percentile - the value that @percent of all values do not exceed (nearest rank)
 * @percent: 0..100; 0 gives the smallest and 100 the largest value, exactly
 *
 * Return: the lowest value of the bucket, kept within min..max; 0 when nothing was added.
 */
uint32_t histogram_percentile(const struct histogram *h, unsigned percent);

#endif
