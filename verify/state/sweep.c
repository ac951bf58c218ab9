/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/sweep.h"

#include <stdlib.h>
#include <string.h>

#define MODELS SWEEP_MODELS
#define BUCKETS 4096u
#define APART 64

struct member {
	struct member *next;
	uint64_t signature;
	term a;
};

struct sweep {
	struct terms *terms;
	struct smt *smt;
	struct model *model[MODELS];
	struct model *apart[APART]; /* what the solver answered where a candidate was none */
	unsigned apart_count;
	term *rewritten; /* by term id */
	size_t room;
	struct member *bucket[BUCKETS];
};

struct sweep *
sweep_new(struct terms *ts, struct smt *smt)
{
	/* Values that programs compare header fields with, so that conditions are not all false. */
	static const uint64_t pool[] = { 0, 1, 4, 5, 6, 8, 17, 43, 44, 45, 51, 58, 60, 64, 128, 255 };
	struct sweep *sweep = calloc(1, sizeof *sweep);

	if (sweep == NULL)
		abort();
	sweep->terms = ts;
	sweep->smt = smt;
	for (unsigned i = 0; i < MODELS; i++) {
		sweep->model[i] = model_new(i + 77);
		if (i % 4 != 0)
			model_prefer(sweep->model[i], pool, sizeof pool / sizeof pool[0]);
	}
	return sweep;
}

void
sweep_free(struct sweep *sweep)
{
	if (sweep == NULL)
		return;
	for (unsigned i = 0; i < MODELS; i++)
		model_free(sweep->model[i]);
	for (unsigned i = 0; i < sweep->apart_count; i++)
		model_free(sweep->apart[i]);
	for (unsigned i = 0; i < BUCKETS; i++)
		while (sweep->bucket[i] != NULL) {
			struct member *next = sweep->bucket[i]->next;

			free(sweep->bucket[i]);
			sweep->bucket[i] = next;
		}
	free(sweep->rewritten);
	free(sweep);
}

struct model *
sweep_model(struct sweep *sweep, unsigned index)
{
	return sweep->model[index];
}

static void
reach(struct sweep *sweep, uint32_t id)
{
	const size_t room = id + 4096u;

	if (id < sweep->room)
		return;
	sweep->rewritten = realloc(sweep->rewritten, room * sizeof *sweep->rewritten);
	if (sweep->rewritten == NULL)
		abort();
	memset(sweep->rewritten + sweep->room, 0, (room - sweep->room) * sizeof *sweep->rewritten);
	sweep->room = room;
}

/* Of numbers, up to a constant difference: a header's size and the same size less its fixed part are to meet. */
static uint64_t
signature_of(struct sweep *sweep, term a)
{
	const uint64_t first = a->width >= 32 ? model_value(sweep->model[0], a) : 0;
	uint64_t h = a->width;

	for (unsigned i = 0; i < MODELS; i++)
		h = (h ^ ((model_value(sweep->model[i], a) - first) & term_mask(a->width))) * 0x9e3779b97f4a7c15ull ^ h >> 31;
	return h;
}

/* Only choices between numbers are worth the solver's time: sums of them have a normal form, and conditions on
 * them are small questions. */
static bool
worth_it(term a)
{
	return a->op == TERM_ITE && a->width >= 32;
}

/* Whether two terms are equal for all values. A case that tells them apart is kept: it will tell others apart. */
static bool
proved_equal(struct sweep *sweep, term a, term b)
{
	const term differ = term_ne(sweep->terms, a, b);
	struct model *model;
	enum smt_result result;

	for (unsigned i = 0; i < sweep->apart_count; i++)
		if (model_value(sweep->apart[i], differ) == 1)
			return false;
	result = smt_feasible(sweep->smt, NULL, 0, differ, NULL, &model);
	if (model != NULL && sweep->apart_count < APART)
		sweep->apart[sweep->apart_count++] = model;
	else
		model_free(model);
	return result == SMT_UNSAT;
}

/* Another term plus the difference that the models suggest. */
static term
shifted_to(struct sweep *sweep, term other, term a)
{
	const uint64_t difference = model_value(sweep->model[0], a) - model_value(sweep->model[0], other);

	if (a->width < 32)
		return other;
	return term_add(sweep->terms, other, term_const(sweep->terms, a->width, difference));
}

static term
representative(struct sweep *sweep, term a)
{
	const uint64_t signature = signature_of(sweep, a);
	struct member **bucket = &sweep->bucket[signature % BUCKETS], *m;

	for (m = *bucket; m != NULL; m = m->next) {
		term other;

		if (m->a == a)
			return a;
		if (m->signature != signature || m->a->width != a->width)
			continue;
		other = shifted_to(sweep, m->a, a);
		if (proved_equal(sweep, other, a))
			return other;
	}
	m = malloc(sizeof *m);
	if (m == NULL)
		abort();
	*m = (struct member){ *bucket, signature, a };
	*bucket = m;
	return a;
}

term
sweep_rewrite(struct sweep *sweep, term a)
{
	term args[64], result = a;

	reach(sweep, a->id);
	if (sweep->rewritten[a->id] != NULL)
		return sweep->rewritten[a->id];
	for (unsigned i = 0; i < a->count; i++)
		args[i] = sweep_rewrite(sweep, a->args[i]);
	if (a->count > 0 && memcmp(args, a->args, a->count * sizeof *args) != 0)
		result = term_rebuild(sweep->terms, a, args);
	if (worth_it(result))
		result = representative(sweep, result);
	reach(sweep, a->id);
	return sweep->rewritten[a->id] = result;
}
