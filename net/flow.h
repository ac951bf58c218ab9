/* SPDX-License-Identifier: BSD-3-Clause */
/* net/flow.h -- where in a frame the things lie that tell one conversation from another.
 *
 * net_flow looks at a frame, net_flow_quoted at the packet that an ICMP error quotes. Both check every
 * length on the way and answer offsets, never copies. */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "net/ether.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/l4.h"

enum net_flow_kind {
	/* Where the way to the L4 header ends, as an IPv6 walk says it. */
	NET_FLOW_OTHER = IPV6_REACHED,     /* another protocol than those below */
	NET_FLOW_LATER = IPV6_LATER,       /* a later fragment: it has no L4 header */
	NET_FLOW_UNKNOWN = IPV6_TOO_MANY,  /* more IPv6 extension headers than are walked */
	NET_FLOW_BROKEN = IPV6_BROKEN,     /* a length or version disagrees with the bytes that are there */
	NET_FLOW_NONE,                     /* neither IPv4 nor IPv6, or shorter than a frame's header */
	NET_FLOW_TCP,
	NET_FLOW_UDP,
	NET_FLOW_ICMP,                     /* ICMP in IPv4, ICMPv6 in IPv6 */
};

/* For NONE and BROKEN only kind means something. Otherwise the IP header is there, and for TCP, UDP and
 * ICMP the L4 header too: whole, or in a quote its first ICMP_QUOTED_L4 bytes. */
struct net_flow {
	uint64_t ip;      /* where the IP header starts */
	uint64_t l4;      /* where what it carries starts; ip < l4 <= end */
	uint64_t end;     /* first byte after the IP packet; trailing padding follows it */
	uint8_t kind;     /* enum net_flow_kind */
	uint8_t version;  /* 4 or 6 */
	uint8_t protocol; /* of what starts at l4 */
	bool more;        /* the packet is a fragment, and not the last */
};

/* The protocol number that ICMP has in this version of IP. */
static inline uint64_t
net_flow_icmp(uint64_t version)
{
	return version == 4 ? L4_ICMP : L4_ICMP6;
}

/* Notes what the IPv4 header at flow->ip says, which is whole. */
static inline void
net_flow_behind_ipv4(const uint8_t *data, struct net_flow *flow)
{
	const uint8_t *header = data + flow->ip;
	uint64_t fragment = bytes_be16(header + IPV4_FRAGMENT);

	flow->protocol = header[IPV4_PROTOCOL];
	flow->more = (fragment & IPV4_MORE) != 0;
	flow->l4 = flow->ip + ipv4_header_size(data, flow->ip);
	flow->kind = fragment & IPV4_OFFSET ? NET_FLOW_LATER : NET_FLOW_OTHER;
}

/* Notes where the extension headers behind the IPv6 header at flow->ip lead. */
static inline void
net_flow_behind_ipv6(const uint8_t *data, struct net_flow *flow)
{
	uint64_t ip = flow->ip;
	struct ipv6_walk walk = ipv6_walk(data, data[ip + IPV6_NEXT], ip + IPV6_HEADER, flow->end);

	flow->protocol = walk.next;
	flow->more = walk.more != 0;
	flow->l4 = walk.offset;
	flow->kind = walk.stop;
}

/* Names the protocol at flow->l4, if its header is whole. */
static inline void
net_flow_name(const uint8_t *data, struct net_flow *flow)
{
	uint64_t l4 = flow->l4, end = flow->end, protocol = flow->protocol;

	uint8_t kind;
	bool whole;

	if (protocol == L4_TCP) {
		kind = NET_FLOW_TCP;
		whole = tcp_whole(data, l4, end);
	} else if (protocol == L4_UDP) {
		kind = NET_FLOW_UDP;
		whole = udp_whole(data, l4, end, flow->more);
	} else if (protocol == net_flow_icmp(flow->version)) {
		kind = NET_FLOW_ICMP;
		whole = icmp_whole(l4, end);
	} else {
		return;
	}
	flow->kind = whole ? kind : NET_FLOW_BROKEN;
}

/* The same where only the first bytes of the L4 header have to be there. */
static inline void
net_flow_name_quoted(struct net_flow *flow)
{
	uint64_t protocol = flow->protocol;

	if (flow->end - flow->l4 < ICMP_QUOTED_L4)
		flow->kind = NET_FLOW_BROKEN;
	else if (protocol == L4_TCP)
		flow->kind = NET_FLOW_TCP;
	else if (protocol == L4_UDP)
		flow->kind = NET_FLOW_UDP;
	else if (protocol == net_flow_icmp(flow->version))
		flow->kind = NET_FLOW_ICMP;
}

