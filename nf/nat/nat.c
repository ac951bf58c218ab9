/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/nat -- many inside hosts share one outside IPv4 address (NAPT, RFC 3022 §2.2).
 *
 * Behaves as RFC 4787 (UDP), RFC 5382 (TCP) and RFC 5508 (ICMP) require: README.md goes through their requirements one
 * by one and says what is done where they leave a choice. A router between two networks (RFC 1812 §5), one of which
 * cannot be seen from the other. */
#include "libvig/vig.h"
#include "mappings.h"
#include "net/flow.h"
#include "nf/common/neighbours.h"
#include "nf/nf.h"
#include "rewrite.h"

enum option {
	OPTION_INSIDE,
	OPTION_INSIDE_ADDRESS,
	OPTION_INSIDE_PREFIX,
	OPTION_INSIDE_MAC,
	OPTION_OUTSIDE,
	OPTION_OUTSIDE_ADDRESS,
	OPTION_OUTSIDE_PREFIX,
	OPTION_OUTSIDE_MAC,
	OPTION_GATEWAY,
	OPTION_FIRST_PORT,
	OPTION_CAPACITY,
	OPTION_CONTACTS,
	OPTION_FILTERING,
	OPTION_INBOUND_REFRESH,
	OPTION_UDP,
	OPTION_ESTABLISHED,
	OPTION_TRANSITORY,
	OPTION_QUERY,
	OPTION_RFC_TIMERS,
	OPTION_REASSEMBLY,
	OPTION_FRAGMENTS,
	OPTION_NEIGHBOUR,
	OPTION_NEIGHBOURS,
};

#define SECOND UINT64_C(1000000000)
#define PORTS_END 65536u
#define PORT(label, text, standard) \
	{ .name = label, .help = text, .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1, .initial = { .lo = standard } }
#define ADDRESS(label, text, standard) \
	{ .name = label, .help = text, .type = NF_IPV4, .min = 0, .max = UINT32_MAX, .initial = { .lo = standard } }
#define MAC(label, text, standard) \
	{ .name = label, .help = text, .type = NF_MAC, .min = 0, .max = (UINT64_C(1) << 48) - 1, .initial = { .lo = standard } }
#define INTEGER(label, text, least, most, standard) \
	{ .name = label, .help = text, .type = NF_INTEGER, .min = least, .max = most, .initial = { .lo = standard } }
#define LIFETIME(label, text, seconds) \
	{ .name = label, .help = text, .type = NF_DURATION, .min = SECOND, .max = 604800 * SECOND, \
	  .initial = { .lo = (seconds) * SECOND } }
#define WORD(label, text, most, standard, words) \
	{ .name = label, .help = text, .type = NF_ENUM, .min = 0, .max = most, .initial = { .lo = standard }, .names = words }

enum filtering { ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT };

static const char *const filtering_names[] = { "endpoint-independent", "address-dependent", "address-and-port-dependent" };
static const char *const off_on[] = { "off", "on" };

const struct nf_option nf_options[] = {
	PORT("inside", "Port towards the hosts that share the address.", 0),
	ADDRESS("inside_address", "This function's address on the inside: the hosts' gateway.", 0xc0a80101),
	INTEGER("inside_prefix", "Bits of an inside address that name the inside network.", 0, 32, 24),
	MAC("inside_mac", "This function's Ethernet address on the inside.", 0x020000000101),
	PORT("outside", "Port towards everybody else.", 1),
	ADDRESS("outside_address", "The address that the hosts share.", 0xc6336402),
	INTEGER("outside_prefix", "Bits of an outside address that name the outside network.", 0, 32, 24),
	MAC("outside_mac", "This function's Ethernet address on the outside.", 0x020000000102),
	ADDRESS("gateway", "The router on the outside network, for all that is not on it.", 0xc6336401),
	INTEGER("first_port", "First external port, even; there are two for each of capacity.", 1024, PORTS_END - 2, 1024),
	INTEGER("capacity", "Most mappings at a time.", 1, (PORTS_END - 1024) / 2, (PORTS_END - 1024) / 2),
	INTEGER("contacts", "Most pairs of an inside endpoint and who may answer it.", 1, 1 << 24, 131072),
	WORD("filtering", "Who may answer an inside endpoint.", 2, ADDRESS_DEPENDENT, filtering_names),
	WORD("inbound_refresh", "Whether what comes in keeps UDP and ICMP query mappings alive.", 1, 0, off_on),
	LIFETIME("udp", "How long a UDP mapping may be silent.", 300),
	LIFETIME("established", "How long an established TCP connection may be silent.", 7440),
	LIFETIME("transitory", "How long a TCP connection may be silent while it opens and after it was closed.", 240),
	LIFETIME("query", "How long an ICMP query may be answered.", 60),
	WORD("rfc_timers", "Whether lifetimes below what RFC 4787, 5382 and 5508 allow are refused.", 1, 1, off_on),
	LIFETIME("reassembly", "How long after its first fragment those of a datagram may come.", 60),
	INTEGER("fragments", "Most datagrams in fragments at a time.", 1, 1 << 20, 4096),
	LIFETIME("neighbour", "How long a neighbour's Ethernet address is remembered.", 600),
	INTEGER("neighbours", "Most neighbours at a time.", 1, 1 << 20, 4096),
	{ .name = NULL },
};

