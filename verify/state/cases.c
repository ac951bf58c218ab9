/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/cases.h"

#include <stdlib.h>
#include <string.h>

#include "verify/state/narrow.h"

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

/* Whether all guards speak of one small unknown and nothing else: which header length this is. */
static bool
by_one_unknown(const struct path *path, const struct one_case *one, unsigned count)
{
	term unknown = NULL;

	for (unsigned i = 0; i < count; i++)
		for (unsigned g = 0; g < one[i].guards; g++) {
			const term here = narrow_unknown(path, one[i].guard[g]);

			if (here == NULL || (unknown != NULL && here != unknown))
				return false;
			unknown = here;
		}
	return true;
}

/* A register that a sum, or a question about one, is in. */
static bool
meets(struct terms *ts, term answer)
{
	if (answer->op != TERM_CONCAT || !term_is_const(answer->args[0]))
		return term_fold_in(answer);
	return term_fold_in(term_extract(ts, answer, 0, answer->width - answer->args[0]->width));
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
	c->met[answer] = meets(path->terms, c->defined[answer]);
	c->unknown[answer] = low == high ? term_const(path->terms, c->one[0].answer[answer]->width, low)
		: term_var_in(path->terms, c->one[0].answer[answer]->width, "answer", low, high);
}

struct cases *
cases_add(struct path *path, const struct one_case *one, unsigned count, unsigned answers)
{
	static unsigned next_id;
	struct cases *c = calloc(1, sizeof *c);
	bool normal;

	if (c == NULL)
		abort();
	c->one = calloc(count, sizeof *c->one);
	if (c->one == NULL)
		abort();
	normal = by_one_unknown(path, one, count);
	c->id = next_id++;
	c->count = count;
	c->answers = answers;
	for (unsigned i = 0; i < count; i++) {
		term *guard = term_array(one[i].guards);

		memcpy(guard, one[i].guard, one[i].guards * sizeof *guard);
		if (normal) /* two functions that decide by the same unknown have the same guards on the same path */
			narrow_normal(path, guard, one[i].guards);
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

static bool
speaks_of(struct path *path, const term *said, size_t count, term unknown)
{
	for (size_t i = 0; i < count; i++)
		if (smt_speaks_of(path->smt, said[i], unknown))
			return true;
	return false;
}

/* Of which joined answers what is said speaks, directly or through others' definitions: the rest is left out of the
 * question. A model of the question decides them, and they decide nothing. */
static void
find_needed(struct path *path, const term *said, size_t count)
{
	size_t most = 0, n = count;
	term *all;
	bool more = true;

	for (struct cases *c = path->cases; c != NULL; c = c->before) {
		most += c->answers;
		memset(c->needed, 0, sizeof c->needed);
	}
	all = term_array(count + most);
	memcpy(all, said, count * sizeof *all);
	while (more) {
		more = false;
		for (struct cases *c = path->cases; c != NULL; c = c->before)
			for (unsigned a = 0; a < c->answers; a++) {
				if (c->needed[a] || term_is_const(c->unknown[a]) || !speaks_of(path, all, n, c->unknown[a]))
					continue;
				c->needed[a] = more = true;
				all[n++] = c->defined[a];
			}
	}
	free(all);
}

static bool
any_needed(const struct cases *c)
{
	for (unsigned a = 0; a < c->answers; a++)
		if (c->needed[a])
			return true;
	return false;
}

/* The other answers, from the earliest on: what their definitions are worth. */
static void
decide_rest(const struct cases *c, struct model *model)
{
	if (c == NULL)
		return;
	decide_rest(c->before, model);
	for (unsigned a = 0; a < c->answers; a++)
		if (!c->needed[a] && !term_is_const(c->unknown[a]))
			model_fix_var(model, c->unknown[a], model_value(model, c->defined[a]));
}

/* Adds one case's guards and answers. */
static void
add_case(struct terms *ts, const struct cases *c, unsigned which, term *all, size_t *n)
{
	for (unsigned i = 0; i < c->one[which].guards; i++)
		all[(*n)++] = c->one[which].guard[i];
	for (unsigned a = 0; a < c->answers; a++)
		if (c->needed[a])
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
	if (!any_needed(c))
		return model_by_cases(path, c->before, all, n, seed, budget);
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

/* Appends the definitions that are needed. */
static void
add_needed(const struct path *path, term *all, size_t *n)
{
	for (const struct cases *c = path->cases; c != NULL; c = c->before)
		for (unsigned a = 0; a < c->answers; a++)
			if (c->needed[a])
				all[(*n)++] = term_eq(path->terms, c->unknown[a], c->defined[a]);
}

static struct model *
model_with(struct path *path, term extra, uint64_t seed, enum smt_result *result)
{
	size_t n = path->count;
	term *all = term_array(most_terms(path, 1));
	unsigned budget = 24;
	struct model *model = NULL;

	memcpy(all, path->conjunct, n * sizeof *all);
	all[n++] = extra;
	find_needed(path, all, n);
	*result = SMT_SAT;
	if (path->cases != NULL)
		model = model_by_cases(path, path->cases, all, n, seed, &budget);
	if (model == NULL) {
		add_needed(path, all, &n);
		model = smt_model(path->smt, all, n, seed, result);
	}
	if (model != NULL)
		decide_rest(path->cases, model);
	free(all);
	return model;
}

/* By changing little of the model that the path has, or had. NULL: it has none, or more would have to be changed. */
static struct model *
model_near(struct path *path)
{
	const struct model *const base = path->model != NULL ? path->model : path->stale;
	size_t n = path->count;
	struct model *model;
	term *all;

	if (base == NULL)
		return NULL;
	all = term_array(most_terms(path, 0));
	memcpy(all, path->conjunct, n * sizeof *all);
	find_needed(path, all, n);
	add_needed(path, all, &n);
	model = smt_near(path->smt, all, n, base);
	if (model != NULL)
		decide_rest(path->cases, model);
	free(all);
	return model;
}

struct model *
cases_any_model(struct path *path, enum smt_result *result)
{
	struct model *const near = model_near(path);

	*result = SMT_SAT;
	return near != NULL ? near : cases_model(path, 1, result);
}

struct model *
cases_model(struct path *path, uint64_t seed, enum smt_result *result)
{
	return model_with(path, term_bool(path->terms, true), seed, result);
}

/* Whether the conjuncts with the definitions that are needed imply the goal. */
static bool
implied_by_definitions(struct path *path, term goal)
{
	size_t n = path->count;
	enum smt_result result;
	term *all;

	if (path->cases == NULL)
		return false;
	all = term_array(most_terms(path, 1));
	memcpy(all, path->conjunct, n * sizeof *all);
	all[n] = goal;
	find_needed(path, all, n + 1);
	add_needed(path, all, &n);
	result = smt_implied_by_slice(path->smt, all, n, goal);
	free(all);
	return result == SMT_UNSAT;
}

bool
cases_must(struct path *path, term goal)
{
	return path_must(path, goal) || implied_by_definitions(path, goal);
}

/* Models are searched for last: case by case, which is in vain where the goal is implied. */
enum smt_result
cases_implied(struct path *path, term goal, struct model **model)
{
	enum smt_result result;

	*model = NULL;
	if (smt_implied_by_slice(path->smt, path->conjunct, path->count, goal) == SMT_UNSAT ||
		implied_by_definitions(path, goal))
		return SMT_UNSAT;
	*model = model_with(path, term_not(path->terms, goal), 1, &result);
	return result;
}
