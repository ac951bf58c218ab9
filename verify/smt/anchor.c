/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question put with most unknowns held at what they are worth: those stay free that conjuncts speak of which fail, and what
 * depends on them. What is left of the conjuncts is small, and an answer is most often a model of all of them.
 *
 * UNSAT says nothing, for what is held might have to move. SAT is answered only with a model that evaluation confirms. */
#include <stdlib.h>
#include <string.h>

#include "verify/smt/inside.h"

#define ROUNDS 8
#define TRIES 2 /* the second time, what the conjuncts in question speak of is free */

struct anchor {
	struct smt *smt;
	const struct question *q;
	struct model *base;
	const struct support_set *all; /* unknowns, those inside of others too */
	bool *free;                    /* of these */
	bool *asked;                   /* of the conjuncts */
	size_t free_count;
};

static size_t
index_of(const struct support_set *all, term leaf)
{
	size_t low = 0, high = all->count;

	while (low + 1 < high) {
		const size_t middle = (low + high) / 2;

		if (all->leaf[middle]->id <= leaf->id)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool
any_free(const struct anchor *a, const struct support_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (a->free[index_of(a->all, set->leaf[i])])
			return true;
	return false;
}

static void
set_free(struct anchor *a, const struct support_set *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		bool *const is = &a->free[index_of(a->all, set->leaf[i])];

		a->free_count += !*is;
		*is = true;
	}
}

/* What an application is applied to, and what a sum is of, decides what it is worth. Parts come before what they are in. */
static void
free_dependants(struct anchor *a)
{
	for (size_t i = 0; i < a->all->count; i++)
		if (!a->free[i] && any_free(a, support_of(a->smt->support, a->all->leaf[i]))) {
			a->free[i] = true;
			a->free_count++;
		}
}

static term
conjunct_of(const struct anchor *a, size_t i)
{
	return i < a->q->count ? a->q->conjunct[i] : a->q->extra;
}

/* First what fails; then, once more, whatever shares a free unknown. */
static void
free_more(struct anchor *a, unsigned try)
{
	for (size_t i = 0; i <= a->q->count; i++) {
		const term c = conjunct_of(a, i);

		if (try == 0 ? model_value(a->base, c) != 1 : a->asked[i])
			set_free(a, support_on_surface(a->smt->support, c));
	}
	free_dependants(a);
}

static Z3_ast
numeral(const struct anchor *a, term leaf)
{
	return Z3_mk_unsigned_int64(a->smt->z3, model_value(a->base, leaf), Z3_mk_bv_sort(a->smt->z3, leaf->width));
}

/* A conjunct with what is held written as numbers. */
static Z3_ast
written(const struct anchor *a, term c)
{
	const struct support_set *const set = support_on_surface(a->smt->support, c);
	Z3_ast *const from = malloc(2 * (set->count + 1) * sizeof *from), *const to = from + set->count + 1;
	unsigned n = 0;
	Z3_ast result;

	if (from == NULL)
		abort();
	for (uint32_t i = 0; i < set->count; i++)
		if (!a->free[index_of(a->all, set->leaf[i])]) {
			from[n] = translate_bits(a->smt->opaque, set->leaf[i]);
			to[n++] = numeral(a, set->leaf[i]);
		}
	result = Z3_simplify(a->smt->z3, Z3_substitute(a->smt->z3, translate_bool(a->smt->opaque, c), n, from, to));
	free(from);
	return result;
}

static void
assert_all(struct anchor *a, Z3_solver solver)
{
	for (size_t i = 0; i <= a->q->count; i++) {
		const term c = conjunct_of(a, i);

		a->asked[i] = any_free(a, support_on_surface(a->smt->support, c));
		if (a->asked[i])
			Z3_solver_assert(a->smt->z3, solver, written(a, c));
	}
	for (size_t i = 0; i < a->all->count; i++) {
		const Z3_ast bounds = a->free[i] ? translate_bounds(a->smt->opaque, a->all->leaf[i]) : NULL;

		if (bounds != NULL)
			Z3_solver_assert(a->smt->z3, solver, bounds);
	}
}

/* The base with the free unknowns as the solver has them: parts first, so that it is known where functions are asked. */
static struct model *
with_answers(const struct anchor *a, Z3_solver solver, struct valuation *values)
{
	const Z3_model found = Z3_solver_get_model(a->smt->z3, solver);
	struct model *model = model_share(a->base);

	Z3_model_inc_ref(a->smt->z3, found);
	for (size_t i = 0; i < a->all->count; i++) {
		struct valued v = { .leaf = a->all->leaf[i] };
		struct model *next;

		if (!a->free[i] || term_is_hard(v.leaf) || !smt_value_of(a->smt, found, v.leaf, &v.value))
			continue;
		for (unsigned k = 0; k < v.leaf->count; k++)
			v.args[k] = model_value(model, v.leaf->args[k]);
		next = model_clone(model);
		model_free(model);
		model = next;
		valuation_add(values, &v);
		smt_fix(model, &v);
	}
	Z3_model_dec_ref(a->smt->z3, found);
	return model;
}

/* What the solver says an unknown is worth, or what it is held at. */
static uint64_t
answered(const struct anchor *a, const struct valuation *values, term leaf)
{
	for (size_t i = 0; i < values->count; i++)
		if (values->leaf[i].leaf == leaf)
			return values->leaf[i].value;
	return model_value(a->base, leaf);
}

static bool
is_clash(const struct valued *a, term b, struct model *model)
{
	if (b == a->leaf || b->op != TERM_APP || b->function != a->leaf->function)
		return false;
	for (unsigned i = 0; i < b->count; i++)
		if (model_value(model, b->args[i]) != a->args[i])
			return false;
	return true;
}

/* Functions that were asked twice at one point and gave two answers (one of them is in the model) are told not to. Answers how
 * often. */
static unsigned
refine(const struct anchor *a, Z3_solver solver, struct model *model, const struct valuation *values)
{
	unsigned told = 0;

	for (size_t i = 0; i < values->count; i++) {
		const struct valued *const v = &values->leaf[i];

		for (uint32_t k = 0; k < a->all->count && v->leaf->op == TERM_APP; k++)
			if (is_clash(v, a->all->leaf[k], model) && answered(a, values, a->all->leaf[k]) != v->value) {
				Z3_solver_assert(a->smt->z3, solver, written(a, smt_congruence(a->smt, v->leaf, a->all->leaf[k])));
				told++;
			}
	}
	return told;
}

/* The solver's answer that is a function's everywhere. NULL: there is none with what is held. */
static struct model *
consistent(struct anchor *a, Z3_solver solver, struct valuation *values)
{
	for (unsigned round = 0; round < ROUNDS && Z3_solver_check(a->smt->z3, solver) == Z3_L_TRUE; round++) {
		struct model *model;

		values->count = 0;
		model = with_answers(a, solver, values);
		if (refine(a, solver, model, values) == 0)
			return model;
		model_free(model);
	}
	return NULL;
}

static bool
has_free_product(const struct anchor *a)
{
	for (uint32_t i = 0; i < a->all->count; i++)
		if (a->free[i] && term_is_hard(a->all->leaf[i]) && a->all->leaf[i]->op != TERM_FOLD)
			return true;
	return false;
}

static struct model *
solved(struct anchor *a, struct valuation *values)
{
	struct model *model, *whole = NULL;
	Z3_solver solver;

	if (has_free_product(a))
		return NULL;
	solver = smt_push(a->smt, &a->smt->held);
	assert_all(a, solver);
	model = consistent(a, solver, values);
	smt_pop(a->smt, &a->smt->held);
	if (model != NULL)
		whole = repaired(model, a->q->conjunct, a->q->count, a->q->extra, values);
	model_free(model);
	return whole;
}

struct model *
anchored(struct smt *smt, const struct question *q, struct valuation *values)
{
	struct anchor a = { .smt = smt, .q = q, .base = model_clone(q->base) };
	term *const asked = malloc((q->count + 1) * sizeof *asked);
	struct model *model = NULL;

	a.asked = calloc(q->count + 1, sizeof *a.asked);
	if (asked == NULL || a.asked == NULL)
		abort();
	memcpy(asked, q->conjunct, q->count * sizeof *asked);
	asked[q->count] = q->extra;
	a.all = support_of_all(smt->support, asked, q->count + 1);
	a.free = calloc(a.all->count + 1, sizeof *a.free);
	if (a.free == NULL)
		abort();
	for (unsigned try = 0; try < TRIES && model == NULL && a.free_count < a.all->count; try++) {
		free_more(&a, try);
		model = solved(&a, values);
	}
	free((void *)a.all);
	free(a.free);
	free(a.asked);
	free(asked);
	model_free(a.base);
	return model;
}
