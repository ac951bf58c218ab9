/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvig/flow_table.h"
#include "libvig/port_pairs.h"
#include "libvig/vig.h"
#include "memory.h"

static const struct flow_table_times minute = { .shift = 26, .classes = 1, .lifetime = { 60000000000u } };

static struct flow_table *
new_table(struct vig *vig, const char *name, uint64_t capacity)
{
	return flow_table_k2v2_new(vig, name, NULL, NULL, capacity, &minute);
}

static void
memory_is_given_back(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);

	(void)unused;
	assert_non_null(vig_alloc(vig, 100));
	assert_non_null(new_table(vig, "flows", 1000));
	assert_non_null(port_pairs_new(vig, "pairs"));
	assert_true(counted.bytes > 1000 * 40);
	vig_delete(vig);
	assert_int_equal(counted.blocks, 0);
	assert_int_equal(counted.bytes, 0);
	vig_delete(NULL);
}

static void
memory_is_zeroed_and_aligned(void **unused)
{
	static const uint64_t secret[4];
	struct vig *vig = vig_new(NULL, secret);

	(void)unused;
	assert_non_null(vig);
	for (uint64_t size = 0; size < 300; size++) {
		uint8_t *memory = vig_alloc(vig, size);

		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % 64, 0);
		for (uint64_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
	assert_null(vig_alloc(vig, UINT64_MAX));
	assert_null(vig_alloc(vig, UINT64_MAX - 64));
	vig_delete(vig);
}

/* Runs short at every allocation in turn: each answer is NULL, and nothing stays behind. */
static void
nothing_leaks_when_memory_is_short(void **unused)
{
	struct counted counted;
	struct vig *vig;
	bool done = false;

	(void)unused;
	assert_null(counted_vig(&counted, 0));
	for (uint64_t allowed = 1; !done; allowed++) {
		uint64_t bytes;

		vig = counted_vig(&counted, allowed);
		bytes = counted.bytes;
		done = new_table(vig, "flows", 100) != NULL;
		assert_true(allowed < 20);
		assert_int_equal(vig_count(vig), done);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
	for (uint64_t allowed = 1; allowed < 3; allowed++) {
		vig = counted_vig(&counted, allowed);
		assert_null(port_pairs_new(vig, "pairs"));
		assert_int_equal(counted.blocks, 1);
		vig_delete(vig);
	}
}

static void
objects_have_names(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	char name[] = "flows4";
	void *table = new_table(vig, name, 8), *pairs = port_pairs_new(vig, "pairs");
	uint64_t bytes = counted.bytes;

	(void)unused;
	memset(name, 'x', sizeof name - 1);
	assert_int_equal(vig_count(vig), 2);
	assert_string_equal(vig_name(vig, 0), "flows4");
	assert_string_equal(vig_kind(vig, 0), "flow_table_k2v2");
	assert_ptr_equal(vig_object(vig, 0), table);
	assert_string_equal(vig_name(vig, 1), "pairs");
	assert_string_equal(vig_kind(vig, 1), "port_pairs");
	assert_ptr_equal(vig_object(vig, 1), pairs);
	assert_null(vig_name(vig, 2));
	assert_null(vig_kind(vig, 2));
	assert_null(vig_object(vig, SIZE_MAX));

	assert_null(new_table(vig, "pairs", 8));
	assert_null(port_pairs_new(vig, "flows4"));
	assert_null(new_table(vig, NULL, 8));
	assert_int_equal(vig_count(vig), 2);
	assert_int_equal(counted.bytes, bytes);
	vig_delete(vig);
}

static const char *
bind_pair(struct vig *vig, uint64_t inside, uint64_t outside, uint64_t ports)
{
	const uint64_t fields[2][2] = { { inside, 0 }, { outside, 0 } };

	return vig_bind(vig, "pairs", fields, 2, ports);
}

static void
binding_checks_what_it_is_given(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct port_pairs *pairs = port_pairs_new(vig, "pairs");
	const uint64_t fields[3][2] = { { 0, 0 }, { 1, 0 }, { 2, 0 } };
	struct port_pair pair;

	(void)unused;
	assert_non_null(new_table(vig, "flows", 8));
	assert_string_equal(vig_bind(vig, "nobody", fields, 2, 4),
		"the network function made no object of this name");
	assert_string_equal(vig_bind(vig, "flows", fields, 2, 4),
		"the object of this name takes no records from a configuration");
	assert_string_equal(vig_bind(vig, "pairs", fields, 3, 4), "a pair has two fields, inside and outside");
	assert_string_equal(bind_pair(vig, 4, 0, 4), "the inside port does not exist");
	assert_string_equal(bind_pair(vig, 0, UINT64_MAX, 4), "the outside port does not exist");
	assert_string_equal(bind_pair(vig, 32, 0, UINT64_MAX), "the inside port does not exist");
	assert_string_equal(bind_pair(vig, 3, 3, 4), "inside and outside are the same port");
	for (uint64_t port = 0; port < PORT_PAIRS_PORTS; port++)
		assert_false(port_pairs_find(pairs, port, &pair));
	vig_delete(vig);
}

static void
pairs_are_disjoint(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct port_pairs *pairs = port_pairs_new(vig, "pairs");
	struct vig_figures figures;
	struct port_pair pair;

	(void)unused;
	assert_null(bind_pair(vig, 3, 1, 32));
	assert_string_equal(bind_pair(vig, 3, 2, 32), "the inside port is already in a pair");
	assert_string_equal(bind_pair(vig, 1, 2, 32), "the inside port is already in a pair");
	assert_string_equal(bind_pair(vig, 2, 1, 32), "the outside port is already in a pair");
	assert_string_equal(bind_pair(vig, 2, 3, 32), "the outside port is already in a pair");
	assert_null(bind_pair(vig, 31, 30, 32));
	for (uint64_t port = 0; port < PORT_PAIRS_PORTS; port++) {
		bool expected = port == 1 || port == 3 || port >= 30;

		assert_int_equal(port_pairs_find(pairs, port, &pair), expected);
		if (expected) {
			assert_int_equal(pair.inside, port < 30 ? 3 : 31);
			assert_int_equal(pair.outside, port < 30 ? 1 : 30);
		}
	}
	vig_figures(vig, 0, 0, &figures);
	assert_int_equal(figures.live, 2);
	assert_int_equal(figures.capacity, 16);
	assert_int_equal(figures.refused, 0);
	vig_delete(vig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_given_back),
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(objects_have_names),
		cmocka_unit_test(binding_checks_what_it_is_given),
		cmocka_unit_test(pairs_are_disjoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
