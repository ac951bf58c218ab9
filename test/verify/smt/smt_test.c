/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The solver's door: what is UNSAT follows from the conjuncts, and every model offered satisfies them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "verify/smt/smt.h"

/* Functions are unknowns of their own until congruence is needed: f(i) = 1, f(k) = 2 and i = k cannot be. */
static void
test_congruence(void **unused)
{
	static const uint8_t width[] = { 64 };
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	struct term_function *f = term_function_new(ts, "f", 8, 1, width);
	const term i = term_var(ts, 64, "i"), k = term_var(ts, 64, "k");
	const term at_i = term_app(ts, f, &i), at_k = term_app(ts, f, &k);
	const term known[] = { term_eq(ts, at_i, term_const(ts, 8, 1)), term_eq(ts, at_k, term_const(ts, 8, 2)), term_eq(ts, i, k) };
	enum smt_result result;
	struct model *model;

	(void)unused;
	assert_null(smt_model(smt, known, 3, 1, &result));
	assert_int_equal(result, SMT_UNSAT);
	model = smt_model(smt, known, 2, 1, &result);
	assert_non_null(model);
	assert_int_equal(model_value(model, at_i), 1);
	assert_int_equal(model_value(model, at_k), 2);
	assert_int_not_equal(model_value(model, i), model_value(model, k));
	model_free(model);
	smt_free(smt);
	terms_free(ts);
}

/* An unknown's bounds are part of every question about it. */
static void
test_bounds_are_said(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	const term a = term_var_in(ts, 32, "a", 3, 9), b = term_var_in(ts, 32, "b", 3, 9);
	const term product = term_mul(ts, a, b);
	struct model *model;

	(void)unused;
	assert_int_equal(smt_implied(smt, NULL, 0, term_ule(ts, product, term_const(ts, 32, 81)), &model), SMT_UNSAT);
	assert_int_equal(smt_implied(smt, NULL, 0, term_ne(ts, product, term_const(ts, 32, 63)), &model), SMT_SAT);
	assert_int_equal(model_value(model, a) * model_value(model, b), 63);
	model_free(model);
	smt_free(smt);
	terms_free(ts);
}

/* Products of unknowns are not computed until that decides: what needs no arithmetic, what a lucky pair of factors
 * satisfies, and what only multiplication itself excludes. */
static void
test_products(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 20000);
	const term a = term_var_in(ts, 64, "a", 2, 1000), b = term_var_in(ts, 64, "b", 2, 1000);
	const term product = term_mul(ts, a, b), quotient = term_arith(ts, TERM_UDIV, a, b);
	const term least = term_ite(ts, term_ult(ts, product, a), product, a);
	struct model *model;

	(void)unused;
	assert_int_equal(smt_implied(smt, NULL, 0, term_ule(ts, least, a), &model), SMT_UNSAT);
	assert_int_equal(smt_implied(smt, NULL, 0, term_ne(ts, product, term_const(ts, 64, 899)), &model), SMT_SAT);
	assert_int_equal(model_value(model, a) * model_value(model, b), 899);
	model_free(model);
	assert_int_equal(smt_implied(smt, NULL, 0, term_ne(ts, quotient, term_const(ts, 64, 7)), &model), SMT_SAT);
	assert_int_equal(model_value(model, a) / model_value(model, b), 7);
	model_free(model);
	assert_int_equal(smt_implied(smt, NULL, 0, term_ne(ts, product, term_const(ts, 64, 907)), &model), SMT_UNSAT);
	smt_free(smt);
	terms_free(ts);
}

/* A slice forgets conjuncts about other unknowns: UNSAT stays, and a model is offered only if it fits them all. */
static void
test_slices(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	const term a = term_var(ts, 16, "a"), b = term_var(ts, 16, "b");
	const term known[] = { term_ult(ts, a, term_const(ts, 16, 5)), term_eq(ts, b, term_const(ts, 16, 7)) };
	struct model *base, *model;
	enum smt_result result;

	(void)unused;
	assert_int_equal(smt_feasible(smt, known, 2, term_eq(ts, a, term_const(ts, 16, 6)), NULL, NULL), SMT_UNSAT);
	base = smt_model(smt, known, 2, 1, &result);
	assert_int_equal(smt_feasible(smt, known, 2, term_eq(ts, a, term_const(ts, 16, 4)), base, &model), SMT_SAT);
	assert_non_null(model);
	assert_int_equal(model_value(model, a), 4);
	assert_int_equal(model_value(model, b), 7);
	model_free(model);
	model_free(base);
	smt_free(smt);
	terms_free(ts);
}

/* What a folded sum is, in other words than verify/term/fold.c computes with: 0, or the residue modulo 65535 from 1 to 65535. */
static term
residue(struct terms *ts, term s)
{
	const unsigned w = s->width;
	const term one = term_const(ts, w, 1), zero = term_const(ts, w, 0);
	const term rest = term_arith(ts, TERM_UREM, term_sub(ts, s, one), term_const(ts, w, 65535));

	return term_ite(ts, term_eq(ts, s, zero), zero, term_add(ts, rest, one));
}

