/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/histogram.h"

static struct histogram h;

static void fill(uint32_t first, uint32_t last)
{
	histogram_init(&h);
	for (uint32_t v = first; v <= last; v++)
		histogram_add(&h, v);
}

static void nothing_added(void **state)
{
	(void)state;
	histogram_init(&h);
	assert_int_equal(h.count, 0);
	assert_int_equal(histogram_percentile(&h, 0), 0);
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), 0);
}

static void one_value_is_every_percentile(void **state)
{
	static const uint32_t values[] = {0, 1, 127, 128, 129, 255, 256, 1000001, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		histogram_init(&h);
		histogram_add(&h, values[i]);
		assert_int_equal(histogram_percentile(&h, 0), values[i]);
		assert_int_equal(histogram_percentile(&h, 50), values[i]);
		assert_int_equal(histogram_percentile(&h, 100), values[i]);
	}
}

static void small_values_are_exact(void **state)
{
	(void)state;
	fill(1, 100);
	for (unsigned p = 1; p <= 100; p++)
		assert_int_equal(histogram_percentile(&h, p), p);
	assert_int_equal(histogram_percentile(&h, 0), 1);
}

static void nearest_rank_of_few_values(void **state)
{
	(void)state;
	fill(1, 5);
	assert_int_equal(histogram_percentile(&h, 20), 1);
	assert_int_equal(histogram_percentile(&h, 21), 2);
	assert_int_equal(histogram_percentile(&h, 50), 3);
	assert_int_equal(histogram_percentile(&h, 99), 5);
}

static void large_values_within_the_resolution(void **state)
{
	(void)state;
	fill(1, 200000);
	for (unsigned p = 1; p < 100; p++) {
		uint32_t want = 2000 * p, got = histogram_percentile(&h, p);

		assert_true(got <= want);
		assert_true(want - got <= want / 64);
	}
	assert_int_equal(h.min, 1);
	assert_int_equal(h.max, 200000);
}

static void every_octave_has_its_buckets(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		uint32_t low = 1u << bit, high = low | (low - 1);

		histogram_init(&h);
		histogram_add(&h, 0);
		histogram_add(&h, low);
		histogram_add(&h, high);
		assert_int_equal(histogram_percentile(&h, 50), low);
		assert_true(histogram_percentile(&h, 99) >= high - high / 64);
		assert_true(histogram_percentile(&h, 99) <= high);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_added),
		cmocka_unit_test(one_value_is_every_percentile),
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(nearest_rank_of_few_values),
		cmocka_unit_test(large_values_within_the_resolution),
		cmocka_unit_test(every_octave_has_its_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
