/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Products and one's-complement sums: unknowns of their own until what they are decides the answer.
 *
 * Whatever is said of them here is true of them, or is taken back: UNSAT stays UNSAT, and values are passed on only once
 * each product and sum has the value that its parts give it. */
#include <stdlib.h>
#include <string.h>

#include "verify/smt/inside.h"

#define FEW_WORDS 16 /* of a sum, that are tried as the one to be changed */

/* What it is for the values that the solver gave its factors, or its sum. */
static uint64_t
computed(struct smt *smt, const struct valued *v)
{
	const unsigned parts = v->leaf->op == TERM_FOLD ? 1 : 2;
	term args[2];

	for (unsigned i = 0; i < parts; i++)
		args[i] = term_const(smt->terms, v->leaf->args[i]->width, v->args[i]);
	return term_rebuild(smt->terms, v->leaf, args)->value;
}

static bool
miscounted(struct smt *smt, const struct valued *v)
{
	return term_is_hard(v->leaf) && computed(smt, v) != v->value;
}

static bool
any_miscounted(struct smt *smt, const struct valuation *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (miscounted(smt, &values->leaf[i]))
			return true;
	return false;
}

static bool
any_sum(const struct valuation *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (values->leaf[i].leaf->op == TERM_FOLD)
			return true;
	return false;
}

static void
assert_value(struct smt *smt, Z3_solver solver, term a, uint64_t value)
{
	Z3_solver_assert(smt->z3, solver, translate_bool(smt->opaque,
		term_eq(smt->terms, a, term_const(smt->terms, a->width, value))));
}

/* True values with what was asserted since the last push; congruence included. */
static bool
solved(struct smt *smt, Z3_solver solver, struct valuation *values)
{
	bool found;

	do
		found = Z3_solver_check(smt->z3, solver) == Z3_L_TRUE &&
			smt_value_leaves(smt, solver, values->leaf, values->count);
	while (found && smt_refine(smt, solver, values->leaf, values->count) > 0);
	return found && !any_miscounted(smt, values);
}

/* How much of a hard product is said of the values that the solver gave its factors. */
enum fixing { FIX_FACTORS, FIX_ONE, FIXINGS };

/* All factors are what they are, so the product is a number; or one is (a quotient's divisor), so that the product is
 * linear. */
static void
fix_product(struct smt *smt, Z3_solver solver, const struct valued *v, enum fixing how)
{
	const unsigned one = v->leaf->op == TERM_MUL ? 0 : 1;

	for (unsigned i = 0; i < v->leaf->count; i++)
		if (how == FIX_FACTORS || i == one)
			assert_value(smt, solver, v->leaf->args[i], v->args[i]);
	if (how == FIX_FACTORS)
		assert_value(smt, solver, v->leaf, computed(smt, v));
	else
		Z3_solver_assert(smt->z3, solver, translate_definition_at(smt->opaque, v->leaf, one, v->args[one]));
}

static bool
found_with(struct smt *smt, Z3_solver solver, struct valuation *values, const struct valued *kept, enum fixing how)
{
	bool found;

	Z3_solver_push(smt->z3, solver);
	for (size_t i = 0; i < values->count; i++)
		if (term_is_hard(kept[i].leaf))
			fix_product(smt, solver, &kept[i], how);
	found = solved(smt, solver, values);
	Z3_solver_pop(smt->z3, solver, 1);
	return found;
}

/* Whether an unknown is part of word `which` of one of the sums. */
static bool
in_word(struct smt *smt, const struct valuation *values, const struct valued *kept, term unknown, unsigned which)
{
	for (size_t i = 0; i < values->count; i++) {
		const term sum = kept[i].leaf->op == TERM_FOLD ? kept[i].leaf->args[0] : NULL;
		const struct support_set *set;

		if (sum == NULL)
			continue;
		set = support_on_surface(smt->support, sum->op == TERM_ADD ? sum->args[which % sum->count] : sum);
		for (uint32_t k = 0; k < set->count; k++)
			if (set->leaf[k] == unknown)
				return true;
	}
	return false;
}

/* All unknowns as they are, but for one word of each sum (which < 0: without exception); what products and sums are is
 * said, and is then a matter of computing. */
