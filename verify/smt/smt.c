/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/smt/smt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/smt/inside.h"

#define QUICK_MS 400
#define LOCAL_UNKNOWNS 4
#define QUICK_LIFE 200

static void
on_error(Z3_context z3, Z3_error_code code)
{
	/* Ours, not the user's: an ill-typed term. A resource error is answered as UNKNOWN by the check. */
	if (code != Z3_EXCEPTION && code != Z3_MEMOUT_FAIL) {
		fprintf(stderr, "solver: %s\n", Z3_get_error_msg(z3, code));
		abort();
	}
}

static Z3_solver
solver_new(struct smt *smt, const char *logic, unsigned limit_ms)
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
	smt->quick = solver_new(smt, "QF_UFBV", QUICK_MS);
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
	Z3_solver_dec_ref(smt->z3, smt->quick);
	translate_free(smt->opaque);
	translate_free(smt->exact);
	support_free(smt->support);
	Z3_del_context(smt->z3);
	free(smt);
}

static double
seconds_now(void)
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

static bool
value_in(struct smt *smt, Z3_model z3_model, term a, uint64_t *value)
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
		if (!value_in(smt, z3_model, leaf->args[i], &v->args[i]))
			return false;
	return value_in(smt, z3_model, leaf, &v->value);
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

/* Equal arguments, equal results: true of every function, so asserting it loses nothing. */
static void
assert_congruence(struct smt *smt, Z3_solver solver, term a, term b)
{
	term same = term_bool(smt->terms, true);

	for (unsigned i = 0; i < a->count; i++)
		same = term_and(smt->terms, same, term_eq(smt->terms, a->args[i], b->args[i]));
	same = term_or(smt->terms, term_not(smt->terms, same), term_eq(smt->terms, a, b));
	Z3_solver_assert(smt->z3, solver, translate_bool(smt->opaque, same));
}

/* Asserts congruence where the solver's values contradict it. Answers how often. */
unsigned
smt_refine(struct smt *smt, Z3_solver solver, const struct valued *leaves, size_t n)
{
	unsigned asserted = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (clashes(&leaves[i], &leaves[k])) {
				assert_congruence(smt, solver, leaves[i].leaf, leaves[k].leaf);
				asserted++;
			}
	return asserted;
}

struct model *
smt_model_of(const struct valuation *values, const struct model *base)
{
	struct model *model = base != NULL ? model_clone(base) : model_new(1);

	if (base == NULL)
		model_settle(model);
	for (size_t i = 0; i < values->count; i++) {
		const struct valued *v = &values->leaf[i];

		if (v->leaf->op == TERM_VAR)
			model_fix_var(model, v->leaf, v->value);
		else if (v->leaf->op == TERM_APP)
			model_fix_app(model, v->leaf->function, v->args, v->value);
	}
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
	solver = solver_new(smt, "QF_UFBV", smt->limit_ms);
	for (size_t i = 0; i < count; i++)
		assert_with_bounds(smt, solver, smt->exact, asked[i]);
	fprintf(smt->record, "(reset)\n(set-logic QF_UFBV)\n%s(check-sat)\n", Z3_solver_to_string(smt->z3, solver));
	Z3_solver_dec_ref(smt->z3, solver);
	smt->figures.recorded++;
}

Z3_solver
smt_push(struct smt *smt)
{
	if (smt->figures.solved % QUICK_LIFE == QUICK_LIFE - 1) { /* it only ever grows slower */
		Z3_solver_dec_ref(smt->z3, smt->quick);
		smt->quick = solver_new(smt, "QF_UFBV", QUICK_MS);
	}
	Z3_solver_push(smt->z3, smt->quick);
	return smt->quick;
}

void
smt_pop(struct smt *smt)
{
	Z3_solver_pop(smt->z3, smt->quick, 1);
}

