/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvig/token_bucket.h"
#include "misuse.h"
#include "random.h"

__extension__ typedef unsigned __int128 wide;

static void
rates_have_a_range(void **unused)
{
	struct token_rate r = { 1, 2, 3 };

	(void)unused;
	assert_false(token_rate_make(&r, 0, 1));
	assert_false(token_rate_make(&r, 1, 0));
	assert_false(token_rate_make(&r, TOKEN_BUCKET_MAX_RATE + 1, 1));
	assert_false(token_rate_make(&r, 1, TOKEN_BUCKET_MAX_BURST + 1));
	assert_false(token_rate_make(&r, UINT64_MAX, UINT64_MAX));
	assert_true(r.rate == 1 && r.burst == 2 && r.fill == 3);
	assert_true(token_rate_make(&r, 1, 1));
	assert_int_equal(r.fill, TOKEN_BUCKET_BYTE);
	assert_true(token_rate_make(&r, TOKEN_BUCKET_MAX_RATE, TOKEN_BUCKET_MAX_BURST));
	assert_int_equal(r.fill, TOKEN_BUCKET_MAX_BURST * TOKEN_BUCKET_BYTE / TOKEN_BUCKET_MAX_RATE);
}

static void
a_burst_passes_and_then_the_rate(void **unused)
{
	struct token_rate r;
	struct token_bucket b;

	(void)unused;
	assert_true(token_rate_make(&r, 1000000, 3000));
	token_bucket_fill(&b, &r, 5);
	assert_true(token_bucket_take(&b, &r, 5, 1500));
	assert_true(token_bucket_take(&b, &r, 5, 1500));
	assert_false(token_bucket_take(&b, &r, 5, 1));
	assert_true(token_bucket_take(&b, &r, 5, 0));
	assert_false(token_bucket_take(&b, &r, 5 + 999, 1));
	assert_true(token_bucket_take(&b, &r, 5 + 1000, 1));
	assert_false(token_bucket_take(&b, &r, 5 + 1000 + 1499999, 1500));
	assert_true(token_bucket_take(&b, &r, 5 + 1000 + 1500000, 1500));
}

/* A sender that stays within the rate loses nothing, however low the rate: no remainder is dropped. The burst
 * is a packet and what a nanosecond earns: packets come at whole nanoseconds. */
static void
a_conforming_sender_loses_nothing(void **unused)
{
	static const uint64_t rates[] = { 1, 3, 7, 999999937, TOKEN_BUCKET_MAX_RATE };

	(void)unused;
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		struct token_rate r;
		struct token_bucket b;

		assert_true(token_rate_make(&r, rates[i], 64 + rates[i] / TOKEN_BUCKET_BYTE + 1));
		token_bucket_fill(&b, &r, 0);
		for (uint64_t n = 0; n < 20000; n++) /* the n-th packet at the first nanosecond by which 64 n bytes are earned */
			assert_true(token_bucket_take(&b, &r,
				(uint64_t)(((wide)n * 64 * TOKEN_BUCKET_BYTE + rates[i] - 1) / rates[i]), 64));
	}
}

static void
silence_fills_and_no_more(void **unused)
{
	struct token_rate r;
	struct token_bucket b;

	(void)unused;
	assert_true(token_rate_make(&r, TOKEN_BUCKET_MAX_RATE, TOKEN_BUCKET_MAX_BURST));
	token_bucket_fill(&b, &r, 0);
	assert_true(token_bucket_take(&b, &r, 0, TOKEN_BUCKET_MAX_BURST));
	assert_int_equal(b.tokens, 0);
	assert_false(token_bucket_take(&b, &r, UINT64_MAX, TOKEN_BUCKET_MAX_BURST + 1));
	assert_false(token_bucket_take(&b, &r, UINT64_MAX, UINT64_MAX));
	assert_int_equal(b.tokens, r.burst);
	assert_true(token_bucket_take(&b, &r, UINT64_MAX, TOKEN_BUCKET_MAX_BURST));
}

static uint64_t
some_number(uint64_t most)
{
	return 1 + random_word() % (UINT64_C(1) << random_below(64)) % most;
}

/* One bucket beside the formula in 128 bits, and the sum of what passed beside the bound. */
static void
agree(uint64_t operations)
{
	uint64_t rate = some_number(TOKEN_BUCKET_MAX_RATE), burst = some_number(TOKEN_BUCKET_MAX_BURST), now = 0;
	wide level, passed = 0;
	struct token_rate r;
	struct token_bucket b;

	assert_true(token_rate_make(&r, rate, burst));
	token_bucket_fill(&b, &r, now);
	level = (wide)burst * TOKEN_BUCKET_BYTE;
	for (uint64_t i = 0; i < operations; i++) {
		uint64_t bytes = random_below(4) == 0 ? random_word() : random_below(2 * burst + 2);
		uint64_t wait = random_below(8) == 0 ? random_word() >> random_below(64) : random_below(2 * r.fill + 2);
		bool takes;

		wait = wait > UINT64_MAX - now ? 0 : wait;
		now += wait;
		level += (wide)rate * wait;
		level = level > (wide)burst * TOKEN_BUCKET_BYTE ? (wide)burst * TOKEN_BUCKET_BYTE : level;
		takes = (wide)bytes * TOKEN_BUCKET_BYTE <= level;
		assert_int_equal(token_bucket_take(&b, &r, now, bytes), takes);
		level -= takes ? (wide)bytes * TOKEN_BUCKET_BYTE : 0;
		passed += takes ? bytes : 0;
		assert_true(b.tokens == level && b.last == now);
		assert_true(passed * TOKEN_BUCKET_BYTE <= (wide)burst * TOKEN_BUCKET_BYTE + (wide)rate * now);
	}
}

static void
random_calls_agree_with_the_formula(void **unused)
{
	(void)unused;
	for (int round = 0; round < 1000; round++)
		agree(1000);
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct token_rate r;
	struct token_bucket b;

	if (!token_rate_make(&r, 1, 1))
		return;
	token_bucket_fill(&b, &r, 10);
	b.tokens += what == 1;
	token_bucket_take(&b, &r, what == 0 ? 9 : 10, 0);
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
		cmocka_unit_test(rates_have_a_range),
		cmocka_unit_test(a_burst_passes_and_then_the_rate),
		cmocka_unit_test(a_conforming_sender_loses_nothing),
		cmocka_unit_test(silence_fills_and_no_more),
		cmocka_unit_test(random_calls_agree_with_the_formula),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
