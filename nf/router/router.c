/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/router -- forwards IPv4 by the longest match, as RFC 1812 says.
 *
 * Numbers in comments are its sections; README.md lists what is met and what is not. One packet in, one out: an ICMP error
 * or an ARP request takes the place of the packet that caused it. */
#include "icmp.h"
#include "libvig/vig.h"
#include "martians.h"
#include "nf/nf.h"
#include "tables.h"

enum option {
	OPTION_CAPACITY,
	OPTION_LIFETIME,
};

#define SECOND UINT64_C(1000000000)
#define MAC_MAX ((UINT64_C(1) << 48) - 1)
#define ADDRESS(label, text) { .name = label, .help = text, .type = NF_IPV4, .min = 0, .max = UINT32_MAX }
#define PORT(text) { .name = "port", .help = text, .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 }
#define MAC(text) { .name = "mac", .help = text, .type = NF_MAC, .min = 0, .max = MAC_MAX }
#define LIST(label, text, records, most) \
	{ .name = label, .help = text, .type = NF_LIST, .fields = records, .max_count = most }

static const struct nf_option interface_fields[] = {
	PORT("Which port."),
	ADDRESS("address", "The router's address there."),
	{ .name = "length", .help = "Bits of its network's prefix.", .type = NF_INTEGER, .min = 1, .max = 32,
	  .initial = { .lo = 24 } },
	MAC("The router's Ethernet address there."),
	{ .name = "mtu", .help = "Bytes of the largest IP packet there.", .type = NF_INTEGER, .min = 68, .max = 65535,
	  .initial = { .lo = 1500 } },
	{ .name = NULL },
};

static const struct nf_option route_fields[] = {
	{ .name = "prefix", .help = "Where to.", .type = NF_IPV4_PREFIX, .min = 0, .max = UINT32_MAX },
	ADDRESS("gateway", "The next router; 0.0.0.0: the destination itself is a neighbour."),
	PORT("By which port."),
	{ .name = NULL },
};

static const struct nf_option static_fields[] = {
	ADDRESS("address", "The neighbour's address."),
	PORT("The port that it is behind."),
	MAC("Its Ethernet address."),
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "capacity", .help = "Most neighbours that are learned.", .type = NF_INTEGER, .min = 1, .max = 1 << 20,
	  .initial = { .lo = 4096 } },
	{ .name = "neighbour_lifetime", .help = "How long a neighbour is known that is not heard of.", .type = NF_DURATION,
	  .min = SECOND, .max = 86400 * SECOND, .initial = { .lo = 300 * SECOND } },
	LIST("interfaces", "The router's own addresses.", interface_fields, INTERFACES),
	LIST("routes", "Where what goes.", route_fields, ROUTES),
	LIST("static", "Neighbours whose Ethernet address is fixed.", static_fields, STATICS),
	{ .name = NULL },
};

struct router {
	struct list_map *interfaces;
	struct route_list *routes;
	struct list_map *statics;
	struct flow_table *neighbours;
};

void *
nf_init(struct nf_env *env)
{
	const struct nf_value *option = env->option;
	const struct flow_table_times times = {
		.shift = NEIGHBOURS_TICK, .classes = 1, .lifetime = { option[OPTION_LIFETIME].lo },
	};
	struct router *router = vig_alloc(env->vig, sizeof *router);

	if (!router) {
		env->error = "out of memory";
		return NULL;
	}
	router->interfaces = interfaces_new(env->vig, "interfaces", INTERFACES);
	router->routes = routes_new(env->vig, "routes", ROUTES, ROUTES_GROUPS);
	router->statics = statics_new(env->vig, "static", STATICS);
	router->neighbours = neighbours_new(env->vig, "neighbours", option[OPTION_CAPACITY].lo, &times);
	if (!router->interfaces || !router->routes || !router->statics || !router->neighbours) {
		env->error = "out of memory: capacity is too large for this machine";
		return NULL;
	}
	return router;
}

/* 5.2.2, and the addresses that no packet has (5.3.7). A group or everybody is no destination here: there is no
 * multicast routing, and broadcasts are not forwarded (4.2.2.11, RFC 2644). */
static bool
acceptable(const uint8_t *data, uint64_t length, const struct face *here, struct datagram *datagram)
{
	if (!ipv4_header_whole(data, ETHER_HEADER, length))
		return false;
	datagram->size = ipv4_header_size(data, ETHER_HEADER);
	datagram->total = ipv4_total_length(data, ETHER_HEADER);
	if (datagram->total < datagram->size || datagram->total > length - ETHER_HEADER)
		return false;
	datagram->src = bytes_be32(data + ETHER_HEADER + IPV4_SOURCE);
	datagram->dst = bytes_be32(data + ETHER_HEADER + IPV4_DESTINATION);
	if (martian(datagram->src) | martian(datagram->dst) | face_is_broadcast(here, datagram->src))
		return false;
	return ipv4_checksum_right(data + ETHER_HEADER, datagram->size);
}