/* Notes what the IPv4 header of a frame says: BROKEN, LATER, or OTHER for whatever it carries. False: BROKEN. */
static inline bool
net_flow_ipv4_header(const uint8_t *data, uint64_t length, struct net_flow *flow)
{
	flow->ip = ETHER_HEADER;
	flow->version = 4;
	flow->kind = NET_FLOW_BROKEN;
	if (!ipv4_header_whole(data, ETHER_HEADER, length))
		return false;

	uint64_t size = ipv4_header_size(data, ETHER_HEADER);
	uint64_t total = ipv4_total_length(data, ETHER_HEADER);

	if ((total < size) | (total > length - ETHER_HEADER))
		return false;
	flow->end = ETHER_HEADER + total;
	net_flow_behind_ipv4(data, flow);
	return true;
}

static inline void
net_flow_ipv4(const uint8_t *data, uint64_t length, struct net_flow *flow)
{
	if (net_flow_ipv4_header(data, length, flow) && flow->kind == NET_FLOW_OTHER)
		net_flow_name(data, flow);
}

static inline void
net_flow_ipv6(const uint8_t *data, uint64_t length, struct net_flow *flow)
{
	flow->ip = ETHER_HEADER;
	flow->version = 6;
	flow->kind = NET_FLOW_BROKEN;
	if (!ipv6_header_whole(data, ETHER_HEADER, length))
		return;

	uint64_t payload = ipv6_payload_length(data, ETHER_HEADER);

	if (payload > length - ETHER_HEADER - IPV6_HEADER)
		return;
	flow->end = ETHER_HEADER + IPV6_HEADER + payload;
	net_flow_behind_ipv6(data, flow);
	if (flow->kind == NET_FLOW_OTHER)
		net_flow_name(data, flow);
}

/* What the frame of that length at data carries. */
static inline void
net_flow(const uint8_t *data, uint64_t length, struct net_flow *flow)
{
	uint64_t type = ether_type(data, length);

	if (type == ETHER_IPV4)
		net_flow_ipv4(data, length, flow);
	else if (type == ETHER_IPV6)
		net_flow_ipv6(data, length, flow);
	else
		flow->kind = NET_FLOW_NONE;
}

/* The same at a glance, for who may be wrong (nf_hint): what a TCP or UDP packet is if it has neither IP
 * options nor extension headers. Only the bytes up to its ports are sure to be there. False: it is not IP
 * or too short. */
static inline bool
net_flow_usual(const uint8_t *data, uint64_t length, struct net_flow *flow)
{
	const uint64_t at = ETHER_HEADER;
	uint64_t type = ether_type(data, length);

	flow->ip = at;
	flow->end = length;
	flow->kind = NET_FLOW_UDP;
	flow->more = false;
	if (type == ETHER_IPV4 && length >= at + IPV4_HEADER + L4_PORTS) {
		flow->version = 4;
		flow->l4 = at + IPV4_HEADER;
		flow->protocol = data[at + IPV4_PROTOCOL];
		return true;
	}
	if (type == ETHER_IPV6 && length >= at + IPV6_HEADER + L4_PORTS) {
		flow->version = 6;
		flow->l4 = at + IPV6_HEADER;
		flow->protocol = data[at + IPV6_NEXT];
		return true;
	}
	return false;
}

/* What an ICMP error quotes: a packet of the same version, cut off where the error ends. Its own
 * length field is not looked at, and of its L4 header ICMP_QUOTED_L4 bytes are enough.
 * Precondition: error->kind is NET_FLOW_ICMP. */
static inline void
net_flow_quoted(const uint8_t *data, const struct net_flow *error, struct net_flow *quoted)
{
	uint64_t ip = error->l4 + ICMP_QUOTE, end = error->end;

	quoted->ip = ip;
	quoted->end = end;
	quoted->version = error->version;
	quoted->kind = NET_FLOW_BROKEN;
	if (error->version == 4) {
		if (ipv4_header_whole(data, ip, end))
			net_flow_behind_ipv4(data, quoted);
	} else if (ipv6_header_whole(data, ip, end)) {
		net_flow_behind_ipv6(data, quoted);
	}
	if (quoted->kind == NET_FLOW_OTHER)
		net_flow_name_quoted(quoted);
}

#endif
