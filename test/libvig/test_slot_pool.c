/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/slot_pool.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

static void
capacities_have_bounds(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	uint64_t bytes = counted.bytes, last = 3;
	struct vig_figures figures;
	struct slot_pool *p;
	uint32_t slot = 7;

	(void)unused;
	assert_null(slot_pool_new(vig, "pool", 0));
	assert_null(slot_pool_new(vig, "pool", SLOT_POOL_MAX_CAPACITY + 1));
	assert_null(slot_pool_new(vig, "pool", UINT64_MAX));
	assert_null(slot_pool_new(vig, NULL, 1));
	assert_int_equal(counted.bytes, bytes);
	p = slot_pool_new(vig, "pool", 1);
	assert_non_null(p);
	assert_null(slot_pool_new(vig, "pool", 1));
	assert_string_equal(vig_kind(vig, 0), "slot_pool");
	assert_false(slot_pool_expire(p, UINT64_MAX, &slot));
	assert_false(slot_pool_use(p, 0, 5));
	assert_false(slot_pool_give(p, 0));
	assert_false(slot_pool_find(p, 0, &last));
	assert_true(slot == 7 && last == 3);
	assert_true(slot_pool_take(p, 5, &slot));
	assert_int_equal(slot, 0);
	assert_false(slot_pool_take(p, 5, &slot));
	assert_false(slot_pool_expire(p, 5, &slot));
	vig_figures(vig, 0, 0, &figures);
	assert_true(figures.live == 1 && figures.capacity == 1 && figures.refused == 1);
	assert_true(slot_pool_expire(p, 6, &slot));
	assert_true(slot_pool_take(p, 6, &slot));
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

		done = slot_pool_new(vig, "pool", 5) != NULL;
		assert_true(allowed < 6);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

struct known {
	bool lent;
	uint64_t last, use;
};

/* The oldest by looking at all: capacity: none is lent. */
static uint64_t
naive_oldest(const struct known *known, uint64_t capacity)
{
	uint64_t best = capacity;

	for (uint64_t i = 0; i < capacity; i++)
		if (known[i].lent && (best == capacity || known[i].use < known[best].use))
			best = i;
	return best;
}

static void
step(struct slot_pool *p, struct known *known, uint64_t capacity, uint64_t *live, uint64_t now, uint64_t use)
{
	uint64_t i = random_below(capacity), last = 1, oldest, before;
	uint32_t slot = UINT32_MAX;

	switch (random_below(6)) {
	case 0:
	case 1:
		assert_int_equal(slot_pool_take(p, now, &slot), *live < capacity);
		if (slot == UINT32_MAX)
			return;
		assert_true(slot < capacity && !known[slot].lent);
		known[slot] = (struct known){ true, now, use };
		++*live;
		return;
	case 2:
		assert_int_equal(slot_pool_use(p, i, now), known[i].lent);
		if (known[i].lent)
			known[i] = (struct known){ true, now, use };
		return;
	case 3:
		assert_int_equal(slot_pool_give(p, i), known[i].lent);
		*live -= known[i].lent;
		known[i].lent = false;
		return;
	case 4:
		oldest = naive_oldest(known, capacity);
		before = now - random_below(40);
		if (oldest == capacity || known[oldest].last >= before) {
			assert_false(slot_pool_expire(p, before, &slot));
			return;
		}
		assert_true(slot_pool_expire(p, before, &slot));
		assert_int_equal(slot, oldest);
		known[oldest].lent = false;
		--*live;
		return;
	default:
		assert_int_equal(slot_pool_find(p, i, &last), known[i].lent);
		assert_int_equal(last, known[i].lent ? known[i].last : 1);
	}
}

static void
random_calls_agree_with_an_array(void **unused)
{
	static const uint64_t capacities[] = { 1, 2, 3, 8, 33 };

	(void)unused;
	for (size_t c = 0; c < sizeof capacities / sizeof capacities[0]; c++) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		struct slot_pool *p = slot_pool_new(vig, "pool", capacities[c]);
		struct known known[33] = { 0 };
		uint64_t live = 0, now = 100;

		for (uint64_t i = 0; i < 250000; i++) {
			now += random_below(3) == 0 ? random_below(5) : 0;
			step(p, known, capacities[c], &live, now, i);
		}
		vig_delete(vig);
	}
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct counted counted;
	struct slot_pool *p = slot_pool_new(counted_vig(&counted, UINT64_MAX), "pool", 2);
	uint32_t slot;
	uint64_t last;

	slot_pool_take(p, 10, &slot);
	switch (what) {
	case 0: slot_pool_take(p, 9, &slot); break;
	case 1: slot_pool_use(p, slot, 9); break;
	case 2: slot_pool_use(p, 2, 10); break;
	case 3: slot_pool_give(p, 2); break;
	case 4: slot_pool_find(p, 2, &last); break;
	default: slot_pool_use(p, slot, 10);
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
		cmocka_unit_test(capacities_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(random_calls_agree_with_an_array),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
