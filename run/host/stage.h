/* SPDX-License-Identifier: BSD-3-Clause */
/* run/host/stage.h -- memory lent to a function so that a step outside it is noticed.
 *
 * A guarded packet touches an inaccessible page with its end or with its start. The free space beyond, 64
 * bytes as net/packet.h promises, is on that page: it becomes accessible once the packet has been grown
 * over it and not before. An unguarded one is simply in the middle of a buffer. */
#ifndef RUN_HOST_STAGE_H
#define RUN_HOST_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "libvig/vig.h"
#include "net/packet.h"

#define STAGE_PACKET_MAX 65536u

enum stage_place { STAGE_MIDDLE, STAGE_END, STAGE_START };

/* Once, before anything else here. */
bool stage_init(bool guarded, struct err *err);

/* A packet of these bytes at that place, in the buffer of the one lent before. In the middle, the free space holds
 * `fill`. Precondition: length is at most STAGE_PACKET_MAX; the place is STAGE_MIDDLE iff not guarded. */
struct packet *stage_lend(const uint8_t *bytes, size_t length, uint64_t port, enum stage_place place, uint8_t fill);

/* The packet as the function left it. NULL: it is not inside what was lent. */
const struct packet *stage_packet(void);

/* Memory for libVig that costs nothing before it is used: many short sessions start a function with large tables. Not for
 * the packet loop, whose first packets would pay for it. */
extern const struct vig_memory stage_fresh_memory;

/* The same, of which each block ends at an inaccessible page, but for what alignment takes. */
extern const struct vig_memory stage_guarded_memory;

#endif
