/* SPDX-License-Identifier: BSD-3-Clause */
/* bench_flow -- what a network function costs a packet, beside the unverified baseline, in one process and
 * by turns: on a shared machine only figures taken side by side can be compared.
 *
 *     bench_flow firewall.so [--rounds N] [--rate MPPS] [--scenario known,churn,unknown,worst] [SIZE ...]
 *
 * Function only: no driver, frames already in the cache. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench/scenario.h"

/* 60-byte frames on 10 Gb/s Ethernet. */
#define LINE_RATE 14.88

#define HUGEPAGES "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"
#define HUGEPAGES_NEEDED 350u

static const struct {
	const char *name;
	bool (*run)(const struct bench *bench, uint32_t size, struct err *err);
	uint32_t least; /* size for which the question makes sense */
} scenarios[] = {
	{ "known", scenario_known, 1 },
	{ "churn", scenario_churn, 1000 },
	{ "unknown", scenario_unknown, 1000 },
	{ "worst", scenario_worst, 1000 },
};

static unsigned
free_hugepages(void)
{
	FILE *file = fopen(HUGEPAGES, "r");
	unsigned pages = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%u", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages;
}

/* With hugepages if there are any: without, the translation of addresses is a good part of the figures. */
static bool
start_eal(char *program, struct err *err)
{
	bool huge = free_hugepages() >= HUGEPAGES_NEEDED;
	char *with[] = { program, "--in-memory", "--no-pci", "--iova-mode=va", "--no-telemetry",
		"--log-level=lib.*:error", "-l", "0" };
	char *without[] = { program, "--no-huge", "-m", "1024", "--no-pci", "--iova-mode=va", "--no-telemetry",
		"--log-level=lib.*:error", "-l", "0" };

	if (rte_eal_init(huge ? 8 : 10, huge ? with : without) < 0)
		return err_set(err, "DPDK does not start; see its message above");
	printf("memory: %s\n", huge ? "2 MiB hugepages" : "4 KiB pages");
	return true;
}

static bool
asked(const char *list, const char *name)
{
	const char *at = list == NULL ? NULL : strstr(list, name);

	return list == NULL || (at != NULL && (at == list || at[-1] == ','));
}

static bool
run_all(const struct bench *bench, const char *list, const uint32_t *size, uint32_t sizes, struct err *err)
{
	printf("%-24s %8s  %15s  %15s  %11s\n", "ns a packet: min, median", "size", "function", "baseline", "ratio");
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
		for (uint32_t j = 0; asked(list, scenarios[i].name) && j < sizes; j++)
			if (size[j] >= scenarios[i].least && !scenarios[i].run(bench, size[j], err))
				return false;
	return true;
}

static bool
usage(struct err *err)
{
	return err_set(err, "usage: bench_flow NF.so [--rounds N] [--rate MPPS] "
		"[--scenario known,churn,unknown,worst] [SIZE ...]");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'n' },
		{ "rate", required_argument, NULL, 'r' },
		{ "scenario", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	uint32_t size[16] = { 1, 1000, 65536, 1000000 }, sizes = 0;
	struct bench bench = { .rounds = 200, .gap = 1000 / LINE_RATE };
	const char *list = NULL;
	struct err err = { "" };
	bool ok = true;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'n')
			bench.rounds = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'r')
			bench.gap = 1000 / strtod(optarg, NULL);
		else if (c == 's')
			list = optarg;
		else
			ok = usage(&err);
	}
	if (ok && (optind >= argc || bench.rounds == 0 || !(bench.gap > 0 && bench.gap < 1e9)))
		ok = usage(&err);
	for (int i = optind + 1; ok && i < argc && sizes < 16; i++)
		if ((size[sizes++] = (uint32_t)strtoul(argv[i], NULL, 10)) == 0)
			ok = usage(&err);
	ok = ok && start_eal(argv[0], &err) && (bench.file = nf_file_open(argv[optind], &err)) != NULL;
	if (ok) {
		bench.tick_ns = 1e9 / (double)rte_get_tsc_hz();
		ok = run_all(&bench, list, size, sizes == 0 ? 4 : sizes, &err);
	}
	if (!ok)
		fprintf(stderr, "bench_flow: %s\n", err.text);
	return ok ? 0 : 3;
}
