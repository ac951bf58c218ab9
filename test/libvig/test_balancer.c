/* SPDX-License-Identifier: BSD-3-Clause */
/* Flows go to backends that live, evenly, alike everywhere, and move only when theirs comes or goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/balancer.h"
#include "libvig/vig.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define SIZE 65537u
#define SECOND UINT64_C(1000000000)

#define ADDRESS(FIELD) FIELD(ipv6, address)
#define BACKEND(FIELD) FIELD(u32, weight) FIELD(u16, id) FIELD(u64, cost)
#define HEALTH(FIELD) FIELD(u64, since)
#define SMALL(FIELD) FIELD(be32, address)
#define WIDE(FIELD) FIELD(ipv6, a) FIELD(ipv6, b) FIELD(u8, c)
RECORD(address, ADDRESS)
RECORD(backend, BACKEND)
RECORD(health, HEALTH)
RECORD(small, SMALL)
RECORD(wide, WIDE)
BALANCER(backends, address, backend, 2)
FLOW_TABLE(health_table, address, health, 2, 2)

struct bench {
	struct counted counted;
	struct vig *vig;
	struct balancer *balancer;
	struct flow_table *alive;
};

static const char *
list(struct vig *vig, uint64_t id, uint64_t weight)
{
	const uint64_t fields[4][2] = { { id, 0x20010db8 }, { weight, 0 }, { id, 0 }, { ~id, 0 } };

	return vig_bind(vig, "backends", fields, 4, 4);
}

static struct address
address_of(uint64_t id)
{
	struct address address = { { { 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8 } } };

	for (int i = 0; i < 8; i++)
		address.address.byte[8 + i] = (uint8_t)(id >> (56 - 8 * i));
	return address;
}

static void
beat(struct bench *b, uint64_t id, uint64_t now)
{
	const struct address address = address_of(id);
	const struct health health = { now };

	assert_true(health_table_insert(b->alive, &address, 0, now, 0, &health));
}

static void
die(struct bench *b, uint64_t id, uint64_t now)
{
	const struct address address = address_of(id);
	struct health health;
	uint32_t slot, class;

	assert_true(health_table_find(b->alive, &address, 0, now, &health, &slot, &class));
	health_table_erase(b->alive, slot, now);
}

/* Backends 0 .. count - 1, all alive at 0. */
static void
start(struct bench *b, uint64_t count, uint64_t size, uint64_t weight)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { 3 * SECOND } };

	b->vig = counted_vig(&b->counted, UINT64_MAX);
	b->balancer = backends_new(b->vig, "backends", count, size);
	b->alive = health_table_new(b->vig, "alive", count, &times);
	assert_non_null(b->balancer);
	assert_non_null(b->alive);
	for (uint64_t id = 0; id < count; id++) {
		assert_null(list(b->vig, id, weight));
		beat(b, id, 0);
	}
	vig_settle(b->vig);
}

/* Who a hash goes to; -1: nobody, and nothing was written. */
static int64_t
pick(const struct bench *b, uint64_t hash, uint64_t now)
{
	struct address address = address_of(0xdead), expected;
	struct backend backend = { .id = 0xdead };

	if (!backends_pick(b->balancer, b->alive, hash, now, &address, &backend)) {
		expected = address_of(0xdead);
		assert_memory_equal(&address, &expected, sizeof address);
		assert_int_equal(backend.id, 0xdead);
		return -1;
	}
	expected = address_of(backend.id);
	assert_memory_equal(&address, &expected, sizeof address);
	assert_int_equal(backend.cost, ~(uint64_t)backend.id);
	return backend.id;
}

static void
lists(void **unused)
{
	struct bench b;
	struct address key = address_of(2);
	struct backend backend = { .cost = 5 };
	struct vig_figures figures;

	(void)unused;
	start(&b, 3, 7, 1);
	assert_true(backends_find(b.balancer, &key, &backend));
	assert_int_equal(backend.id, 2);
	assert_int_equal(backend.cost, UINT64_MAX - 2);
	key = address_of(3);
	assert_false(backends_find(b.balancer, &key, &backend));
	assert_int_equal(backend.id, 2);
	vig_figures(b.vig, 0, 0, &figures);
	assert_int_equal(figures.live, 3);
	assert_int_equal(figures.capacity, 3);
	assert_string_equal(vig_kind(b.vig, 0), "balancer");
	assert_ptr_equal(balancer_key_record(b.balancer), address_record());
	assert_ptr_equal(balancer_value_record(b.balancer), backend_record());
	vig_delete(b.vig);
	assert_int_equal(b.counted.blocks, 0);
}

/* A hash that leads to entry i. */
static uint64_t
hash_of_entry(uint64_t i)
{
	return ((i << 32) / SIZE + 1) << 32;
}

