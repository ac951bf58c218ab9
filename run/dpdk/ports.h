/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/ports.h -- run/port.h answered by DPDK devices and by capture files; every buffer is an mbuf. */
#ifndef RUN_DPDK_PORTS_H
#define RUN_DPDK_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "run/dpdk/request.h"
#include "run/port.h"

struct ports_settings {
	uint64_t limit;    /* longest frame that will be shown to the function */
	bool trace_time;   /* the clock is the captures'; only files may be ports */
};

/* Bytes that the buffers of so many ports take: for eal_settings. */
uint64_t ports_memory(uint32_t count, uint64_t limit);

/* What can be found out about requests before anything is started or written: the files can be read,
 * and none is overwritten while it is read. */
bool ports_examine(const struct request *requests, uint32_t count, const struct ports_settings *settings,
	struct err *err);

/* Opens all ports; DPDK has been started with the same requests. NULL: err says which fails. */
struct ports *ports_open(const struct request *requests, uint32_t count, const struct ports_settings *settings,
	struct err *err);

/* Whether no port will ever receive again: all are files, read to their end. */
bool ports_are_done(struct ports *ports);

/* Frames that a port's device had no room for. */
uint64_t ports_missed(const struct ports *ports, uint32_t port);

/* The clock now, rather than at the last reception. */
uint64_t ports_time(struct ports *ports);

/* False: an output file could not be written in full. NULL is allowed. */
bool ports_close(struct ports *ports, struct err *err);

#endif
