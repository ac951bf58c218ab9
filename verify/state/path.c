/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/path.h"

#include <stdlib.h>
#include <string.h>

#include "verify/state/narrow.h"

void
path_init(struct path *path, struct terms *ts, struct smt *smt)
{
	*path = (struct path){ .terms = ts, .smt = smt };
}

void
path_fini(struct path *path)
{
	free(path->conjunct);
	linear_free(&path->linear);
	model_free(path->model);
	model_free(path->stale);
	*path = (struct path){ 0 };
}

void
path_copy(struct path *to, const struct path *from)
{
	*to = *from;
	to->room = from->count + 16;
	to->conjunct = malloc(to->room * sizeof *to->conjunct);
	if (to->conjunct == NULL)
		abort();
	memcpy(to->conjunct, from->conjunct, from->count * sizeof *to->conjunct);
	linear_copy(&to->linear, &from->linear);
	to->model = from->model == NULL ? NULL : model_share(from->model);
	to->stale = from->stale == NULL ? NULL : model_share(from->stale);
}

static void
path_append(struct path *path, term conjunct)
{
	if (path->count == path->room) {
		path->room = path->room * 2 + 16;
		path->conjunct = realloc(path->conjunct, path->room * sizeof *path->conjunct);
		if (path->conjunct == NULL)
			abort();
	}
	path->conjunct[path->count++] = conjunct;
}

static void path_add(struct path *path, term condition);

static bool
is_part(term part, term whole)
{
	return whole == part || (whole->op == TERM_AND && (is_part(part, whole->args[0]) || is_part(part, whole->args[1])));
}

/* How many parts of a conjunction are not known to hold, and the last of them. */
static unsigned
open_parts(const struct path *path, term whole, term *open)
{
	if (whole->op == TERM_AND)
		return open_parts(path, whole->args[0], open) + open_parts(path, whole->args[1], open);
	if (path_look(path, whole) == TRUTH_TRUE)
		return 0;
	*open = whole;
	return 1;
}

static bool
is_clause(term a)
{
	return a->op == TERM_NOT && a->args[0]->op == TERM_AND;
}

/* "Not all of these" is "not this one" where the others hold. It follows from what is there: nothing is assumed. */
static void
path_conclude(struct path *path, term from)
{
	term open = NULL;

	for (size_t i = 0; i < path->count; i++) {
		const term c = path->conjunct[i];

		if (is_clause(c) && (c == from || is_part(from, c->args[0])) && open_parts(path, c->args[0], &open) == 1)
			path_add(path, term_not(path->terms, open));
	}
}

/* Conjunctions are stored in parts: slices become small and looking becomes likely to succeed. */
static void
path_add(struct path *path, term condition)
{
	if (condition->op == TERM_AND) {
		path_add(path, condition->args[0]);
		path_add(path, condition->args[1]);
	} else if (path_look(path, condition) != TRUTH_TRUE) {
		path_append(path, condition);
		linear_assume(path->terms, &path->linear, condition);
		if (path->concludes)
			path_conclude(path, condition);
	}
}

void
path_assume(struct path *path, term condition, struct model *model)
{
	path_add(path, condition);
	if (model != NULL) {
		model_free(path->model);
		path->model = model;
	} else if (path->model != NULL && model_value(path->model, condition) != 1) {
		model_free(path->stale);
		path->stale = path->model;
		path->model = NULL;
		path->in_vain = false;
	}
}

enum truth
path_look(const struct path *path, term condition)
{
	const term opposite = term_not(path->terms, condition);

	if (term_is_const(condition))
		return condition->value ? TRUTH_TRUE : TRUTH_FALSE;
	for (size_t i = 0; i < path->count; i++) {
		if (path->conjunct[i] == condition)
			return TRUTH_TRUE;
		if (path->conjunct[i] == opposite)
			return TRUTH_FALSE;
	}
	if (condition->op == TERM_AND) {
		const enum truth a = path_look(path, condition->args[0]), b = path_look(path, condition->args[1]);

		if (a == TRUTH_FALSE || b == TRUTH_FALSE)
			return TRUTH_FALSE;
		return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_OPEN;
	}
	return TRUTH_OPEN;
}

#define SIMPLIFY_NODES 400

/* What a term is worth given the conjuncts, as far as looking tells: a term equated with a constant is that
 * constant, a conjunct is true. Equal to the term wherever the path's conjuncts hold. */
