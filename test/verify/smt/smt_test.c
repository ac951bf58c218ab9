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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_congruence),
		cmocka_unit_test(test_bounds_are_said),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_products_of_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
