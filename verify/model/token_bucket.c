/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvig/token_bucket.h, as its callers may rely on it. */
#include "libvig/token_bucket.h"

#include <stddef.h>
#include <string.h>

#include "verify/model/inside.h"
#include "verify/state/bucket.h"

#define SAME(function, ...) \
	_Static_assert(__builtin_types_compatible_p(__typeof__(&function), __VA_ARGS__), \
		#function " is no longer what its model says")

SAME(token_rate_make, bool (*)(struct token_rate *, uint64_t, uint64_t));
SAME(token_bucket_fill, void (*)(struct token_bucket *, const struct token_rate *, uint64_t));
SAME(token_bucket_take, bool (*)(struct token_bucket *, const struct token_rate *, uint64_t, uint64_t));
_Static_assert(offsetof(struct token_rate, burst) == 8 && offsetof(struct token_rate, fill) == 16 &&
	offsetof(struct token_bucket, last) == 8 && sizeof(struct token_bucket) == 16,
	"a token bucket is no longer laid out as its model says");

static term
number(const struct model_call *c, uint64_t value)
{
	return term_const(c->x->terms, 64, value);
}

static term
within(const struct model_call *c, term a, uint64_t least, uint64_t most)
{
	return term_and(c->x->terms, term_ule(c->x->terms, number(c, least), a), term_ule(c->x->terms, a, number(c, most)));
}

/* Out of range: false, and nothing is written. */
static void
rate_make(struct model_call *c)
{
	struct terms *ts = c->x->terms;
	const term rate = model_arg(c, 1), burst = term_mul(ts, model_arg(c, 2), number(c, TOKEN_BUCKET_BYTE));
	const term good = term_and(ts, within(c, rate, 1, TOKEN_BUCKET_MAX_RATE),
		within(c, model_arg(c, 2), 1, TOKEN_BUCKET_MAX_BURST));
	const term made[] = { rate, burst, bucket_fill_time(ts, rate, burst) };
	struct model *model;

	if (path_can(&c->s->path, term_not(ts, good), &model)) {
		struct model_call bad = *c;

		bad.s = state_fork(c->s);
		path_assume(&bad.s->path, term_not(ts, good), model);
		model_answer_bool(&bad, false);
	}
	if (!path_can(&c->s->path, good, &model)) {
		state_free(c->s);
		return;
	}
	path_assume(&c->s->path, good, model);
	model_answer_stored(c, model_bool_result(c->x, term_bool(ts, true)), 0, made, 3);
}

/* Argument 1: a rate as token_rate_make makes it. False: ended. */
static bool
read_rate(struct model_call *c, term *rate)
{
	struct terms *ts = c->x->terms;
	const char *const sentence = "the rate is not one that token_rate_make has made";

	return model_read_words(c, 1, 3, rate) && model_demand(c, within(c, rate[0], 1, TOKEN_BUCKET_MAX_RATE), sentence) &&
		model_demand(c, within(c, rate[1], TOKEN_BUCKET_BYTE, TOKEN_BUCKET_MAX_BURST * TOKEN_BUCKET_BYTE), sentence) &&
		model_demand(c, term_eq(ts, rate[2], bucket_fill_time(ts, rate[0], rate[1])), sentence);
}

static void
fill(struct model_call *c)
{
	term rate[3], full[2];

	if (!read_rate(c, rate))
		return;
	full[0] = rate[1];
	full[1] = model_arg(c, 2);
	model_answer_stored(c, NULL, 0, full, 2);
}

static void
take(struct model_call *c)
{
	struct terms *ts = c->x->terms;
	const term now = model_arg(c, 2), bytes = model_arg(c, 3), cost = term_mul(ts, bytes, number(c, TOKEN_BUCKET_BYTE));
	term rate[3], bucket[2], left[2], level, paid;

	if (!read_rate(c, rate) || !model_read_words(c, 0, 2, bucket) ||
		!model_demand(c, term_ule(ts, bucket[0], rate[1]), "the bucket may hold more than its burst") ||
		!model_demand(c, term_ule(ts, bucket[1], now), "the time is before the bucket's last use"))
		return;
	level = bucket_level(ts, rate[0], rate[1], bucket[0], term_sub(ts, now, bucket[1]));
	if (c->s->buckets < STATE_BUCKETS)
		c->s->bucket[c->s->buckets++] = (struct bucket_look){ rate[0], rate[1], bucket[0], term_sub(ts, now, bucket[1]), level };
	paid = term_and(ts, term_ule(ts, bytes, number(c, TOKEN_BUCKET_MAX_BURST)), term_ule(ts, cost, level));
	left[0] = term_ite(ts, paid, term_sub(ts, level, cost), level);
	left[1] = now;
	model_answer_stored(c, model_bool_result(c->x, paid), 0, left, 2);
}

void
model_token_bucket(struct model_call *c, const char *operation)
{
	if (strcmp(operation, "rate_make") == 0)
		rate_make(c);
	else if (strcmp(operation, "bucket_fill") == 0)
		fill(c);
	else if (strcmp(operation, "bucket_take") == 0)
		take(c);
	else
		model_refuse(c, "no such operation in libVig");
}
