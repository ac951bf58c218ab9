/* SPDX-License-Identifier: BSD-3-Clause */
/* Incremental updates against sums over everything, and sums against RFC 1071 read literally. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/checksum.h"

#define ROUNDS 20000

static uint64_t
draw(void)
{
	static uint64_t seed = 0x9e3779b97f4a7c15;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Half of all bytes are 0 or 0xff: sums near their corners. */
static void
draw_bytes(uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t random = draw() >> 16;

		bytes[i] = random & 0x100 ? (uint8_t)random : random & 0x200 ? 0xff : 0;
	}
}

/* RFC 1071 §1: pairs of bytes as 16-bit integers, added with end-around carry one by one. Answers the
 * sum in network order. */
static uint16_t
literal_sum(const uint8_t *bytes, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2) {
		sum += (uint32_t)bytes[i] << 8 | (i + 1 < n ? bytes[i + 1] : 0);
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (uint16_t)sum;
}

static uint16_t
swapped(uint16_t word)
{
	return (uint16_t)(word << 8 | word >> 8);
}

/* Two representations of one number: 0 and 0xffff. */
static uint16_t
canonical(uint16_t sum)
{
	return sum == 0xffff ? 0 : sum;
}

static void
sum_is_literal(void **state)
{
	uint8_t bytes[1519];

	(void)state;
	for (size_t n = 0; n < 200; n++)
		for (size_t round = 0; round < 20; round++) {
			draw_bytes(bytes, n);
			assert_int_equal(checksum_add(0, bytes, n), swapped(literal_sum(bytes, n)));
		}
	for (size_t round = 0; round < 200; round++) {
		size_t n = draw() % sizeof bytes;

		draw_bytes(bytes, n);
		assert_int_equal(checksum_add(0, bytes, n), swapped(literal_sum(bytes, n)));
	}
}

/* RFC 1071 §3's worked example: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2. */
static void
sum_of_the_rfc(void **state)
{
	const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(checksum_add(0, bytes, sizeof bytes), swapped(0xddf2));
}

static void
sum_continues(void **state)
{
	uint8_t bytes[256];

	(void)state;
	for (size_t round = 0; round < 2000; round++) {
		size_t cut = draw() % 128 * 2;

		draw_bytes(bytes, sizeof bytes);
		assert_int_equal(checksum_add(checksum_add(0, bytes, cut), bytes + cut, sizeof bytes - cut),
			checksum_add(0, bytes, sizeof bytes));
	}
}

static void
sum_of_the_longest(void **state)
{
	uint8_t *bytes = malloc(CHECKSUM_MAX_LENGTH);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xff, CHECKSUM_MAX_LENGTH);
	assert_int_equal(checksum_add(0xffff, bytes, CHECKSUM_MAX_LENGTH), 0xffff);
	bytes[CHECKSUM_MAX_LENGTH - 1] = 0xfe;
	assert_int_equal(checksum_add(0xffff, bytes, CHECKSUM_MAX_LENGTH), swapped(0xfffe));
	free(bytes);
}

/* One word changes; with equation 3 the field stays what a full recomputation gives, and a field that
 * was wrong by some amount stays wrong by the same amount. */
static void
update16_is_recomputation(void **state)
{
	uint8_t bytes[40];

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t n = 2 + draw() % 19 * 2, at = draw() % (n / 2) * 2;
		uint16_t before, wrong = (uint16_t)draw(), after;

		draw_bytes(bytes, n);
		before = (uint16_t)~checksum_add(0, bytes, n);
		uint16_t was = bytes_raw16(bytes + at), is = draw() & 7 ? (uint16_t)draw() : (uint16_t)~was;
		bytes_put_raw16(bytes + at, is);
		after = (uint16_t)~checksum_add(0, bytes, n);
		assert_int_equal(canonical(checksum_update16(before, was, is)), canonical(after));
		assert_int_equal((canonical(checksum_update16(wrong, was, is)) == canonical(after)),
			(canonical(wrong) == canonical(before)));
	}
}

static void
update32_is_recomputation(void **state)
{
	uint8_t bytes[40];

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t n = 4 + draw() % 18 * 2, at = draw() % (n / 2 - 1) * 2;
		uint16_t before, wrong = (uint16_t)draw(), after;

		draw_bytes(bytes, n);
		before = (uint16_t)~checksum_add(0, bytes, n);
		uint32_t was = bytes_raw32(bytes + at), is = draw() & 7 ? (uint32_t)draw() : ~was;
		bytes_put_raw32(bytes + at, is);
		after = (uint16_t)~checksum_add(0, bytes, n);
		assert_int_equal(canonical(checksum_update32(before, was, is)), canonical(after));
		assert_int_equal((canonical(checksum_update32(wrong, was, is)) == canonical(after)),
			(canonical(wrong) == canonical(before)));
	}
}

/* RFC 1624 §4's example, where the older equation 2 gives ffff: HC dd2f, m 5555, m' 3285. */
static void
update_of_the_rfc(void **state)
{
	(void)state;
	assert_int_equal(checksum_update16(swapped(0xdd2f), swapped(0x5555), swapped(0x3285)), 0);
}

static void
update_of_nothing(void **state)
{
	(void)state;
	for (uint32_t checksum = 0; checksum < 0xffff; checksum++)
		assert_int_equal(checksum_update16((uint16_t)checksum, 0x1234, 0x1234), checksum);
}

static void
udp_zero(void **state)
{
	(void)state;
	assert_int_equal(checksum_fix_udp(0, 0), 0);
	assert_int_equal(checksum_fix_udp(0, 0x1234), 0);
	assert_int_equal(checksum_fix_udp(0x4321, 0), 0xffff);
	for (uint32_t updated = 1; updated <= 0xffff; updated++)
		assert_int_equal(checksum_fix_udp(1, (uint16_t)updated), updated);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_is_literal),
		cmocka_unit_test(sum_of_the_rfc),
		cmocka_unit_test(sum_continues),
		cmocka_unit_test(sum_of_the_longest),
		cmocka_unit_test(update16_is_recomputation),
		cmocka_unit_test(update32_is_recomputation),
		cmocka_unit_test(update_of_the_rfc),
		cmocka_unit_test(update_of_nothing),
		cmocka_unit_test(udp_zero),
	};

	return cmocka_run_group_tests_name("net/checksum", tests, NULL, NULL);
}
