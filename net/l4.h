/* SPDX-License-Identifier: BSD-3-Clause */
/* net/l4.h -- TCP (RFC 9293 §3.1), UDP (RFC 768), ICMP (RFC 792) and ICMPv6 (RFC 4443) headers. */
#ifndef NET_L4_H
#define NET_L4_H

#include <stdbool.h>
#include <stdint.h>

#include "net/bytes.h"

/* Protocol and next header numbers. */
#define L4_ICMP 1u
#define L4_TCP 6u
#define L4_UDP 17u
#define L4_ICMP6 58u

/* TCP and UDP both start with their ports. */
#define L4_SOURCE_PORT 0u
#define L4_DESTINATION_PORT 2u
#define L4_PORTS 4u /* bytes of both */

#define TCP_HEADER 20u /* without options */
#define TCP_DATA_OFFSET 12u
#define TCP_FLAGS 13u
#define TCP_CHECKSUM 16u
#define TCP_FIN 0x01u
#define TCP_SYN 0x02u
#define TCP_RST 0x04u
#define TCP_ACK 0x10u

#define UDP_HEADER 8u
#define UDP_LENGTH 4u
#define UDP_CHECKSUM 6u

#define ICMP_HEADER 8u
#define ICMP_CHECKSUM 2u
#define ICMP_IDENTIFIER 4u /* of queries: echo, timestamp and their replies */

#define ICMP_ECHO_REPLY 0u
#define ICMP_UNREACHABLE 3u
#define ICMP_ECHO_REQUEST 8u
#define ICMP_TIME_EXCEEDED 11u
#define ICMP_PARAMETER_PROBLEM 12u
#define ICMP_TIMESTAMP 13u
#define ICMP_TIMESTAMP_REPLY 14u

#define ICMP6_ERROR_FIRST 1u /* unreachable, too big, time exceeded, parameter problem */
#define ICMP6_ERROR_LAST 4u
#define ICMP6_ECHO_REQUEST 128u
#define ICMP6_ECHO_REPLY 129u
#define ICMP6_DISCOVERY_FIRST 133u /* RFC 4861 §4: routers, neighbours, redirect */
#define ICMP6_DISCOVERY_LAST 137u

/* An error quotes, after this header, the packet that it is about. */
#define ICMP_QUOTE ICMP_HEADER
/* Of the quoted packet's own L4 header at least this much comes back (RFC 792; RFC 4443 gives more). */
#define ICMP_QUOTED_L4 8u

/* Below: the header starts at l4, and what carries it ends at end; l4 <= end. */

static inline bool
tcp_whole(const uint8_t *data, uint64_t l4, uint64_t end)
{
	if (end - l4 < TCP_HEADER)
		return false;

	uint64_t size = (uint64_t)(data[l4 + TCP_DATA_OFFSET] >> 4) * 4;

	return (size >= TCP_HEADER) & (size <= end - l4);
}

/* more: this is a first fragment, and the datagram ends in a later one. */
static inline bool
udp_whole(const uint8_t *data, uint64_t l4, uint64_t end, bool more)
{
	if (end - l4 < UDP_HEADER)
		return false;

	uint64_t length = bytes_be16(data + l4 + UDP_LENGTH);

	return (length >= UDP_HEADER) & ((length <= end - l4) | more);
}

/* Both ICMPs. */
static inline bool
icmp_whole(uint64_t l4, uint64_t end)
{
	return end - l4 >= ICMP_HEADER;
}

#endif
