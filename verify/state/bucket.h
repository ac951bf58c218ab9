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

#endif
