/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/router/icmp.h -- what the router says itself, in place of the packet that made it speak (RFC 792, RFC 1812 4.3).
 *
 * An answer goes back as the packet came: out of the same port, to the station that sent it. */
#ifndef NF_ROUTER_ICMP_H
#define NF_ROUTER_ICMP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "net/bytes.h"
#include "net/checksum.h"
#include "net/ether.h"
#include "net/ipv4.h"
#include "net/l4.h"
#include "net/packet.h"
#include "nf/common/neighbours.h"

#define ICMP_NET_UNREACHABLE 0u /* codes of ICMP_UNREACHABLE */
#define ICMP_PROTOCOL_UNREACHABLE 2u
#define ICMP_PORT_UNREACHABLE 3u
#define ICMP_TOO_BIG 4u
#define ICMP_SOURCE_QUENCH 4u   /* types */
#define ICMP_REDIRECT 5u

#define ROUTER_TTL 64u          /* RFC 1812 4.2.2.9 leaves it open; RFC 1700's recommendation */
#define ROUTER_TOS 0xc0u        /* 4.3.2.5: errors have precedence 6, internetwork control */
#define IPV4_DONT 0x4000u
#define ERROR_GROWS (IPV4_HEADER + ICMP_HEADER)

/* A whole IPv4 packet behind an Ethernet header. */
struct datagram {
	uint64_t size;  /* bytes of its header */
	uint64_t total; /* bytes of all of it */
	uint32_t src, dst;
};

static inline void
icmp_turn_frame(struct packet *packet, const struct face *here)
{
	memcpy(packet->data + ETHER_DESTINATION, packet->data + ETHER_SOURCE, 6);
	memcpy(packet->data + ETHER_SOURCE, here->mac.byte, 6);
}

/* 4.3.3.6: the request with its addresses turned, as a new packet's first. Its data, which the checksum covers, stays
 * as it was: a wrong checksum stays wrong, and the asker sees it. */
static inline port_set
icmp_echo(struct packet *packet, const struct face *here, const struct datagram *asked)
{
	uint8_t *ip = packet->data + ETHER_HEADER, *icmp = ip + IPV4_HEADER;
	const uint16_t was = bytes_raw16(ip + IPV4_TTL), kind = bytes_raw16(icmp);

	ip[IPV4_TTL] = ROUTER_TTL;
	bytes_put_raw16(ip + IPV4_CHECKSUM,
		checksum_update16(bytes_raw16(ip + IPV4_CHECKSUM), was, bytes_raw16(ip + IPV4_TTL)));
	bytes_put_be32(ip + IPV4_SOURCE, asked->dst);
	bytes_put_be32(ip + IPV4_DESTINATION, asked->src);
	icmp[0] = ICMP_ECHO_REPLY;
	bytes_put_raw16(icmp + ICMP_CHECKSUM,
		checksum_update16(bytes_raw16(icmp + ICMP_CHECKSUM), kind, bytes_raw16(icmp)));
	icmp_turn_frame(packet, here);
	return port_only(here->port);
}

/* Types whose messages are errors themselves (4.3.2.7). */
static inline bool
icmp_is_error(uint64_t type)
{
	return (type == ICMP_UNREACHABLE) | (type == ICMP_SOURCE_QUENCH) | (type == ICMP_REDIRECT) |
		(type == ICMP_TIME_EXCEEDED) | (type == ICMP_PARAMETER_PROBLEM);
}

/* Whether a packet may be answered by an error: not a later fragment, not an error itself. What a group or everybody was
 * sent, and what no single host sent, does not come this far. Nor is there one for a packet that has not the
 * 8 bytes behind its header that an error quotes. */
static inline bool
icmp_may_complain(const uint8_t *ip, const struct datagram *about)
{
	if (about->total - about->size < ICMP_QUOTED_L4 || (bytes_be16(ip + IPV4_FRAGMENT) & IPV4_OFFSET) != 0)
		return false;
	return ip[IPV4_PROTOCOL] != L4_ICMP || !icmp_is_error(ip[about->size]);
}

static inline void
icmp_write_ip(uint8_t *ip, const struct face *here, const struct datagram *about)
{
	bytes_put_be16(ip, 0x4500 | ROUTER_TOS);
	bytes_put_be16(ip + IPV4_TOTAL_LENGTH, (uint32_t)(ERROR_GROWS + about->size + ICMP_QUOTED_L4));
	bytes_put_be16(ip + IPV4_IDENTIFICATION, 0); /* RFC 6864 4.1: never fragmented, so it means nothing */
	bytes_put_be16(ip + IPV4_FRAGMENT, IPV4_DONT);
	ip[IPV4_TTL] = ROUTER_TTL;
	ip[IPV4_PROTOCOL] = L4_ICMP;
	bytes_put_raw16(ip + IPV4_CHECKSUM, 0);
	bytes_put_be32(ip + IPV4_SOURCE, here->address);
	bytes_put_be32(ip + IPV4_DESTINATION, about->src);
	bytes_put_raw16(ip + IPV4_CHECKSUM, (uint16_t)~checksum_add(0, ip, IPV4_HEADER));
}

/* The quoted header was found right: it sums up to 0xffff, whatever its options. mtu: 0, but for ICMP_TOO_BIG (RFC
 * 1191 section 4). */
static inline void
icmp_write_error(uint8_t *icmp, uint64_t type, uint64_t code, uint64_t mtu, uint64_t size)
{
	icmp[0] = (uint8_t)type;
	icmp[1] = (uint8_t)code;
	bytes_put_be32(icmp + 4, (uint32_t)mtu);
	bytes_put_raw16(icmp + ICMP_CHECKSUM, 0);
	bytes_put_raw16(icmp + ICMP_CHECKSUM,
		(uint16_t)~checksum_add(checksum_add(0xffff, icmp, ICMP_HEADER), icmp + ICMP_QUOTE + size, ICMP_QUOTED_L4));
}

/* Turns the packet into an error about it, or drops it where none may be sent. */
static inline port_set
icmp_complain(struct packet *packet, const struct face *here, const struct datagram *about, uint64_t type, uint64_t code,
	uint64_t mtu)
{
	uint8_t station[6];
	uint8_t *ip;

	if (!icmp_may_complain(packet->data + ETHER_HEADER, about))
		return PORTS_NONE;
	memcpy(station, packet->data + ETHER_SOURCE, sizeof station);
	if (!packet_grow_front(packet, ERROR_GROWS) ||
		!packet_trim_back(packet, packet->length - ETHER_HEADER - ERROR_GROWS - about->size - ICMP_QUOTED_L4))
		return PORTS_NONE; /* never: there is headroom */
	ip = packet->data + ETHER_HEADER;
	memcpy(packet->data + ETHER_DESTINATION, station, sizeof station);
	memcpy(packet->data + ETHER_SOURCE, here->mac.byte, 6);
	bytes_put_be16(packet->data + ETHER_TYPE, ETHER_IPV4);
	icmp_write_ip(ip, here, about);
	icmp_write_error(ip + IPV4_HEADER, type, code, mtu, about->size);
	return port_only(here->port);
}

#endif
