/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/token_bucket.h -- so many bytes a second and no more, with a stated burst; nothing is rounded.
 *
 * A bucket is two words, to be kept as (part of) the value of a table's entry. It counts tokens, of which
 * TOKEN_BUCKET_BYTE pay for one byte: with time in nanoseconds, a rate of r bytes a second then earns exactly
 * r tokens each nanosecond, and no remainder is ever dropped. What is earned beyond the burst is lost, so
 *     level(now) = min(burst, tokens + rate * (now - last)).
 * How long an empty bucket takes to fill is computed once (token_rate_make); a longer wait than that fills it
 * without a product, so nothing overflows, however long the silence and however low the rate. No division
 * and no loop on the packet's path: two multiplications at most. */
#ifndef LIBVIG_TOKEN_BUCKET_H
#define LIBVIG_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/logic/token_bucket.h"

#define TOKEN_BUCKET_BYTE 1000000000u             /* tokens; also nanoseconds in a second */
#define TOKEN_BUCKET_MAX_RATE ((uint64_t)1 << 40)  /* bytes a second: 8.8 Tb/s */
#define TOKEN_BUCKET_MAX_BURST ((uint64_t)1 << 33) /* bytes: 8 GiB */

struct token_bucket {
	uint64_t tokens; /* at `last`; <= burst */
	uint64_t last;   /* nanoseconds */
};

/* The same for many buckets. Made by token_rate_make only. */
struct token_rate {
	uint64_t rate;  /* tokens a nanosecond == bytes a second */
	uint64_t burst; /* tokens */
	uint64_t fill;  /* nanoseconds from empty to full, rounded up */
};

/*@ predicate TokenRate{L}(struct token_rate *r) =
      1 <= r->rate <= TOKEN_BUCKET_MAX_RATE &&
      TOKEN_BUCKET_BYTE <= r->burst <= TOKEN_BUCKET_MAX_BURST * TOKEN_BUCKET_BYTE &&
      1 <= r->fill <= r->burst && (r->fill - 1) * r->rate < r->burst <= r->fill * r->rate; */

/*@ predicate TokenBucket{L}(struct token_bucket *b, struct token_rate *r) = b->tokens <= r->burst; */

/* What the bucket holds at a time. */
/*@ logic integer token_level{L}(struct token_bucket *b, struct token_rate *r, integer now) =
      token_least(r->burst, b->tokens + r->rate * (now - b->last)); */

/* rate: bytes a second; burst: bytes. False, and nothing is written: either is 0 or over its maximum. */
/*@ requires out:   \valid(r);
    terminates \true;
    assigns  *r;
    ensures  range: \result == true <==> 1 <= rate <= TOKEN_BUCKET_MAX_RATE && 1 <= burst <= TOKEN_BUCKET_MAX_BURST;
    ensures  made:  \result == true ==> TokenRate(r);
    ensures  rate:  \result == true ==> r->rate == rate;
    ensures  burst: \result == true ==> r->burst == burst * TOKEN_BUCKET_BYTE;
    ensures  kept:  \result == false ==> *r == \old(*r); */
bool token_rate_make(struct token_rate *r, uint64_t rate, uint64_t burst);

/* A bucket begins full. */
/*@ requires rate:   \valid_read(r) && TokenRate(r);
    requires out:    \valid(b) && \separated(b, r);
    terminates \true;
    assigns  *b;
    ensures  bucket: TokenBucket(b, r);
    ensures  full:   b->tokens == r->burst;
    ensures  last:   b->last == now; */
void token_bucket_fill(struct token_bucket *b, const struct token_rate *r, uint64_t now);

/* Pays for so many bytes, if the bucket holds enough at `now`; if not, nothing is paid. Precondition: `now` is not
 * before b->last. Clause `bound`, added up over a run of calls, says that no interval of t nanoseconds lets
 * more pass than burst + rate * t. */
/*@ requires rate:   \valid_read(r) && TokenRate(r);
    requires bucket: \valid(b) && \separated(b, r) && TokenBucket(b, r);
    requires time:   b->last <= now;
    terminates \true;
    assigns  *b;
    ensures  bucket: TokenBucket(b, r);
    ensures  last:   b->last == now;
    ensures  paid:   \result == true <==> bytes * TOKEN_BUCKET_BYTE <= \old(token_level(b, r, now));
    ensures  taken:  \result == true ==> b->tokens == \old(token_level(b, r, now)) - bytes * TOKEN_BUCKET_BYTE;
    ensures  left:   \result == false ==> b->tokens == \old(token_level(b, r, now));
    ensures  bound:  (\result == true ? bytes * TOKEN_BUCKET_BYTE : 0) + b->tokens <=
                     \old(b->tokens) + r->rate * (now - \old(b->last)); */
bool token_bucket_take(struct token_bucket *b, const struct token_rate *r, uint64_t now, uint64_t bytes);

#endif
