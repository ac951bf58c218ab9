/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question put piece by piece: first what is asked with what is said of its own unknowns, then whatever conjunct the
 * answer breaks, until none is broken or no answer is left.
 *
 * Of fewer conjuncts UNSAT is UNSAT of all, so nothing is concluded that the whole question would not give. SAT is
 * answered only with a model in which evaluation finds every conjunct true: the solver's values on top of `base`'s, which
 * is most often a model of the conjuncts already, or nearly: so it is tried first to change little of it (repair.c, anchor.c). Most questions depend on few of many conjuncts, and are small so.
 *
 * What an answer rested on is remembered: conjuncts that exclude a condition exclude it on every path that has them, and
 * values are tried again on other paths. */
#include <stdlib.h>
#include <string.h>

#include "verify/smt/inside.h"

#define ROUNDS 24
#define LESSONS 4096u
#define VALUES_KEPT 4 /* of one condition */
#define CORES_KEPT 24

struct lesson {
	struct lesson *next;
	term extra;
	struct valuation values; /* of a model; none: the core excludes the condition */
	bool excluded;
	size_t count;
	term core[];
};

struct lazy {
	struct lesson *lesson[LESSONS];
};

struct lazy *
lazy_new(void)
{
	struct lazy *lazy = calloc(1, sizeof *lazy);

	if (lazy == NULL)
		abort();
	return lazy;
}

void
lazy_free(struct lazy *lazy)
{
	for (size_t i = 0; i < LESSONS; i++)
		while (lazy->lesson[i] != NULL) {
			struct lesson *next = lazy->lesson[i]->next;

			free(lazy->lesson[i]->values.leaf);
			free(lazy->lesson[i]);
			lazy->lesson[i] = next;
		}
	free(lazy);
}

struct asking {
	const struct question *q;
	struct smt *smt;
	Z3_solver solver;
	bool *said; /* of the question's conjuncts */
	struct valuation values;
};

static struct valuation
copy_of(const struct valuation *values)
{
	struct valuation copy = { malloc((values->count + 1) * sizeof *copy.leaf), values->count };

	if (copy.leaf == NULL)
		abort();
	memcpy(copy.leaf, values->leaf, values->count * sizeof *copy.leaf);
	return copy;
}

/* Whether there is room for one more of the kind. */
static bool
worth_keeping(const struct lazy *lazy, term extra, bool excluded)
{
	unsigned same = 0;

	for (const struct lesson *l = lazy->lesson[extra->id % LESSONS]; l != NULL; l = l->next)
		same += l->extra == extra && l->excluded == excluded;
	return same < (excluded ? CORES_KEPT : VALUES_KEPT);
}

static void
learn(const struct asking *a, bool excluded)
{
	struct lazy *const lazy = a->smt->lazy;
	struct lesson **const bucket = &lazy->lesson[a->q->extra->id % LESSONS];
	struct lesson *l;

	if (!worth_keeping(lazy, a->q->extra, excluded))
		return;
	l = calloc(1, sizeof *l + a->q->count * sizeof(term));
	if (l == NULL)
		abort();
	l->extra = a->q->extra;
	l->excluded = excluded;
	if (!excluded)
		l->values = copy_of(&a->values);
	for (size_t i = 0; i < a->q->count && excluded; i++)
		if (a->said[i])
			l->core[l->count++] = a->q->conjunct[i];
	l->next = *bucket;
	*bucket = l;
}

static int
by_id(const void *a, const void *b)
{
	const uint32_t x = (*(const term *)a)->id, y = (*(const term *)b)->id;

	return x < y ? -1 : x > y;
}

/* Whether all of the core is among the question's conjuncts, which are in order of id. */
static bool
has_core(const struct question *q, const struct lesson *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (bsearch(&l->core[i], q->conjunct, q->count, sizeof(term), by_id) == NULL)
			return false;
	return true;
}

static bool
is_model(const struct question *q, struct model *model)
{
	if (model_value(model, q->extra) != 1)
		return false;
	for (size_t i = 0; i < q->count; i++)
		if (model_value(model, q->conjunct[i]) != 1)
			return false;
	return true;
}

/* The answer if what was learnt on other paths gives it; UNKNOWN: it does not. */
static enum smt_result
recall(struct smt *smt, const struct question *q, struct model **model)
{
	const struct lesson *const first = smt->lazy->lesson[q->extra->id % LESSONS];

	for (const struct lesson *l = first; l != NULL; l = l->next)
		if (l->extra == q->extra && l->excluded && has_core(q, l))
			return SMT_UNSAT;
	for (const struct lesson *l = first; l != NULL; l = l->next) {
		if (l->extra != q->extra || l->excluded)
			continue;
		*model = smt_model_of(&l->values, q->base);
		if (is_model(q, *model))
			return SMT_SAT;
		model_free(*model);
		*model = NULL;
	}
	return SMT_UNKNOWN;
}

static enum smt_result
answered_by(struct asking *a, struct model *made, const struct valuation *values, struct model **model)
{
	free(a->values.leaf);
	a->values = *values;
	*model = made;
	return SMT_SAT;
}

/* SAT if the base needs little changing. UNKNOWN: it does not, or there is no model at all. */
static enum smt_result
repair(struct asking *a, struct model **model)
{
	struct valuation values = { NULL, 0 };
	struct model *base, *made;

	if (a->q->base == NULL)
		return SMT_UNKNOWN;
	base = model_clone(a->q->base);
	made = repaired(base, a->q->conjunct, a->q->count, a->q->extra, &values);
	model_free(base);
	return made == NULL ? SMT_UNKNOWN : answered_by(a, made, &values, model);
}

