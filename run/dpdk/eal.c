/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/eal.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#define MIB (UINT64_C(1) << 20)
#define HUGEPAGE (2 * MIB)
#define FREE_HUGEPAGES "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"

/* DPDK's own needs, and room for rings. */
#define BASE_MEMORY (128 * MIB)
#define LEAST_MEMORY (512 * MIB)

#define ARGUMENTS_MAX 80
#define ARGUMENT_SIZE (REQUEST_TEXT + 16)

/* DPDK keeps pointers into its command line, so that lives as long as the process. */
static struct {
	char text[ARGUMENTS_MAX][ARGUMENT_SIZE];
	char *argv[ARGUMENTS_MAX + 1];
	int argc;
	char cores[8192];
	char directory[4096], telemetry[4096 + 32];
	bool huge;
} eal;

static void
add(const char *format, const char *value)
{
	char *const text = eal.text[eal.argc];

	snprintf(text, ARGUMENT_SIZE, format, value);
	eal.argv[eal.argc++] = text;
}

static uint64_t
free_hugepages(void)
{
	FILE *const file = fopen(FREE_HUGEPAGES, "r");
	unsigned long pages = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages;
}

static void
add_memory(const struct eal_settings *settings)
{
	const uint64_t need = settings->packet_memory + BASE_MEMORY;
	char megabytes[24];

	eal.huge = settings->hugepages == EAL_HUGEPAGES_ON ||
		(settings->hugepages == EAL_HUGEPAGES_AUTO && free_hugepages() * HUGEPAGE >= need);
	if (eal.huge) {
		add("%s", "--in-memory");
		return;
	}
	snprintf(megabytes, sizeof megabytes, "%lu",
		(unsigned long)((need > LEAST_MEMORY ? need : LEAST_MEMORY) / MIB));
	add("%s", "--no-huge");
	add("%s", "--no-shconf");
	add("%s", "-m");
	add("%s", megabytes);
}

static void
add_devices(const struct request *requests, uint32_t count)
{
	bool pci = false;

	for (uint32_t i = 0; i < count; i++) {
		if (requests[i].kind == REQUEST_VIRTUAL)
			add("--vdev=%s", requests[i].devargs);
		if (requests[i].kind != REQUEST_PCI)
			continue;
		add("--allow=%s", requests[i].devargs);
		pci = true;
	}
	if (pci)
		return;
	add("%s", "--no-pci");
	add("%s", "--iova-mode=va"); /* nobody but us reads the buffers */
}

/* One DPDK lcore, and it may run where this process may: by default DPDK would pin it to the first
 * core of the machine, which two instances would then share. */
static void
add_core(int core)
{
	size_t used = (size_t)snprintf(eal.cores, sizeof eal.cores, "--lcores=0@(");
	cpu_set_t allowed;
	const char *comma = "";

	CPU_ZERO(&allowed);
	if (core >= 0)
		CPU_SET((size_t)core, &allowed);
	else if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return;
	for (size_t i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &allowed)) {
			used += (size_t)snprintf(eal.cores + used, sizeof eal.cores - used, "%s%zu", comma, i);
			comma = ",";
		}
	snprintf(eal.cores + used, sizeof eal.cores - used, ")");
	eal.argv[eal.argc++] = eal.cores;
}

/* DPDK leaves its directory behind. */
static void
remove_traces(void)
{
	unlink(eal.telemetry);
	rmdir(eal.directory);
}

bool
eal_start(const struct request *requests, uint32_t count, const struct eal_settings *settings, struct err *err)
{
	char process[24];

	if (settings->core >= (int)sysconf(_SC_NPROCESSORS_CONF))
		return err_set(err, "--core %d: this machine has cores 0 to %ld", settings->core,
			sysconf(_SC_NPROCESSORS_CONF) - 1);
	snprintf(process, sizeof process, "%ld", (long)getpid());
	add("%s", "vigor-run");
	add("--file-prefix=vigor-%s", process);
	add("--log-level=%s", settings->verbose ? "info" : "error");
	add_memory(settings);
	add_devices(requests, count);
	add_core(settings->core);
	const bool started = rte_eal_init(eal.argc, eal.argv) >= 0;
	snprintf(eal.directory, sizeof eal.directory, "%s", rte_eal_get_runtime_dir());
	snprintf(eal.telemetry, sizeof eal.telemetry, "%s/dpdk_telemetry.v2", eal.directory);
	if (started)
		return true;
	err_set(err, "DPDK does not start: %s; --verbose shows its own messages%s", rte_strerror(rte_errno),
		eal.huge ? "; it was to use hugepages (dpdk-hugepages.py -s), --hugepages off does without" : "");
	remove_traces();
	return false;
}

static void *
memory_zalloc(size_t size, void *context)
{
	void *memory;

	(void)context;
	memory = rte_zmalloc("vig", size, 64);
	if (memory != NULL)
		return memory;
	if (posix_memalign(&memory, 64, size) != 0) /* slower than hugepages, and better than nothing */
		return NULL;
	return memset(memory, 0, size);
}

static void
memory_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	if (memory != NULL && rte_mem_virt2memseg(memory, NULL) != NULL)
		rte_free(memory);
	else
		free(memory);
}

const struct vig_memory *
eal_memory(void)
{
	static const struct vig_memory huge = { memory_zalloc, memory_release, NULL };

	return eal.huge ? &huge : NULL;
}

const char *
eal_telemetry(void)
{
	return eal.telemetry;
}

void
eal_stop(void)
{
	rte_eal_cleanup();
	remove_traces();
}
