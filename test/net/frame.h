/* SPDX-License-Identifier: BSD-3-Clause */
/* test/net/frame.h -- frames for tests, put together header by header.
 *
 * Each call appends, and frame_end writes the length fields that the appended bytes ask for. Written
 * without net/, so that the two cannot be wrong together. */
#ifndef TEST_NET_FRAME_H
#define TEST_NET_FRAME_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct frame {
	uint8_t byte[2048];
	size_t length;
	size_t ip;  /* where the outermost IP header starts; 0: none */
	size_t udp; /* where the outermost UDP header starts; 0: none */
};

static inline void
frame_put(struct frame *frame, uint64_t number, size_t bytes)
{
	assert(frame->length + bytes <= sizeof frame->byte);
	for (size_t i = bytes; i-- > 0; number >>= 8)
		frame->byte[frame->length + i] = (uint8_t)number;
	frame->length += bytes;
}

static inline void
frame_poke(struct frame *frame, size_t at, uint64_t number, size_t bytes)
{
	size_t length = frame->length;

	frame->length = at;
	frame_put(frame, number, bytes);
	frame->length = length;
}

static inline struct frame
frame_ether(uint16_t type)
{
	struct frame frame = { .length = 0 };

	frame_put(&frame, 0x020000000001, 6);
	frame_put(&frame, 0x020000000002, 6);
	frame_put(&frame, type, 2);
	return frame;
}

/* fragment: the whole word of flags and offset. options: words of 4 bytes. */
static inline void
frame_ipv4(struct frame *frame, uint8_t protocol, uint32_t source, uint32_t destination, uint16_t fragment,
	size_t options)
{
	if (!frame->ip)
		frame->ip = frame->length;
	frame_put(frame, 0x45 + options, 1);
	frame_put(frame, 0, 1);
	frame_put(frame, 20 + 4 * options + 8, 2); /* right for a quote of 8 bytes; frame_end knows better */
	frame_put(frame, 0x1234, 2);
	frame_put(frame, fragment, 2);
	frame_put(frame, 64, 1);
	frame_put(frame, protocol, 1);
	frame_put(frame, 0, 2);
	frame_put(frame, source, 4);
	frame_put(frame, destination, 4);
	for (size_t i = 0; i < options; i++)
		frame_put(frame, 0x01010101, 4); /* no operation */
}

/* Addresses are 2001:db8::source and 2001:db8::destination. */
static inline void
frame_ipv6(struct frame *frame, uint8_t next, uint64_t source, uint64_t destination)
{
	if (!frame->ip)
		frame->ip = frame->length;
	frame_put(frame, 0x60000000, 4);
	frame_put(frame, 1000, 2);
	frame_put(frame, next, 1);
	frame_put(frame, 64, 1);
	frame_put(frame, 0x20010db800000000, 8);
	frame_put(frame, source, 8);
	frame_put(frame, 0x20010db800000000, 8);
	frame_put(frame, destination, 8);
}

/* An extension header that counts in units of 8 bytes: hop-by-hop, routing, destination options. */
static inline void
frame_options6(struct frame *frame, uint8_t next, uint8_t length)
{
	frame_put(frame, next, 1);
	frame_put(frame, length, 1);
	for (size_t i = 2; i < (length + 1u) * 8; i++)
		frame_put(frame, 0xff, 1); /* would be a later fragment with more to come if read as one */
}

/* An authentication header: 4-byte units, minus 2. */
static inline void
frame_authentication(struct frame *frame, uint8_t next, uint8_t length)
{
	frame_put(frame, next, 1);
	frame_put(frame, length, 1);
	for (size_t i = 2; i < (length + 2u) * 4; i++)
		frame_put(frame, 0xff, 1);
}

static inline void
frame_fragment6(struct frame *frame, uint8_t next, uint16_t offset, int more)
{
	frame_put(frame, next, 1);
	frame_put(frame, 0xff, 1); /* reserved */
	frame_put(frame, (uint64_t)offset << 3 | (more ? 1 : 0), 2);
	frame_put(frame, 0xabcd, 4);
}

static inline void
frame_tcp(struct frame *frame, uint16_t source, uint16_t destination, uint8_t flags, size_t options)
{
	frame_put(frame, source, 2);
	frame_put(frame, destination, 2);
	frame_put(frame, 0, 8);
	frame_put(frame, (5 + options) << 4, 1);
	frame_put(frame, flags, 1);
	frame_put(frame, 0, 6);
	for (size_t i = 0; i < options; i++)
		frame_put(frame, 0x01010101, 4);
}

static inline void
frame_udp(struct frame *frame, uint16_t source, uint16_t destination)
{
	if (!frame->udp)
		frame->udp = frame->length;
	frame_put(frame, source, 2);
	frame_put(frame, destination, 2);
	frame_put(frame, 8, 2);
	frame_put(frame, 0, 2);
}

static inline void
frame_icmp(struct frame *frame, uint8_t type, uint16_t identifier)
{
	frame_put(frame, type, 1);
	frame_put(frame, 0, 3);
	frame_put(frame, identifier, 2);
	frame_put(frame, 1, 2);
}

static inline void
frame_bytes(struct frame *frame, size_t count)
{
	for (size_t i = 0; i < count; i++)
		frame_put(frame, i, 1);
}

/* The outermost IP and UDP lengths become what is there. */
static inline void
frame_end(struct frame *frame)
{
	if (frame->ip && frame->byte[frame->ip] >> 4 == 4)
		frame_poke(frame, frame->ip + 2, frame->length - frame->ip, 2);
	if (frame->ip && frame->byte[frame->ip] >> 4 == 6)
		frame_poke(frame, frame->ip + 4, frame->length - frame->ip - 40, 2);
	if (frame->udp)
		frame_poke(frame, frame->udp + 4, frame->length - frame->udp, 2);
}

/* The first bytes of a frame in a block of exactly that size, so that a checking allocator sees every
 * read beyond. The caller frees it. */
static inline uint8_t *
frame_copy(const struct frame *frame, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	assert(copy && length <= frame->length);
	memcpy(copy, frame->byte, length);
	return copy;
}

#endif