static void
always(struct smt *smt, term goal)
{
	struct model *model;

	assert_int_equal(smt_implied(smt, NULL, 0, goal, &model), SMT_UNSAT);
}

/* The rules that fold.c rewrites by, each proved by the solver of its definition at the width that is said. */
static void
test_rules_of_sums(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 120000);
	const term x = term_var_in(ts, 20, "x", 0, 0x1ffff), y = term_var_in(ts, 20, "y", 0, 0x1ffff);
	const term s = term_var_in(ts, 26, "s", 0, 0xffff), b = term_var_in(ts, 20, "b", 0, 255);
	const term last = term_var_in(ts, 20, "last", 0, 0x1fffe), times = term_const(ts, 26, 256);
	const term low = term_zext(ts, term_extract(ts, last, 0, 16), 20), high = term_zext(ts, term_extract(ts, last, 16, 4), 20);
	const term swapped = term_zext(ts, term_bswap(ts, term_extract(ts, residue(ts, s), 0, 16)), 26);
	const term complement = term_sub(ts, term_const(ts, 20, 255), b);

	(void)unused;
	/* halves added until one is left, as the solver is told: 20 bits */
	always(smt, term_eq(ts, term_zext(ts, term_fold(ts, x), 20), residue(ts, x)));
	/* F(F(x) + y) = F(x + y): x and y of 17 bits */
	always(smt, term_eq(ts, residue(ts, term_add(ts, residue(ts, x), y)), residue(ts, term_add(ts, x, y))));
	/* swap F(s) = F(256 s): 16 bits */
	always(smt, term_eq(ts, swapped, residue(ts, term_mul(ts, s, times))));
	/* one step is the last up to 0x1fffe, with the mask or in the low half without */
	always(smt, term_eq(ts, residue(ts, last), term_add(ts, low, high)));
	always(smt, term_eq(ts, term_extract(ts, residue(ts, last), 0, 16), term_extract(ts, term_add(ts, last, high), 0, 16)));
	/* b + ~b, and -b for ~b where the sum is not 0: 8 bits */
	always(smt, term_eq(ts, residue(ts, term_add(ts, term_add(ts, x, b), complement)),
		residue(ts, term_add(ts, x, term_const(ts, 20, 255)))));
	always(smt, term_or(ts, term_eq(ts, x, term_const(ts, 20, 0)), term_eq(ts, residue(ts, term_add(ts, x, complement)),
		residue(ts, term_sub(ts, term_add(ts, x, term_const(ts, 20, 65535 + 255)), b)))));
	/* 65535 more is nothing more, but for 0 */
	always(smt, term_or(ts, term_eq(ts, x, term_const(ts, 20, 0)),
		term_eq(ts, residue(ts, term_add(ts, x, term_const(ts, 20, 65535))), residue(ts, x))));
	smt_free(smt);
	terms_free(ts);
}

/* Sums are opaque, related, or computed, as the question needs; models are right. */
static void
test_sums(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 20000);
	term sum = term_const(ts, 32, 0), all, fold;
	struct model *model;

	(void)unused;
	for (int i = 0; i < 10; i++)
		sum = term_add(ts, sum, term_zext(ts, term_concat(ts, term_var(ts, 8, "high"), term_var(ts, 8, "low")), 32));
	fold = term_fold(ts, sum);
	all = term_eq(ts, fold, term_const(ts, 16, 0xffff));
	assert_int_equal(smt_implied(smt, NULL, 0, term_not(ts, all), &model), SMT_SAT);
	assert_int_equal(model_value(model, fold), 0xffff);
	model_free(model);
	assert_int_equal(smt_implied(smt, &all, 1, term_ne(ts, sum, term_const(ts, 32, 0)), &model), SMT_UNSAT);
	assert_int_equal(smt_implied(smt, &all, 1, term_eq(ts, term_fold(ts, term_add(ts, sum, term_const(ts, 32, 0xffff))),
		term_const(ts, 16, 0xffff)), &model), SMT_UNSAT);
	assert_int_equal(smt_implied(smt, &all, 1, term_eq(ts, term_fold(ts, term_add(ts, sum, term_const(ts, 32, 1))),
		term_const(ts, 16, 2)), &model), SMT_SAT);
	model_free(model);
	smt_free(smt);
	terms_free(ts);
}

/* What equal factors make is equal, and nothing has to be multiplied to know it; nor when their equality is said only of
 * what an application is applied to. */
static void
test_products_of_the_same(void **unused)
{
	static const uint8_t width[] = { 64 };
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	struct term_function *f = term_function_new(ts, "f", 64, 1, width);
	const term i = term_var(ts, 64, "i"), k = term_var(ts, 64, "k"), rate = term_var(ts, 64, "rate");
	const term at_i = term_app(ts, f, &i), at_k = term_app(ts, f, &k);
	const term same = term_eq(ts, term_mul(ts, rate, at_i), term_mul(ts, rate, at_k));
	const term known[] = { term_eq(ts, i, k), term_ne(ts, i, k) };

	(void)unused;
	assert_int_not_equal(smt_implied_by_slice(smt, known, 1, same), SMT_UNSAT); /* i and k are not in its slice */
	assert_int_equal(smt_implied_by_wide_slice(smt, known, 1, same), SMT_UNSAT);
	assert_int_not_equal(smt_implied_by_wide_slice(smt, known + 1, 1, same), SMT_UNSAT);
	smt_free(smt);
	terms_free(ts);
}