static void
even_within_one_per_cent(void **unused)
{
	uint64_t had[100] = { 0 };
	struct bench b;

	(void)unused;
	start(&b, 100, SIZE - 15, 7); /* the next prime number is SIZE */
	for (uint64_t i = 0; i < SIZE; i++)
		had[pick(&b, hash_of_entry(i), 0)]++;
	for (uint64_t id = 0; id < 100; id++)
		assert_in_range(had[id], SIZE / 100 * 99 / 100, SIZE / 100 * 101 / 100);
	vig_delete(b.vig);
}

static void
weights(void **unused)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { 3 * SECOND } };
	static const uint64_t weight[5] = { 1, 0, 2, 4, 1 };
	uint64_t had[5] = { 0 };
	struct bench b;

	(void)unused;
	b.vig = counted_vig(&b.counted, UINT64_MAX);
	b.balancer = backends_new(b.vig, "backends", 5, SIZE);
	b.alive = health_table_new(b.vig, "alive", 5, &times);
	for (uint64_t id = 0; id < 5; id++) {
		assert_null(list(b.vig, id, weight[id]));
		beat(&b, id, 0);
	}
	vig_settle(b.vig);
	for (uint64_t i = 0; i < SIZE; i++)
		had[pick(&b, hash_of_entry(i), 0)]++;
	for (uint64_t id = 0; id < 5; id++)
		assert_in_range(had[id], SIZE * weight[id] / 8 * 99 / 100, SIZE * weight[id] / 8 * 101 / 100 + 1);
	die(&b, 0, 0), die(&b, 2, 0), die(&b, 3, 0), die(&b, 4, 0);
	assert_int_equal(pick(&b, random_word(), 0), -1); /* who is alive has no weight */
	vig_delete(b.vig);
}

#define FLOWS 100000u

/* Whoever has not died keeps its flows, what the dead ones had is spread evenly, and it comes back with them. */
static void
only_its_flows_move(void **unused)
{
	static int64_t first[FLOWS];
	static uint64_t hash[FLOWS];
	uint64_t had[20] = { 0 }, moved[20] = { 0 };
	struct bench b;

	(void)unused;
	start(&b, 20, SIZE, 1);
	for (uint64_t f = 0; f < FLOWS; f++)
		first[f] = pick(&b, hash[f] = random_word(), 0);
	die(&b, 3, 0), die(&b, 11, 0);
	for (uint64_t f = 0; f < FLOWS; f++) {
		const int64_t now = pick(&b, hash[f], 0);

		assert_true(now != 3 && now != 11 && now >= 0);
		if (first[f] == 3 || first[f] == 11)
			moved[now]++;
		else
			assert_int_equal(now, first[f]);
		had[now]++;
	}
	for (uint64_t id = 0; id < 20; id++) {
		const uint64_t share = id == 3 || id == 11 ? 0 : FLOWS / 18;

		assert_in_range(had[id], share * 95 / 100, share * 105 / 100); /* 3.5 standard deviations */
		assert_in_range(moved[id], share / 10 * 80 / 100, share / 10 * 120 / 100);
	}
	beat(&b, 11, 1), beat(&b, 3, 1);
	for (uint64_t f = 0; f < FLOWS; f++)
		assert_int_equal(pick(&b, hash[f], 1), first[f]);
	vig_delete(b.vig);
}

/* The order of preference, said another way. */
static int64_t
naive_pick(const struct maglev *table, const bool *alive, uint64_t count, uint64_t hash)
{
	uint32_t number;

	for (uint32_t i = 0; i < BALANCER_TRIES; i++, hash = maglev_hash(&hash, 1))
		if (maglev_find(table, hash, &number) && alive[number])
			return number;
	for (uint64_t i = 0; i < count; i++)
		if (alive[((hash >> 32) * count / 4294967296u + i) % count])
			return (int64_t)(((hash >> 32) * count / 4294967296u + i) % count);
	return -1;
}

/* Down to the last one and to none, whatever the secret. */
static void
against_a_plain_search(void **unused)
{
	bool alive[200];
	struct maglev *table;
	struct bench b;

	(void)unused;
	start(&b, 200, 997, 1);
	table = maglev_new(b.vig, "plain", 200, 997);
	for (uint64_t id = 0; id < 200; id++) {
		const uint64_t word[2] = { id, 0x20010db8 };

		maglev_set(table, id, maglev_hash(word, 2), 1);
		alive[id] = true;
	}
	maglev_fill(table);
	for (uint64_t left = 200;; left--) {
		uint64_t id;

		for (int i = 0; i < 100; i++) {
			const uint64_t hash = random_word();

			assert_int_equal(pick(&b, hash, 0), naive_pick(table, alive, 200, hash));
		}
		if (left == 0)
			break;
		do
			id = random_below(200);
		while (!alive[id]);
		alive[id] = false;
		die(&b, id, 0);
	}
	vig_delete(b.vig);
}

