/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/sketch.h -- about how much each of very many keys had lately, in little memory: never told too low.
 *
 * A count-min sketch: SKETCH_ROWS rows of cells; a key adds to one cell of each, chosen by keyed hashes, and
 * its estimate is the least of them. Time is cut into ages of equal length. The estimate of a key is at least what it added in
 * this age and the one before, and counts nothing of any key from earlier ones. With `width` cells a row, it is more by
 * over 2 / width of all that was added in those two ages with a probability of about 1 / 2^SKETCH_ROWS, for keys
 * that were chosen without knowing the secret: an expectation of the hash, as in TRUST-HASH.
 *
 * Nothing is swept when an age ends: each cell remembers its age and is brought forward when it is touched. add and
 * estimate touch SKETCH_ROWS cells; nothing is allocated after new. Cells stop at 2^32 - 1 for an age. */
#ifndef LIBVIG_SKETCH_H
#define LIBVIG_SKETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define SKETCH_ROWS 4u
#define SKETCH_MAX_WIDTH (1u << 26)
#define SKETCH_MAX_WORDS 5u

struct sketch;

/* width: cells a row; age: nanoseconds. NULL when out of memory, width is 0 or over SKETCH_MAX_WIDTH, or age is 0. */
struct sketch *sketch_new(struct vig *vig, const char *name, uint64_t width, uint64_t age);

/* A key of so many words, 1 .. SKETCH_MAX_WORDS, adds an amount at `now`, which never decreases from call to call. Answers
 * its estimate with that, at most 2^33 - 2. Keys of different lengths are different keys. */
uint64_t sketch_add(struct sketch *sketch, const uint64_t *key, uint64_t words, uint64_t now, uint64_t amount);

/* The key's estimate at `now`; changes nothing. */
uint64_t sketch_estimate(const struct sketch *sketch, const uint64_t *key, uint64_t words, uint64_t now);

#endif
