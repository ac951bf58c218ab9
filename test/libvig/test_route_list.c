/* SPDX-License-Identifier: BSD-3-Clause */
/* An address takes the longest route that the configuration lists for it; what cannot be listed is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/route_list.h"
#include "libvig/vig.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define HOP(FIELD) FIELD(be32, gateway) FIELD(u8, port) FIELD(u64, cost)
RECORD(hop, HOP)
ROUTE_LIST(routes, hop, 2)

#define WIDE(FIELD) FIELD(ipv6, a) FIELD(ipv6, b) FIELD(u8, c)
RECORD(wide, WIDE)

static const char *
list(struct vig *vig, uint64_t prefix, uint64_t length, uint64_t port)
{
	const uint64_t fields[4][2] = { { prefix, length }, { 0x0a000001, 0 }, { port, 0 }, { prefix ^ length, 0 } };

	return vig_bind(vig, "routes", fields, 4, 256);
}

/* The port of an address; -1: there is none, and nothing was written. */
static int64_t
port_of(const struct route_list *routes, uint64_t address)
{
	struct hop hop = { .port = 0xee, .cost = 0xdead };

	if (routes_find(routes, address, &hop))
		return hop.port;
	assert_int_equal(hop.port, 0xee);
	assert_int_equal(hop.cost, 0xdead);
	return -1;
}

static void
longest(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct route_list *routes = routes_new(vig, "routes", 8, 2);
	struct vig_figures figures;
	struct hop hop;

	(void)unused;
	assert_non_null(routes);
	assert_int_equal(port_of(routes, 0), -1);
	assert_null(list(vig, 0x0a0101fe, 31, 4));
	assert_null(list(vig, 0x0a000000, 8, 1));
	assert_null(list(vig, 0x0a010000, 16, 2));
	assert_null(list(vig, 0x0a010100, 24, 3));
	assert_int_equal(port_of(routes, 0x09ffffff), -1);
	assert_int_equal(port_of(routes, 0x0aff0000), 1);
	assert_int_equal(port_of(routes, 0x0a01ff00), 2);
	assert_int_equal(port_of(routes, 0x0a0101fd), 3);
	assert_int_equal(port_of(routes, 0x0a0101fe), 4);
	assert_int_equal(port_of(routes, 0x0a0101ff), 4);
	assert_null(list(vig, 0, 0, 0));
	assert_int_equal(port_of(routes, UINT32_MAX), 0);
	assert_true(routes_find(routes, 0x0aff0000, &hop));
	assert_int_equal(hop.gateway, 0x0100000a);
	assert_int_equal(hop.cost, 0x0a000000 ^ 8);
	vig_figures(vig, 0, 0, &figures);
	assert_int_equal(figures.live, 5);
	assert_int_equal(figures.capacity, 8);
	assert_int_equal(vig_count(vig), 1);
	assert_string_equal(vig_kind(vig, 0), "route_list");
	assert_ptr_equal(route_list_value_record(routes), hop_record());
	vig_delete(vig);
	assert_int_equal(counted.blocks, 0);
}

