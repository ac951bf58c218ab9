/* SPDX-License-Identifier: BSD-3-Clause */
/* test/nf/firewall.h -- the firewall on a bench: its ports, its packets, and what it remembers. */
#ifndef TEST_NF_FIREWALL_H
#define TEST_NF_FIREWALL_H

#include "libvig/flow_table.h"
#include "test/nf/bench.h"

#define TICK (UINT64_C(1) << 30)
#define SECOND UINT64_C(1000000000)

/* Six ports: 0 protects against 1, 3 against 2; 4 and 5 are in no pair. */
#define INSIDE 0
#define OUTSIDE 1
#define INSIDE2 3
#define OUTSIDE2 2
#define PORTS 6

enum { OPENING, ESTABLISHED, CLOSING, UDP, ECHO };
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

#define HOST 0x0a000001u
#define PEER 0xc0000201u

static inline void
bind_pair(struct bench *bench, uint64_t inside, uint64_t outside)
{
	const uint64_t fields[2][2] = { { inside, 0 }, { outside, 0 } };

	assert_null(vig_bind(bench->vig, "pairs", fields, 2, PORTS));
}

static inline void
start(struct bench *bench)
{
	assert_true(bench_start(bench));
	bind_pair(bench, INSIDE, OUTSIDE);
	bind_pair(bench, INSIDE2, OUTSIDE2);
}

static inline void
start_default(struct bench *bench)
{
	bench_init(bench, NULL, PORTS);
	start(bench);
}

/* An IP frame of that version up to its L4 header; outward: from the host to the peer. */
static inline struct frame
ip(int version, uint8_t protocol, bool outward)
{
	struct frame frame = frame_ether(version == 4 ? 0x0800 : 0x86dd);

	if (version == 4)
		frame_ipv4(&frame, protocol, outward ? HOST : PEER, outward ? PEER : HOST, 0, 0);
	else
		frame_ipv6(&frame, protocol, outward ? 1 : 2, outward ? 2 : 1);
	return frame;
}

/* The host's port is 1000, the peer's 80. */
static inline struct frame
tcp(int version, bool outward, uint8_t flags)
{
	struct frame frame = ip(version, 6, outward);

	frame_tcp(&frame, outward ? 1000 : 80, outward ? 80 : 1000, flags, 0);
	frame_end(&frame);
	return frame;
}

static inline struct frame
udp_between(int version, bool outward, uint16_t source, uint16_t destination)
{
	struct frame frame = ip(version, 17, outward);

	frame_udp(&frame, source, destination);
	frame_bytes(&frame, 5);
	frame_end(&frame);
	return frame;
}

static inline struct frame
udp(int version, bool outward)
{
	return udp_between(version, outward, outward ? 1000 : 80, outward ? 80 : 1000);
}

static inline struct frame
icmp(int version, bool outward, uint8_t type, uint16_t identifier)
{
	struct frame frame = ip(version, version == 4 ? 1 : 58, outward);

	frame_icmp(&frame, type, identifier);
	frame_bytes(&frame, 9);
	frame_end(&frame);
	return frame;
}

static inline uint8_t
echo_request(int version)
{
	return version == 4 ? 8 : 128;
}

static inline uint8_t
echo_reply(int version)
{
	return version == 4 ? 0 : 129;
}

/* Leaves marks where the next call's frame will be: what a key copies of it unset shows as a difference. */
static __attribute__((noinline)) void
litter(unsigned char mark)
{
	volatile unsigned char stack[4096];

	for (size_t i = 0; i < sizeof stack; i++)
		stack[i] = mark;
}

/* No hint, the hint that nf_hint gives, and a wrong one take turns: they must make no difference. */
static inline bool
passes(struct bench *bench, const struct frame *frame, uint64_t port)
{
	const uint64_t partner[] = { 1, 0, 3, 2 };
	uint8_t *copy = frame_copy(frame, frame->length);
	struct packet packet = { .data = copy, .length = frame->length, .port = port, .floor = copy,
		.ceiling = copy + frame->length };
	static uint64_t turn;
	uint64_t hint = 0;
	port_set out;

	for (uint32_t stage = 0; stage < NF_HINT_STAGES; stage++)
		hint = nf_hint(bench->state, &packet, stage, hint);
	free(copy);
	litter((unsigned char)++turn);
	out = bench_send_hinted(bench, frame, port, turn % 3 == 0 ? 0 : turn % 3 == 1 ? hint : hint ^ turn * 0x9e3779b9);
	if (out == 0)
		return false;
	assert_true(port < 4);
	assert_int_equal(out, UINT64_C(1) << partner[port]);
	return true;
}

static inline bool
goes_out(struct bench *bench, struct frame frame)
{
	return passes(bench, &frame, INSIDE);
}

static inline bool
comes_in(struct bench *bench, struct frame frame)
{
	return passes(bench, &frame, OUTSIDE);
}

/* What the table of that version holds. */
struct kept {
	uint64_t count;
	uint64_t key[5], value[2];
	uint32_t class;
	uint64_t tick; /* of the last use */
};

/* The last flow in the table, and how many there are. */
static inline struct kept
kept(const struct bench *bench, int version)
{
	const struct flow_table *table = bench_object(bench, version == 4 ? "flows4" : "flows6");
	struct kept kept = { .count = 0 };

	for (uint64_t slot = 0; slot < flow_table_capacity(table); slot++)
		if (flow_table_entry_at(table, slot, bench->now, kept.key, kept.value, &kept.class, &kept.tick))
			kept.count++;
	return kept;
}

/* There is one flow, in that state, last used at that tick. fins: 1 inside, 2 outside. */
static inline void
assert_kept(const struct bench *bench, int version, uint32_t class, unsigned fins, uint64_t tick)
{
	struct kept flow = kept(bench, version);

	assert_int_equal(flow.count, 1);
	assert_int_equal(flow.class, class);
	assert_int_equal(flow.value[0], (fins & 1) | (fins & 2) << 7);
	assert_int_equal(flow.value[1], 0);
	assert_int_equal(flow.tick, tick);
}

static inline uint64_t
tick(const struct bench *bench)
{
	return bench->now / TICK;
}

/* Lets whole ticks go by. */
static inline void
wait(struct bench *bench, uint64_t ticks)
{
	bench->now += ticks * TICK;
}

/* A duration as ticks, rounded up. */
static inline uint64_t
ticks(uint64_t seconds)
{
	return (seconds * SECOND + TICK - 1) / TICK;
}

#endif