struct nat {
	struct mappings mappings;
	struct flow_table *fragments, *neighbours;
	struct face inside, outside; /* outside.address is the one that is shared */
	uint32_t external;           /* outside.address as it stands in packets */
	uint32_t gateway;            /* a number */
};

/* What is wrong with the options, or NULL. One way leads to that, whatever the options are: each more would be one more
 * state to start from, for who wants to prove something. */
static const char *
refusal(const struct nf_value *option)
{
	uint64_t strict = option[OPTION_RFC_TIMERS].lo * SECOND;

	if (option[OPTION_INSIDE].lo == option[OPTION_OUTSIDE].lo)
		return "inside and outside are the same port";
	if (option[OPTION_FIRST_PORT].lo % 2 != 0)
		return "first_port is odd: each mapping has an even port and the odd one after it";
	if (option[OPTION_FIRST_PORT].lo + 2 * option[OPTION_CAPACITY].lo > PORTS_END)
		return "first_port + 2 * capacity is over 65536: there are no such ports";
	if (option[OPTION_UDP].lo < 120 * strict)
		return "udp is below the 2 minutes of RFC 4787 REQ-5: raise it, or set rfc_timers = off";
	if (option[OPTION_ESTABLISHED].lo < 7440 * strict)
		return "established is below the 2 hours 4 minutes of RFC 5382 REQ-5: raise it, or set rfc_timers = off";
	if (option[OPTION_TRANSITORY].lo < 240 * strict)
		return "transitory is below the 4 minutes of RFC 5382 REQ-5: raise it, or set rfc_timers = off";
	if (option[OPTION_QUERY].lo < 60 * strict)
		return "query is below the 60 seconds of RFC 5508 REQ-2: raise it, or set rfc_timers = off";
	return NULL;
}

static void
make_mappings(struct mappings *all, struct vig *vig, const struct nf_value *option)
{
	const struct flow_table_times times = {
		.shift = MAPPINGS_TICK,
		.classes = MAPPING_CLASSES,
		.lifetime = {
			[OPENING] = option[OPTION_TRANSITORY].lo,
			[ESTABLISHED] = option[OPTION_ESTABLISHED].lo,
			[CLOSING] = option[OPTION_TRANSITORY].lo,
			[UDP] = option[OPTION_UDP].lo,
			[QUERY] = option[OPTION_QUERY].lo,
		},
	};

	all->mapped = mappings_new(vig, "mappings", option[OPTION_CAPACITY].lo, &times);
	all->contacts = contacts_new(vig, "contacts", option[OPTION_CONTACTS].lo, &times);
	all->first_port = option[OPTION_FIRST_PORT].lo;
	all->peer_mask = -(uint32_t)(option[OPTION_FILTERING].lo >= ADDRESS_DEPENDENT);
	all->peer_port_mask = (uint16_t)-(option[OPTION_FILTERING].lo >= ADDRESS_AND_PORT_DEPENDENT);
	all->inbound_refresh = option[OPTION_INBOUND_REFRESH].lo != 0;
}