static bool
found_by_word(struct smt *smt, Z3_solver solver, struct valuation *values, const struct valued *kept, int which)
{
	bool found;

	Z3_solver_push(smt->z3, solver);
	for (size_t i = 0; i < values->count; i++) {
		const term leaf = kept[i].leaf;

		if (term_is_hard(leaf))
			Z3_solver_assert(smt->z3, solver, translate_definition(smt->opaque, leaf));
		else if (which < 0 || !in_word(smt, values, kept, leaf, (unsigned)which))
			assert_value(smt, solver, leaf, kept[i].value);
	}
	found = solved(smt, solver, values);
	Z3_solver_pop(smt->z3, solver, 1);
	return found;
}

/* Whether there is a solution with factors or words as in this one, in which products and sums are what they must be.
 * Otherwise the values stay. */
static bool
fix_some(struct smt *smt, Z3_solver solver, struct valuation *values)
{
	struct valued *const kept = malloc((values->count + 1) * sizeof *kept);
	bool found = false;

	if (kept == NULL)
		abort();
	memcpy(kept, values->leaf, values->count * sizeof *kept);
	if (any_sum(values))
		for (int which = -1; which < FEW_WORDS && !found; which++)
			found = found_by_word(smt, solver, values, kept, which);
	else
		for (enum fixing how = 0; how < FIXINGS && !found; how++)
			found = found_with(smt, solver, values, kept, how);
	if (!found)
		memcpy(values->leaf, kept, values->count * sizeof *kept);
	free(kept);
	return found;
}

/* A sum that may be 0 is 0 where all its words are, and otherwise what stands beside it: there the terms of two such
 * sums often meet. The latter becomes one of the question's unknowns. */
static void
relate(struct smt *smt, Z3_solver solver, struct valuation *values, size_t at)
{
	struct terms *const ts = smt->terms;
	const term sum = values->leaf[at].leaf, zero = term_const(ts, 16, 0);
	const term is = term_ite(ts, term_eq(ts, sum, zero), zero, sum->args[1]);

	values->leaf[at].related = true;
	Z3_solver_assert(smt->z3, solver, translate_bool(smt->opaque, term_eq(ts, sum, is)));
	smt_add_leaves(smt, solver, values, sum->args[1]);
}

/* Of equal numbers the sums are equal: said of two that the solver's values contradict. Answers how often: a question
 * that this settles needs no arithmetic. */
static unsigned
equate(struct smt *smt, Z3_solver solver, const struct valuation *values)
{
	unsigned said = 0;

	for (size_t i = 0; i < values->count; i++)
		for (size_t k = 0; k < i && values->leaf[i].leaf->op == TERM_FOLD; k++) {
			const struct valued *const a = &values->leaf[i], *const b = &values->leaf[k];

			if (b->leaf->op != TERM_FOLD || a->args[0] != b->args[0] || a->value == b->value)
				continue;
			Z3_solver_assert(smt->z3, solver, translate_bool(smt->opaque, term_or(smt->terms,
				term_ne(smt->terms, a->leaf->args[0], b->leaf->args[0]), term_eq(smt->terms, a->leaf, b->leaf))));
			said++;
		}
	return said;
}

/* Says how the sums with impossible values stand to others: no arithmetic. False: all was said before. */
static bool
compare_sums(struct smt *smt, Z3_solver solver, struct valuation *values)
{
	const size_t count = values->count;
	bool said = equate(smt, solver, values) > 0;

	for (size_t i = 0; i < count; i++) {
		const struct valued *const v = &values->leaf[i];

		if (v->leaf->op != TERM_FOLD || v->leaf->args[0]->low > 0 || v->related || !miscounted(smt, v))
			continue;
		relate(smt, solver, values, i);
		said = true;
	}
	return said;
}

/* Says what the products and sums are that have impossible values. A related sum is known when the other one is. */
static void
define(struct smt *smt, Z3_solver solver, const struct valuation *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (miscounted(smt, &values->leaf[i]) && !values->leaf[i].related)
			Z3_solver_assert(smt->z3, solver, translate_definition(smt->opaque, values->leaf[i].leaf));
}

bool
hard_mend(struct smt *smt, Z3_solver solver, bool exact, struct valuation *values, enum smt_result *result)
{
	if (*result != SMT_SAT || !any_miscounted(smt, values))
		return false;
	if (compare_sums(smt, solver, values))
		return true;
	if (fix_some(smt, solver, values))
		return false;
	if (!exact) {
		*result = SMT_UNKNOWN;
		smt->inexact = true;
		return false;
	}
	define(smt, solver, values);
	return true;
}
