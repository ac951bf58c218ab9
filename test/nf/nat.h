/* SPDX-License-Identifier: BSD-3-Clause */
/* test/nf/nat.h -- the NAT on a bench: who is around it, packets with right checksums, and what becomes of them.
 *
 * Checksums are calculated whole here, never updated, so that the two cannot be wrong together. */
#ifndef TEST_NF_NAT_H
#define TEST_NF_NAT_H

#include "libvig/flow_table.h"
#include "test/nf/bench.h"

#define TICK (UINT64_C(1) << 26)
#define SECOND UINT64_C(1000000000)

#define INSIDE 0
#define OUTSIDE 1
#define PORTS 3
#define INSIDE_MAC 0x020000000101
#define OUTSIDE_MAC 0x020000000102
#define GATE 0xc0a80101u     /* 192.168.1.1 */
#define EXTERNAL 0xc6336402u /* 198.51.100.2 */
#define ROUTER 0xc6336401u
#define HOST 0xc0a80105u
#define HOST2 0xc0a80106u
#define PEER 0xc6336407u     /* on the outside network */
#define FAR 0x08080808u      /* behind the router */
#define FIRST 1024u

enum { OPENING, ESTABLISHED, CLOSING, UDP, QUERY };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { ANYBODY, ADDRESS, ADDRESS_AND_PORT };

/* What left, and by which ports. */
struct sent {
	port_set ports;
	uint64_t length;
	uint8_t byte[2048];
};

static inline uint64_t
get(const uint8_t *byte, size_t at, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | byte[at + i];
	return number;
}

static inline uint64_t
sum_of(const uint8_t *byte, size_t from, size_t to)
{
	uint64_t sum = 0;

	for (size_t at = from; at < to; at++)
		sum += (uint64_t)byte[at] << ((at - from) % 2 ? 0 : 8);
	return sum;
}