static void
make_faces(struct nat *nat, const struct nf_value *option)
{
	nat->inside = face_of(option[OPTION_INSIDE].lo, option[OPTION_INSIDE_ADDRESS].lo, option[OPTION_INSIDE_PREFIX].lo,
		option[OPTION_INSIDE_MAC].lo);
	nat->outside = face_of(option[OPTION_OUTSIDE].lo, option[OPTION_OUTSIDE_ADDRESS].lo,
		option[OPTION_OUTSIDE_PREFIX].lo, option[OPTION_OUTSIDE_MAC].lo);
	nat->external = __builtin_bswap32(nat->outside.address);
	nat->gateway = (uint32_t)option[OPTION_GATEWAY].lo;
}

void *
nf_init(struct nf_env *env)
{
	const struct nf_value *option = env->option;
	const struct flow_table_times reassembly = {
		.shift = MAPPINGS_TICK, .classes = 1, .lifetime = { option[OPTION_REASSEMBLY].lo },
	};
	const struct flow_table_times neighbour = {
		.shift = NEIGHBOURS_TICK, .classes = 1, .lifetime = { option[OPTION_NEIGHBOUR].lo },
	};
	struct nat *nat = vig_alloc(env->vig, sizeof *nat);

	env->error = nat ? refusal(option) : "out of memory";
	if (env->error)
		return NULL;
	make_mappings(&nat->mappings, env->vig, option);
	make_faces(nat, option);
	nat->fragments = fragments_new(env->vig, "fragments", option[OPTION_FRAGMENTS].lo, &reassembly);
	nat->neighbours = neighbours_new(env->vig, "neighbours", option[OPTION_NEIGHBOURS].lo, &neighbour);
	if (!nat->mappings.mapped || !nat->mappings.contacts || !nat->fragments || !nat->neighbours) {
		env->error = "out of memory: capacity, contacts, fragments or neighbours is too large for this machine";
		return NULL;
	}
	return nat;
}

/* An address that one host can have (RFC 1812 §5.3.7): not of "this network", loopback, multicast or class E. */
static bool
one_host(uint32_t address)
{
	uint32_t first = address >> 24;

	return (first != 0) & (first != 127) & (first < 224);
}

/* Whether a frame with an IPv4 packet is for the face to forward (RFC 1812 §5.2.2, §5.3.1, §5.3.4): addressed to it alone,
 * whole, its header right, and with a hop left. */
static inline bool
forwardable(const struct face *face, const struct packet *packet, struct net_flow *seen)
{
	const uint8_t *data = packet->data;

	if (!face_is_addressed(face, data) || !net_flow_ipv4_header(data, packet->length, seen))
		return false;
	return ipv4_checksum_right(data + seen->ip, seen->l4 - seen->ip) && data[seen->ip + IPV4_TTL] > 1;
}

/* Sets of ICMP types, all below 32. */
#define TYPES(a, b) (UINT64_C(1) << (a) | UINT64_C(1) << (b))
#define REQUESTS TYPES(ICMP_ECHO_REQUEST, ICMP_TIMESTAMP)
#define REPLIES TYPES(ICMP_ECHO_REPLY, ICMP_TIMESTAMP_REPLY)
#define ERRORS (TYPES(ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED) | TYPES(ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_PROBLEM))

static inline bool
one_of(uint64_t type, uint64_t types)
{
	return (type < 32) & (types >> (type & 31));
}

/* The key of a datagram's fragments. */
static inline struct fragment
fragment_of(const uint8_t *data, const struct net_flow *seen, const struct ends *ends, bool inside)
{
	return (struct fragment){
		.src = ends->src, .dst = ends->dst, .identification = bytes_raw16(data + seen->ip + IPV4_IDENTIFICATION),
		.protocol = seen->protocol, .inside = inside,
	};
}

/* Notes which addresses the rest of a datagram gets, if there is a rest. A full table loses it. */
static inline void
note_first_fragment(const struct nat *nat, const uint8_t *data, const struct net_flow *seen, const struct ends *was,
	const struct ends *is, bool inside, uint64_t now)
{
	const struct fragment key = fragment_of(data, seen, was, inside);
	const struct addresses addresses = { .src = is->src, .dst = is->dst };

	if (seen->more)
		(void)fragments_insert(nat->fragments, &key, 0, now, 0, &addresses);
}

