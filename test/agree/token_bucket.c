/* SPDX-License-Identifier: BSD-3-Clause */
/* A token bucket and its model, from every state that a bucket may be in: so after every sequence of calls. */
#include "libvig/token_bucket.h"

#include "test/agree/agree.h"

extern __typeof__(token_rate_make) model_token_rate_make;
extern __typeof__(token_bucket_fill) model_token_bucket_fill;
extern __typeof__(token_bucket_take) model_token_bucket_take;

static struct token_rate real_rate, model_rate;
static struct token_bucket real, model;

static bool
make_rates(void)
{
	const uint64_t rate = agree_any(), burst = agree_any();
	bool made;

	real_rate = model_rate = (struct token_rate){ agree_any(), agree_any(), agree_any() };
	made = token_rate_make(&real_rate, rate, burst);
	agree_bits = 8;
	agree_answer = made;
	model_token_rate_make(&model_rate, rate, burst);
	agree_check(real_rate.rate == model_rate.rate, "the rate");
	agree_check(real_rate.burst == model_rate.burst, "the burst");
	agree_check(real_rate.fill == model_rate.fill, "the time that it takes to fill");
	return made;
}

static void
same_buckets(void)
{
	agree_check(real.tokens == model.tokens, "the tokens that are left");
	agree_check(real.last == model.last, "the bucket's last use");
}

static void
fill(uint64_t now)
{
	token_bucket_fill(&real, &real_rate, now);
	agree_bits = 0;
	model_token_bucket_fill(&model, &real_rate, now);
}

static void
take(uint64_t now)
{
	const uint64_t bytes = agree_any();

	real = model = (struct token_bucket){ agree_any(), agree_any() };
	agree_assume(real.tokens <= real_rate.burst);
	agree_assume(real.last <= now);
	agree_answer = token_bucket_take(&real, &real_rate, now, bytes);
	agree_bits = 8;
	model_token_bucket_take(&model, &real_rate, now, bytes);
}

void
agree_main(void)
{
	const uint64_t now = agree_any();

	if (!make_rates())
		return;
	if (agree_pick(2) == 0)
		fill(now);
	else
		take(now);
	same_buckets();
}
