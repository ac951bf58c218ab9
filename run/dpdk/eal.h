/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/eal.h -- DPDK's environment, started with defaults that need nothing of the machine. */
#ifndef RUN_DPDK_EAL_H
#define RUN_DPDK_EAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "libvig/vig.h"
#include "run/dpdk/request.h"

enum eal_hugepages {
	EAL_HUGEPAGES_AUTO, /* when enough of them are free */
	EAL_HUGEPAGES_ON,
	EAL_HUGEPAGES_OFF,
};

struct eal_settings {
	enum eal_hugepages hugepages;
	uint64_t packet_memory; /* bytes that packet buffers will take */
	int core;               /* to run on; negative: wherever this process may */
	bool verbose;           /* DPDK's own notices too */
};

/* Starts DPDK with the devices that requests name. Once per process. */
bool eal_start(const struct request *requests, uint32_t count, const struct eal_settings *settings,
	struct err *err);

/* Memory for libVig: from hugepages when DPDK uses them, else the C library's (NULL). */
const struct vig_memory *eal_memory(void);

/* The socket at which DPDK's telemetry answers. */
const char *eal_telemetry(void);

/* Ends DPDK and removes what it left in the file system. */
void eal_stop(void);

#endif
