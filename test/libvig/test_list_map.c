/* SPDX-License-Identifier: BSD-3-Clause */
/* What a configuration lists is found, as it was listed, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/list_map.h"
#include "libvig/vig.h"
#include "memory.h"
#include "random.h"

#define STATION(FIELD) FIELD(mac, mac)
#define PLACE(FIELD) FIELD(u32, port)
RECORD(station, STATION)
RECORD(place, PLACE)
LIST_MAP(stations, station, place, 1, 1)

/* Every kind of field, with padding between them: 40 and 32 bytes, as much as a map takes. */
#define WIDE_KEY(FIELD) FIELD(u8, a) FIELD(be32, b) FIELD(ipv6, c) FIELD(be16, d) FIELD(u64, e)
#define WIDE_VALUE(FIELD) FIELD(be64, f) FIELD(u16, g) FIELD(mac, h) FIELD(u32, i) FIELD(u8, j) FIELD(u64, k)
RECORD(wide_key, WIDE_KEY)
RECORD(wide_value, WIDE_VALUE)
LIST_MAP(wides, wide_key, wide_value, 5, 4)

static const char *
list(struct vig *vig, uint64_t mac, uint64_t port)
{
	const uint64_t fields[2][2] = { { mac, 0 }, { port, 0 } };

	return vig_bind(vig, "static", fields, 2, 4);
}

static struct station
station(uint64_t mac)
{
	struct station station;

	for (int i = 0; i < 6; i++)
		station.mac.byte[i] = (uint8_t)(mac >> (40 - 8 * i));
	return station;
}

/* Where a station is listed; -1: it is not, and nothing was written. */
static int64_t
where(const struct list_map *map, uint64_t mac)
{
	const struct station key = station(mac);
	struct place place = { 0xdeadbeef };

	if (stations_find(map, &key, &place))
		return place.port;
	assert_int_equal(place.port, 0xdeadbeef);
	return -1;
}

static void
lists(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct list_map *map = stations_new(vig, "static", 8);
	struct vig_figures figures;

	(void)unused;
	assert_non_null(map);
	assert_int_equal(where(map, 0x020000000001), -1);
	assert_null(list(vig, 0x020000000001, 3));
	assert_null(list(vig, 0xffffffffffff, 0xffffffff));
	assert_null(list(vig, 0, 0));
	assert_int_equal(where(map, 0x020000000001), 3);
	assert_int_equal(where(map, 0xffffffffffff), 0xffffffff);
	assert_int_equal(where(map, 0), 0);
	assert_int_equal(where(map, 0x010000000002), -1);
	vig_figures(vig, 0, 0, &figures);
	assert_int_equal(figures.live, 3);
	assert_int_equal(figures.capacity, 8);
	assert_int_equal(figures.refused, 0);
	assert_string_equal(vig_kind(vig, 0), "list_map");
	assert_ptr_equal(list_map_key_record(map), station_record());
	assert_ptr_equal(list_map_value_record(map), place_record());
	vig_delete(vig);
	assert_int_equal(counted.blocks, 0);
}

/* Each refusal says why and changes nothing. */
static void
refusals(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct list_map *map = stations_new(vig, "static", 2);
	const uint64_t three[3][2] = { { 5, 0 }, { 1, 0 }, { 1, 0 } }, high[2][2] = { { 5, 0 }, { 1, 1 } };

	(void)unused;
	assert_null(list(vig, 1, 1));
	assert_string_equal(list(vig, 1, 2), "an earlier record has the same key");
	assert_string_equal(list(vig, UINT64_C(1) << 48, 2), "a number is too large for the field that it is kept in");
	assert_string_equal(list(vig, 5, UINT64_C(1) << 32), "a number is too large for the field that it is kept in");
	assert_string_equal(vig_bind(vig, "static", high, 2, 4), "a number is too large for the field that it is kept in");
	assert_string_equal(vig_bind(vig, "static", three, 3, 4),
		"it has not as many fields as the key and the value that are kept of it");
	assert_string_equal(vig_bind(vig, "static", three, 1, 4),
		"it has not as many fields as the key and the value that are kept of it");
	assert_int_equal(where(map, 1), 1);
	assert_int_equal(where(map, 5), -1);
	assert_null(list(vig, 2, 2));
	assert_string_equal(list(vig, 3, 3), "there is no room for more records");
	assert_string_equal(list(vig, 2, 3), "an earlier record has the same key");
	assert_int_equal(where(map, 2), 2);
	assert_int_equal(where(map, 3), -1);
	vig_delete(vig);
}