/* Each refusal says why and changes nothing. */
static void
refusals(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct route_list *routes = routes_new(vig, "routes", 3, 1);
	const uint64_t three[3][2] = { { 0, 0 }, { 1, 0 }, { 1, 0 } };

	(void)unused;
	assert_null(list(vig, 0x0a000000, 8, 1));
	assert_string_equal(list(vig, 0x0a000000, 8, 2), "an earlier record has the same prefix");
	assert_string_equal(list(vig, 0x0a000001, 8, 2), "the prefix has bits set beyond its length");
	assert_string_equal(list(vig, 1, 0, 2), "the prefix has bits set beyond its length");
	assert_string_equal(list(vig, 0, 33, 2), "its first field is no prefix of an IPv4 address");
	assert_string_equal(list(vig, UINT64_C(1) << 32, 8, 2), "its first field is no prefix of an IPv4 address");
	assert_string_equal(list(vig, 0x0b000000, 8, 256), "a number is too large for the field that it is kept in");
	assert_string_equal(vig_bind(vig, "routes", three, 3, 4),
		"it has not a prefix and as many fields as the value that is kept of it");
	assert_null(list(vig, 0x0b000000, 25, 3));
	assert_null(list(vig, 0x0b000080, 25, 4));
	assert_string_equal(list(vig, 0x0c000000, 8, 2), "there is no room for more routes");
	assert_int_equal(port_of(routes, 0x0a000000), 1);
	assert_int_equal(port_of(routes, 0x0b000000), 3);
	assert_int_equal(port_of(routes, 0x0c000000), -1);
	vig_delete(vig);

	vig = counted_vig(&counted, UINT64_MAX);
	routes = routes_new(vig, "routes", 3, 1);
	assert_null(list(vig, 0x0b000000, 25, 3));
	assert_string_equal(list(vig, 0x0b000100, 25, 4), "there is no room for more /24 blocks with routes longer than that");
	assert_null(list(vig, 0x0b000100, 24, 4));
	assert_int_equal(port_of(routes, 0x0b000101), 4);
	vig_delete(vig);
}

#define RULES 400

/* Many routes with few and with many values, in any order, against a search through all of them. */
static void
random_lists(void **unused)
{
	static struct { uint64_t prefix, length, port; } rule[RULES];

	(void)unused;
	for (uint64_t values = 2; values <= 200; values *= 10) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		struct route_list *routes = routes_new(vig, "routes", RULES, RULES);
		uint64_t rules = 0;

		for (uint64_t i = 0; i < RULES; i++) {
			const uint64_t length = random_below(33), port = random_below(values);
			const uint64_t prefix = (random_below(1 << 14) << 18 | random_below(1024)) >>
				(32 - length) << (32 - length);

			if (list(vig, prefix, length, port) == NULL) {
				rule[rules].prefix = prefix, rule[rules].length = length;
				rule[rules++].port = port;
			}
		}
		for (uint64_t i = 0; i < 4000; i++) {
			const uint64_t address = (rule[random_below(rules)].prefix + random_below(300)) % (UINT64_C(1) << 32);
			int64_t best = -1, port = -1;

			for (uint64_t r = 0; r < rules; r++)
				if (address >> (32 - rule[r].length) == rule[r].prefix >> (32 - rule[r].length) && (int64_t)rule[r].length > best)
					best = (int64_t)rule[r].length, port = (int64_t)rule[r].port;
			assert_int_equal(port_of(routes, address), port);
		}
		vig_delete(vig);
	}
}

#ifndef NDEBUG
static struct route_list *misused;

static void
misuse(int what)
{
	(void)port_of(misused, UINT64_C(1) << (32 + what));
}

static void
addresses_have_32_bits(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);

	(void)unused;
	misused = routes_new(vig, "routes", 1, 1);
	assert_true(breaks_off(misuse, 0));
	assert_true(breaks_off(misuse, 31));
	vig_delete(vig);
}
#endif

static void
bounds(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	const uint64_t bytes = counted.bytes;
	struct route_list *routes;

	(void)unused;
	assert_null(routes_new(vig, "routes", 0, 1));
	assert_null(routes_new(vig, "routes", ROUTE_LIST_MAX_CAPACITY + 1, 1));
	assert_null(routes_new(vig, "routes", 1, (1u << 24) + 1));
	assert_null(route_list_new(vig, "routes", wide_record(), 1, 1));
	assert_null(routes_new(vig, NULL, 1, 1));
	assert_int_equal(counted.bytes, bytes);
	routes = routes_new(vig, "routes", 1, 0);
	assert_non_null(routes);
	assert_null(routes_new(vig, "routes", 1, 0)); /* the name is taken */
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
		const bool made = routes_new(vig, "routes", 4, 4) != NULL;

		if (!made)
			assert_int_equal(counted.blocks, blocks);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
		if (made)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest),
		cmocka_unit_test(refusals),
		cmocka_unit_test(random_lists),
		cmocka_unit_test(bounds),
		cmocka_unit_test(short_memory),
#ifndef NDEBUG
		cmocka_unit_test(addresses_have_32_bits),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
