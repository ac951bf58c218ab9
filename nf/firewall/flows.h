/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/firewall/flows.h -- the firewall's flows: keys, states and tables, the same for IPv4 and IPv6. */
#ifndef NF_FIREWALL_FLOWS_H
#define NF_FIREWALL_FLOWS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/record.h"
#include "net/flow.h"

/* What most packets run through is inlined, for IPv4 and for IPv6 apart, so that what is known of a packet
 * stays in registers. Hence, too, structs handed on by value: one whose address is taken is in memory. */
#define INLINE static inline __attribute__((always_inline))

#define FLOWS_TICK 30u /* lifetimes are counted in ticks of 2^30 ns, 1.07 s */

/* src is the inside host and pair the number of the inside port, whichever way the packet goes. For
 * echo, src_port is the identifier and dst_port 0. */
#define FLOW4(FIELD) \
	FIELD(be32, src) FIELD(be32, dst) FIELD(be16, src_port) FIELD(be16, dst_port) \
	FIELD(u8, protocol) FIELD(u8, pair)
#define FLOW6(FIELD) \
	FIELD(ipv6, src) FIELD(ipv6, dst) FIELD(be16, src_port) FIELD(be16, dst_port) \
	FIELD(u8, protocol) FIELD(u8, pair)
/* 1: a FIN came from that side. 0 for UDP and echo. */
#define TCP_ENDS(FIELD) FIELD(u8, fin_inside) FIELD(u8, fin_outside)

RECORD(flow4, FLOW4)
RECORD(flow6, FLOW6)
RECORD(tcp_ends, TCP_ENDS)
FLOW_TABLE(flows4, flow4, tcp_ends, 2, 2)
FLOW_TABLE(flows6, flow6, tcp_ends, 5, 2)

/* Lifetime classes; the first three are the states of a TCP flow. */
enum flow_class {
	OPENING,     /* the inside sent a SYN */
	ESTABLISHED, /* the outside answered with one */
	CLOSING,     /* a RST came from either side, or a FIN from both */
	UDP,
	ECHO,
	FLOW_CLASSES,
};

struct flows {
	struct flow_table *four, *six;
};

/* The key of a flow, and which table it is for. */
struct flow_key {
	union {
		struct flow4 four;
		struct flow6 six;
	};
	uint64_t version; /* 4 or 6 */
};

/* What the table keeps of a flow besides its key and its last use. */
struct flow_state {
	uint32_t class; /* enum flow_class */
	struct tcp_ends ends;
};

/* The ports of a TCP or UDP flow, source first; the identifier of an echo, which is the same both ways. */
INLINE uint32_t
flow_ports(const uint8_t *data, const struct net_flow *seen, bool reversed)
{
	if (seen->kind == NET_FLOW_ICMP)
		return bytes_raw16(data + seen->l4 + ICMP_IDENTIFIER);

	uint32_t ports = bytes_raw32(data + seen->l4 + L4_SOURCE_PORT);

	return reversed ? ports << 16 | ports >> 16 : ports;
}

/* The addresses of an IPv4 flow, source first. */
INLINE uint64_t
flow_hosts4(const uint8_t *data, const struct net_flow *seen, bool reversed)
{
	uint64_t hosts = bytes_raw64(data + seen->ip + IPV4_SOURCE);

	return reversed ? hosts << 32 | hosts >> 32 : hosts;
}

/* The key of the flow that a packet belongs to. reversed: it comes from outside, so its source is the
 * key's dst. Precondition: TCP, UDP or ICMP echo. */
INLINE void
flow_key_of(const uint8_t *data, const struct net_flow *seen, uint64_t pair, bool reversed,
	struct flow_key *key)
{
	uint32_t ports = flow_ports(data, seen, reversed);
	const uint8_t *ip = data + seen->ip;

	key->version = seen->version;
	if (seen->version == 4) {
		uint64_t hosts = flow_hosts4(data, seen, reversed);

		key->four.src = (uint32_t)hosts;
		key->four.dst = (uint32_t)(hosts >> 32);
		key->four.src_port = (uint16_t)ports;
		key->four.dst_port = (uint16_t)(ports >> 16);
		key->four.protocol = seen->protocol;
		key->four.pair = (uint8_t)pair;
	} else {
		memcpy(&key->six.src, ip + (reversed ? IPV6_DESTINATION : IPV6_SOURCE), IPV6_ADDRESS);
		memcpy(&key->six.dst, ip + (reversed ? IPV6_SOURCE : IPV6_DESTINATION), IPV6_ADDRESS);
		key->six.src_port = (uint16_t)ports;
		key->six.dst_port = (uint16_t)(ports >> 16);
		key->six.protocol = seen->protocol;
		key->six.pair = (uint8_t)pair;
	}
}

/* False: no such flow lives. Nothing changes. */
INLINE bool
flows_find(const struct flows *flows, const struct flow_key *key, uint64_t hint, uint64_t now,
	struct flow_state *state, uint32_t *slot)
{
	return key->version == 4
		? flows4_find(flows->four, &key->four, hint, now, &state->ends, slot, &state->class)
		: flows6_find(flows->six, &key->six, hint, now, &state->ends, slot, &state->class);
}

/* The same, and the flow's last use is now. */
INLINE bool
flows_refresh(const struct flows *flows, const struct flow_key *key, uint64_t hint, uint64_t now,
	struct flow_state *state, uint32_t *slot)
{
	return key->version == 4
		? flows4_refresh(flows->four, &key->four, hint, now, &state->ends, slot, &state->class)
		: flows6_refresh(flows->six, &key->six, hint, now, &state->ends, slot, &state->class);
}

/* Opens the flow, or keeps an open one open, last use now. Does nothing when the table is full: that
 * is no reason to stop the packet, only its answer will be lost. */
INLINE void
flows_open(const struct flows *flows, const struct flow_key *key, uint64_t hint, uint64_t now, uint32_t class)
{
	const struct tcp_ends none = { 0, 0 };

	if (key->version == 4)
		(void)flows4_insert(flows->four, &key->four, hint, now, class, &none);
	else
		(void)flows6_insert(flows->six, &key->six, hint, now, class, &none);
}

/* Gives the live flow in that slot another state, last use now. */
INLINE void
flows_set(const struct flows *flows, const struct flow_key *key, uint32_t slot, uint64_t now,
	struct flow_state state)
{
	if (key->version == 4)
		flows4_set(flows->four, slot, now, state.class, &state.ends);
	else
		flows6_set(flows->six, slot, now, state.class, &state.ends);
}

/* nf_hint's two stages. */

INLINE uint64_t
flows_hash(const struct flows *flows, const struct flow_key *key)
{
	return key->version == 4 ? flows4_hash(flows->four, &key->four) : flows6_hash(flows->six, &key->six);
}

INLINE uint64_t
flows_match(const struct flows *flows, uint64_t version, uint64_t hint)
{
	return version == 4 ? flows4_match(flows->four, hint) : flows6_match(flows->six, hint);
}

#endif
