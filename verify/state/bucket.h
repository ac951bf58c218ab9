/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/bucket.h -- what a token bucket holds, the same term for the program's calls and the specification's.
 *
 * Everything is 64 bits and in the units of libvig/token_bucket.h. Stated without overflow, as the library computes it:
 * that this is min(burst, tokens + rate * passed) is what its contract says and its proof shows. */
#ifndef VERIFY_STATE_BUCKET_H
#define VERIFY_STATE_BUCKET_H

#include "verify/term/term.h"

/* Nanoseconds from empty to full, rounded up. Means something if rate and burst are not 0. */
term bucket_fill_time(struct terms *ts, term rate, term burst);

/* After so many nanoseconds without a packet; tokens <= burst. */
term bucket_level(struct terms *ts, term rate, term burst, term tokens, term passed);

/* libvig/token_bucket.h's limits: within them nothing overflows. */
#define BUCKET_BYTE 1000000000u
#define BUCKET_MAX_RATE ((uint64_t)1 << 40)
#define BUCKET_MAX_BURST ((uint64_t)1 << 33)

/* A level that was asked for. */
struct bucket_look {
	term rate, burst, tokens, passed, level;
};

/* libvig/token_bucket.h says, and its proof shows, that within its limits a level is min(burst, tokens + rate * passed) in
 * exact integers. The solver sees how it is computed instead, with a product and a quotient; so what follows from the
 * former can be stated of any levels that fit the limits: a level is between its tokens and its burst; and of two of one rate
 * and age, that of the bucket with no less to begin with and no smaller a burst is no less. */
term bucket_fits(struct terms *ts, const struct bucket_look *a);
term bucket_order(struct terms *ts, const struct bucket_look *a, const struct bucket_look *b);

#endif
