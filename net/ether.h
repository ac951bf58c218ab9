/* SPDX-License-Identifier: BSD-3-Clause */
/* net/ether.h -- the Ethernet header (IEEE 802.3 clause 3) and ARP's size (RFC 826). */
#ifndef NET_ETHER_H
#define NET_ETHER_H

#include <stdint.h>

#include "net/bytes.h"

#define ETHER_HEADER 14u
#define ETHER_DESTINATION 0u
#define ETHER_SOURCE 6u
#define ETHER_TYPE 12u

#define ETHER_IPV4 0x0800u
#define ETHER_ARP 0x0806u
#define ETHER_IPV6 0x86ddu

/* Bytes of the shortest frame, without frame check sequence (IEEE 802.3 3.2.7, 4A.2.3.2.4). */
#define ETHER_SHORTEST 60u

/* Not a type that a frame can carry: what ether_type answers for a frame without one. */
#define ETHER_NONE 0x10000u

/* An ARP packet for IPv4 over Ethernet, after the Ethernet header. */
#define ARP_SIZE 28u

/* The type or length field. ETHER_NONE when the frame is shorter than its header. */
static inline uint32_t
ether_type(const uint8_t *data, uint64_t length)
{
	return length < ETHER_HEADER ? ETHER_NONE : bytes_be16(data + ETHER_TYPE);
}

/* Whether a frame, at least a header, is addressed to everybody (IEEE 802.3 3.2.3). */
static inline _Bool
ether_is_broadcast(const uint8_t *data)
{
	return (bytes_raw32(data + ETHER_DESTINATION) == UINT32_MAX) & (bytes_raw16(data + ETHER_DESTINATION + 4) == UINT16_MAX);
}

#endif