/* A packet to the router itself: it answers echo requests, and says of all else that nobody is there. Fragments are not put
 * together, and a request with options is not answered. */
static port_set
deliver(struct packet *packet, const struct face *here, const struct datagram *datagram)
{
	const uint8_t *ip = packet->data + ETHER_HEADER;

	if ((bytes_be16(ip + IPV4_FRAGMENT) & (IPV4_MORE | IPV4_OFFSET)) != 0)
		return PORTS_NONE;
	if (ip[IPV4_PROTOCOL] != L4_ICMP)
		return icmp_complain(packet, here, datagram, ICMP_UNREACHABLE,
			ip[IPV4_PROTOCOL] == L4_UDP ? ICMP_PORT_UNREACHABLE : ICMP_PROTOCOL_UNREACHABLE, 0);
	if (datagram->size != IPV4_HEADER || datagram->total < IPV4_HEADER + ICMP_HEADER ||
		ip[IPV4_HEADER] != ICMP_ECHO_REQUEST)
		return PORTS_NONE;
	return icmp_echo(packet, here, datagram);
}

/* Sends the packet to a neighbour; a fixed Ethernet address wins over one that was learned. */
static port_set
send_to(const struct router *router, struct packet *packet, const struct face *there, uint32_t address, uint64_t now)
{
	const struct neighbour next = { .address = __builtin_bswap32(address), .port = (uint32_t)there->port };
	struct neighbour_link link;

	if (!statics_find(router->statics, &next, &link))
		return neighbours_send(router->neighbours, there, packet, address, now);
	memcpy(packet->data + ETHER_DESTINATION, &link.mac, 6);
	memcpy(packet->data + ETHER_SOURCE, there->mac.byte, 6);
	return port_only(there->port);
}

/* 5.2.1 step 6 to 10, for a route whose port has an address. */
static port_set
forward(const struct router *router, struct packet *packet, const struct face *here, const struct face *there,
	uint64_t mtu, uint32_t gateway, const struct datagram *datagram, uint64_t now)
{
	uint8_t *ip = packet->data + ETHER_HEADER;

	if (face_is_broadcast(there, datagram->dst))
		return PORTS_NONE;
	if (ip[IPV4_TTL] <= 1) /* 5.3.1 */
		return icmp_complain(packet, here, datagram, ICMP_TIME_EXCEEDED, 0, 0);
	if (datagram->total > mtu) { /* 4.2.2.7: but it is not cut here */
		if ((bytes_be16(ip + IPV4_FRAGMENT) & IPV4_DONT) == 0)
			return PORTS_NONE;
		return icmp_complain(packet, here, datagram, ICMP_UNREACHABLE, ICMP_TOO_BIG, mtu);
	}
	ipv4_age(ip);
	return send_to(router, packet, there, gateway == 0 ? datagram->dst : gateway, now);
}

static port_set
route(const struct router *router, struct packet *packet, const struct face *here, uint64_t now)
{
	struct datagram datagram;
	struct hop hop;
	struct face there;
	uint64_t mtu;

	if (!acceptable(packet->data, packet->length, here, &datagram))
		return PORTS_NONE;
	if (datagram.dst == here->address)
		return deliver(packet, here, &datagram);
	if (!routes_find(router->routes, datagram.dst, &hop) ||
		!interface_at(router->interfaces, hop.port, &there, &mtu)) /* 5.2.7.1 */
		return icmp_complain(packet, here, &datagram, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE, 0);
	if (datagram.dst == there.address)
		return deliver(packet, here, &datagram);
	return forward(router, packet, here, &there, mtu, __builtin_bswap32(hop.gateway), &datagram, now);
}

/* Frames to others are theirs, and a group sends nothing. IP packets that everybody was sent are not forwarded (5.3.4),
 * whatever their own destination. */
port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct router *router = state;
	const uint8_t *frame = packet->data;
	struct face here;
	uint64_t type, mtu;
	bool mine;

	if (packet->length < ETHER_HEADER || (frame[ETHER_SOURCE] & 1) != 0 ||
		!interface_at(router->interfaces, packet->port, &here, &mtu))
		return PORTS_NONE;
	type = bytes_be16(frame + ETHER_TYPE);
	mine = face_is_addressed(&here, frame);
	if (type == ETHER_ARP && (mine || ether_is_broadcast(frame)))
		return neighbours_hear(router->neighbours, &here, packet, now);
	if (type == ETHER_IPV4 && mine)
		return route(router, packet, &here, now);
	return PORTS_NONE;
}
