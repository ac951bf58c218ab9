/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/frames.h -- UDP frames of 60 bytes, flow by number. */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"

#define FRAME_LENGTH 60u

/* As far apart as packet buffers are in practice. */
#define FRAME_STRIDE 2304u

struct frames {
	uint8_t *memory;
	uint32_t count;
};

/* count frames in one piece of memory. False: out of memory. */
bool frames_init(struct frames *frames, uint32_t count);
void frames_fini(struct frames *frames);

/* Makes frame `index` carry a packet of that flow. outside: the answer, arriving on port 1; otherwise the
 * request, on port 0. Different numbers are different flows, spread at random over addresses and ports. */
void frames_set(struct frames *frames, uint32_t index, uint64_t flow, bool outside);

/* The packet as a packet loop would lend it. */
void frames_packet(const struct frames *frames, uint32_t index, struct packet *packet);

#endif