/* The same where the solver has to find what to change. */
static enum smt_result
hold(struct asking *a, struct model **model)
{
	struct valuation values = { NULL, 0 };
	struct model *const made = a->q->base == NULL ? NULL : anchored(a->smt, a->q, &values);

	if (made == NULL)
		free(values.leaf);
	return made == NULL ? SMT_UNKNOWN : answered_by(a, made, &values, model);
}

static void
say(struct asking *a, term what)
{
	smt_add_leaves(a->smt, a->solver, &a->values, what);
	Z3_solver_assert(a->smt->z3, a->solver, translate_bool(a->smt->opaque, what));
}

/* Says the conjuncts that the model breaks. False: none, or one that was said before (then the model is not the
 * solver's, and *fits is false). */
static bool
say_broken(struct asking *a, struct model *model, bool *fits)
{
	bool said = false;

	*fits = model_value(model, a->q->extra) == 1;
	for (size_t i = 0; i < a->q->count; i++) {
		if (model_value(model, a->q->conjunct[i]) == 1)
			continue;
		if (a->said[i])
			*fits = false;
		else {
			say(a, a->q->conjunct[i]);
			a->said[i] = said = true;
		}
	}
	return said;
}

static void
say_local(struct asking *a)
{
	const struct question *const q = a->q;
	term *const local = malloc((q->count + 1) * sizeof *local);
	size_t n;

	if (local == NULL)
		abort();
	n = support_within(a->smt->support, q->conjunct, q->count, q->extra, local);
	say(a, q->extra);
	for (size_t i = 0, k = 0; i < q->count && k < n; i++)
		if (q->conjunct[i] == local[k]) {
			say(a, local[k++]);
			a->said[i] = true;
		}
	free(local);
}

static enum smt_result
solve(struct asking *a, struct model **model)
{
	say_local(a);
	for (unsigned round = 0; round < ROUNDS; round++) {
		enum smt_result result = smt_settle(a->smt, a->solver, false, &a->values);
		bool fits;

		a->smt->gave_up = result == SMT_UNKNOWN && !a->smt->inexact;
		if (result != SMT_SAT)
			return result;
		*model = smt_model_of(&a->values, a->q->base);
		if (!say_broken(a, *model, &fits) && fits)
			return SMT_SAT;
		model_free(*model);
		*model = NULL;
		if (!fits)
			return SMT_UNKNOWN;
		if (round == 0 && a->q->expected == EXPECT_NOTHING && hold(a, model) == SMT_SAT) /* nothing near excludes it */
			return SMT_SAT;
	}
	return SMT_UNKNOWN;
}

/* What was said so far, and what is asked. The caller frees it. */
static term *
all_said(const struct asking *a, size_t *n)
{
	term *const asked = malloc((a->q->count + 1) * sizeof *asked);

	if (asked == NULL)
		abort();
	*n = 0;
	for (size_t i = 0; i < a->q->count; i++)
		if (a->said[i])
			asked[(*n)++] = a->q->conjunct[i];
	asked[(*n)++] = a->q->extra;
	return asked;
}

static bool
has_product(const struct asking *a)
{
	for (size_t i = 0; i < a->values.count; i++)
		if (term_is_hard(a->values.leaf[i].leaf))
			return true;
	return false;
}

/* Where the incremental solver gave up on products, a fresh one may show that the little that was said excludes the condition. It is
 * not asked for values: those of few conjuncts would be worth little. */
static bool
excluded_after_all(const struct asking *a)
{
	size_t n;
	term *asked;
	bool excluded;

	if (a->smt->inexact || !has_product(a))
		return false;
	asked = all_said(a, &n);
	excluded = smt_excludes(a->smt, asked, n);
	free(asked);
	return excluded;
}

static void
record(const struct asking *a)
{
	size_t n;
	term *const asked = all_said(a, &n);

	smt_record_unsat(a->smt, asked, n);
	free(asked);
}

static enum smt_result
ask_pieces(struct asking *a, struct model **model)
{
	enum smt_result result;

	a->solver = smt_push(a->smt, &a->smt->quick);
	result = solve(a, model);
	smt_pop(a->smt, &a->smt->quick);
	if (result == SMT_UNKNOWN && excluded_after_all(a))
		result = SMT_UNSAT;
	if (result != SMT_UNKNOWN)
		learn(a, result == SMT_UNSAT);
	if (result == SMT_UNSAT)
		record(a);
	return result;
}

enum smt_result
lazy_ask(struct smt *smt, const struct question *q, struct valuation *values, struct model **model)
{
	struct asking a = { .q = q, .smt = smt, .said = calloc(q->count + 1, sizeof(bool)) };
	enum smt_result result;

	if (a.said == NULL)
		abort();
	*model = NULL;
	*values = (struct valuation){ NULL, 0 };
	result = recall(smt, q, model);
	if (result == SMT_UNKNOWN) {
		result = repair(&a, model);
		if (result == SMT_UNKNOWN && q->expected == EXPECT_SAT)
			result = hold(&a, model);
		if (result == SMT_UNKNOWN)
			result = ask_pieces(&a, model);
		else
			learn(&a, false);
	}
	if (result == SMT_SAT && a.values.leaf != NULL) {
		*values = a.values;
		a.values.leaf = NULL;
	}
	free(a.values.leaf);
	free(a.said);
	return result;
}
