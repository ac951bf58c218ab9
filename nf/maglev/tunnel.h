/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/maglev/tunnel.h -- a packet inside another: RFC 2003 (IPv4 in IPv4), RFC 2473 (in IPv6), RFC 4213 3 (IPv6 in IPv4). */
#ifndef NF_MAGLEV_TUNNEL_H
#define NF_MAGLEV_TUNNEL_H

#include "net/checksum.h"
#include "net/packet.h"
#include "tables.h"

#define TUNNEL_HOPS 64u
#define IPV4_ENCAPSULATED 4u /* protocol numbers of what is inside */
#define IPV6_ENCAPSULATED 41u
#define IPV4_DONT_FRAGMENT 0x40u /* in the byte at IPV4_FRAGMENT */

/* This end of all tunnels. */
struct tunnel {
	struct ipv6_bytes address4, address6; /* which of them depends on the other end */
	struct mac_bytes mac;
	uint64_t mtu; /* bytes of the largest packet, outer header included */
};

/* What of the inner packet the outer header repeats. */
struct tunnelled {
	uint64_t size;    /* bytes of the inner packet */
	uint8_t class;    /* type of service or traffic class, ECN as in RFC 6040 4.1 (normal mode) */
	uint8_t protocol;
};

static inline struct tunnelled
tunnelled_of(const uint8_t *data, const struct net_flow *seen)
{
	const uint8_t *ip = data + seen->ip;
	const bool four = seen->version == 4;

	return (struct tunnelled){
		.size = seen->end - seen->ip,
		.class = four ? ip[1] : (uint8_t)(ip[0] << 4 | ip[1] >> 4),
		.protocol = four ? IPV4_ENCAPSULATED : IPV6_ENCAPSULATED,
	};
}

/* RFC 2003 3.1. Don't Fragment is always set, which it may be: what does not fit is not sent. Then the identification
 * means nothing (RFC 6864 4.1). */
static inline void
tunnel_ipv4(uint8_t *header, const struct tunnelled *inner, const struct ipv6_bytes *from, const struct ipv6_bytes *to)
{
	memset(header, 0, IPV4_HEADER);
	header[0] = IPV4_FIRST_MIN;
	header[1] = inner->class;
	bytes_put_raw16(header + IPV4_TOTAL_LENGTH, __builtin_bswap16((uint16_t)(IPV4_HEADER + inner->size)));
	header[IPV4_FRAGMENT] = IPV4_DONT_FRAGMENT;
	header[IPV4_TTL] = TUNNEL_HOPS;
	header[IPV4_PROTOCOL] = inner->protocol;
	bytes_put_raw32(header + IPV4_SOURCE, bytes_raw32(from->byte + 12));
	bytes_put_raw32(header + IPV4_DESTINATION, bytes_raw32(to->byte + 12));
	bytes_put_raw16(header + IPV4_CHECKSUM, (uint16_t)~checksum_add(0, header, IPV4_HEADER));
}

/* RFC 2473 5.1, flow label 0, without a tunnel encapsulation limit (4.1.1: there need not be one). */
static inline void
tunnel_ipv6(uint8_t *header, const struct tunnelled *inner, const struct ipv6_bytes *from, const struct ipv6_bytes *to)
{
	memset(header, 0, IPV6_SOURCE);
	header[0] = (uint8_t)(0x60 | inner->class >> 4);
	header[1] = (uint8_t)(inner->class << 4);
	bytes_put_raw16(header + IPV6_PAYLOAD_LENGTH, __builtin_bswap16((uint16_t)inner->size));
	header[IPV6_NEXT] = inner->protocol;
	header[IPV6_HOP_LIMIT] = TUNNEL_HOPS;
	memcpy(header + IPV6_SOURCE, from, sizeof *from);
	memcpy(header + IPV6_DESTINATION, to, sizeof *to);
}

/* Whether a packet may go through a tunnel to that end: it fits, and comes from neither end (RFC 2003 3.3; RFC 2473
 * 4.1.2). What is demanded is counted, so that the compiler makes one branch of it, and one way on. */
static inline bool
tunnel_takes(const struct tunnel *tunnel, uint64_t size, const struct ipv6_bytes *src, const struct ipv6_bytes *to)
{
	const unsigned four = address_is_ipv4(to), six = !four;
	const uint64_t outer = IPV6_HEADER - (IPV6_HEADER - IPV4_HEADER) * four;

	return (unsigned)(outer + size <= tunnel->mtu) + !address_equal(src, to) +
		!(four & address_equal(src, &tunnel->address4)) + !(six & address_equal(src, &tunnel->address6)) == 4;
}

/* Makes room for the outer header of that size, and cuts off the padding behind the packet. */
static inline bool
tunnel_room(struct packet *packet, const struct net_flow *seen, uint64_t header)
{
	return packet_resize_back(packet, seen->end) && packet_grow_front(packet, header);
}

static inline void
tunnel_ether(uint8_t *data, const struct tunnel *tunnel, const struct mac_bytes *mac, uint64_t type)
{
	memcpy(data + ETHER_DESTINATION, mac, sizeof *mac);
	memcpy(data + ETHER_SOURCE, &tunnel->mac, sizeof tunnel->mac);
	bytes_put_raw16(data + ETHER_TYPE, __builtin_bswap16((uint16_t)type));
}

/* Puts the packet into one to that address, behind an Ethernet header to that backend; padding behind it is cut off.
 * False: it does not fit, or comes from an end of the tunnel. */
static inline bool
tunnel_into(const struct tunnel *tunnel, struct packet *packet, const struct net_flow *seen, const struct ipv6_bytes *to,
	const struct mac_bytes *mac)
{
	const struct tunnelled inner = tunnelled_of(packet->data, seen);
	const struct ipv6_bytes src = address_source(packet->data, seen);

	if (!tunnel_takes(tunnel, inner.size, &src, to))
		return false;
	if (address_is_ipv4(to)) {
		if (!tunnel_room(packet, seen, IPV4_HEADER))
			return false;
		tunnel_ether(packet->data, tunnel, mac, ETHER_IPV4);
		tunnel_ipv4(packet->data + ETHER_HEADER, &inner, &tunnel->address4, to);
	} else {
		if (!tunnel_room(packet, seen, IPV6_HEADER))
			return false;
		tunnel_ether(packet->data, tunnel, mac, ETHER_IPV6);
		tunnel_ipv6(packet->data + ETHER_HEADER, &inner, &tunnel->address6, to);
	}
	return true;
}

#endif
