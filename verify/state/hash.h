/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/state/hash.h -- maglev_hash of a few words: the same functions for the program and its specification, of which
 * nothing is known but that. */
#ifndef VERIFY_STATE_HASH_H
#define VERIFY_STATE_HASH_H

#include "verify/state/state.h"

/* Makes the functions, one for each number of words. */
void hash_base(struct terms *ts, struct state *s);

/* 64 bits, of 1 .. STATE_HASHES words of 64 bits. */
term hash_of(const struct state *s, const term *word, unsigned words);

bool hash_is(const struct state *s, const struct term_function *function);

#endif
