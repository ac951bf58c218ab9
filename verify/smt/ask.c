/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question to Z3: terms and bounds in, values that functions, products and sums can have out. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/smt/inside.h"

#define QUICK_LIFE 200 /* questions */

Z3_solver
smt_solver_new(struct smt *smt, const char *logic, unsigned limit_ms)
{
	const Z3_solver solver = Z3_mk_solver_for_logic(smt->z3, Z3_mk_string_symbol(smt->z3, logic));
	Z3_params params;

	Z3_solver_inc_ref(smt->z3, solver);
	params = Z3_mk_params(smt->z3);
	Z3_params_inc_ref(smt->z3, params);
	Z3_params_set_uint(smt->z3, params, Z3_mk_string_symbol(smt->z3, "timeout"), limit_ms);
	Z3_solver_set_params(smt->z3, solver, params);
	Z3_params_dec_ref(smt->z3, params);
	return solver;
}

double
smt_seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
assert_bounds(struct smt *smt, Z3_solver solver, struct translate *translate, term leaf)
{
	const Z3_ast bounds = translate_bounds(translate, leaf);

	if (bounds != NULL)
		Z3_solver_assert(smt->z3, solver, bounds);
}

/* Unknowns' bounds are part of their meaning, so every question carries those of its unknowns. */
static void
assert_with_bounds(struct smt *smt, Z3_solver solver, struct translate *translate, term a)
{
	const struct support_set *set = support_of(smt->support, a);

	for (uint32_t i = 0; i < set->count; i++)
		assert_bounds(smt, solver, translate, set->leaf[i]);
	Z3_solver_assert(smt->z3, solver, translate_bool(translate, a));
}

static enum smt_result
result_of(Z3_lbool answer)
{
	return answer == Z3_L_FALSE ? SMT_UNSAT : answer == Z3_L_TRUE ? SMT_SAT : SMT_UNKNOWN;
}

bool
smt_value_of(struct smt *smt, Z3_model z3_model, term a, uint64_t *value)
{
	Z3_ast found;

	return Z3_model_eval(smt->z3, z3_model, translate_bits(smt->opaque, a), true, &found) &&
		Z3_get_numeral_uint64(smt->z3, found, value);
}

static bool
value_leaf(struct smt *smt, Z3_model z3_model, term leaf, struct valued *v)
{
	v->leaf = leaf;
	for (unsigned i = 0; i < leaf->count && (leaf->op != TERM_FOLD || i == 0); i++)
		if (!smt_value_of(smt, z3_model, leaf->args[i], &v->args[i]))
			return false;
	return smt_value_of(smt, z3_model, leaf, &v->value);
}

/* The unknowns of a question, each once. The caller frees them. */
static struct valued *
leaves_of(struct smt *smt, const term *asked, size_t count, size_t *n)
{
	const struct support_set *all = support_of_all(smt->support, asked, count);
	struct valued *leaves = calloc(all->count + 1, sizeof *leaves);

	if (leaves == NULL)
		abort();
	*n = all->count;
	for (uint32_t i = 0; i < all->count; i++)
		leaves[i].leaf = all->leaf[i];
	free((void *)all);
	return leaves;
}

bool
smt_value_leaves(struct smt *smt, Z3_solver solver, struct valued *leaves, size_t n)
{
	const Z3_model z3_model = Z3_solver_get_model(smt->z3, solver);
	bool all = true;

	Z3_model_inc_ref(smt->z3, z3_model);
	for (size_t i = 0; i < n && all; i++)
		all = value_leaf(smt, z3_model, leaves[i].leaf, &leaves[i]);
	Z3_model_dec_ref(smt->z3, z3_model);
	return all;
}

