/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/token_bucket.h"

#include <assert.h>

bool
token_rate_make(struct token_rate *r, uint64_t rate, uint64_t burst)
{
	if (rate == 0 || rate > TOKEN_BUCKET_MAX_RATE || burst == 0 || burst > TOKEN_BUCKET_MAX_BURST)
		return false;
	r->rate = rate;
	r->burst = burst * TOKEN_BUCKET_BYTE;
	r->fill = (r->burst - 1) / rate + 1;
	return true;
}

void
token_bucket_fill(struct token_bucket *b, const struct token_rate *r, uint64_t now)
{
	b->tokens = r->burst;
	b->last = now;
}

/* What is in the bucket after so many nanoseconds without a packet. */
/*@ requires rate:  \valid_read(r) && TokenRate(r);
    requires fits:  tokens <= r->burst;
    terminates \true;
    assigns  \nothing;
    ensures  level: \result == token_least(r->burst, tokens + r->rate * passed); */
static uint64_t
token_bucket_level(const struct token_rate *r, uint64_t tokens, uint64_t passed)
{
	uint64_t earned;

	if (passed >= r->fill) {
		/*@ assert enough: r->fill * r->rate <= passed * r->rate; */
		return r->burst;
	}
	/*@ assert fits: passed * r->rate <= (r->fill - 1) * r->rate; */
	earned = r->rate * passed;
	return r->burst - tokens < earned ? r->burst : tokens + earned;
}

bool
token_bucket_take(struct token_bucket *b, const struct token_rate *r, uint64_t now, uint64_t bytes)
{
	assert(b->last <= now);
	assert(b->tokens <= r->burst);
	b->tokens = token_bucket_level(r, b->tokens, now - b->last);
	b->last = now;
	if (bytes > TOKEN_BUCKET_MAX_BURST || b->tokens < bytes * TOKEN_BUCKET_BYTE)
		return false;
	b->tokens -= bytes * TOKEN_BUCKET_BYTE;
	return true;
}
