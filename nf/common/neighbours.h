/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/common/neighbours.h -- a function's own addresses on its ports, and who else is there (RFC 826).
 *
 * A function here never makes a packet: what it has to say, it says in the packet that it was given. A question to
 * it is turned into the answer; a packet for a neighbour whose Ethernet address is unknown is turned into the
 * question for it, and is itself lost (RFC 1122 §2.3.2.2 allows that). */
#ifndef NF_COMMON_NEIGHBOURS_H
#define NF_COMMON_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/record.h"
#include "net/arp.h"
#include "net/bytes.h"
#include "net/ether.h"
#include "net/packet.h"
#include "nf/nf.h"

#define NEIGHBOURS_TICK 26u /* lifetimes are counted in ticks of 2^26 ns, 67 ms */

/* An address means a host on one network: the same on two ports may be two hosts. */
#define NEIGHBOUR(FIELD) FIELD(be32, address) FIELD(u32, port)
#define NEIGHBOUR_LINK(FIELD) FIELD(mac, mac)

RECORD(neighbour, NEIGHBOUR)
RECORD(neighbour_link, NEIGHBOUR_LINK)
FLOW_TABLE(neighbours, neighbour, neighbour_link, 1, 2)

/* What a function is on one of its ports. */
struct face {
	uint64_t port;
	uint64_t host_bits;   /* of an address on its network: 32 less the prefix's length */
	uint32_t address;     /* a number */
	struct mac_bytes mac;
};

static inline struct face
face_of(uint64_t port, uint64_t address, uint64_t prefix_length, uint64_t mac)
{
	struct face face = { .port = port, .host_bits = 32 - prefix_length, .address = (uint32_t)address };

	for (unsigned i = 0; i < sizeof face.mac.byte; i++)
		face.mac.byte[i] = (uint8_t)(mac >> (40 - 8 * i));
	return face;
}

/* Whether an address is on the face's own network, with nobody in between. */
static inline bool
face_reaches(const struct face *face, uint32_t address)
{
	return (uint64_t)address >> face->host_bits == (uint64_t)face->address >> face->host_bits;
}

/* Whom to hand a packet for an address beyond the face: the address itself, or the gateway. Either is as likely as the
 * other, says the code, so that compilers choose rather than branch. */
static inline uint32_t
face_next_hop(const struct face *face, uint32_t address, uint32_t gateway)
{
	bool near = face_reaches(face, address);

	return __builtin_expect_with_probability(near, 1, 0.5) ? address : gateway;
}

/* Whether a frame, at least a header, is addressed to the face alone. */
static inline bool
face_is_addressed(const struct face *face, const uint8_t *frame)
{
	return memcmp(frame + ETHER_DESTINATION, face->mac.byte, sizeof face->mac.byte) == 0;
}

/* Whether what an ARP packet says of its sender can be so: an address of this network, not the face's own, and one
 * Ethernet address, not a group's. */
static inline bool
neighbours_believe(const struct face *face, const uint8_t *arp)
{
	uint32_t address = bytes_be32(arp + ARP_SENDER_IP);

	return face_reaches(face, address) & (address != face->address) & !(arp[ARP_SENDER_MAC] & 1);
}

static inline void
neighbours_learn(struct flow_table *neighbours, const struct face *face, const uint8_t *arp, bool asked, uint64_t now)
{
	const struct neighbour sender = { .address = bytes_raw32(arp + ARP_SENDER_IP), .port = (uint32_t)face->port };
	struct neighbour_link link;
	uint32_t slot, class;

	if (!asked && !neighbours_find(neighbours, &sender, 0, now, &link, &slot, &class))
		return;
	memcpy(&link.mac, arp + ARP_SENDER_MAC, sizeof link.mac);
	(void)neighbours_insert(neighbours, &sender, 0, now, 0, &link);
}

/* Turns a request to the face into the reply. */
static inline void
neighbours_answer(const struct face *face, uint8_t *frame)
{
	uint8_t *arp = frame + ETHER_HEADER;

	memcpy(frame + ETHER_DESTINATION, arp + ARP_SENDER_MAC, 6);
	memcpy(frame + ETHER_SOURCE, face->mac.byte, 6);
	bytes_put_be16(arp + ARP_OPERATION, ARP_REPLY);
	memcpy(arp + ARP_TARGET_MAC, arp + ARP_SENDER_MAC, 6 + 4); /* and its IPv4 address, which follows */
	memcpy(arp + ARP_SENDER_MAC, face->mac.byte, 6);
	bytes_put_be32(arp + ARP_SENDER_IP, face->address);
}

/* An ARP frame came to the face (RFC 826, "Packet Reception"): whoever asks it or answers it becomes known, what
 * is known of others is kept up to date, a question is answered. A full table learns nothing new. */
static inline port_set
neighbours_hear(struct flow_table *neighbours, const struct face *face, struct packet *packet, uint64_t now)
{
	uint8_t *arp = packet->data + ETHER_HEADER;

	if (packet->length < ETHER_HEADER + ARP_SIZE || !arp_for_ipv4(arp))
		return PORTS_NONE;

	bool asked = bytes_be32(arp + ARP_TARGET_IP) == face->address;

	if (neighbours_believe(face, arp))
		neighbours_learn(neighbours, face, arp, asked, now);
	if (!asked || bytes_be16(arp + ARP_OPERATION) != ARP_REQUEST)
		return PORTS_NONE;
	neighbours_answer(face, packet->data);
	return port_only(face->port);
}

/* Turns the packet into the question who has that address (a number), as long as the shortest frame. */
static inline port_set
neighbours_ask(const struct face *face, struct packet *packet, uint32_t address)
{
	uint8_t *arp = packet->data + ETHER_HEADER;

	if (!packet_resize_back(packet, ETHER_SHORTEST))
		return PORTS_NONE; /* whoever lends packets leaves more room than that */
	memset(packet->data + ETHER_DESTINATION, 0xff, 6);
	memcpy(packet->data + ETHER_SOURCE, face->mac.byte, 6);
	bytes_put_be16(packet->data + ETHER_TYPE, ETHER_ARP);
	bytes_put_be32(arp + ARP_SPACES, ARP_HARDWARE_AND_PROTOCOL);
	bytes_put_be16(arp + ARP_SPACES + 4, ARP_SIZES);
	bytes_put_be16(arp + ARP_OPERATION, ARP_REQUEST);
	memcpy(arp + ARP_SENDER_MAC, face->mac.byte, 6);
	bytes_put_be32(arp + ARP_SENDER_IP, face->address);
	memset(arp + ARP_TARGET_MAC, 0, 6);
	bytes_put_be32(arp + ARP_TARGET_IP, address);
	memset(arp + ARP_SIZE, 0, ETHER_SHORTEST - ETHER_HEADER - ARP_SIZE);
	return port_only(face->port);
}

/* Sends the packet out of the face to a neighbour (its address is a number), or asks for it. */
static inline port_set
neighbours_send(struct flow_table *neighbours, const struct face *face, struct packet *packet, uint32_t address,
	uint64_t now)
{
	const struct neighbour next = { .address = __builtin_bswap32(address), .port = (uint32_t)face->port };
	struct neighbour_link link;
	uint32_t slot, class;

	if (!neighbours_find(neighbours, &next, 0, now, &link, &slot, &class))
		return neighbours_ask(face, packet, address);
	memcpy(packet->data + ETHER_DESTINATION, &link.mac, 6);
	memcpy(packet->data + ETHER_SOURCE, face->mac.byte, 6);
	return port_only(face->port);
}

#endif