static term
simplified(const struct path *path, term a, unsigned *budget)
{
	term args[64];
	bool changed = false;

	if (a->count == 0 && a->op != TERM_VAR)
		return a;
	if (*budget == 0)
		return a;
	--*budget;
	for (size_t i = 0; i < path->count; i++) {
		const term c = path->conjunct[i];

		if (c == a)
			return term_bool(path->terms, true);
		if (c->op == TERM_NOT && c->args[0] == a)
			return term_bool(path->terms, false);
		if (c->op == TERM_EQ && c->args[1] == a && term_is_const(c->args[0]))
			return c->args[0];
		if (c->op == TERM_EQ && c->args[0] == a && term_is_const(c->args[1]))
			return c->args[1];
	}
	if (a->op == TERM_APP || a->op == TERM_FOLD) /* by another argument it would be another unknown */
		return a;
	for (unsigned i = 0; i < a->count; i++) {
		args[i] = simplified(path, a->args[i], budget);
		changed = changed || args[i] != a->args[i];
	}
	return changed ? term_rebuild(path->terms, a, args) : a;
}

static term
path_simplify(const struct path *path, term condition)
{
	unsigned budget = SIMPLIFY_NODES;

	return simplified(path, condition, &budget);
}

/* A model again, if the one that the path had until lately can be mended. Tried once. What cannot be mended is kept: questions
 * are put piece by piece around it, and evaluation says what of it holds. */
static void
path_mend(struct path *path)
{
	if (path->model != NULL || path->stale == NULL || path->hasty || path->in_vain)
		return;
	path->model = smt_mended(path->smt, path->conjunct, path->count, path->stale);
	path->in_vain = path->model == NULL;
	if (path->in_vain)
		return;
	model_free(path->stale);
	path->stale = NULL;
}

/* The values around which a question is put. */
static const struct model *
path_base(const struct path *path)
{
	return path->model != NULL ? path->model : path->stale;
}

void
path_prepare(struct path *path, struct model *known)
{
	bool holds = known != NULL && path->model == NULL;

	for (size_t i = 0; holds && i < path->count; i++)
		holds = model_value(known, path->conjunct[i]) == 1;
	if (holds)
		path->model = known;
	else
		model_free(known);
	path_mend(path);
}

bool
path_can(struct path *path, term condition, struct model **model)
{
	const enum truth seen = path_look(path, condition);

	if (model != NULL)
		*model = NULL;
	if (seen == TRUTH_FALSE)
		return false;
	path_mend(path);
	if (path->model != NULL && model_value(path->model, condition) == 1) {
		if (model != NULL)
			*model = model_share(path->model);
		return true;
	}
	if (linear_implied(path->terms, &path->linear, term_not(path->terms, condition)))
		return false;
	if (narrow_refuted(path, condition))
		return false;
	condition = path_simplify(path, condition);
	if (term_is_false(condition))
		return false;
	if (path->hasty)
		return true;
	return smt_feasible(path->smt, path->conjunct, path->count, condition, path_base(path), model) != SMT_UNSAT;
}

bool
path_must(struct path *path, term condition)
{
	const enum truth seen = path_look(path, condition);

	if (seen != TRUTH_OPEN)
		return seen == TRUTH_TRUE;
	path_mend(path);
	if (path->model != NULL && model_value(path->model, condition) != 1)
		return false;
	if (linear_implied(path->terms, &path->linear, condition) ||
		narrow_refuted(path, term_not(path->terms, condition)))
		return true;
	condition = path_simplify(path, condition);
	if (term_is_const(condition))
		return term_is_true(condition);
	return smt_feasible(path->smt, path->conjunct, path->count, term_not(path->terms, condition), path_base(path), NULL) ==
		SMT_UNSAT;
}

bool
path_must_widely(struct path *path, term condition)
{
	if (path_must(path, condition))
		return true;
	if (path_look(path, condition) == TRUTH_FALSE || (path->model != NULL && model_value(path->model, condition) != 1))
		return false;
	return smt_implied_by_wide_slice(path->smt, path->conjunct, path->count, condition) == SMT_UNSAT;
}

term
path_fixed(struct path *path, term a)
{
	term guess;

	if (term_is_const(a))
		return a;
	if (path->model == NULL)
		return NULL;
	guess = term_const(path->terms, a->width, model_value(path->model, a));
	return path_must(path, term_eq(path->terms, a, guess)) ? guess : NULL;
}

size_t
path_values(struct path *path, term a, uint64_t *values, size_t most)
{
	term others = term_bool(path->terms, true);
	enum smt_result result;
	size_t n = 0;

	for (;;) {
		term *all = malloc((path->count + 1) * sizeof *all);
		struct model *model;

		if (all == NULL)
			abort();
		memcpy(all, path->conjunct, path->count * sizeof *all);
		all[path->count] = others;
		model = smt_model(path->smt, all, path->count + 1, 1, &result);
		free(all);
		if (model == NULL)
			return result == SMT_UNSAT ? n : 0;
		if (n == most) {
			model_free(model);
			return 0;
		}
		values[n] = model_value(model, a);
		others = term_and(path->terms, others,
			term_ne(path->terms, a, term_const(path->terms, a->width, values[n++])));
		model_free(model);
	}
}
