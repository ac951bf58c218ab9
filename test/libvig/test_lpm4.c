/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/lpm4.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define NONE UINT32_MAX
#define RULES 300

struct rule {
	uint64_t prefix, length;
	uint32_t value;
};

struct naive {
	struct rule rule[RULES];
	uint64_t rules;
};

static uint64_t
size_of(uint64_t length)
{
	return UINT64_C(1) << (32 - length);
}

static uint32_t
naive_find(const struct naive *naive, uint64_t address)
{
	const struct rule *best = NULL;

	for (const struct rule *rule = naive->rule; rule < naive->rule + naive->rules; rule++)
		if (address - address % size_of(rule->length) == rule->prefix && (best == NULL || rule->length > best->length))
			best = rule;
	return best == NULL ? NONE : best->value;
}

static struct rule *
naive_rule(struct naive *naive, uint64_t prefix, uint64_t length)
{
	for (struct rule *rule = naive->rule; rule < naive->rule + naive->rules; rule++)
		if (rule->prefix == prefix && rule->length == length)
			return rule;
	return NULL;
}

static uint32_t
found(const struct lpm4 *lpm, uint64_t address)
{
	uint32_t value = NONE, many, one = (uint32_t)address;
	bool some = lpm4_find(lpm, address, &value);

	assert_int_equal(some, value != NONE);
	lpm4_find_many(lpm, &one, 1, NONE, &many);
	assert_int_equal(many, value);
	return value;
}

static void
capacities_have_bounds(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	uint64_t bytes = counted.bytes;
	struct lpm4 *lpm;
	uint32_t value;

	(void)unused;
	assert_null(lpm4_new(vig, "routes", 0, 1));
	assert_null(lpm4_new(vig, "routes", LPM4_MAX_ROUTES + 1, 1));
	assert_null(lpm4_new(vig, "routes", UINT64_MAX, 1));
	assert_null(lpm4_new(vig, "routes", 1, LPM4_MAX_GROUPS + 1));
	assert_null(lpm4_new(vig, NULL, 1, 1));
	assert_int_equal(counted.bytes, bytes);
	lpm = lpm4_new(vig, "routes", 1, 0);
	assert_non_null(lpm);
	assert_string_equal(vig_kind(vig, 0), "lpm4");
	assert_null(lpm4_new(vig, "routes", 1, 0));
	assert_false(lpm4_find(lpm, 0, &value));
	assert_false(lpm4_add(lpm, 0, 32, 1)); /* no group */
	assert_true(lpm4_add(lpm, 0, 24, LPM4_MAX_VALUE));
	assert_false(lpm4_add(lpm, 256, 24, 1)); /* no room */
	assert_true(lpm4_add(lpm, 0, 24, 7));    /* not new */
	assert_int_equal(found(lpm, 255), 7);
	assert_int_equal(found(lpm, 256), NONE);
	assert_false(lpm4_delete(lpm, 0, 23));
	assert_true(lpm4_delete(lpm, 0, 24));
	assert_int_equal(found(lpm, 0), NONE);
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

		done = lpm4_new(vig, "routes", 5, 5) != NULL;
		assert_true(allowed < 9);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

/* Three longer routes in three blocks, of three groups: each given back is had again. */
static void
groups_are_given_back(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct lpm4 *lpm = lpm4_new(vig, "routes", 10, 3);
	struct vig_figures figures;

	(void)unused;
	assert_non_null(lpm);
	for (uint32_t i = 0; i < 3; i++)
		assert_true(lpm4_add(lpm, i * 256 + i, 32, i));
	for (uint32_t round = 3; round < 30; round++) {
		assert_false(lpm4_add(lpm, round * 256 + 9, 32, round));
		assert_true(lpm4_delete(lpm, (round - 3) * 256 + (round - 3), 32));
		assert_true(lpm4_add(lpm, round * 256 + round, 32, round));
		for (uint32_t i = 0; i <= round; i++)
			assert_int_equal(found(lpm, i * 256 + i), i + 2 >= round ? i : NONE);
	}
	vig_figures(vig, 0, 0, &figures);
	assert_int_equal(figures.live, 3);
	assert_int_equal(figures.capacity, 10);
	assert_int_equal(figures.refused, 27);
	vig_delete(vig);
}

/* Few blocks, so that routes lie in and beside each other; short ones, which cost 2^24 steps, are rare. */
static void
some_prefix(uint64_t *prefix, uint64_t *length)
{
	uint64_t address = random_below(2) << 31 | random_below(3) << 16 | random_below(4) << 8 | random_below(256);

	*length = random_below(5000) == 0 ? random_below(16) : 16 + random_below(17);
	*prefix = address - address % size_of(*length);
}

static void
change(struct lpm4 *lpm, struct naive *naive)
{
	uint64_t prefix, length;
	uint32_t value = (uint32_t)random_below(8) == 0 ? LPM4_MAX_VALUE : (uint32_t)random_below(100);
	struct rule *rule;

	some_prefix(&prefix, &length);
	rule = naive_rule(naive, prefix, length);
	if (random_below(2) == 0) {
		assert_int_equal(lpm4_delete(lpm, prefix, length), rule != NULL);
		if (rule != NULL)
			*rule = naive->rule[--naive->rules];
		return;
	}
	assert_int_equal(lpm4_add(lpm, prefix, length, value), rule != NULL || naive->rules < RULES);
	if (rule == NULL && naive->rules < RULES)
		naive->rule[naive->rules++] = (struct rule){ prefix, length, value };
	else if (rule != NULL)
		rule->value = value;
}

static void
random_calls_agree_with_a_list(void **unused)
{
	static struct naive naive;
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct lpm4 *lpm = lpm4_new(vig, "routes", RULES, 24);

	(void)unused;
	assert_non_null(lpm);
	for (uint64_t i = 0; i < 1000000; i++) {
		uint64_t address, length;

		if (i % 4 == 0) {
			change(lpm, &naive);
			continue;
		}
		some_prefix(&address, &length);
		address += random_below(size_of(length));
		assert_int_equal(found(lpm, address), naive_find(&naive, address));
	}
	vig_delete(vig);
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct counted counted;
	struct lpm4 *lpm = lpm4_new(counted_vig(&counted, UINT64_MAX), "routes", 1, 1);
	uint32_t value;

	switch (what) {
	case 0: lpm4_add(lpm, 1, 31, 0); break;
	case 1: lpm4_add(lpm, 0, 33, 0); break;
	case 2: lpm4_add(lpm, UINT64_C(1) << 32, 32, 0); break;
	case 3: lpm4_add(lpm, 0, 32, LPM4_MAX_VALUE + 1); break;
	case 4: lpm4_delete(lpm, 1, 31); break;
	case 5: lpm4_find(lpm, UINT64_C(1) << 32, &value); break;
	default: lpm4_add(lpm, 2, 31, 0);
	}
}

static void
misuse_breaks_off(void **unused)
{
	(void)unused;
	for (int what = 0; what < 6; what++)
		assert_true(breaks_off(do_misuse, what));
	assert_false(breaks_off(do_misuse, 6));
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capacities_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(groups_are_given_back),
		cmocka_unit_test(random_calls_agree_with_a_list),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