static void
expired_is_never_picked(void **unused)
{
	struct bench b;
	const uint64_t tick = UINT64_C(1) << 26, ticks = (3 * SECOND + tick - 1) / tick;

	(void)unused;
	start(&b, 2, 7, 1);
	beat(&b, 1, tick);
	for (int i = 0; i < 100; i++) {
		const uint64_t hash = (uint64_t)i * UINT64_C(0x0123456789abcdef);

		assert_true(pick(&b, hash, ticks * tick) >= 0);
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(pick(&b, random_word(), (ticks + 1) * tick), 1);
	assert_int_equal(pick(&b, random_word(), (ticks + 2) * tick), -1);
	vig_delete(b.vig);
}

/* Who is alive but not listed is nobody. */
static void
strangers_are_never_picked(void **unused)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { 3 * SECOND } };
	struct bench b;

	(void)unused;
	b.vig = counted_vig(&b.counted, UINT64_MAX);
	b.balancer = backends_new(b.vig, "backends", 5, SIZE);
	b.alive = health_table_new(b.vig, "alive", 5, &times);
	vig_settle(b.vig);
	beat(&b, 4, 0);
	assert_int_equal(pick(&b, random_word(), 0), -1);
	vig_delete(b.vig);
}

static void
refusals(void **unused)
{
	struct bench b;
	const uint64_t three[3][2] = { { 9, 0 }, { 1, 0 }, { 9, 0 } };

	(void)unused;
	b.vig = counted_vig(&b.counted, UINT64_MAX);
	b.balancer = backends_new(b.vig, "backends", 2, 7);
	assert_null(list(b.vig, 1, MAGLEV_MAX_WEIGHT));
	assert_string_equal(list(b.vig, 1, 1), "an earlier record has the same key");
	assert_string_equal(list(b.vig, 2, MAGLEV_MAX_WEIGHT + 1), "the weight is over 65536");
	assert_string_equal(list(b.vig, 65536, 1), "a number is too large for the field that it is kept in");
	assert_string_equal(vig_bind(b.vig, "backends", three, 3, 4),
		"it has not as many fields as the key and the value that are kept of it");
	assert_null(list(b.vig, 2, 0));
	assert_string_equal(list(b.vig, 3, 1), "there is no room for more records");
	vig_delete(b.vig);
}

static void
bounds(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	const uint64_t bytes = counted.bytes;

	(void)unused;
	assert_null(backends_new(vig, "backends", 0, 7));
	assert_null(backends_new(vig, "backends", BALANCER_MAX_CAPACITY + 1, SIZE));
	assert_null(backends_new(vig, "backends", 8, 7));
	assert_null(backends_new(vig, "backends", 8, MAGLEV_MAX_SIZE));
	assert_null(backends_new(vig, "backends", 8, UINT64_MAX));
	assert_null(backends_new(vig, NULL, 7, 7));
	assert_null(balancer_new(vig, "backends", small_record(), backend_record(), 7, 7));
	assert_null(balancer_new(vig, "backends", address_record(), wide_record(), 7, 7));
	assert_int_equal(counted.bytes, bytes);
	assert_non_null(backends_new(vig, "backends", 11, 8));
	assert_null(backends_new(vig, "backends", 7, 7)); /* the name is taken */
	vig_delete(vig);
	assert_int_equal(counted.blocks, 0);
}

/* Whichever allocation fails, all or nothing. */
static void
short_memory(void **unused)
{
	(void)unused;
	for (uint64_t allowed = 1;; allowed++) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, allowed);
		const uint64_t blocks = counted.blocks;
		const bool made = backends_new(vig, "backends", 4, 7) != NULL;

		if (!made)
			assert_int_equal(counted.blocks, blocks);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
		if (made)
			break;
	}
}

#ifndef NDEBUG
static struct bench misused;

static void
misuse(int what)
{
	(void)what;
	(void)pick(&misused, 0, 0);
}

static void
settled_before_the_first_pick(void **unused)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { 3 * SECOND } };

	(void)unused;
	misused.vig = counted_vig(&misused.counted, UINT64_MAX);
	misused.balancer = backends_new(misused.vig, "backends", 5, SIZE);
	misused.alive = health_table_new(misused.vig, "alive", 5, &times);
	assert_true(breaks_off(misuse, 0));
	vig_settle(misused.vig);
	assert_false(breaks_off(misuse, 0));
	vig_delete(misused.vig);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(even_within_one_per_cent),
		cmocka_unit_test(weights),
		cmocka_unit_test(only_its_flows_move),
		cmocka_unit_test(against_a_plain_search),
		cmocka_unit_test(expired_is_never_picked),
		cmocka_unit_test(strangers_are_never_picked),
		cmocka_unit_test(refusals),
		cmocka_unit_test(bounds),
		cmocka_unit_test(short_memory),
#ifndef NDEBUG
		cmocka_unit_test(settled_before_the_first_pick),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
