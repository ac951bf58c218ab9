/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sums imply, against plain evaluation: whatever is answered "implied" must hold in every case that has the
 * facts, wrapping included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "verify/state/linear.h"
#include "verify/term/model.h"

#define UNKNOWNS 4

static uint64_t state = 0x2545f4914f6cdd1dull;

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* A sum of a few unknowns and a constant that may wrap. */
static term
random_sum(struct terms *ts, const term *unknown)
{
	term sum = term_const(ts, 64, draw() % 4 == 0 ? draw() % 80 - 40 : draw() % 12);
	const int addends = (int)(draw() % 3);

	for (int i = 0; i < addends; i++) {
		const term u = term_mul(ts, unknown[draw() % UNKNOWNS], term_const(ts, 64, 1 + draw() % 2));

		sum = draw() % 4 == 0 ? term_sub(ts, sum, u) : term_add(ts, sum, u);
	}
	return sum;
}

static term
random_condition(struct terms *ts, const term *unknown)
{
	const term a = random_sum(ts, unknown), b = random_sum(ts, unknown);

	switch (draw() % 4) {
	case 0: return term_ult(ts, a, b);
	case 1: return term_eq(ts, a, b);
	default: return term_ule(ts, a, b);
	}
}

static bool
all_hold(struct model *m, const term *conditions, int n)
{
	for (int i = 0; i < n; i++)
		if (model_value(m, conditions[i]) != 1)
			return false;
	return true;
}

static void
test_implied_holds(void **unused)
{
	unsigned implied = 0, checked = 0;

	(void)unused;
	for (int round = 0; round < 12000; round++) {
		struct terms *ts = terms_new();
		struct linear_facts facts = { 0 };
		term unknown[UNKNOWNS], known[4], goal;

		for (int i = 0; i < UNKNOWNS; i++)
			unknown[i] = term_var_in(ts, 64, "u", 0, 1 + draw() % 30);
		for (int i = 0; i < 4; i++) {
			known[i] = random_condition(ts, unknown);
			linear_assume(ts, &facts, known[i]);
		}
		goal = random_condition(ts, unknown);
		if (!term_is_const(goal) && linear_implied(ts, &facts, goal)) {
			implied++;
			for (int i = 0; i < 200; i++) {
				struct model *m = model_new(draw());

				if (all_hold(m, known, 4)) {
					checked++;
					assert_int_equal(model_value(m, goal), 1);
				}
				model_free(m);
			}
		}
		linear_free(&facts);
		terms_free(ts);
	}
	print_message("%u implied, %u cases checked\n", implied, checked);
	assert_true(implied > 20);
	assert_true(checked > 20);
}

/* The smallest sum that would fool a careless reading: 32-bit length - 14 >= 20 says nothing about length
 * until length >= 14 is known, since the difference wraps. */
static void
test_wrapping_says_nothing(void **unused)
{
	struct terms *ts = terms_new();
	struct linear_facts facts = { 0 };
	const term length = term_var_in(ts, 64, "length", 0, 1518), fourteen = term_const(ts, 64, 14);
	const term rest = term_ule(ts, term_const(ts, 64, 20), term_sub(ts, length, fourteen));
	const term whole = term_ule(ts, term_const(ts, 64, 34), length);

	(void)unused;
	linear_assume(ts, &facts, rest);
	assert_false(linear_implied(ts, &facts, whole));
	linear_assume(ts, &facts, term_ule(ts, fourteen, length));
	linear_assume(ts, &facts, rest);
	assert_true(linear_implied(ts, &facts, whole));
	linear_free(&facts);
	terms_free(ts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_implied_holds),
		cmocka_unit_test(test_wrapping_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