static inline uint16_t
folded(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum that a right L4 checksum makes 0xffff: of the IPv4 packet at `ip`, up to end. */
static inline uint16_t
l4_sum(const uint8_t *byte, size_t ip, size_t end)
{
	size_t l4 = ip + (byte[ip] & 15u) * 4;
	uint64_t sum = sum_of(byte, l4, end);

	if (byte[ip + 9] != 1)
		sum += sum_of(byte, ip + 12, ip + 20) + byte[ip + 9] + (end - l4);
	return folded(sum);
}

static inline size_t
l4_checksum_at(const uint8_t *byte, size_t ip)
{
	size_t l4 = ip + (byte[ip] & 15u) * 4;

	return l4 + (byte[ip + 9] == 6 ? 16 : byte[ip + 9] == 17 ? 6 : 2);
}

/* Gives the IPv4 packet at `ip` right lengths and checksums. */
static inline void
seal_at(struct frame *frame, size_t ip)
{
	size_t l4 = ip + (frame->byte[ip] & 15u) * 4, at = l4_checksum_at(frame->byte, ip);

	frame_poke(frame, ip + 2, frame->length - ip, 2);
	if (frame->byte[ip + 9] == 17)
		frame_poke(frame, l4 + 4, frame->length - l4, 2);
	frame_poke(frame, ip + 10, 0, 2);
	frame_poke(frame, ip + 10, (uint16_t)~folded(sum_of(frame->byte, ip, l4)), 2);
	frame_poke(frame, at, 0, 2);
	frame_poke(frame, at, (uint16_t)~l4_sum(frame->byte, ip, frame->length), 2);
}

static inline void
seal(struct frame *frame)
{
	seal_at(frame, 14);
}

/* A frame with an IPv4 header for the function, from either side. */
static inline struct frame
ip(uint64_t port, uint8_t protocol, uint32_t source, uint32_t destination, uint16_t fragment, size_t options)
{
	struct frame frame = frame_ether(0x0800);

	frame_poke(&frame, 0, port == INSIDE ? INSIDE_MAC : OUTSIDE_MAC, 6);
	frame_ipv4(&frame, protocol, source, destination, fragment, options);
	return frame;
}

static inline struct frame
udp(uint64_t port, uint32_t source, uint16_t source_port, uint32_t destination, uint16_t destination_port)
{
	struct frame frame = ip(port, 17, source, destination, 0, 0);

	frame_udp(&frame, source_port, destination_port);
	frame_bytes(&frame, 7);
	seal(&frame);
	return frame;
}

static inline struct frame
tcp(uint64_t port, uint32_t source, uint16_t source_port, uint32_t destination, uint16_t destination_port, uint8_t flags)
{
	struct frame frame = ip(port, 6, source, destination, 0, 2);

	frame_tcp(&frame, source_port, destination_port, flags, 1);
	frame_bytes(&frame, 30);
	seal(&frame);
	return frame;
}

static inline struct frame
query(uint64_t port, uint32_t source, uint32_t destination, uint8_t type, uint16_t identifier)
{
	struct frame frame = ip(port, 1, source, destination, 0, 0);

	frame_icmp(&frame, type, identifier);
	frame_bytes(&frame, 11);
	seal(&frame);
	return frame;
}

/* An ICMP error about the packet in that frame, of which so many bytes after its IP header are quoted. */
static inline struct frame
error(uint64_t port, uint32_t source, uint32_t destination, const uint8_t *about, size_t quoted)
{
	struct frame frame = ip(port, 1, source, destination, 0, 0);
	size_t size = (about[14] & 15u) * 4 + quoted;

	frame_icmp(&frame, 11, 0);
	for (size_t i = 0; i < size; i++)
		frame_put(&frame, about[14 + i], 1);
	seal(&frame);
	return frame;
}

/* Between its neighbours are 64 bytes of free space on both sides, with marks in them. */
static inline struct sent
hand_in(struct bench *bench, const struct frame *frame, uint64_t port)
{
	uint8_t *buffer = malloc(frame->length + 128);
	struct packet packet = {
		.data = buffer + 64, .length = frame->length, .port = port, .floor = buffer,
		.ceiling = buffer + 128 + frame->length,
	};
	struct sent sent;

	memset(buffer, 0xa5, frame->length + 128);
	memcpy(packet.data, frame->byte, frame->length);
	sent.ports = nf_process(bench->state, &packet, bench->now);
	assert_true(packet.data >= packet.floor && packet.data + packet.length <= packet.ceiling);
	sent.length = packet.length;
	memcpy(sent.byte, packet.data, packet.length);
	free(buffer);
	return sent;
}

/* Sends an ARP packet to that port. */
static inline struct sent
arp(struct bench *bench, uint64_t port, uint8_t operation, uint64_t mac, uint32_t sender, uint32_t target)
{
	struct frame frame = frame_ether(0x0806);

	frame_put(&frame, 0x0001080006040000 | operation, 8);
	frame_put(&frame, mac, 6);
	frame_put(&frame, sender, 4);
	frame_put(&frame, 0, 6);
	frame_put(&frame, target, 4);
	return hand_in(bench, &frame, port);
}

/* The Ethernet address that an IPv4 address has here. */
static inline uint64_t
mac_of(uint32_t address)
{
	return 0x060000000000 | address;
}

/* Everybody introduces themselves. */
static inline void
meet(struct bench *bench)
{
	const uint32_t inside[] = { HOST, HOST2 }, outside[] = { PEER, ROUTER };

	for (int i = 0; i < 2; i++) {
		arp(bench, INSIDE, 1, mac_of(inside[i]), inside[i], GATE);
		arp(bench, OUTSIDE, 1, mac_of(outside[i]), outside[i], EXTERNAL);
	}
}

static inline void
start(struct bench *bench)
{
	assert_true(bench_start(bench));
	meet(bench);
}

static inline void
start_default(struct bench *bench)
{
	bench_init(bench, NULL, PORTS);
	start(bench);
}

/* It left by that port, for that neighbour, between these addresses, with a hop less and its header right. */
static inline void
assert_sent(const struct sent *sent, uint64_t port, uint32_t neighbour, uint32_t source, uint32_t destination)
{
	assert_int_equal(sent->ports, UINT64_C(1) << port);
	assert_int_equal(get(sent->byte, 0, 6), mac_of(neighbour));
	assert_int_equal(get(sent->byte, 6, 6), port == INSIDE ? INSIDE_MAC : OUTSIDE_MAC);
	assert_int_equal(get(sent->byte, 12, 2), 0x0800);
	assert_int_equal(get(sent->byte, 26, 4), source);
	assert_int_equal(get(sent->byte, 30, 4), destination);
	assert_int_equal(sent->byte[22], 63);
	assert_int_equal(folded(sum_of(sent->byte, 14, 14 + (sent->byte[14] & 15u) * 4)), 0xffff);
}

/* And its L4 checksum is right. */
static inline void
assert_whole(const struct sent *sent)
{
	assert_int_equal(l4_sum(sent->byte, 14, 14 + get(sent->byte, 16, 2)), 0xffff);
}

static inline uint16_t
source_port(const struct sent *sent)
{
	return (uint16_t)get(sent->byte, 14 + (sent->byte[14] & 15u) * 4, 2);
}

static inline uint16_t
destination_port(const struct sent *sent)
{
	return (uint16_t)get(sent->byte, 16 + (sent->byte[14] & 15u) * 4, 2);
}

/* A UDP datagram leaves; its external port. 0: it does not. */
static inline uint16_t
leaves(struct bench *bench, uint32_t host, uint16_t port, uint32_t peer, uint16_t peer_port)
{
	struct frame frame = udp(INSIDE, host, port, peer, peer_port);
	struct sent sent = hand_in(bench, &frame, INSIDE);

	if (sent.ports == 0)
		return 0;
	assert_sent(&sent, OUTSIDE, peer == FAR ? ROUTER : peer, EXTERNAL, peer);
	assert_whole(&sent);
	assert_int_equal(destination_port(&sent), peer_port);
	return source_port(&sent);
}

/* One comes back. False: it does not get in. */
static inline bool
enters(struct bench *bench, uint32_t peer, uint16_t peer_port, uint16_t external, uint32_t host, uint16_t port)
{
	struct frame frame = udp(OUTSIDE, peer, peer_port, EXTERNAL, external);
	struct sent sent = hand_in(bench, &frame, OUTSIDE);

	if (sent.ports == 0)
		return false;
	assert_sent(&sent, INSIDE, host, peer, host);
	assert_whole(&sent);
	assert_int_equal(source_port(&sent), peer_port);
	assert_int_equal(destination_port(&sent), port);
	return true;
}

/* The same with TCP segments. */
static inline uint16_t
segment_leaves(struct bench *bench, uint16_t port, uint32_t peer, uint8_t flags)
{
	struct frame frame = tcp(INSIDE, HOST, port, peer, 80, flags);
	struct sent sent = hand_in(bench, &frame, INSIDE);

	if (sent.ports == 0)
		return 0;
	assert_sent(&sent, OUTSIDE, peer == FAR ? ROUTER : peer, EXTERNAL, peer);
	assert_whole(&sent);
	return source_port(&sent);
}

static inline bool
segment_enters(struct bench *bench, uint32_t peer, uint16_t external, uint8_t flags)
{
	struct frame frame = tcp(OUTSIDE, peer, 80, EXTERNAL, external, flags);
	struct sent sent = hand_in(bench, &frame, OUTSIDE);

	if (sent.ports != 0)
		assert_whole(&sent);
	return sent.ports != 0;
}

#endif
