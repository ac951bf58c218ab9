/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/maglev/tables.h -- what the configuration says, who lives, and which flow is whose.
 *
 * Addresses are IPv6 addresses everywhere; an IPv4 one is ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that both versions share
 * every table. */
#ifndef NF_MAGLEV_TABLES_H
#define NF_MAGLEV_TABLES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/balancer.h"
#include "libvig/flow_table.h"
#include "libvig/list_map.h"
#include "libvig/record.h"
#include "net/flow.h"

#define TABLES_TICK 26u /* lifetimes are counted in ticks of 2^26 ns, 67 ms */
#define BACKENDS 1024u
#define VIPS 4096u

#define ADDRESS(FIELD) FIELD(ipv6, address)
/* Where a backend is, and how packets get there. */
#define BACKEND(FIELD) FIELD(u32, port) FIELD(u32, weight) FIELD(mac, mac) FIELD(u8, delivery)
#define HEALTH(FIELD) FIELD(u64, since)
#define VIP(FIELD) FIELD(ipv6, address) FIELD(u8, protocol) FIELD(be16, port)
#define SERVICE(FIELD) FIELD(u8, affinity)
#define FLOW(FIELD) FIELD(ipv6, src) FIELD(ipv6, dst) FIELD(be16, src_port) FIELD(be16, dst_port) FIELD(u8, protocol)
/* What all fragments of a datagram have in common: RFC 791 3.2; RFC 8200 4.5, where protocol is 0. */
#define DATAGRAM(FIELD) FIELD(ipv6, src) FIELD(ipv6, dst) FIELD(be32, identification) FIELD(u8, protocol)

RECORD(address, ADDRESS)
RECORD(backend, BACKEND)
RECORD(health, HEALTH)
RECORD(vip, VIP)
RECORD(service, SERVICE)
RECORD(flow, FLOW)
RECORD(datagram, DATAGRAM)
BALANCER(backends, address, backend, 2)
LIST_MAP(vips, vip, service, 3, 1)
FLOW_TABLE(alive, address, health, 2, 2)
FLOW_TABLE(flows, flow, address, 5, 2)
FLOW_TABLE(fragments, datagram, address, 5, 2)

/* Words of the options, in their order. */
enum delivery { DELIVERY_DSR, DELIVERY_TUNNEL };
enum affinity { AFFINITY_FLOW, AFFINITY_CLIENT };
enum vip_protocol { VIP_TCP, VIP_UDP };

/* One of a packet's two addresses: at at4 in an IPv4 header, at at6 in an IPv6 header. */
static inline struct ipv6_bytes
address_in(const uint8_t *data, const struct net_flow *seen, uint64_t at4, uint64_t at6)
{
	struct ipv6_bytes address;
	uint64_t half[2] = { 0 };

	if (seen->version == 4)
		half[1] = UINT64_C(0xffff0000) | (uint64_t)bytes_raw32(data + seen->ip + at4) << 32;
	else
		memcpy(half, data + seen->ip + at6, sizeof half);
	memcpy(&address, half, sizeof address);
	return address;
}

static inline struct ipv6_bytes
address_source(const uint8_t *data, const struct net_flow *seen)
{
	return address_in(data, seen, IPV4_SOURCE, IPV6_SOURCE);
}

static inline struct ipv6_bytes
address_destination(const uint8_t *data, const struct net_flow *seen)
{
	return address_in(data, seen, IPV4_DESTINATION, IPV6_DESTINATION);
}

/* Half of an address, as a number. */
static inline uint64_t
address_half(const struct ipv6_bytes *address, unsigned half)
{
	return __builtin_bswap64(bytes_raw64(address->byte + (size_t)8 * half));
}

static inline bool
address_is_ipv4(const struct ipv6_bytes *address)
{
	return (int)(bytes_raw64(address->byte) == 0) & (bytes_raw32(address->byte + 8) == 0xffff0000u);
}

static inline bool
address_equal(const struct ipv6_bytes *a, const struct ipv6_bytes *b)
{
	return ((bytes_raw64(a->byte) ^ bytes_raw64(b->byte)) | (bytes_raw64(a->byte + 8) ^ bytes_raw64(b->byte + 8))) == 0;
}

#endif
