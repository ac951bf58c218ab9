/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/scenario.h -- the questions that are asked of a network function and of the baseline. */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

#include "bench/subject.h"

struct bench {
	const struct nf_file *file;
	uint32_t rounds;
	double gap;     /* nanoseconds from packet to packet, as the subjects' clock has it */
	double tick_ns; /* nanoseconds in a step of the time stamp counter */
};

/* Known flows, picked at random: one line. */
bool scenario_known(const struct bench *bench, uint32_t flows, struct err *err);

/* Each packet opens a flow, and as many expire; nine tenths of the capacity live. */
bool scenario_churn(const struct bench *bench, uint32_t capacity, struct err *err);

/* A full table meets flows that it does not know, from outside and from inside. */
bool scenario_unknown(const struct bench *bench, uint32_t capacity, struct err *err);

/* Packets one by one after all flows have expired at once: the slowest of them. */
bool scenario_worst(const struct bench *bench, uint32_t capacity, struct err *err);

#endif
