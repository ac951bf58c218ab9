/* SPDX-License-Identifier: BSD-3-Clause */
/* run/port.h -- ports: where frames come from, and the only ways in which their buffers end.
 *
 * run/loop.c is written against this; run/dpdk and run/metal answer it. A buffer that ports_receive
 * or ports_copy answered belongs to the loop until it is sent (ports_send took it) or freed
 * (ports_free): exactly one of the two happens to it, exactly once. */
#ifndef RUN_PORT_H
#define RUN_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"

/* One frame as it was received. The implementation fills packet.data, length, floor and ceiling.
 * What it cannot present in one contiguous buffer it presents without any room (floor == data ==
 * ceiling), under its true length: the loop then refuses it unread. */
struct frame {
	struct packet packet;
	void *buffer;   /* whose bytes these are; known to the implementation only */
	uint64_t stamp; /* when it was captured, ns; the loop carries it along */
};

/* One frame as it is to be sent: length bytes from data, inside buffer. */
struct outgoing {
	void *buffer;
	uint8_t *data;
	uint64_t length;
	uint64_t stamp;
};

struct ports;

/* Takes up to count frames that wait at a port; answers how many. Never blocks. */
uint32_t ports_receive(struct ports *ports, uint32_t port, struct frame *frames, uint32_t count);

/* Sends the first n of count frames out of a port, n being the answer; their buffers are given away.
 * The rest stays with the loop. Never blocks for longer than the port takes to send them. */
uint32_t ports_send(struct ports *ports, uint32_t port, const struct outgoing *frames, uint32_t count);

/* Gives buffers back unsent. */
void ports_free(struct ports *ports, void *const *buffers, uint32_t count);

/* Makes a second frame of the same bytes in a buffer of its own. False: there is no buffer left. */
bool ports_copy(struct ports *ports, const struct outgoing *from, struct outgoing *copy);

/* The time, in nanoseconds, at which what ports_receive last answered is to be processed. Never
 * decreases. */
uint64_t ports_clock(struct ports *ports);

#endif
