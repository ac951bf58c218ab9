/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/loop.h"

/* How often a port that takes nothing more is asked again before its frames are dropped. */
#define PATIENCE 4u

static void
free_waste(struct loop *loop)
{
	if (loop->waste_count == 0)
		return;
	ports_free(loop->ports, loop->waste, (uint32_t)loop->waste_count);
	loop->waste_count = 0;
}

static void
discard(struct loop *loop, void *buffer)
{
	if (loop->waste_count == loop->burst)
		free_waste(loop);
	loop->waste[loop->waste_count++] = buffer;
}

/* Sends what is queued for one port. What it will not take is freed: it is never kept for later, so
 * the queue is empty afterwards whatever the port does. */
static void
drain(struct loop *loop, uint32_t port)
{
	const struct outgoing *const out = loop->out[port];
	const uint32_t count = (uint32_t)loop->queued[port];
	uint32_t sent = 0;

	for (uint32_t tries = 0; sent < count && tries < PATIENCE; tries++) {
		const uint32_t taken = ports_send(loop->ports, port, out + sent, count - sent);
		if (taken != 0)
			tries = 0;
		sent += taken;
	}
	loop->counters[port].sent += sent;
	loop->counters[port].tx_full += count - sent;
	for (uint32_t i = sent; i < count; i++)
		discard(loop, out[i].buffer);
	loop->queued[port] = 0;
}

static void
enqueue(struct loop *loop, uint32_t port, struct outgoing out)
{
	if (loop->queued[port] == loop->burst)
		drain(loop, port);
	loop->out[port][loop->queued[port]++] = out;
}

/* The frame as it now stands. */
static struct outgoing
outgoing_of(const struct frame *frame)
{
	return (struct outgoing){ frame->buffer, frame->packet.data, frame->packet.length, frame->stamp };
}

/* Queues copies for all ports of a set but the highest; answers what is left: that one. Out of line,
 * because most packets leave by one port. */
__attribute__((noinline)) static port_set
flood(struct loop *loop, const struct frame *frame, port_set egress)
{
	const struct outgoing out = outgoing_of(frame);

	while ((egress & (egress - 1)) != 0) {
		const uint32_t port = (uint32_t)__builtin_ctzll(egress);
		struct outgoing copy;

		if (ports_copy(loop->ports, &out, &copy))
			enqueue(loop, port, copy);
		else
			loop->counters[port].no_copy++;
		egress &= egress - 1;
	}
	return egress;
}

/* Queues a frame for each port of a set that is not empty. The buffer itself goes last, so its bytes
 * are copied before anyone else may own them. */
static void
dispatch(struct loop *loop, const struct frame *frame, port_set egress)
{
	if ((egress & (egress - 1)) != 0)
		egress = flood(loop, frame, egress);
	enqueue(loop, (uint32_t)__builtin_ctzll(egress), outgoing_of(frame));
}

/* The function may move the packet within what it was lent, and nowhere else. A proved one does not;
 * others are loaded too. */
static bool
is_inside(const struct packet *packet, const uint8_t *floor, const uint8_t *ceiling)
{
	const uintptr_t low = (uintptr_t)floor, high = (uintptr_t)ceiling, at = (uintptr_t)packet->data;

	return low <= at && at <= high && packet->length <= high - at;
}

/* Whether the frame can be shown to the function as net/packet.h promises it. */
static bool
is_fit(const struct loop *loop, const struct packet *packet)
{
	const uint64_t front = (uint64_t)(packet->data - packet->floor);
	const uint64_t room = (uint64_t)(packet->ceiling - packet->data);

	return packet->length <= loop->limit && front >= PACKET_HEADROOM &&
		room >= packet->length + PACKET_TAILROOM;
}

static void
refuse_unread(struct loop *loop, struct frame *frame, uint64_t now)
{
	const struct packet *const packet = &frame->packet;
	struct loop_counters *const counters = &loop->counters[packet->port];

	if (packet->length > loop->limit)
		counters->too_long++;
	else
		counters->unfit++;
	if (loop->witness != NULL)
		loop->witness(loop->witness_context, packet->port, now, packet->length, false, PORTS_NONE);
	discard(loop, frame->buffer);
}

/* Carries out what the function answered for a packet that lies in [floor, ceiling). */
static void
obey(struct loop *loop, struct frame *frame, uint64_t port, port_set egress, const uint8_t *floor,
	const uint8_t *ceiling)
{
	const port_set existing = ((port_set)1 << loop->port_count) - 1;
	struct loop_counters *const counters = &loop->counters[port];

	if (egress == PORTS_NONE)
		counters->refused++;
	if ((egress & ~existing) != 0)
		counters->no_port++;
	if ((egress & existing) == PORTS_NONE) {
		discard(loop, frame->buffer);
	} else if (!is_inside(&frame->packet, floor, ceiling)) {
		counters->broken++;
		discard(loop, frame->buffer);
	} else {
		dispatch(loop, frame, egress & existing);
	}
}

__attribute__((noinline)) void
loop_step(struct loop *loop, struct frame *frame, uint64_t now)
{
	struct packet *const packet = &frame->packet;
	const uint8_t *const floor = packet->floor, *const ceiling = packet->ceiling;
	const uint64_t port = packet->port, length = packet->length;

	if (!is_fit(loop, packet)) {
		refuse_unread(loop, frame, now);
		return;
	}
	const port_set egress = loop->process(loop->state, packet, now);
	if (loop->witness != NULL)
		loop->witness(loop->witness_context, port, now, length, true, egress);
	obey(loop, frame, port, egress, floor, ceiling);
}

__attribute__((noinline)) void
loop_flush(struct loop *loop)
{
	for (uint32_t port = 0; port < loop->port_count; port++)
		if (loop->queued[port] != 0)
			drain(loop, port);
	free_waste(loop);
}

/* Lets the function prefetch: each stage runs over the whole burst, so that what one packet waits
 * for arrives while the others are looked at. */
static void
give_hints(struct loop *loop, uint32_t count)
{
	for (uint32_t stage = 0; stage < loop->hint_stages; stage++)
		for (uint32_t i = 0; i < count; i++) {
			struct packet *const packet = &loop->frames[i].packet;
			if (is_fit(loop, packet))
				packet->hint = loop->hint(loop->state, packet, stage, packet->hint);
		}
}

static uint64_t
poll_port(struct loop *loop, uint32_t port)
{
	const uint32_t received = ports_receive(loop->ports, port, loop->frames, (uint32_t)loop->burst);

	if (received == 0)
		return 0;
	const uint64_t now = ports_clock(loop->ports);
	loop->counters[port].received += received;
	for (uint32_t i = 0; i < received; i++) {
		loop->frames[i].packet.port = port;
		loop->frames[i].packet.hint = 0;
	}
	give_hints(loop, received);
	for (uint32_t i = 0; i < received; i++)
		loop_step(loop, &loop->frames[i], now);
	return received;
}

uint64_t
loop_turn(struct loop *loop)
{
	uint64_t received = 0;

	for (uint32_t port = 0; port < loop->port_count; port++)
		received += poll_port(loop, port);
	loop_flush(loop);
	return received;
}