/* A later fragment goes where its first one went. False: that was not seen. */
static inline bool
follow(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, bool inside, uint64_t now)
{
	const struct ends was = *ends;
	const struct fragment key = fragment_of(data, seen, ends, inside);
	struct addresses addresses;
	uint32_t slot, class;

	if (!fragments_find(nat->fragments, &key, 0, now, &addresses, &slot, &class))
		return false;
	ends->src = addresses.src;
	ends->dst = addresses.dst;
	write_addresses(data + seen->ip, &was, ends);
	return true;
}

/* A TCP, UDP or query packet from inside; to the external address, it comes in again at once (hairpinning, RFC 4787 REQ-9).
 * False: it is not to be forwarded. ends: as they are then. */
static inline bool
conversation_leaves(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, uint64_t now)
{
	const struct ends was = *ends = ends_of(data, seen, true);
	uint64_t flags = seen->kind == NET_FLOW_TCP ? data[seen->l4 + TCP_FLAGS] : 0;
	bool hairpin = ends->dst == nat->external;

	if (hairpin && seen->kind == NET_FLOW_ICMP)
		return false;
	if (!mappings_leave(&nat->mappings, seen->protocol, flags, nat->external, now, ends))
		return false;
	if (hairpin && !mappings_enter(&nat->mappings, seen->protocol, flags, now, ends))
		return false;
	rewrite(data, seen, &was, ends);
	return true;
}

static inline bool
conversation_enters(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, uint64_t now)
{
	const struct ends was = *ends = ends_of(data, seen, false);
	uint64_t flags = seen->kind == NET_FLOW_TCP ? data[seen->l4 + TCP_FLAGS] : 0;

	if (!mappings_enter(&nat->mappings, seen->protocol, flags, now, ends))
		return false;
	rewrite(data, seen, &was, ends);
	return true;
}

/* What an error quotes, if it is a packet that is translated. outward: that packet was sent from inside. */
static inline bool
quoted_by(const uint8_t *data, const struct net_flow *error, bool outward, struct net_flow *quoted)
{
	net_flow_quoted(data, error, quoted);
	if (quoted->kind < NET_FLOW_TCP)
		return false;
	return quoted->kind != NET_FLOW_ICMP || one_of(data[quoted->l4], outward ? REQUESTS : REPLIES);
}

/* An error from inside about a packet that came in (RFC 5508 REQ-5). About a hairpinned one it goes back inside, to whom
 * that packet was from (REQ-7). */
static inline bool
error_leaves(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, uint64_t now)
{
	struct net_flow quoted;

	if (!quoted_by(data, seen, false, &quoted))
		return false;

	const struct ends was = ends_of(data, &quoted, false);
	bool hairpin = ends->dst == nat->external;
	struct ends is = was;

	if (hairpin && (was.src != nat->external || quoted.kind == NET_FLOW_ICMP))
		return false;
	if (!mappings_quote_leaves(&nat->mappings, quoted.protocol, nat->external, now, &is))
		return false;
	if (hairpin && !mappings_quote_enters(&nat->mappings, quoted.protocol, now, &is))
		return false;
	rewrite_quoted(data, seen, &quoted, &was, &is);
	ends->src = nat->external;
	if (hairpin)
		ends->dst = is.src;
	return true;
}

/* An error from outside about a packet that left (RFC 5508 REQ-4). */
static inline bool
error_enters(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, uint64_t now)
{
	struct net_flow quoted;

	if (!quoted_by(data, seen, true, &quoted))
		return false;

	const struct ends was = ends_of(data, &quoted, true);
	struct ends is = was;

	if (was.src != nat->external || !mappings_quote_enters(&nat->mappings, quoted.protocol, now, &is))
		return false;
	rewrite_quoted(data, seen, &quoted, &was, &is);
	ends->dst = is.src;
	return true;
}

/* The addresses of an error's own header, once its quote has been seen to. */
static inline bool
error_passes(const struct nat *nat, uint8_t *data, const struct net_flow *seen, struct ends *ends, bool inside, uint64_t now)
{
	const struct ends was = *ends;

	if (inside ? !error_leaves(nat, data, seen, ends, now) : !error_enters(nat, data, seen, ends, now))
		return false;
	write_addresses(data + seen->ip, &was, ends);
	return true;
}