/* The bytes of each kind of field, against records that were written by hand. */
static void
bytes(void **unused)
{
	const uint64_t fields[11][2] = { { 0xa1, 0 }, { 0x0a000001, 0 }, { 0x1122334455667788, 0x20010db800000000 },
		{ 80, 0 }, { 0x0102030405060708, 0 }, { 0xf1f2f3f4f5f6f7f8, 0 }, { 0x1234, 0 }, { 0x020304050607, 0 },
		{ 0xcafebabe, 0 }, { 9, 0 }, { 77, 0 } };
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct list_map *map = wides_new(vig, "wide", 3);
	struct wide_key key = { .a = 0xa1, .b = 0x0100000a, .d = 0x5000, .e = 0x0102030405060708 };
	const struct wide_value listed = { .f = 0xf8f7f6f5f4f3f2f1, .g = 0x1234, .h = { { 2, 3, 4, 5, 6, 7 } },
		.i = 0xcafebabe, .j = 9, .k = 77 };
	struct wide_value value;
	uint64_t words[4], found[4] = { 0 };

	(void)unused;
	memcpy(key.c.byte, "\x20\x01\x0d\xb8\0\0\0\0\x11\x22\x33\x44\x55\x66\x77\x88", 16);
	assert_null(vig_bind(vig, "wide", fields, 11, 1));
	assert_true(wides_find(map, &key, &value));
	memset(words, 0, sizeof words);
	wide_value_words(&value, words);
	wide_value_words(&listed, found);
	assert_memory_equal(words, found, sizeof words);
	key.c.byte[15] ^= 1;
	assert_false(wides_find(map, &key, &value));
	key.c.byte[15] ^= 1;
	key.e ^= UINT64_C(1) << 63;
	assert_false(wides_find(map, &key, &value));
	vig_delete(vig);
}

/* A value's padding comes out zero, whatever was there. */
static void
padding(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct list_map *map = stations_new(vig, "static", 1);
	const struct station key = station(7);
	const struct place place = { 2 };
	uint64_t words[1] = { 0 }, listed[1] = { 0 }, value[1] = { UINT64_MAX };

	(void)unused;
	assert_null(list(vig, 7, 2));
	station_words(&key, words);
	place_words(&place, listed);
	assert_true(list_map_find(map, words, value));
	assert_int_equal(value[0], listed[0]);
	words[0] |= UINT64_C(1) << 63; /* no station has padding that is not zero */
	assert_false(list_map_find(map, words, value));
	vig_delete(vig);
}

static void
not_made(void **unused)
{
	static const struct record_type empty = { "empty", 0, 0, NULL }, key = { "key", 41, 0, NULL };
	static const struct record_type value = { "value", 33, 0, NULL };
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	const uint64_t bytes = counted.bytes;

	(void)unused;
	assert_null(stations_new(vig, "static", 0));
	assert_null(stations_new(vig, "static", LIST_MAP_MAX_CAPACITY + 1));
	assert_null(stations_new(vig, NULL, 1));
	assert_null(list_map_new(vig, "static", &empty, place_record(), 1));
	assert_null(list_map_new(vig, "static", station_record(), &empty, 1));
	assert_null(list_map_new(vig, "static", &key, place_record(), 1));
	assert_null(list_map_new(vig, "static", station_record(), &value, 1));
	assert_int_equal(counted.bytes, bytes);
	assert_int_equal(vig_count(vig), 0);
	assert_non_null(stations_new(vig, "largest", LIST_MAP_MAX_CAPACITY));
	assert_non_null(stations_new(vig, "static", 1));
	assert_null(stations_new(vig, "static", 1));
	vig_delete(vig);
	for (uint64_t allowed = 1; allowed < 5; allowed++) {
		vig = counted_vig(&counted, allowed);
		assert_null(stations_new(vig, "static", 1));
		assert_int_equal(counted.blocks, 1);
		vig_delete(vig);
	}
}

/* A list kept in a plain array, and the map: they agree on every key, at every size, full or not. */
static void
agree_on(uint64_t capacity)
{
	uint64_t *const known = calloc(3 * capacity, sizeof *known); /* by key: port + 1 */
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct list_map *map = stations_new(vig, "static", capacity);
	uint64_t listed = 0;

	assert_non_null(map);
	for (uint64_t i = 0; i < 4 * capacity; i++) {
		const uint64_t key = random_below(3 * capacity), port = random_below(32);
		const char *const why = list(vig, key * 0x10001, port);

		assert_int_equal(why == NULL, known[key] == 0 && listed < capacity);
		if (why == NULL) {
			known[key] = port + 1;
			listed++;
		}
	}
	for (uint64_t key = 0; key < 3 * capacity; key++)
		assert_int_equal(where(map, key * 0x10001), (int64_t)known[key] - 1);
	vig_delete(vig);
	free(known);
}

static void
agree(void **unused)
{
	(void)unused;
	for (uint64_t capacity = 1; capacity <= 70; capacity++)
		for (int again = 0; again < 8; again++)
			agree_on(capacity);
	agree_on(4096);
	agree_on(50000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(refusals),
		cmocka_unit_test(bytes),
		cmocka_unit_test(padding),
		cmocka_unit_test(not_made),
		cmocka_unit_test(agree),
	};

	return cmocka_run_group_tests_name("libvig/list_map", tests, NULL, NULL);
}
