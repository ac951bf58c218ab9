/* SPDX-License-Identifier: BSD-3-Clause */
/* test/libvig/random.h -- the same numbers in every run (xorshift64*). */
#ifndef TEST_LIBVIG_RANDOM_H
#define TEST_LIBVIG_RANDOM_H

#include <stdint.h>

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static inline uint64_t
random_word(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1du;
}

/* 0 .. n - 1 */
static inline uint64_t
random_below(uint64_t n)
{
	return (random_word() >> 16) % n;
}

#endif