/* Translates a packet, of which the IPv4 header was seen. ends: its addresses, before and then after. False: it is not to be
 * forwarded. */
static inline bool
translate(const struct nat *nat, uint8_t *data, struct net_flow *seen, struct ends *ends, bool inside, uint64_t now)
{
	const struct ends was = *ends;
	bool passes;

	if (seen->kind == NET_FLOW_LATER)
		return follow(nat, data, seen, ends, inside, now);
	net_flow_name(data, seen);
	if (seen->kind < NET_FLOW_TCP)
		return false;
	if (seen->kind == NET_FLOW_ICMP && one_of(data[seen->l4], ERRORS))
		passes = error_passes(nat, data, seen, ends, inside, now);
	else if (seen->kind == NET_FLOW_ICMP && !one_of(data[seen->l4], inside ? REQUESTS : REPLIES))
		return false;
	else
		passes = inside ? conversation_leaves(nat, data, seen, ends, now) : conversation_enters(nat, data, seen, ends, now);
	if (passes)
		note_first_fragment(nat, data, seen, &was, ends, inside, now);
	return passes;
}

/* From a host of the inside network to one that is not on it. */
static inline port_set
from_inside(const struct nat *nat, struct packet *packet, uint64_t now)
{
	const struct face *inside = &nat->inside, *outside = &nat->outside;
	uint8_t *data = packet->data;
	struct net_flow seen;

	if (!forwardable(inside, packet, &seen))
		return PORTS_NONE;

	uint32_t src = bytes_be32(data + seen.ip + IPV4_SOURCE), dst = bytes_be32(data + seen.ip + IPV4_DESTINATION);
	struct ends ends = { .src = __builtin_bswap32(src), .dst = __builtin_bswap32(dst) };

	bool from_host = face_reaches(inside, src), stays = face_reaches(inside, dst), to_host = one_host(dst);

	if (!(from_host & (src != inside->address) & !stays & to_host))
		return PORTS_NONE;
	if (!translate(nat, data, &seen, &ends, true, now))
		return PORTS_NONE;
	ipv4_age(data + seen.ip);
	if (dst == outside->address)
		return neighbours_send(nat->neighbours, inside, packet, __builtin_bswap32(ends.dst), now);
	return neighbours_send(nat->neighbours, outside, packet, face_next_hop(outside, dst, nat->gateway), now);
}

/* From anybody to the external address. Nobody out there has that address, or one of the inside network. */
static inline port_set
from_outside(const struct nat *nat, struct packet *packet, uint64_t now)
{
	const struct face *inside = &nat->inside, *outside = &nat->outside;
	uint8_t *data = packet->data;
	struct net_flow seen;

	if (!forwardable(outside, packet, &seen))
		return PORTS_NONE;

	uint32_t src = bytes_be32(data + seen.ip + IPV4_SOURCE), dst = bytes_be32(data + seen.ip + IPV4_DESTINATION);
	struct ends ends = { .src = __builtin_bswap32(src), .dst = __builtin_bswap32(dst) };

	bool pretends = face_reaches(inside, src), from_host = one_host(src);

	if (!((dst == outside->address) & (src != outside->address) & !pretends & from_host))
		return PORTS_NONE;
	if (!translate(nat, data, &seen, &ends, false, now))
		return PORTS_NONE;
	ipv4_age(data + seen.ip);
	return neighbours_send(nat->neighbours, inside, packet, __builtin_bswap32(ends.dst), now);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct nat *nat = state;
	uint64_t type = ether_type(packet->data, packet->length);

	if (packet->port == nat->inside.port) {
		if (type == ETHER_ARP)
			return neighbours_hear(nat->neighbours, &nat->inside, packet, now);
		return type == ETHER_IPV4 ? from_inside(nat, packet, now) : PORTS_NONE;
	}
	if (packet->port == nat->outside.port) {
		if (type == ETHER_ARP)
			return neighbours_hear(nat->neighbours, &nat->outside, packet, now);
		return type == ETHER_IPV4 ? from_outside(nat, packet, now) : PORTS_NONE;
	}
	return PORTS_NONE;
}
