/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/frames.h"

#include <stddef.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_malloc.h>

enum { IP = 14, UDP = 34 };

static const uint8_t frame_start[FRAME_LENGTH] = {
	0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00,
	0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 26, 0, 0,
};

static uint8_t *
frames_data(const struct frames *frames, uint32_t index)
{
	return frames->memory + (size_t)index * FRAME_STRIDE + 128;
}

bool
frames_init(struct frames *frames, uint32_t count)
{
	frames->count = count;
	frames->memory = rte_zmalloc(NULL, (size_t)count * FRAME_STRIDE, 64);
	if (frames->memory == NULL)
		return false;
	for (uint32_t i = 0; i < count; i++)
		memcpy(frames_data(frames, i), frame_start, FRAME_LENGTH);
	return true;
}

void
frames_fini(struct frames *frames)
{
	rte_free(frames->memory);
}

/* One to one, and each bit of the answer depends on each of the number. */
static uint64_t
scatter(uint64_t x)
{
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}

static void
put32(uint8_t *at, uint64_t value)
{
	rte_be32_t network = rte_cpu_to_be_32((uint32_t)value);

	memcpy(at, &network, sizeof network);
}

static void
put16(uint8_t *at, uint64_t value)
{
	rte_be16_t network = rte_cpu_to_be_16((uint16_t)value);

	memcpy(at, &network, sizeof network);
}

/* The IPv4 header checksum: the sum that makes all ten words come to 0xffff. */
static void
seal(uint8_t *ip)
{
	uint32_t sum = 0;

	ip[10] = ip[11] = 0;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)));
}

void
frames_set(struct frames *frames, uint32_t index, uint64_t flow, bool outside)
{
	uint8_t *data = frames_data(frames, index);
	const uint64_t spread = scatter(flow);
	const uint64_t host = 0x0a000000 | (spread & 0xffffff), peer = 0xc0000000 | (spread >> 24 & 0xffffff);

	put32(data + IP + 12, outside ? peer : host);
	put32(data + IP + 16, outside ? host : peer);
	put16(data + UDP, outside ? 443 : spread >> 48);
	put16(data + UDP + 2, outside ? spread >> 48 : 443);
	seal(data + IP);
	data[5] = (uint8_t)outside; /* which port it arrives on, for frames_packet */
}

void
frames_packet(const struct frames *frames, uint32_t index, struct packet *packet)
{
	uint8_t *data = frames_data(frames, index);

	packet->data = data;
	packet->length = FRAME_LENGTH;
	packet->port = data[5];
	packet->hint = 0;
	packet->floor = data - PACKET_HEADROOM;
	packet->ceiling = data + FRAME_LENGTH + PACKET_TAILROOM;
}
