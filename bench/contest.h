/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/contest.h -- one operation of ours beside one of DPDK's, timed by turns in one process. */
#ifndef BENCH_CONTEST_H
#define BENCH_CONTEST_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/vig.h"

#define CONTEST_BURST 32u
#define CONTEST_READY 8u                               /* bursts made ready before they are timed */
#define CONTEST_KEYS (CONTEST_READY * CONTEST_BURST)

/* One side. burst does one operation with each of the keys first .. first + CONTEST_BURST - 1, and answers anything that
 * depends on what they found. */
struct side {
	uint64_t (*burst)(void *self, const uint64_t *key);
	void *self;
};

/* theirs.burst NULL: DPDK has nothing to compare with. */
struct contest {
	const char *structure, *operation;
	uint64_t entries;
	uint32_t load; /* per cent */
	struct side ours, theirs;
	uint64_t keys;       /* the keys' numbers are below it … */
	uint64_t first;      /* … counted from here */
	bool running;        /* not picked at random, but one after another */
};

struct bench_rounds {
	uint32_t rounds;
	double tick_ns;
};

/* Prints a row of the table: nanoseconds an operation, least and median of the rounds. */
void contest_run(const struct contest *contest, const struct bench_rounds *rounds);
void contest_head(void);

/* Rows for each structure; every one frees what it made. False: out of memory, or DPDK refuses. */
bool contest_flow_table(uint64_t entries, uint32_t load, const struct bench_rounds *rounds);
bool contest_map(uint64_t entries, uint32_t load, const struct bench_rounds *rounds);
bool contest_lpm4(uint64_t entries, const struct bench_rounds *rounds);
bool contest_small(uint64_t entries, const struct bench_rounds *rounds);

/* A number as a key of two words that looks like nothing. */
static inline void
contest_key(uint64_t number, uint64_t key[2])
{
	key[0] = (number + 1) * 0x9e3779b97f4a7c15u;
	key[1] = key[0] ^ key[0] >> 29;
}

/* A vig with the secret that all rows use. */
struct vig *contest_vig(void);

#endif
