/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model in which some conjuncts fail, made right by changing what few unknowns are worth: one conjunct after the other, each
 * in the way that breaks the fewest others. Paths grow by a conjunct at a time, so this is most often all that is needed:
 * a key is there or is not, a field has another value, and a checksum follows.
 *
 * Plain computing, and the result is checked by evaluation, so nothing rests on it. Where it finds none there may be one. */
#include <stdlib.h>
#include <string.h>

#include "verify/smt/inside.h"
#include "verify/smt/wish.h"

#define STEPS 24
#define WAYS 64
#define WORSE 2 /* conjuncts that a step may break besides */

struct repairing {
	const term *conjunct;
	size_t count;
	term first; /* what is asked: what it needs comes before what others do */
	struct valuation changed; /* in order */
	struct valuation had;     /* what unknowns were worth on the way: no value twice, so there are no circles */
};

/* How many fail, and one of them; counting ends at `most`. */
static size_t
failing(const struct repairing *r, struct model *model, size_t most, term *failed)
{
	size_t n = model_value(model, r->first) != 1;

	if (failed != NULL)
		*failed = r->first;
	for (size_t i = 0; i < r->count && n < most; i++)
		if (r->conjunct[i] != r->first && model_value(model, r->conjunct[i]) != 1 && n++ == 0 && failed != NULL)
			*failed = r->conjunct[i];
	return n;
}

static void
remember(struct repairing *r, const struct wish *wish)
{
	for (unsigned i = 0; i < wish->count; i++) {
		valuation_add(&r->changed, &wish->change[i]);
		valuation_add(&r->had, &wish->change[i]);
		valuation_add(&r->had, &wish->change[i])->value = wish->was[i];
	}
}

/* The way to have one conjunct true after which the fewest fail. Its model is NULL if there is none. *left: how many do. */
static struct wish
best_step(struct repairing *r, struct model *model, term failed, size_t *left)
{
	struct wish wish = { .taboo = &r->had }, best = wish;

	for (unsigned way = 0, ways = 1; way < WAYS && way < ways && *left > 0; way++) {
		const bool granted = wish_for(&wish, model, failed, 1, way) && model_value(wish.model, failed) == 1;
		const size_t n = granted ? failing(r, wish.model, *left, NULL) : *left;

		if (wish.ways > ways)
			ways = wish.ways;
		if (n < *left) {
			model_free(best.model);
			best = wish;
			*left = n;
		} else
			model_free(wish.model);
	}
	return best;
}

struct model *
repaired(struct model *model, const term *conjuncts, size_t count, term first, struct valuation *changes)
{
	struct repairing r = { .conjunct = conjuncts, .count = count, .first = first };
	struct model *now = model_share(model);
	term failed;
	size_t left = failing(&r, now, count + 1, &failed);

	for (unsigned step = 0; step < STEPS && left > 0; step++) {
		struct wish next;

		left += WORSE;
		next = best_step(&r, now, failed, &left);
		model_free(now);
		now = next.model;
		if (now == NULL)
			break;
		remember(&r, &next);
		left = failing(&r, now, count + 1, &failed);
	}
	if (now != NULL && left > 0) {
		model_free(now);
		now = NULL;
	}
	for (size_t i = 0; i < r.changed.count && changes != NULL && now != NULL; i++)
		valuation_add(changes, &r.changed.leaf[i]);
	free(r.changed.leaf);
	free(r.had.leaf);
	return now;
}