void
smt_add_leaves(struct smt *smt, Z3_solver solver, struct valuation *values, term a)
{
	const struct support_set *set = support_of(smt->support, a);
	size_t known = values->count;

	values->leaf = realloc(values->leaf, (values->count + set->count + 1) * sizeof *values->leaf);
	if (values->leaf == NULL)
		abort();
	for (uint32_t i = 0; i < set->count; i++) {
		size_t k = 0;

		while (k < known && values->leaf[k].leaf != set->leaf[i])
			k++;
		if (k < known)
			continue;
		values->leaf[values->count++] = (struct valued){ .leaf = set->leaf[i] };
		assert_bounds(smt, solver, smt->opaque, set->leaf[i]);
	}
}

/* Applications of one function, or products of one kind: each is a function of its arguments. Sums are compared in hard.c. */
static bool
same_function(term a, term b)
{
	if (a->op != b->op || a->op == TERM_FOLD || a->width != b->width || a->count != b->count)
		return false;
	return a->op == TERM_APP ? a->function == b->function : term_is_hard(a);
}

static bool
clashes(const struct valued *a, const struct valued *b)
{
	return same_function(a->leaf, b->leaf) && a->value != b->value &&
		memcmp(a->args, b->args, a->leaf->count * sizeof a->args[0]) == 0;
}

term
smt_congruence(struct smt *smt, term a, term b)
{
	term same = term_bool(smt->terms, true);

	for (unsigned i = 0; i < a->count; i++)
		same = term_and(smt->terms, same, term_eq(smt->terms, a->args[i], b->args[i]));
	return term_or(smt->terms, term_not(smt->terms, same), term_eq(smt->terms, a, b));
}

/* Asserts congruence where the solver's values contradict it. Answers how often. */
unsigned
smt_refine(struct smt *smt, Z3_solver solver, const struct valued *leaves, size_t n)
{
	unsigned asserted = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (clashes(&leaves[i], &leaves[k])) {
				Z3_solver_assert(smt->z3, solver,
					translate_bool(smt->opaque, smt_congruence(smt, leaves[i].leaf, leaves[k].leaf)));
				asserted++;
			}
	return asserted;
}

void
smt_fix(struct model *model, const struct valued *v)
{
	if (v->leaf->op == TERM_VAR)
		model_fix_var(model, v->leaf, v->value);
	else if (v->leaf->op == TERM_APP)
		model_fix_app(model, v->leaf->function, v->args, v->value);
}

struct valued *
valuation_add(struct valuation *values, const struct valued *v)
{
	values->leaf = realloc(values->leaf, (values->count + 1) * sizeof *values->leaf);
	if (values->leaf == NULL)
		abort();
	values->leaf[values->count] = *v;
	return &values->leaf[values->count++];
}

struct model *
smt_model_of(const struct valuation *values, const struct model *base)
{
	struct model *model = base != NULL ? model_clone(base) : model_new(1);

	if (base == NULL)
		model_settle(model);
	for (size_t i = 0; i < values->count; i++)
		smt_fix(model, &values->leaf[i]);
	return model;
}

static bool
satisfies(struct model *model, const term *conjuncts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (model_value(model, conjuncts[i]) != 1)
			return false;
	return true;
}

/* Applications and hard products are unknowns of their own; congruence and what products are is added where an answer
 * violates it: few questions need any. */
enum smt_result
smt_settle(struct smt *smt, Z3_solver solver, bool exact, struct valuation *values)
{
	enum smt_result result;

	smt->inexact = false;
	do {
		result = result_of(Z3_solver_check(smt->z3, solver));
		if (result == SMT_SAT && !smt_value_leaves(smt, solver, values->leaf, values->count))
			result = SMT_UNKNOWN;
	} while ((result == SMT_SAT && smt_refine(smt, solver, values->leaf, values->count) > 0) ||
		hard_mend(smt, solver, exact, values, &result));
	return result;
}

