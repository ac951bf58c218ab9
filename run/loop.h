/* SPDX-License-Identifier: BSD-3-Clause */
/* run/loop.h -- the packet loop: each frame received is sent or freed exactly once, and is counted.
 *
 * loop_turn polls every port once. Its inside is loop_step, for one frame, and loop_flush, once a
 * turn: what holds before a step holds after it, so a proof of one step is a proof of the loop. It
 * needs nothing but run/port.h: no allocation, no C library. */
#ifndef RUN_LOOP_H
#define RUN_LOOP_H

#include <stdint.h>

#include "nf/nf.h"
#include "run/port.h"

#define LOOP_MAX_BURST 128u

/* What became of frames. Those in the first group belong to the port that they came in by, those in
 * the second to the one that they were to leave by. */
struct loop_counters {
	_Alignas(128) uint64_t received;
	uint64_t refused;    /* the function sent them nowhere */
	uint64_t too_long;   /* over the length limit: never shown to the function */
	uint64_t unfit;      /* several segments, or too little room around: never shown */
	uint64_t no_port;    /* the function named a port that does not exist */
	uint64_t broken;     /* the function answered a packet outside its buffer: not sent */

	uint64_t sent;
	uint64_t tx_full;    /* the port did not take them */
	uint64_t no_copy;    /* no buffer was left to flood into */
};

/* Told of each frame in the order of processing. shown is false when the loop dropped it unread.
 * length: as received. */
typedef void loop_witness(void *context, uint64_t port, uint64_t now, uint64_t length, bool shown,
	port_set egress);

/* The first group is the caller's to set, and stays; the rest starts as zero. What waits to leave by
 * port p is out[p][0 .. queued[p] - 1]. Every record that is indexed has a power of two for a size,
 * which is what keeps addresses simple, for the processor and for a proof. */
struct loop {
	struct ports *ports;
	uint64_t port_count; /* 1 .. NF_MAX_PORTS */
	uint64_t burst;      /* 1 .. LOOP_MAX_BURST */
	uint64_t limit;      /* longest frame shown to the function */
	void *state;
	port_set (*process)(void *state, struct packet *packet, uint64_t now);
	uint64_t (*hint)(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint);
	uint32_t hint_stages; /* 0: hint is not called */
	loop_witness *witness; /* or NULL */
	void *witness_context;

	struct loop_counters counters[NF_MAX_PORTS];
	uint64_t queued[NF_MAX_PORTS]; /* <= burst */
	struct outgoing out[NF_MAX_PORTS][LOOP_MAX_BURST];
	uint64_t waste_count;          /* <= burst */
	void *waste[LOOP_MAX_BURST]; /* buffers to be freed */
	struct frame frames[LOOP_MAX_BURST];
};

/* Polls every port once, then flushes. Answers how many frames came in. */
uint64_t loop_turn(struct loop *loop);

/* Shows one frame to the function and queues its buffer: for the ports named, or to be freed. */
void loop_step(struct loop *loop, struct frame *frame, uint64_t now);

/* Sends and frees whatever is queued: afterwards the loop owns no buffer. */
void loop_flush(struct loop *loop);

#endif