static enum smt_result
ask_fresh(struct smt *smt, const term *asked, size_t count, bool exact, struct valuation *values)
{
	const Z3_solver fresh = solver_new(smt, "QF_BV", smt->limit_ms);
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

/* First the incremental solver with a short limit, then a fresh one: the two use different procedures, and each is
 * slow where the other is not. exact: products are computed where nothing less decides. *values: the caller's. */
static enum smt_result
ask(struct smt *smt, const term *asked, size_t count, bool exact, struct valuation *values)
{
	const double start = seconds_now();
	enum smt_result result;

	result = ask_solver(smt, smt_push(smt), asked, count, false, values);
	smt_pop(smt);
	if (result == SMT_UNKNOWN && (exact || !smt->inexact))
		result = ask_fresh(smt, asked, count, exact, values);
	smt->figures.solved++;
	smt->figures.unknown += result == SMT_UNKNOWN;
	if (result == SMT_UNSAT)
		smt_record_unsat(smt, asked, count);
	smt->figures.seconds += seconds_now() - start;
	return result;
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

static size_t
first_failed(struct model *model, const term *conjuncts, size_t count)
{
	size_t i = 0;

	while (i < count && model_value(model, conjuncts[i]) == 1)
		i++;
	return i;
}

/* The model itself, or with a word of a sum changed; NULL if it fails otherwise. */
static struct model *
mended_words(struct model *model, const term *conjuncts, size_t count, term extra)
{
	const size_t failed = first_failed(model, conjuncts, count);
	struct model *changed;

	if (model_value(model, extra) == 1 && failed == count)
		return model_share(model);
	if (model_value(model, extra) != 1)
		return NULL;
	changed = words_mended(model, conjuncts, count, conjuncts[failed]);
	if (changed != NULL && model_value(changed, extra) != 1) {
		model_free(changed);
		changed = NULL;
	}
	return changed;
}

/* Piece by piece, and whole if that ends in no answer. *model: of the selection, where the former gave one. */
static enum smt_result
ask_piecewise(struct smt *smt, const struct question *q, const term *slice, size_t n, struct valuation *values,
	struct model **model)
{
	const double start = seconds_now();
	enum smt_result result = lazy_ask(smt, q, values, model);

	smt->figures.seconds += seconds_now() - start;
	if (result != SMT_UNKNOWN) {
		smt->figures.solved++;
		return result;
	}
	return ask(smt, slice, n, false, values);
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
		const struct question q = { slice, n, all->extra, all->base };
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
		*model = mended_words(made, q->conjunct, q->count, q->extra);
	}
	model_free(made);
	return answer->result;
}

enum smt_result
smt_feasible(struct smt *smt, const term *conjuncts, size_t count, term extra, const struct model *base,
	struct model **model)
{
	return feasible(smt, support_slice, &(struct question){ conjuncts, count, extra, base }, model);
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
model_piecewise(struct smt *smt, const term *conjuncts, size_t count, term extra, const struct model *base,
	enum smt_result *result)
{
	term *const sorted = in_order(conjuncts, count);
	const struct question q = { sorted, count, extra, base };
	struct valuation values;
	struct model *model;

	*result = lazy_ask(smt, &q, &values, &model);
	free(values.leaf);
	free(sorted);
	return model;
}

struct model *
smt_mended(struct smt *smt, const term *conjuncts, size_t count, const struct model *base)
{
	struct model *const model = model_clone(base);
	const size_t failed = first_failed(model, conjuncts, count);
	struct model *mended;
	enum smt_result result;

	if (failed == count)
		return model;
	mended = words_mended(model, conjuncts, count, conjuncts[failed]);
	if (mended == NULL)
		mended = model_piecewise(smt, conjuncts, count, conjuncts[failed], base, &result);
	model_free(model);
	return mended;
}

enum smt_result
smt_feasible_locally(struct smt *smt, const term *conjuncts, size_t count, term extra)
{
	if (!term_is_const(extra) && support_surface(smt->support, extra) > LOCAL_UNKNOWNS)
		return SMT_UNKNOWN;
	return feasible(smt, support_within, &(struct question){ conjuncts, count, extra, NULL }, NULL);
}

enum smt_result
smt_implied_by_slice(struct smt *smt, const term *conjuncts, size_t count, term goal)
{
	return smt_feasible(smt, conjuncts, count, term_not(smt->terms, goal), NULL, NULL);
}

enum smt_result
smt_implied_by_wide_slice(struct smt *smt, const term *conjuncts, size_t count, term goal)
{
	return feasible(smt, support_wide_slice, &(struct question){ conjuncts, count, term_not(smt->terms, goal), NULL }, NULL);
}

struct model *
smt_model(struct smt *smt, const term *conjuncts, size_t count, uint64_t seed, enum smt_result *result)
{
	struct model *const base = model_new(seed);
	struct model *made = NULL;
	struct valuation values;

	if (count > 0)
		made = model_piecewise(smt, conjuncts, count, conjuncts[count - 1], base, result);
	if (count == 0 || *result == SMT_UNKNOWN) {
		*result = ask(smt, conjuncts, count, true, &values);
		if (*result == SMT_SAT) {
			made = smt_model_of(&values, base);
			free(values.leaf);
		}
	}
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