/* A product with a flag is the number or 0, and nothing else; with what may be 2 it is a product. */
static void
test_products_with_flags(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 20000);
	const term flag = term_var_in(ts, 64, "flag", 0, 1), two = term_var_in(ts, 64, "two", 0, 2);
	const term number = term_const(ts, 64, 120000000001), least = term_var(ts, 64, "least");
	const term by_flag = term_mul(ts, number, flag), by_two = term_mul(ts, number, two);
	const term known[] = { term_ule(ts, by_flag, least), term_eq(ts, flag, term_const(ts, 64, 1)) };
	struct model *model;

	(void)unused;
	assert_int_equal(smt_implied(smt, known, 2, term_ule(ts, number, least), &model), SMT_UNSAT);
	assert_int_equal(smt_implied(smt, known, 1, term_ule(ts, number, least), &model), SMT_SAT);
	assert_int_equal(model_value(model, flag), 0);
	model_free(model);
	assert_int_equal(smt_implied(smt, NULL, 0, term_ule(ts, by_two, number), &model), SMT_SAT);
	assert_int_equal(model_value(model, two), 2);
	model_free(model);
	smt_free(smt);
	terms_free(ts);
}

/* One condition of two small unknowns, from a few numbers. */
static term
some_condition(struct terms *ts, const term *unknown, unsigned *seed)
{
	const unsigned r = *seed = *seed * 1103515245u + 12345u;
	const term a = unknown[r >> 16 & 3], b = unknown[r >> 18 & 3];
	const term sum = term_add(ts, a, term_const(ts, 3, r >> 20 & 7)), product = term_and(ts, a, b);

	switch (r >> 24 & 3) {
	case 0: return term_ult(ts, sum, b);
	case 1: return term_eq(ts, sum, b);
	case 2: return term_eq(ts, product, term_const(ts, 3, r >> 27 & 3));
	default: return term_or(ts, term_ult(ts, b, sum), term_eq(ts, b, term_const(ts, 3, r >> 27 & 7)));
	}
}

static bool
holds_somewhere(const term *unknown, const term *said, size_t count)
{
	bool holds = false;

	for (unsigned v = 0; v < 4096 && !holds; v++) {
		struct model *model = model_new(1);

		for (unsigned i = 0; i < 4; i++)
			model_fix_var(model, unknown[i], v >> (3 * i) & 7);
		holds = true;
		for (size_t i = 0; i < count && holds; i++)
			holds = model_value(model, said[i]) == 1;
		model_free(model);
	}
	return holds;
}

/* Questions are put piece by piece, and what was learnt from one is used for others that share conjuncts with it: the answers
 * are those that trying all values gives, and so are the models. */
static void
test_piecewise(void **unused)
{
	struct terms *ts = terms_new();
	struct smt *smt = smt_new(ts, 2000);
	const term unknown[] = { term_var(ts, 3, "a"), term_var(ts, 3, "b"), term_var(ts, 3, "c"), term_var(ts, 3, "d") };
	struct model *const base = model_new(5);
	unsigned seed = 7, answers[2] = { 0 };
	term pool[16];

	(void)unused;
	for (unsigned i = 0; i < 16; i++)
		pool[i] = some_condition(ts, unknown, &seed);
	for (unsigned n = 0; n < 400; n++) {
		const unsigned count = 5 + n % 6;
		term said[10];
		struct model *model;
		enum smt_result result;
		bool holds;

		for (unsigned i = 0; i < count; i++, seed = seed * 1103515245u + 12345u)
			said[i] = pool[seed >> 20 & 15];
		holds = holds_somewhere(unknown, said, count);
		result = smt_feasible(smt, said, count - 1, said[count - 1], n % 2 ? base : NULL, &model);
		assert_true(result == SMT_SAT || !holds); /* of a slice only UNSAT says something */
		model_free(model);
		model = smt_model(smt, said, count, n, &result);
		assert_int_equal(result, holds ? SMT_SAT : SMT_UNSAT);
		for (unsigned i = 0; i < count && holds; i++)
			assert_int_equal(model_value(model, said[i]), 1);
		answers[result == SMT_SAT]++;
		model_free(model);
	}
	assert_true(answers[0] > 50 && answers[1] > 50);
	model_free(base);
	smt_free(smt);
	terms_free(ts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_congruence),
		cmocka_unit_test(test_bounds_are_said),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_rules_of_sums),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_products_of_the_same),
		cmocka_unit_test(test_products_with_flags),
		cmocka_unit_test(test_piecewise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
