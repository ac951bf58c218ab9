/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/maglev.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define SIZE 65537u
#define BACKENDS 100u

/* The paper's algorithm, word by word, for equal weights: entry[i] is the backend's number. */
static void
naive_fill(const struct maglev *m, uint32_t *entry)
{
	uint64_t *next = calloc(m->backends, sizeof *next);
	uint32_t filled = 0;

	for (uint32_t i = 0; i < m->size; i++)
		entry[i] = MAGLEV_NONE;
	while (filled < m->size)
		for (uint32_t b = 0; b < m->backends && filled < m->size; b++) {
			uint64_t c;

			if (m->turn[b].weight == 0)
				continue;
			do
				c = (m->turn[b].start + next[b]++ * m->turn[b].skip) % m->size;
			while (entry[c] != MAGLEV_NONE);
			entry[c] = b;
			filled++;
		}
	free(next);
}

static struct maglev *
some_backends(struct vig *vig, uint64_t size, uint64_t backends)
{
	struct maglev *m = maglev_new(vig, "table", backends, size);

	assert_non_null(m);
	for (uint64_t b = 0; b < backends; b++)
		maglev_set(m, b, maglev_hash(&b, 1), 1);
	return m;
}

static void
sizes_have_bounds(void **unused)
{
	static const uint64_t bad[][2] = { { 0, 7 }, { 1, 0 }, { 1, 1 }, { 1, 4 }, { 1, 65536 }, { 1, 65535 }, { 4, 3 },
		{ 1, MAGLEV_MAX_SIZE + 43 }, { MAGLEV_MAX_BACKENDS + 1, 1000003 }, { UINT64_MAX, 7 }, { 1, UINT64_MAX } };
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	uint64_t bytes = counted.bytes;
	struct vig_figures figures;
	uint32_t backend = 5;
	struct maglev *m;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_null(maglev_new(vig, "table", bad[i][0], bad[i][1]));
	assert_null(maglev_new(vig, NULL, 1, 7));
	assert_int_equal(counted.bytes, bytes);
	m = maglev_new(vig, "table", 3, 3);
	assert_non_null(m);
	assert_false(maglev_find(m, 0, &backend));
	assert_false(maglev_fill(m));
	assert_false(maglev_find(m, UINT64_MAX, &backend));
	assert_int_equal(backend, 5);
	maglev_set(m, 1, 77, MAGLEV_MAX_WEIGHT);
	assert_true(maglev_fill(m));
	for (uint64_t part = 0; part < 16; part++) {
		assert_true(maglev_find(m, part << 60, &backend));
		assert_int_equal(backend, 1);
	}
	vig_figures(vig, 0, 0, &figures);
	assert_true(figures.live == 1 && figures.capacity == 3);
	assert_string_equal(vig_kind(vig, 0), "maglev");
	assert_non_null(maglev_new(vig, "smallest", 2, 2));
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

		done = maglev_new(vig, "table", 5, 7) != NULL;
		assert_true(allowed < 7);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

static void
the_table_is_the_papers(void **unused)
{
	static const uint64_t sizes[] = { 2, 3, 5, 7, 11, 251, 1009, 65537 };
	uint32_t *entry = calloc(SIZE, sizeof *entry);

	(void)unused;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		uint64_t backends = sizes[i] < 40 ? sizes[i] : 40;
		struct maglev *m = some_backends(vig, sizes[i], backends);

		for (uint64_t round = 0; round < 20; round++) {
			assert_true(maglev_fill(m));
			naive_fill(m, entry);
			assert_memory_equal(entry, m->entry, sizes[i] * sizeof *entry);
			maglev_set(m, 1 + random_below(backends - 1), random_word(), random_below(2));
		}
		vig_delete(vig);
	}
	free(entry);
}

static uint64_t
held(const struct maglev *m, uint32_t backend)
{
	uint64_t entries = 0;

	for (uint32_t i = 0; i < m->size; i++)
		entries += m->entry[i] == backend;
	return entries;
}

