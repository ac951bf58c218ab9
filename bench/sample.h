/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/sample.h -- measured times, and what is said of them. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stdint.h>
#include <x86intrin.h>

#define SAMPLES 512u

/* Nanoseconds per packet, one a round; rounds beyond SAMPLES are left out. */
struct sample {
	double value[SAMPLES];
	uint32_t count;
};

void sample_add(struct sample *sample, double value);
double sample_min(const struct sample *sample);
double sample_median(struct sample *sample); /* sorts */

/* The time stamp counter, once all that was asked before has been done. */
static inline uint64_t
sample_clock(void)
{
	uint32_t processor;
	uint64_t time = __rdtscp(&processor);

	_mm_lfence();
	return time;
}

/* Counter steps between two readings with nothing in between. */
uint64_t sample_overhead(void);

#endif
