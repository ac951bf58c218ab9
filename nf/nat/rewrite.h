/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/nat/rewrite.h -- other ends for a packet, and every checksum that covers them as right as it was (RFC 1624). */
#ifndef NF_NAT_REWRITE_H
#define NF_NAT_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "mappings.h"
#include "net/bytes.h"
#include "net/checksum.h"
#include "net/flow.h"

/* The ends of a packet; of a TCP, UDP or query packet, the ports too. outward: the identifier is the source's. */
static inline struct ends
ends_of(const uint8_t *data, const struct net_flow *seen, bool outward)
{
	struct ends ends = {
		.src = bytes_raw32(data + seen->ip + IPV4_SOURCE), .dst = bytes_raw32(data + seen->ip + IPV4_DESTINATION),
	};

	if (seen->kind == NET_FLOW_ICMP) {
		uint16_t identifier = bytes_raw16(data + seen->l4 + ICMP_IDENTIFIER);

		*(outward ? &ends.src_port : &ends.dst_port) = identifier;
	} else {
		ends.src_port = bytes_raw16(data + seen->l4 + L4_SOURCE_PORT);
		ends.dst_port = bytes_raw16(data + seen->l4 + L4_DESTINATION_PORT);
	}
	return ends;
}

/* The checksum after addresses that it covers change. */
static inline uint16_t
update_addresses(uint16_t checksum, const struct ends *was, const struct ends *is)
{
	return checksum_update32(checksum_update32(checksum, was->src, is->src), was->dst, is->dst);
}

/* The checksum after ports that it covers change, or the identifier. */
static inline uint16_t
update_ports(uint16_t checksum, uint64_t kind, const struct ends *was, const struct ends *is)
{
	if (kind == NET_FLOW_ICMP)
		return checksum_update16(checksum, was->src_port | was->dst_port, is->src_port | is->dst_port);
	return checksum_update16(checksum_update16(checksum, was->src_port, is->src_port), was->dst_port, is->dst_port);
}

static inline void
write_addresses(uint8_t *ip, const struct ends *was, const struct ends *is)
{
	bytes_put_raw16(ip + IPV4_CHECKSUM, update_addresses(bytes_raw16(ip + IPV4_CHECKSUM), was, is));
	bytes_put_raw32(ip + IPV4_SOURCE, is->src);
	bytes_put_raw32(ip + IPV4_DESTINATION, is->dst);
}

static inline void
write_ports(uint8_t *l4, uint64_t kind, const struct ends *is)
{
	if (kind == NET_FLOW_ICMP) {
		bytes_put_raw16(l4 + ICMP_IDENTIFIER, is->src_port | is->dst_port);
	} else {
		bytes_put_raw16(l4 + L4_SOURCE_PORT, is->src_port);
		bytes_put_raw16(l4 + L4_DESTINATION_PORT, is->dst_port);
	}
}

/* Where the checksum is. */
static inline uint64_t
checksum_offset(uint64_t kind)
{
	return kind == NET_FLOW_TCP ? TCP_CHECKSUM : kind == NET_FLOW_UDP ? UDP_CHECKSUM : ICMP_CHECKSUM;
}

/* The checksum of a TCP, UDP or query header after its packet gets other ends. TCP and UDP count the addresses (RFC 9293
 * §3.1, RFC 768), ICMP does not (RFC 792). */
static inline uint16_t
update_l4(uint16_t checksum, uint64_t kind, const struct ends *was, const struct ends *is)
{
	uint16_t updated = update_ports(checksum, kind, was, is);

	if (kind == NET_FLOW_ICMP)
		return updated;
	updated = update_addresses(updated, was, is);
	return kind == NET_FLOW_UDP ? checksum_fix_udp(checksum, updated) : updated;
}

/* Gives a TCP, UDP or query packet other ends. */
static inline void
rewrite(uint8_t *data, const struct net_flow *seen, const struct ends *was, const struct ends *is)
{
	uint8_t *l4 = data + seen->l4, *checksum = l4 + checksum_offset(seen->kind);

	write_addresses(data + seen->ip, was, is);
	bytes_put_raw16(checksum, update_l4(bytes_raw16(checksum), seen->kind, was, is));
	write_ports(l4, seen->kind, is);
}

/* Gives the packet that an ICMP error quotes other ends, with each checksum that is there: its own IP header's, its L4
 * header's (8 bytes of TCP do not reach so far), and the error's, which covers all of that. */
static inline void
rewrite_quoted(uint8_t *data, const struct net_flow *error, const struct net_flow *quoted, const struct ends *was,
	const struct ends *is)
{
	uint8_t *outer = data + error->l4 + ICMP_CHECKSUM, *ip = data + quoted->ip;
	uint64_t offset = checksum_offset(quoted->kind), at = quoted->l4 + offset;
	uint16_t sum = update_ports(update_addresses(bytes_raw16(outer), was, is), quoted->kind, was, is);
	uint16_t header = bytes_raw16(ip + IPV4_CHECKSUM);

	write_addresses(ip, was, is);
	write_ports(data + quoted->l4, quoted->kind, is);
	sum = checksum_update16(sum, header, bytes_raw16(ip + IPV4_CHECKSUM));
	if (quoted->end - quoted->l4 >= offset + 2) {
		uint16_t old = bytes_raw16(data + at), new = update_l4(old, quoted->kind, was, is);

		bytes_put_raw16(data + at, new);
		sum = checksum_update16(sum, old, new);
	}
	bytes_put_raw16(outer, sum);
}

#endif
