/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/options.h -- the command line of vigor-run. */
#ifndef RUN_DPDK_OPTIONS_H
#define RUN_DPDK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nf/nf.h"
#include "run/dpdk/eal.h"
#include "run/dpdk/request.h"

struct options {
	const char *nf;           /* a shared object */
	const char *conf;         /* NULL: defaults */
	const char *log;          /* NULL: none */
	const char *verdict;      /* NULL: next to the NF */
	struct request port[NF_MAX_PORTS];
	uint32_t ports;
	uint64_t burst, limit;
	uint64_t run_time;        /* ns; 0: until it is stopped, or all files are read */
	enum eal_hugepages hugepages;
	int core;                 /* negative: any */
	bool trace_time, require_proof, json, verbose;
	bool help;                /* print the usage and do nothing else */
};

bool options_read(int argc, char **argv, struct options *options, struct err *err);

extern const char options_usage[];

#endif