/* Puts the question to one solver. SAT only with values that evaluation confirms. */
static enum smt_result
ask_solver(struct smt *smt, Z3_solver solver, const term *asked, size_t count, bool exact, struct valuation *values)
{
	enum smt_result result;

	values->leaf = leaves_of(smt, asked, count, &values->count);
	for (size_t i = 0; i < count; i++)
		assert_with_bounds(smt, solver, smt->opaque, asked[i]);
	result = smt_settle(smt, solver, exact, values);
	if (result == SMT_SAT) {
		struct model *model = smt_model_of(values, NULL);

		if (!satisfies(model, asked, count))
			result = SMT_UNKNOWN;
		model_free(model);
	}
	if (result != SMT_SAT) {
		free(values->leaf);
		*values = (struct valuation){ NULL, 0 };
	}
	return result;
}

/* The question that was answered UNSAT, whole: with what applications and products are, not with what was said of them
 * until that decided. */
void
smt_record_unsat(struct smt *smt, const term *asked, size_t count)
{
	Z3_solver solver;

	if (smt->record == NULL)
		return;
	solver = smt_solver_new(smt, "QF_UFBV", smt->limit_ms);
	for (size_t i = 0; i < count; i++)
		assert_with_bounds(smt, solver, smt->exact, asked[i]);
	fprintf(smt->record, "(reset)\n(set-logic QF_UFBV)\n%s(check-sat)\n", Z3_solver_to_string(smt->z3, solver));
	Z3_solver_dec_ref(smt->z3, solver);
	smt->figures.recorded++;
}

Z3_solver
smt_push(struct smt *smt, struct quick *quick)
{
	if (quick->frames++ % QUICK_LIFE == 0) { /* it only ever grows slower */
		if (quick->solver != NULL)
			Z3_solver_dec_ref(smt->z3, quick->solver);
		quick->solver = smt_solver_new(smt, "QF_UFBV", quick->limit_ms);
	}
	Z3_solver_push(smt->z3, quick->solver);
	return quick->solver;
}

void
smt_quick_end(struct smt *smt, struct quick *quick)
{
	if (quick->solver != NULL)
		Z3_solver_dec_ref(smt->z3, quick->solver);
}

void
smt_pop(struct smt *smt, struct quick *quick)
{
	Z3_solver_pop(smt->z3, quick->solver, 1);
}

static enum smt_result
ask_fresh(struct smt *smt, const term *asked, size_t count, bool exact, struct valuation *values)
{
	const Z3_solver fresh = smt_solver_new(smt, "QF_BV", smt->limit_ms);
	const enum smt_result result = ask_solver(smt, fresh, asked, count, exact, values);

	Z3_solver_dec_ref(smt->z3, fresh);
	return result;
}

bool
smt_excludes(struct smt *smt, const term *asked, size_t count)
{
	struct valuation values;
	const enum smt_result result = ask_fresh(smt, asked, count, false, &values);

	free(values.leaf);
	return result == SMT_UNSAT;
}

static void
count_answer(struct smt *smt, const term *asked, size_t count, enum smt_result result, double start)
{
	smt->figures.solved++;
	smt->figures.unknown += result == SMT_UNKNOWN;
	if (result == SMT_UNSAT)
		smt_record_unsat(smt, asked, count);
	smt->figures.seconds += smt_seconds_now() - start;
}

/* First the incremental solver with a short limit, then a fresh one: the two use different procedures, and each is
 * slow where the other is not. */
enum smt_result
smt_ask(struct smt *smt, const term *asked, size_t count, bool exact, struct valuation *values)
{
	const double start = smt_seconds_now();
	enum smt_result result = ask_solver(smt, smt_push(smt, &smt->quick), asked, count, false, values);

	smt_pop(smt, &smt->quick);
	if (result == SMT_UNKNOWN && (exact || !smt->inexact))
		result = ask_fresh(smt, asked, count, exact, values);
	count_answer(smt, asked, count, result, start);
	return result;
}

enum smt_result
smt_ask_slowly(struct smt *smt, const term *asked, size_t count, struct valuation *values)
{
	const double start = smt_seconds_now();
	const enum smt_result result = ask_fresh(smt, asked, count, false, values);

	count_answer(smt, asked, count, result, start);
	return result;
}
