/* SPDX-License-Identifier: BSD-3-Clause */
/* bench_libvig -- what libVig's structures cost an operation, beside DPDK's, in one process and by turns: on a shared
 * machine only figures taken side by side can be compared. Prints a Markdown table.
 *
 *     bench_libvig [--rounds N] [--only flow_table,map,lpm4,small] [ENTRIES ...] */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench/contest.h"
#include "bench/sample.h"

static bool
asked(const char *list, const char *name)
{
	return list == NULL || strstr(list, name) != NULL;
}

static bool
run_size(uint64_t entries, const char *only, const struct bench_rounds *rounds)
{
	for (uint32_t load = 50; load <= 80; load += 30) {
		if (asked(only, "flow_table") && !contest_flow_table(entries, load, rounds))
			return false;
		if (asked(only, "map") && !contest_map(entries, load, rounds))
			return false;
	}
	return (!asked(only, "lpm4") || contest_lpm4(entries, rounds)) &&
		(!asked(only, "small") || contest_small(entries, rounds));
}

static bool
start_eal(char *program)
{
	char *arguments[] = { program, "--no-huge", "-m", "2048", "--no-pci", "--iova-mode=va", "--no-telemetry",
		"--log-level=lib.*:error", "-l", "0" };

	return rte_eal_init(10, arguments) >= 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'n' },
		{ "only", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t size[16] = { 1, 1000, 65536, 1000000 };
	struct bench_rounds rounds = { .rounds = 64 };
	const char *only = NULL;
	int sizes = 0;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'n')
			rounds.rounds = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'o')
			only = optarg;
		else
			return 3;
	}
	for (; optind < argc && sizes < 16; optind++)
		size[sizes++] = strtoull(argv[optind], NULL, 10);
	if (rounds.rounds == 0 || rounds.rounds > SAMPLES || !start_eal(argv[0])) {
		fprintf(stderr, "bench_libvig: rounds are 1 .. %u, and DPDK must start\n", SAMPLES);
		return 3;
	}
	rounds.tick_ns = 1e9 / (double)rte_get_tsc_hz();
	contest_head();
	for (int i = 0; i < (sizes == 0 ? 4 : sizes); i++)
		if (size[i] == 0 || !run_size(size[i], only, &rounds)) {
			fprintf(stderr, "bench_libvig: %llu entries: out of memory\n", (unsigned long long)size[i]);
			return 3;
		}
	return 0;
}
