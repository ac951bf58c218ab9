/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/state/bucket.h"

term
bucket_fill_time(struct terms *ts, term rate, term burst)
{
	const term one = term_const(ts, 64, 1);

	return term_add(ts, term_arith(ts, TERM_UDIV, term_sub(ts, burst, one), rate), one);
}

term
bucket_level(struct terms *ts, term rate, term burst, term tokens, term passed)
{
	const term earned = term_mul(ts, rate, passed);
	const term partly = term_ite(ts, term_ult(ts, term_sub(ts, burst, tokens), earned), burst,
		term_add(ts, tokens, earned));

	return term_ite(ts, term_ule(ts, bucket_fill_time(ts, rate, burst), passed), burst, partly);
}

term
bucket_fits(struct terms *ts, const struct bucket_look *a)
{
	const term rate = term_and(ts, term_ule(ts, term_const(ts, 64, 1), a->rate),
		term_ule(ts, a->rate, term_const(ts, 64, BUCKET_MAX_RATE)));
	const term burst = term_and(ts, term_ule(ts, term_const(ts, 64, BUCKET_BYTE), a->burst),
		term_ule(ts, a->burst, term_const(ts, 64, BUCKET_MAX_BURST * BUCKET_BYTE)));

	return term_and(ts, term_and(ts, rate, burst), term_ule(ts, a->tokens, a->burst));
}

term
bucket_order(struct terms *ts, const struct bucket_look *a, const struct bucket_look *b)
{
	const term alike = term_and(ts, term_eq(ts, a->rate, b->rate), term_eq(ts, a->passed, b->passed));
	const term less = term_and(ts, term_ule(ts, a->tokens, b->tokens), term_ule(ts, a->burst, b->burst));

	return term_or(ts, term_not(ts, term_and(ts, alike, less)), term_ule(ts, a->level, b->level));
}
