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
