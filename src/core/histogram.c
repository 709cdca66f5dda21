/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/histogram.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define EXACT_BITS 7u /* HISTOGRAM_EXACT is 2 to this power */

static unsigned top_bit(uint32_t value)
{
	unsigned bit = 0;

	while (value >>= 1)
		bit++;
	return bit;
}

static size_t bucket_of(uint32_t value)
{
	unsigned octave;

	if (value < HISTOGRAM_EXACT)
		return value;
	octave = top_bit(value) - EXACT_BITS;
	return HISTOGRAM_EXACT + octave * HISTOGRAM_HALF + ((value >> (octave + 1)) - HISTOGRAM_HALF);
}

static uint32_t lowest_of(size_t bucket)
{
	size_t above = bucket - HISTOGRAM_EXACT;

	if (bucket < HISTOGRAM_EXACT)
		return (uint32_t)bucket;
	return (uint32_t)(above % HISTOGRAM_HALF + HISTOGRAM_HALF) << (above / HISTOGRAM_HALF + 1);
}

void histogram_init(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT32_MAX;
}

void histogram_add(struct histogram *h, uint32_t value)
{
	h->bucket[bucket_of(value)]++;
	h->count++;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
}

uint32_t histogram_percentile(const struct histogram *h, unsigned percent)
{
	uint64_t rank, seen = 0;
	size_t i = 0;

	assert(percent <= 100);
	if (!h->count || percent == 100)
		return h->count ? h->max : 0;
	rank = h->count / 100 * percent + (h->count % 100 * percent + 99) / 100;
	for (; i < HISTOGRAM_BUCKETS - 1; i++) {
		seen += h->bucket[i];
		if (seen >= rank && seen)
			break;
	}
	return lowest_of(i) > h->min ? lowest_of(i) : h->min;
}
