/* SPDX-License-Identifier: BSD-3-Clause */
/* run/dpdk/telemetry.h -- figures of a run while it runs, through DPDK's telemetry socket.
 *
 * Commands: /vigor/ports and /vigor/objects. DPDK answers from a thread of its own, which never looks
 * into the loop: it asks, and the loop fills in a copy between two turns. */
#ifndef RUN_DPDK_TELEMETRY_H
#define RUN_DPDK_TELEMETRY_H

#include <stdbool.h>

#include "run/figures.h"

/* Registers the commands. False: DPDK refuses, and nothing can be asked. */
bool telemetry_start(void);

/* Whether somebody waits for figures. Cheap: called every turn. */
bool telemetry_is_asked(void);

/* Hands them over. */
void telemetry_answer(const struct figures *figures);

#endif
