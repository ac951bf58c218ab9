/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/smt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/smt/inside.h"

#define LOCAL_UNKNOWNS 4

static void
on_error(Z3_context z3, Z3_error_code code)
{
	/* Ours, not the user's: an ill-typed term. A resource error is answered as UNKNOWN by the check. */
	if (code != Z3_EXCEPTION && code != Z3_MEMOUT_FAIL) {
		fprintf(stderr, "solver: %s\n", Z3_get_error_msg(z3, code));
		abort();
	}
}

struct smt *
smt_new(struct terms *ts, unsigned limit_ms)
{
	struct smt *smt = calloc(1, sizeof *smt);
	const Z3_config config = Z3_mk_config();

	if (smt == NULL)
		abort();
	smt->terms = ts;
	smt->limit_ms = limit_ms;
	smt->support = support_new();
	smt->z3 = Z3_mk_context(config);
	Z3_del_config(config);
	Z3_set_error_handler(smt->z3, on_error);
	smt->opaque = translate_new(smt->z3, true);
	smt->exact = translate_new(smt->z3, false);
	smt->quick.limit_ms = SMT_QUICK_MS;
	smt->held.limit_ms = SMT_HELD_MS;
	smt->lazy = lazy_new();
	return smt;
}

void
smt_free(struct smt *smt)
{
	if (smt == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (smt->answers[i] != NULL) {
			struct answer *next = smt->answers[i]->next;

			free(smt->answers[i]->values.leaf);
			free(smt->answers[i]);
			smt->answers[i] = next;
		}
	lazy_free(smt->lazy);
	smt_quick_end(smt, &smt->quick);
	smt_quick_end(smt, &smt->held);
	translate_free(smt->opaque);
	translate_free(smt->exact);
	support_free(smt->support);
	Z3_del_context(smt->z3);
	free(smt);
}

static int
by_id(const void *a, const void *b)
{
	const uint32_t x = (*(const term *)a)->id, y = (*(const term *)b)->id;

	return x < y ? -1 : x > y;
}

static size_t
bucket_of(const term *key, size_t count)
{
	uint64_t h = count;

	for (size_t i = 0; i < count; i++)
		h = (h ^ key[i]->id) * 0x9e3779b97f4a7c15ull ^ h >> 30;
	return (h ^ h >> 32) % BUCKETS;
}

static struct answer *
answer_find(struct smt *smt, const term *key, size_t count)
{
	struct answer *a = smt->answers[bucket_of(key, count)];

	while (a != NULL && (a->count != count || memcmp(a->key, key, count * sizeof *key) != 0))
		a = a->next;
	return a;
}

static struct answer *
answer_remember(struct smt *smt, const term *key, size_t count, enum smt_result result)
{
	struct answer *a = malloc(sizeof *a + count * sizeof *key);
	struct answer **bucket = &smt->answers[bucket_of(key, count)];

	if (a == NULL)
		abort();
	a->next = *bucket;
	a->result = result;
	a->count = count;
	a->values = (struct valuation){ NULL, 0 };
	memcpy(a->key, key, count * sizeof *key);
	*bucket = a;
	return a;
}

typedef size_t selection(struct support *support, const term *conjuncts, size_t count, term goal, term *out);

/* Selected conjuncts with extra, sorted: the cache's key. The caller frees it. */
static term *
select_with(struct smt *smt, selection *choose, const term *conjuncts, size_t count, term extra, size_t *n)
{
	term *slice = malloc((count + 1) * sizeof *slice);

	if (slice == NULL)
		abort();
	*n = choose(smt->support, conjuncts, count, extra, slice);
	slice[(*n)++] = extra;
	qsort(slice, *n, sizeof *slice, by_id);
	return slice;
}

/* Piece by piece, and whole if that ends in no answer. *model: of the selection, where the former gave one. */
static enum smt_result
ask_piecewise(struct smt *smt, const struct question *q, const term *slice, size_t n, struct valuation *values,
	struct model **model)
{
	const double start = smt_seconds_now();
	enum smt_result result;

	if (q->base == NULL)
		return smt_ask(smt, slice, n, false, values);
	result = lazy_ask(smt, q, values, model);
	smt->figures.seconds += smt_seconds_now() - start;
	if (result != SMT_UNKNOWN) {
		smt->figures.solved++;
		return result;
	}
	return smt->gave_up ? smt_ask_slowly(smt, slice, n, values) : smt_ask(smt, slice, n, false, values);
}

/* The answer to a selection of conjuncts with extra: from memory, or asked now. *made: a model that came with it, or NULL. */
static const struct answer *
answer_to(struct smt *smt, selection *choose, const struct question *all, struct model **made)
{
	size_t n;
	term *slice = select_with(smt, choose, all->conjunct, all->count, all->extra, &n);
	struct answer *known = answer_find(smt, slice, n);

	*made = NULL;
	smt->figures.asked++;
	smt->figures.cached += known != NULL;
	if (known == NULL) {
		const struct question q = { slice, n, all->extra, all->base, all->expected };
		struct valuation values;
		const enum smt_result result = ask_piecewise(smt, &q, slice, n, &values, made);

		known = answer_remember(smt, slice, n, result);
		known->values = values;
	}
	free(slice);
	return known;
}

static enum smt_result
feasible(struct smt *smt, selection *choose, const struct question *q, struct model **model)
{
	const struct answer *answer;
	struct model *made;

	if (model != NULL)
		*model = NULL;
	if (term_is_const(q->extra))
		return q->extra->value ? SMT_SAT : SMT_UNSAT;
	answer = answer_to(smt, choose, q, &made);
	if (model != NULL && answer->result == SMT_SAT) {
		/* Values of the slice's unknowns replace the base's; the rest of the conjuncts speak of others. Evaluation
		 * decides: an uninterpreted function may still have tied the two together. */
		if (made == NULL)
			made = smt_model_of(&answer->values, q->base);
		*model = repaired(made, q->conjunct, q->count, q->extra, NULL);
	}
	model_free(made);
	return answer->result;
}

enum smt_result
smt_feasible(struct smt *smt, const term *conjuncts, size_t count, term extra, const struct model *base,
	struct model **model)
{
	const struct question q = { conjuncts, count, extra, base, model == NULL ? EXPECT_UNSAT : EXPECT_NOTHING };

	return feasible(smt, support_slice, &q, model);
}

/* Conjuncts in order of id. The caller frees them. */
static term *
in_order(const term *conjuncts, size_t count)
{
	term *const sorted = malloc((count + 1) * sizeof *sorted);

	if (sorted == NULL)
		abort();
	memcpy(sorted, conjuncts, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_id);
	return sorted;
}

static struct model *
model_piecewise(struct smt *smt, const term *conjuncts, size_t count, term extra, const struct model *base, enum expected expected,
	enum smt_result *result)
{
	term *const sorted = in_order(conjuncts, count);
	const struct question q = { sorted, count, extra, base, expected };
	struct valuation values;
	struct model *model;

	*result = lazy_ask(smt, &q, &values, &model);
	free(values.leaf);
	free(sorted);
	return model;
}

struct model *
smt_near(struct smt *smt, const term *conjuncts, size_t count, const struct model *base)
{
	const struct question q = { conjuncts, count, term_bool(smt->terms, true), base, EXPECT_SAT };
	struct model *const own = model_clone(base);
	struct valuation values = { NULL, 0 };
	struct model *model = repaired(own, conjuncts, count, q.extra, NULL);

	if (model == NULL)
		model = anchored(smt, &q, &values);
	free(values.leaf);
	model_free(own);
	return model;
}

struct model *
smt_mended(struct smt *smt, const term *conjuncts, size_t count, const struct model *base)
{
	struct model *const model = model_clone(base);
	size_t failed = 0;
	struct model *mended;
	enum smt_result result;

	while (failed < count && model_value(model, conjuncts[failed]) == 1)
		failed++;
	if (failed == count)
		return model;
	mended = model_piecewise(smt, conjuncts, count, conjuncts[failed], base, EXPECT_SAT, &result);
	model_free(model);
	return mended;
}

enum smt_result
smt_feasible_locally(struct smt *smt, const term *conjuncts, size_t count, term extra)
{
	if (!term_is_const(extra) && support_surface(smt->support, extra) > LOCAL_UNKNOWNS)
		return SMT_UNKNOWN;
	return feasible(smt, support_within, &(struct question){ conjuncts, count, extra, NULL, EXPECT_NOTHING }, NULL);
}

enum smt_result
smt_implied_by_slice(struct smt *smt, const term *conjuncts, size_t count, term goal)
{
	return smt_feasible(smt, conjuncts, count, term_not(smt->terms, goal), NULL, NULL);
}

enum smt_result
smt_implied_by_wide_slice(struct smt *smt, const term *conjuncts, size_t count, term goal)
{
	return feasible(smt, support_wide_slice, &(struct question){ conjuncts, count, term_not(smt->terms, goal), NULL, EXPECT_UNSAT }, NULL);
}

struct model *
smt_model(struct smt *smt, const term *conjuncts, size_t count, uint64_t seed, enum smt_result *result)
{
	struct model *const base = model_new(seed);
	struct model *made = NULL;
	struct valuation values;

	*result = smt_ask(smt, conjuncts, count, true, &values);
	if (*result == SMT_SAT) {
		made = smt_model_of(&values, base);
		free(values.leaf);
	}
	if (*result == SMT_UNKNOWN && count > 0)
		made = model_piecewise(smt, conjuncts, count, conjuncts[count - 1], base, EXPECT_NOTHING, result);
	model_free(base);
	return made;
}

enum smt_result
smt_implied(struct smt *smt, const term *conjuncts, size_t count, term goal, struct model **model)
{
	enum smt_result result;
	term *all;

	*model = NULL;
	if (smt_implied_by_slice(smt, conjuncts, count, goal) == SMT_UNSAT)
		return SMT_UNSAT;
	all = malloc((count + 1) * sizeof *all);
	if (all == NULL)
		abort();
	memcpy(all, conjuncts, count * sizeof *all);
	all[count] = term_not(smt->terms, goal);
	*model = smt_model(smt, all, count + 1, 1, &result);
	free(all);
	return result;
}

void
smt_record(struct smt *smt, FILE *out)
{
	smt->record = out;
	smt->figures.recorded = 0;
}

static bool
share_variable(const struct support_set *a, const struct support_set *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t k = 0; k < b->count && a->leaf[i]->op == TERM_VAR; k++)
			if (a->leaf[i] == b->leaf[k])
				return true;
	return false;
}

bool
smt_related(struct smt *smt, const term *conjuncts, size_t count, term a, term b)
{
	const struct support_set *const of_a = support_of(smt->support, a), *const of_b = support_of(smt->support, b);
	bool related = share_variable(of_a, of_b);

	for (size_t i = 0; i < count && !related; i++) {
		const struct support_set *const both = support_of(smt->support, conjuncts[i]);

		related = share_variable(of_a, both) && share_variable(of_b, both);
	}
	return related;
}

bool
smt_speaks_of(struct smt *smt, term a, term unknown)
{
	const struct support_set *const set = support_of(smt->support, a);

	for (uint32_t i = 0; i < set->count; i++)
		if (set->leaf[i] == unknown)
			return true;
	return false;
}

bool
smt_speaks_of_function(struct smt *smt, term a, const struct term_function *function)
{
	const struct support_set *const set = support_of(smt->support, a);

	for (uint32_t i = 0; i < set->count; i++)
		if (set->leaf[i]->op == TERM_APP && set->leaf[i]->function == function)
			return true;
	return false;
}
