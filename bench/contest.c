/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/contest.h"

#include <stdio.h>

#include "bench/sample.h"

/* Operations of one side before it is the other's turn: long enough to forget what that left in the caches. */
#define TURN_KEYS 16384u

static volatile uint64_t contest_sink;

struct vig *
contest_vig(void)
{
	static const uint64_t secret[4] = {
		0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u
	};

	return vig_new(NULL, secret);
}

/* Where one side is in its keys. Both sides see the same ones. */
struct picker {
	uint64_t random, number;
};

static void
pick(const struct contest *contest, struct picker *picker, uint64_t key[CONTEST_KEYS])
{
	for (uint32_t i = 0; i < CONTEST_KEYS; i++) {
		picker->random ^= picker->random >> 12;
		picker->random ^= picker->random << 25;
		picker->random ^= picker->random >> 27;
		key[i] = contest->first + (contest->running ? picker->number++ :
			(picker->random * 0x2545f4914f6cdd1du >> 8) % contest->keys);
	}
}

static double
turn(const struct contest *contest, const struct side *side, struct picker *picker, double tick_ns)
{
	uint64_t steps = 0;

	for (uint32_t done = 0; done < TURN_KEYS; done += CONTEST_KEYS) {
		uint64_t key[CONTEST_KEYS], found = 0, start;

		pick(contest, picker, key);
		start = sample_clock();
		for (uint32_t i = 0; i < CONTEST_KEYS; i += CONTEST_BURST)
			found += side->burst(side->self, key + i);
		steps += sample_clock() - start;
		contest_sink += found;
	}
	return (double)steps * tick_ns / TURN_KEYS;
}

void
contest_head(void)
{
	printf("| structure | operation | entries | load %% | ours: min, median ns | DPDK: min, median ns | ratio of medians |\n"
	       "|---|---|---|---|---|---|---|\n");
}

void
contest_run(const struct contest *contest, const struct bench_rounds *rounds)
{
	static struct sample ours, theirs;
	struct picker a = { 88172645463325252u, 0 }, b = a;
	bool both = contest->theirs.burst != NULL;

	ours.count = theirs.count = 0;
	for (uint32_t round = 0; round < rounds->rounds; round++) {
		sample_add(&ours, turn(contest, &contest->ours, &a, rounds->tick_ns));
		if (both)
			sample_add(&theirs, turn(contest, &contest->theirs, &b, rounds->tick_ns));
	}
	printf("| %s | %s | %llu | %u | %.1f, %.1f |", contest->structure, contest->operation,
		(unsigned long long)contest->entries, contest->load, sample_min(&ours), sample_median(&ours));
	if (both)
		printf(" %.1f, %.1f | %.2f |\n", sample_min(&theirs), sample_median(&theirs),
			sample_median(&ours) / sample_median(&theirs));
	else
		printf(" | |\n");
	fflush(stdout);
}
