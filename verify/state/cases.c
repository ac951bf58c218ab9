/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/cases.h"

#include <stdlib.h>
#include <string.h>

#define TRIES 6 /* cases of one function that are tried for a model before the whole definition is */

static term *
term_array(size_t count)
{
	term *array = malloc((count + 1) * sizeof *array);

	if (array == NULL)
		abort();
	return array;
}

static term
conjunction(struct terms *ts, const struct one_case *one)
{
	term all = term_bool(ts, true);

	for (unsigned i = 0; i < one->guards; i++)
		all = term_and(ts, all, one->guard[i]);
	return all;
}

/* Cases from .. to - 1 agree in their first `level` guards and come in the order of a depth-first search: those
 * that share the next guard stand together. Where that fails, whole guards decide. */
static term
joined(struct terms *ts, const struct cases *c, unsigned answer, unsigned from, unsigned to, unsigned level)
{
	unsigned split = from;
	term guard;

	if (to - from == 1)
		return c->one[from].answer[answer];
	if (c->one[from].guards <= level)
		return term_ite(ts, conjunction(ts, &c->one[from]), c->one[from].answer[answer],
			joined(ts, c, answer, from + 1, to, 0));
	guard = c->one[from].guard[level];
	while (split < to && c->one[split].guards > level && c->one[split].guard[level] == guard)
		split++;
	if (split == to)
		return joined(ts, c, answer, from, to, level + 1);
	return term_ite(ts, guard, joined(ts, c, answer, from, split, level + 1),
		joined(ts, c, answer, split, to, level + 1));
}

static void
define(struct path *path, struct cases *c, unsigned answer)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (unsigned i = 0; i < c->count; i++) {
		const term a = c->one[i].answer[answer];

		low = a->low < low ? a->low : low;
		high = a->high > high ? a->high : high;
	}
	c->defined[answer] = joined(path->terms, c, answer, 0, c->count, 0);
	c->unknown[answer] = low == high ? term_const(path->terms, c->one[0].answer[answer]->width, low)
		: term_var_in(path->terms, c->one[0].answer[answer]->width, "answer", low, high);
}

struct cases *
cases_add(struct path *path, const struct one_case *one, unsigned count, unsigned answers)
{
	static unsigned next_id;
	struct cases *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	c->one = calloc(count, sizeof *c->one);
	if (c->one == NULL)
		abort();
	c->id = next_id++;
	c->count = count;
	c->answers = answers;
	for (unsigned i = 0; i < count; i++) {
		term *guard = term_array(one[i].guards);

		memcpy(guard, one[i].guard, one[i].guards * sizeof *guard);
		c->one[i] = one[i];
		c->one[i].guard = guard;
	}
	for (unsigned a = 0; a < answers; a++)
		define(path, c, a);
	linear_copy(&c->facts, &path->linear);
	c->before = path->cases;
	path->cases = c;
	return c;
}

term *
cases_definitions(const struct path *path, size_t *count)
{
	size_t n = 0;
	term *all;

	for (const struct cases *c = path->cases; c != NULL; c = c->before)
		n += c->answers;
	all = term_array(n);
	*count = 0;
	for (const struct cases *c = path->cases; c != NULL; c = c->before)
		for (unsigned a = 0; a < c->answers; a++)
			if (!term_is_const(c->unknown[a]))
				all[(*count)++] = term_eq(path->terms, c->unknown[a], c->defined[a]);
	return all;
}

/* Adds one case's guards and answers. */
static void
add_case(struct terms *ts, const struct cases *c, unsigned which, term *all, size_t *n)
{
	for (unsigned i = 0; i < c->one[which].guards; i++)
		all[(*n)++] = c->one[which].guard[i];
	for (unsigned a = 0; a < c->answers; a++)
		if (!term_is_const(c->unknown[a]))
			all[(*n)++] = term_eq(ts, c->unknown[a], c->one[which].answer[a]);
}

static size_t
most_terms(const struct path *path, size_t extra)
{
	size_t n = path->count + extra;

	for (const struct cases *c = path->cases; c != NULL; c = c->before) {
		unsigned deepest = 0;

		for (unsigned i = 0; i < c->count; i++)
			deepest = c->one[i].guards > deepest ? c->one[i].guards : deepest;
		n += deepest + c->answers;
	}
	return n;
}

/* The cases of a function by number of guards: position `rank` in that order. */
static unsigned
plainest(const struct cases *c, unsigned rank)
{
	for (unsigned guards = 0;; guards++)
		for (unsigned i = 0; i < c->count; i++)
			if (c->one[i].guards == guards && rank-- == 0)
				return i;
}

/* Tries cases for c and all before it, on top of the n terms chosen so far. */
static struct model *
model_by_cases(struct path *path, const struct cases *c, term *all, size_t n, uint64_t seed, unsigned *budget)
{
	enum smt_result result;

	if (c == NULL) {
		if (*budget == 0)
			return NULL;
		--*budget;
		return smt_model(path->smt, all, n, seed, &result);
	}
	for (unsigned rank = 0; rank < c->count && rank < TRIES; rank++) {
		size_t with = n;
		struct model *model;

		add_case(path->terms, c, plainest(c, rank), all, &with);
		model = model_by_cases(path, c->before, all, with, seed, budget);
		if (model != NULL)
			return model;
	}
	return NULL;
}

static struct model *
model_with(struct path *path, term extra, uint64_t seed, enum smt_result *result)
{
	size_t definitions, n = path->count;
	term *defined = cases_definitions(path, &definitions);
	term *all = term_array(most_terms(path, definitions + 1));
	unsigned budget = 24;
	struct model *model = NULL;

	memcpy(all, path->conjunct, n * sizeof *all);
	all[n++] = extra;
	*result = SMT_SAT;
	if (path->cases != NULL)
		model = model_by_cases(path, path->cases, all, n, seed, &budget);
	if (model == NULL) {
		memcpy(all + n, defined, definitions * sizeof *all);
		model = smt_model(path->smt, all, n + definitions, seed, result);
	}
	free(defined);
	free(all);
	return model;
}

struct model *
cases_model(struct path *path, uint64_t seed, enum smt_result *result)
{
	return model_with(path, term_bool(path->terms, true), seed, result);
}

enum smt_result
cases_implied(struct path *path, term goal, struct model **model)
{
	enum smt_result result;

	*model = NULL;
	if (smt_implied_by_slice(path->smt, path->conjunct, path->count, goal) == SMT_UNSAT)
		return SMT_UNSAT;
	*model = model_with(path, term_not(path->terms, goal), 1, &result);
	return result;
}
