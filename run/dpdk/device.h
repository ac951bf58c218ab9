/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/device.h -- a DPDK device as a port: one receive and one transmit queue. */
#ifndef RUN_DPDK_DEVICE_H
#define RUN_DPDK_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mempool.h>

#include "base/err.h"
#include "run/dpdk/request.h"

/* Descriptors of a queue, unless the device wants otherwise. */
#define DEVICE_RX_RING 512u
#define DEVICE_TX_RING 1024u

/* Configures and starts the device that a request named; id: DPDK's number for it. limit: the longest
 * frame wanted. */
bool device_start(const struct request *request, struct rte_mempool *pool, uint64_t limit, uint16_t *id,
	struct err *err);

/* Frames that arrived and that the device had no room for. */
uint64_t device_missed(uint16_t id);

void device_stop(uint16_t id);

#endif
