/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/sketch.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define KEYS 5000u
#define AGE 1000u

static void
sizes_have_bounds(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	uint64_t bytes = counted.bytes, key[2] = { 3, 0 };
	struct vig_figures figures;
	struct sketch *s;

	(void)unused;
	assert_null(sketch_new(vig, "sketch", 0, AGE));
	assert_null(sketch_new(vig, "sketch", SKETCH_MAX_WIDTH + 1, AGE));
	assert_null(sketch_new(vig, "sketch", UINT64_MAX, AGE));
	assert_null(sketch_new(vig, "sketch", 1, 0));
	assert_null(sketch_new(vig, NULL, 1, AGE));
	assert_int_equal(counted.bytes, bytes);
	s = sketch_new(vig, "sketch", 1, AGE);
	assert_non_null(s);
	assert_null(sketch_new(vig, "sketch", 1, AGE));
	assert_string_equal(vig_kind(vig, 0), "sketch");
	assert_int_equal(sketch_estimate(s, key, 1, 0), 0);
	assert_int_equal(sketch_add(s, key, 1, 0, 5), 5);
	assert_int_equal(sketch_add(s, key, 2, 0, 6), 11); /* one cell: all keys meet */
	vig_figures(vig, 0, 0, &figures);
	assert_true(figures.live == SKETCH_ROWS && figures.capacity == SKETCH_ROWS);
	vig_figures(vig, 0, 2 * AGE, &figures);
	assert_int_equal(figures.live, 0);
	vig_delete(vig);
	assert_int_equal(counted.blocks, 0);
}

static void
nothing_leaks_when_memory_is_short(void **unused)
{
	bool done = false;

	(void)unused;
	for (uint64_t allowed = 1; !done; allowed++) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, allowed);
		uint64_t bytes = counted.bytes;

		done = sketch_new(vig, "sketch", 5, AGE) != NULL;
		assert_true(allowed < 6);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

static void
cells_stop_at_their_highest(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct sketch *s = sketch_new(vig, "sketch", 64, AGE);
	const uint64_t key[1] = { 1 };

	(void)unused;
	assert_int_equal(sketch_add(s, key, 1, 0, UINT64_MAX), UINT32_MAX);
	assert_int_equal(sketch_add(s, key, 1, 0, 1), UINT32_MAX);
	assert_int_equal(sketch_add(s, key, 1, AGE, UINT32_MAX), 2 * (uint64_t)UINT32_MAX);
	assert_int_equal(sketch_estimate(s, key, 1, 2 * AGE), UINT32_MAX);
	assert_int_equal(sketch_estimate(s, key, 1, 3 * AGE), 0);
	vig_delete(vig);
}

/* Beside exact counts: never too low, and too high by over 2 / width of the total for few keys only. */
static void
random_calls_agree_with_exact_counts(void **unused)
{
	static uint64_t exact[KEYS][2];
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct sketch *s = sketch_new(vig, "sketch", 1024, AGE);
	uint64_t total[2] = { 0 }, now = 0, asked = 0, high = 0;

	(void)unused;
	for (uint64_t i = 0; i < 1000000; i++) {
		uint64_t number = random_below(KEYS), key[5] = { number, 0, number * 7, 1, number }, words = 1 + number % 5;
		uint64_t passed = random_below(20000) == 0 ? random_below(3 * AGE) : 0, told, sum, amount;

		for (uint64_t age = now / AGE; age < (now + passed) / AGE; age++) {
			for (uint64_t k = 0; k < KEYS; k++)
				exact[k][1] = exact[k][0], exact[k][0] = 0;
			total[1] = total[0], total[0] = 0;
		}
		now += passed;
		amount = random_below(3) == 0 ? random_below(100) : 0;
		exact[number][0] += amount;
		total[0] += amount;
		told = amount > 0 ? sketch_add(s, key, words, now, amount) : sketch_estimate(s, key, words, now);
		sum = exact[number][0] + exact[number][1];
		assert_true(told >= sum);
		assert_true(told <= total[0] + total[1]);
		asked++;
		high += told > sum + 2 * (total[0] + total[1]) / 1024;
	}
	print_message("%.2f %% of the estimates over the bound\n", 100.0 * (double)high / (double)asked);
	assert_true(high * 12 < asked);
	vig_delete(vig);
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct counted counted;
	struct sketch *s = sketch_new(counted_vig(&counted, UINT64_MAX), "sketch", 4, AGE);
	const uint64_t key[6] = { 0 };

	sketch_add(s, key, 1, 5 * AGE, 1);
	switch (what) {
	case 0: sketch_add(s, key, 0, 5 * AGE, 1); break;
	case 1: sketch_add(s, key, 6, 5 * AGE, 1); break;
	case 2: sketch_add(s, key, 1, 4 * AGE, 1); break;
	case 3: sketch_estimate(s, key, 6, 5 * AGE); break;
	case 4: sketch_estimate(s, key, 1, 4 * AGE); break;
	default: sketch_estimate(s, key, 5, 5 * AGE);
	}
}

static void
misuse_breaks_off(void **unused)
{
	(void)unused;
	for (int what = 0; what < 5; what++)
		assert_true(breaks_off(do_misuse, what));
	assert_false(breaks_off(do_misuse, 5));
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(cells_stop_at_their_highest),
		cmocka_unit_test(random_calls_agree_with_exact_counts),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