static void
shares_are_even_and_follow_weights(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct maglev *m = some_backends(vig, SIZE, BACKENDS);

	(void)unused;
	assert_true(maglev_fill(m));
	for (uint32_t b = 0; b < BACKENDS; b++)
		assert_true(held(m, b) == SIZE / BACKENDS || held(m, b) == SIZE / BACKENDS + 1);
	for (uint32_t b = 0; b < BACKENDS; b++)
		maglev_set(m, b, b, b % 5);
	assert_true(maglev_fill(m));
	for (uint32_t b = 0; b < BACKENDS; b++) {
		double share = (double)(b % 5) * SIZE / (BACKENDS * 2);

		assert_true((double)held(m, b) <= share + 2 && (double)held(m, b) >= share - 2);
	}
	vig_delete(vig);
}

/* When one of a hundred goes, its entries move, and few others do; when it returns, all is as before. */
static void
few_flows_move(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct maglev *m = some_backends(vig, SIZE, BACKENDS);
	uint32_t *before = calloc(SIZE, sizeof *before);
	uint64_t name = 7, moved = 0;

	(void)unused;
	assert_true(maglev_fill(m));
	memcpy(before, m->entry, SIZE * sizeof *before);
	name = maglev_hash(&name, 1);
	maglev_set(m, 7, name, 0);
	assert_true(maglev_fill(m));
	for (uint32_t i = 0; i < SIZE; i++) {
		assert_int_not_equal(m->entry[i], 7);
		moved += before[i] != 7 && before[i] != m->entry[i];
	}
	print_message("one of %u backends gone: %.2f %% of the other entries moved\n", BACKENDS,
		100.0 * (double)moved / SIZE);
	assert_true(moved < SIZE / 25);
	maglev_set(m, 7, name, 1);
	assert_true(maglev_fill(m));
	assert_memory_equal(before, m->entry, SIZE * sizeof *before);
	free(before);
	vig_delete(vig);
}

/* Whatever is set, the contract holds: every entry belongs to one that is there, and shares are fair. */
static void
random_sets_keep_the_contract(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct maglev *m = some_backends(vig, 251, 30);

	(void)unused;
	for (uint64_t i = 0; i < 1000000; i++) {
		uint64_t most = 0, sum = 0;
		uint32_t backend;

		maglev_set(m, random_below(30), random_below(50), random_below(3) * random_below(1000));
		if (i % 64 != 0)
			continue;
		for (uint32_t b = 0; b < 30; b++)
			most = m->turn[b].weight > most ? m->turn[b].weight : most;
		assert_int_equal(maglev_fill(m), most > 0);
		for (uint32_t b = 0; b < 30; b++) {
			assert_int_equal(held(m, b), m->turn[b].taken);
			sum += held(m, b);
		}
		assert_int_equal(sum, most > 0 ? 251 : 0);
		assert_int_equal(maglev_find(m, random_word(), &backend), most > 0);
		assert_true(most == 0 || m->turn[backend].weight > 0);
	}
	vig_delete(vig);
}

static void
lookups_use_every_entry(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct maglev *m = some_backends(vig, 7, 7);
	uint32_t backend, seen = 0;

	(void)unused;
	assert_true(maglev_fill(m));
	for (uint64_t i = 0; i < 7; i++) {
		uint64_t first = ((i << 32) + 6) / 7; /* the first upper half that falls to entry i */

		assert_true(maglev_find(m, first << 32, &backend));
		assert_int_equal(backend, m->entry[i]);
		assert_true(maglev_find(m, (first << 32) - 1, &backend));
		assert_int_equal(backend, m->entry[i == 0 ? 6 : i - 1]);
		seen |= 1u << m->entry[i];
	}
	assert_int_equal(seen, 127);
	vig_delete(vig);
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct counted counted;
	struct maglev *m = some_backends(counted_vig(&counted, UINT64_MAX), 7, 7);

	maglev_set(m, what == 0 ? 7 : 6, 0, what == 1 ? MAGLEV_MAX_WEIGHT + 1 : MAGLEV_MAX_WEIGHT);
}

static void
misuse_breaks_off(void **unused)
{
	(void)unused;
	assert_true(breaks_off(do_misuse, 0));
	assert_true(breaks_off(do_misuse, 1));
	assert_false(breaks_off(do_misuse, 2));
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(the_table_is_the_papers),
		cmocka_unit_test(shares_are_even_and_follow_weights),
		cmocka_unit_test(few_flows_move),
		cmocka_unit_test(random_sets_keep_the_contract),
		cmocka_unit_test(lookups_use_every_entry),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
