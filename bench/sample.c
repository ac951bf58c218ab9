/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/sample.h"

#include <stdlib.h>

void
sample_add(struct sample *sample, double value)
{
	if (sample->count < SAMPLES)
		sample->value[sample->count++] = value;
}

double
sample_min(const struct sample *sample)
{
	double least = sample->value[0];

	for (uint32_t i = 1; i < sample->count; i++)
		if (sample->value[i] < least)
			least = sample->value[i];
	return least;
}

static int
sample_compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
sample_median(struct sample *sample)
{
	qsort(sample->value, sample->count, sizeof sample->value[0], sample_compare);
	return sample->value[sample->count / 2];
}

uint64_t
sample_overhead(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 10000; i++) {
		uint64_t start = sample_clock(), end = sample_clock();

		if (end - start < least)
			least = end - start;
	}
	return least;
}
