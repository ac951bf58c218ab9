/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/map.h"
#include "memory.h"
#include "random.h"

#define STATION(FIELD) FIELD(mac, address) FIELD(u8, port)
RECORD(station, STATION)
MAP(stations, station, 1)

/* The three instances behind one shape. */
struct instance {
	const char *kind;
	uint64_t words;
	void *(*new)(struct vig *, const char *, uint64_t);
	bool (*find)(void *, const uint64_t *, uint64_t *);
	bool (*put)(void *, const uint64_t *, uint64_t);
	bool (*erase)(void *, const uint64_t *);
	bool (*at)(void *, uint64_t, uint64_t *, uint64_t *);
	uint64_t (*cells)(void *);
};

#define INSTANCE_FUNCTIONS(K) \
	static void *new_##K(struct vig *v, const char *n, uint64_t c) { return map_k##K##_new(v, n, NULL, c); } \
	static bool find_##K(void *m, const uint64_t *k, uint64_t *v) { return map_k##K##_find(m, k, v); } \
	static bool put_##K(void *m, const uint64_t *k, uint64_t v) { return map_k##K##_put(m, k, v); } \
	static bool erase_##K(void *m, const uint64_t *k) { return map_k##K##_erase(m, k); } \
	static bool at_##K(void *m, uint64_t c, uint64_t *k, uint64_t *v) { return map_k##K##_at(m, c, k, v); } \
	static uint64_t cells_##K(void *m) { return ((struct map_k##K *)m)->cells; }
#define INSTANCE(K) { "map_k" #K, K, new_##K, find_##K, put_##K, erase_##K, at_##K, cells_##K }

INSTANCE_FUNCTIONS(1)
INSTANCE_FUNCTIONS(2)
INSTANCE_FUNCTIONS(5)
static const struct instance instances[] = { INSTANCE(1), INSTANCE(2), INSTANCE(5) };

static void
capacities_have_bounds(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		const struct instance *of = &instances[i];
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		uint64_t bytes = counted.bytes, key[5] = { 1, 2, 3, 4, 5 }, other[5] = { 0 }, value = 9;
		struct vig_figures figures;
		void *map;

		assert_null(of->new(vig, "map", 0));
		assert_null(of->new(vig, "map", MAP_MAX_CAPACITY + 1));
		assert_null(of->new(vig, "map", UINT64_MAX));
		assert_null(of->new(vig, NULL, 1));
		assert_int_equal(counted.bytes, bytes);
		map = of->new(vig, "map", 1);
		assert_non_null(map);
		assert_null(of->new(vig, "map", 1));
		assert_string_equal(vig_kind(vig, 0), of->kind);
		assert_false(of->find(map, key, &value));
		assert_false(of->erase(map, key));
		assert_int_equal(value, 9);
		assert_true(of->put(map, key, 10));
		assert_false(of->put(map, other, 11));
		assert_true(of->put(map, key, 12));
		assert_true(of->find(map, key, &value));
		assert_int_equal(value, 12);
		assert_false(of->find(map, other, &value));
		vig_figures(vig, 0, 0, &figures);
		assert_true(figures.live == 1 && figures.capacity == 1 && figures.refused == 1);
		assert_true(of->erase(map, key));
		assert_true(of->put(map, other, 11));
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
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

		done = map_k2_new(vig, "map", NULL, 5) != NULL;
		assert_true(allowed < 7);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

static void
the_largest_map_is_made(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, 2); /* the map itself, but not its cells */

	(void)unused;
	assert_null(map_k1_new(vig, "map", NULL, MAP_MAX_CAPACITY));
	assert_int_equal(counted.asked, 3);
	vig_delete(vig);
}

static void
typed_maps_zero_the_padding(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct map_k1 *map = stations_new(vig, "stations", 4);
	struct station a, b;
	uint64_t value;

	(void)unused;
	memset(&a, 0xff, sizeof a);
	memset(&b, 0, sizeof b);
	memset(&a.address, 3, sizeof a.address);
	memset(&b.address, 3, sizeof b.address);
	a.port = b.port = 4;
	assert_true(stations_put(map, &a, 42));
	assert_true(stations_find(map, &b, &value));
	assert_int_equal(value, 42);
	b.port = 5;
	assert_false(stations_find(map, &b, &value));
	assert_true(stations_erase(map, &a));
	assert_false(stations_erase(map, &a));
	vig_delete(vig);
}

struct known {
	bool there;
	uint64_t value;
};

static void
key_of(const struct instance *of, uint64_t number, uint64_t *key)
{
	for (uint64_t i = 0; i < of->words; i++)
		key[i] = i == number % of->words ? number : 0;
}

/* What `at` shows of all cells is what is known. */
static void
compare_cells(const struct instance *of, void *map, const struct known *known, uint64_t live)
{
	uint64_t key[5], value, seen = 0;

	for (uint64_t cell = 0; cell < of->cells(map); cell++) {
		uint64_t number = 0;

		if (!of->at(map, cell, key, &value))
			continue;
		for (uint64_t i = 0; i < of->words; i++)
			number |= key[i];
		assert_true(known[number].there);
		assert_int_equal(known[number].value, value);
		seen++;
	}
	assert_int_equal(seen, live);
	assert_false(of->at(map, of->cells(map), key, &value));
}

static void
agree(const struct instance *of, uint64_t capacity, uint64_t keys, uint64_t operations)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct known *known = calloc(keys, sizeof *known);
	void *map = of->new(vig, "map", capacity);
	uint64_t live = 0;

	for (uint64_t i = 0; i < operations; i++) {
		uint64_t number = random_below(keys), key[5], value = i;
		struct known *k = &known[number];

		key_of(of, number, key);
		switch (random_below(4)) {
		case 0:
			assert_int_equal(of->erase(map, key), k->there);
			live -= k->there;
			k->there = false;
			break;
		case 1:
			assert_int_equal(of->put(map, key, value), k->there || live < capacity);
			if (k->there || live < capacity) {
				live += !k->there;
				*k = (struct known){ true, value };
			}
			break;
		default:
			assert_int_equal(of->find(map, key, &value), k->there);
			assert_int_equal(value, k->there ? k->value : i);
		}
		if (i % (operations / 8) == 0)
			compare_cells(of, map, known, live);
	}
	free(known);
	vig_delete(vig);
}

static void
random_calls_agree_with_an_array(void **unused)
{
	static const uint64_t sizes[][2] = { { 1, 3 }, { 2, 5 }, { 7, 9 }, { 64, 150 }, { 1000, 1500 }, { 50000, 120000 } };

	(void)unused;
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
			agree(&instances[i], sizes[j][0], sizes[j][1], j == 5 ? 1000000 : 60000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capacities_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(the_largest_map_is_made),
		cmocka_unit_test(typed_maps_zero_the_padding),
		cmocka_unit_test(random_calls_agree_with_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
