/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/firewall -- the outside may answer what the inside opened, and nothing else.
 *
 * Transparent: ports come in pairs, what passes leaves by the partner as it came. The flows of IPv4
 * and IPv6 are kept in two tables, each keyed by the packet that the inside sends. README.md says
 * what is done where the standards leave a choice. */
#include "libvig/port_pairs.h"
#include "libvig/vig.h"
#include "net/flow.h"
#include "net/summary.h"
#include "flows.h"
#include "nf/nf.h"

enum option {
	OPTION_CAPACITY4,
	OPTION_CAPACITY6,
	OPTION_OPENING,
	OPTION_ESTABLISHED,
	OPTION_CLOSING,
	OPTION_UDP,
	OPTION_ECHO,
	OPTION_OTHER,
};

#define SECOND UINT64_C(1000000000)
#define CAPACITY(label, text) \
	{ .name = label, .help = text, .type = NF_INTEGER, .min = 1, .max = 1 << 24, .initial = { .lo = 65536 } }
#define LIFETIME(label, text, seconds) \
	{ .name = label, .help = text, .type = NF_DURATION, .min = SECOND, .max = 604800 * SECOND, \
	  .initial = { .lo = (seconds) * SECOND } }
#define PORT(label, text) \
	{ .name = label, .help = text, .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 }

static const char *const other_names[] = { "drop", "pass" };

static const struct nf_option pair_fields[] = {
	PORT("inside", "Port towards the protected hosts."),
	PORT("outside", "Port towards everybody else."),
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	CAPACITY("capacity4", "Most IPv4 flows at a time."),
	CAPACITY("capacity6", "Most IPv6 flows at a time."),
	LIFETIME("opening", "How long a TCP flow waits for its first answer.", 240),
	LIFETIME("established", "How long an established TCP flow may be silent.", 7440),
	LIFETIME("closing", "How long a TCP flow that was closed or reset still passes.", 10),
	LIFETIME("udp", "How long a UDP flow may be silent.", 300),
	LIFETIME("echo", "How long an echo request may be answered.", 60),
	{ .name = "other", .help = "What to do with frames that carry neither IP nor ARP.",
	  .type = NF_ENUM, .min = 0, .max = 1, .initial = { .lo = 0 }, .names = other_names },
	{ .name = "pairs", .help = "Which port protects which.", .type = NF_LIST,
	  .fields = pair_fields, .max_count = NF_MAX_PORTS / 2 },
	{ .name = NULL },
};

struct firewall {
	struct flows flows;
	struct port_pairs *pairs;
	uint64_t other_passes; /* option `other` */
};

/* Which way a packet goes. */
struct crossing {
	struct port_pair pair;
	bool outbound; /* from inside */
};

void *
nf_init(struct nf_env *env)
{
	const struct nf_value *option = env->option;
	const struct flow_table_times times = {
		.shift = FLOWS_TICK,
		.classes = FLOW_CLASSES,
		.lifetime = {
			[OPENING] = option[OPTION_OPENING].lo,
			[ESTABLISHED] = option[OPTION_ESTABLISHED].lo,
			[CLOSING] = option[OPTION_CLOSING].lo,
			[UDP] = option[OPTION_UDP].lo,
			[ECHO] = option[OPTION_ECHO].lo,
		},
	};
	struct firewall *fw = vig_alloc(env->vig, sizeof *fw);

	if (!fw) {
		env->error = "out of memory";
		return NULL;
	}
	fw->flows.four = flows4_new(env->vig, "flows4", option[OPTION_CAPACITY4].lo, &times);
	fw->flows.six = flows6_new(env->vig, "flows6", option[OPTION_CAPACITY6].lo, &times);
	fw->pairs = port_pairs_new(env->vig, "pairs");
	fw->other_passes = option[OPTION_OTHER].lo;
	if (!fw->flows.four || !fw->flows.six || !fw->pairs) {
		env->error = "out of memory: capacity4 or capacity6 is too large for this machine";
		return NULL;
	}
	return fw;
}

/* False: the port belongs to no pair. */
static bool
crossing_of(const struct firewall *fw, const struct packet *packet, struct crossing *crossing)
{
	if (!port_pairs_find(fw->pairs, packet->port, &crossing->pair))
		return false;
	crossing->outbound = packet->port == crossing->pair.inside;
	return true;
}

/* UDP and echo: what the inside sends opens the flow or keeps it open, what answers keeps it open. */
INLINE bool
passes_query(const struct firewall *fw, const struct packet *packet, struct net_flow seen,
	struct crossing crossing, uint64_t now, uint32_t class)
{
	struct flow_key key;
	struct flow_state unused;
	uint32_t slot;

	flow_key_of(packet->data, &seen, crossing.pair.inside, !crossing.outbound, &key);
	if (!crossing.outbound)
		return flows_refresh(&fw->flows, &key, packet->hint, now, &unused, &slot);
	flows_open(&fw->flows, &key, packet->hint, now, class);
	return true;
}

/* A SYN that asks rather than answers. */
static bool
tcp_opens(uint64_t flags)
{
	return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* What a flow becomes by a packet from inside. Asking anew on a closing flow starts it anew. */
static NET_SUMMARY struct flow_state
tcp_from_inside(struct flow_state tcp, uint64_t flags)
{
	if (flags & TCP_RST) {
		tcp.class = CLOSING;
	} else if (tcp_opens(flags) && tcp.class == CLOSING) {
		tcp = (struct flow_state){ .class = OPENING };
	} else if (flags & TCP_FIN) {
		tcp.ends.fin_inside = 1;
		tcp.class = tcp.ends.fin_outside ? CLOSING : tcp.class;
	}
	return tcp;
}

/* What a flow becomes by a packet from outside. A SYN answers: with ACK as usual, without in a
 * simultaneous open (RFC 9293 §3.5). */
static NET_SUMMARY struct flow_state
tcp_from_outside(struct flow_state tcp, uint64_t flags)
{
	if (flags & TCP_RST) {
		tcp.class = CLOSING;
		return tcp;
	}
	if ((flags & TCP_SYN) && tcp.class == OPENING)
		tcp.class = ESTABLISHED;
	if (flags & TCP_FIN) {
		tcp.ends.fin_outside = 1;
		tcp.class = tcp.ends.fin_inside ? CLOSING : tcp.class;
	}
	return tcp;
}

static bool
state_differs(struct flow_state a, struct flow_state b)
{
	return (a.class != b.class) | (a.ends.fin_inside != b.ends.fin_inside) |
		(a.ends.fin_outside != b.ends.fin_outside);
}

/* Anything from inside passes, but only a SYN opens a flow; from outside only a live flow's packets
 * pass. A RST from outside is no use of the flow: it shortens the flow's life and never prolongs it. */
INLINE bool
passes_tcp(const struct firewall *fw, const struct packet *packet, struct net_flow seen,
	struct crossing crossing, uint64_t now)
{
	uint64_t flags = packet->data[seen.l4 + TCP_FLAGS];
	struct flow_state was, is;
	struct flow_key key;
	uint32_t slot;
	bool live;

	flow_key_of(packet->data, &seen, crossing.pair.inside, !crossing.outbound, &key);
	if (!crossing.outbound && (flags & TCP_RST))
		live = flows_find(&fw->flows, &key, packet->hint, now, &was, &slot);
	else
		live = flows_refresh(&fw->flows, &key, packet->hint, now, &was, &slot);
	if (live) {
		is = crossing.outbound ? tcp_from_inside(was, flags) : tcp_from_outside(was, flags);
		if (state_differs(is, was))
			flows_set(&fw->flows, &key, slot, now, is);
	} else if (crossing.outbound && tcp_opens(flags)) {
		flows_open(&fw->flows, &key, packet->hint, now, OPENING);
	}
	return crossing.outbound || live;
}

/* Whether an error tells the inside about a packet that it sent in a flow that still lives. */
static bool
passes_error(const struct firewall *fw, const uint8_t *data, struct net_flow error,
	uint64_t pair, uint64_t now)
{
	uint64_t request = error.version == 4 ? ICMP_ECHO_REQUEST : ICMP6_ECHO_REQUEST;
	struct net_flow quoted;
	struct flow_key key;
	struct flow_state unused;
	uint32_t slot;

	net_flow_quoted(data, &error, &quoted);
	if (quoted.kind < NET_FLOW_TCP)
		return false;
	if (quoted.kind == NET_FLOW_ICMP && data[quoted.l4] != request)
		return false;
	flow_key_of(data, &quoted, pair, false, &key);
	return flows_find(&fw->flows, &key, 0, now, &unused, &slot);
}

static bool
icmp_is_error(uint64_t version, uint64_t type)
{
	if (version == 6)
		return type >= ICMP6_ERROR_FIRST && type <= ICMP6_ERROR_LAST;
	return type == ICMP_UNREACHABLE || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

static bool
icmp_is_discovery(uint64_t version, uint64_t type)
{
	return version == 6 && type >= ICMP6_DISCOVERY_FIRST && type <= ICMP6_DISCOVERY_LAST;
}

/* Out of line: it is rare, and needs registers that the others would have to save. */
static __attribute__((noinline)) bool
passes_icmp(const struct firewall *fw, const struct packet *packet, struct net_flow seen, struct crossing crossing,
	uint64_t now)
{
	uint64_t type = packet->data[seen.l4], version = seen.version;
	uint64_t request = version == 4 ? ICMP_ECHO_REQUEST : ICMP6_ECHO_REQUEST;
	uint64_t reply = version == 4 ? ICMP_ECHO_REPLY : ICMP6_ECHO_REPLY;

	if (icmp_is_discovery(version, type))
		return true;
	if (type == (crossing.outbound ? request : reply))
		return passes_query(fw, packet, seen, crossing, now, ECHO);
	if (crossing.outbound)
		return true;
	return icmp_is_error(version, type) && passes_error(fw, packet->data, seen, crossing.pair.inside, now);
}

/* ARP, if there is a whole one; and whatever else the operator lets pass. */
static bool
passes_not_ip(const struct firewall *fw, const struct packet *packet)
{
	if (packet->length < ETHER_HEADER)
		return false;
	if (ether_type(packet->data, packet->length) == ETHER_ARP)
		return packet->length - ETHER_HEADER >= ARP_SIZE;
	return fw->other_passes != 0;
}

INLINE bool
passes_ip(const struct firewall *fw, const struct packet *packet, struct net_flow seen,
	struct crossing crossing, uint64_t now)
{
	if (seen.kind == NET_FLOW_TCP)
		return passes_tcp(fw, packet, seen, crossing, now);
	if (seen.kind == NET_FLOW_UDP)
		return passes_query(fw, packet, seen, crossing, now, UDP);
	if (seen.kind == NET_FLOW_ICMP)
		return passes_icmp(fw, packet, seen, crossing, now);
	if (seen.kind == NET_FLOW_BROKEN)
		return false;
	/* Later fragments, other protocols, too many extension headers: they belong to no flow. */
	return crossing.outbound;
}

INLINE bool
passes(const struct firewall *fw, const struct packet *packet, struct crossing crossing, uint64_t now)
{
	uint64_t type = ether_type(packet->data, packet->length);
	struct net_flow seen;

	if (type == ETHER_IPV4) {
		net_flow_ipv4(packet->data, packet->length, &seen);
		return passes_ip(fw, packet, seen, crossing, now);
	}
	if (type == ETHER_IPV6) {
		net_flow_ipv6(packet->data, packet->length, &seen);
		return passes_ip(fw, packet, seen, crossing, now);
	}
	return passes_not_ip(fw, packet);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct firewall *fw = state;
	struct crossing crossing;

	if (!crossing_of(fw, packet, &crossing))
		return PORTS_NONE;
	if (!passes(fw, packet, crossing, now))
		return PORTS_NONE;
	return port_only(crossing.outbound ? crossing.pair.outside : crossing.pair.inside);
}

/* Hashes the key that a TCP or UDP packet has if its headers are as usual. Nothing relies on it, so it is not
 * worth parsing the packet twice: one that is not as usual does without a hint. 0: that is so. Out of
 * line, so that the other stages save no registers. */
static __attribute__((noinline)) uint64_t
hint_hash(const struct firewall *fw, const struct packet *packet)
{
	struct crossing crossing;
	struct net_flow seen;
	struct flow_key key;

	if (!crossing_of(fw, packet, &crossing) || !net_flow_usual(packet->data, packet->length, &seen))
		return 0;
	flow_key_of(packet->data, &seen, crossing.pair.inside, !crossing.outbound, &key);
	return flows_hash(&fw->flows, &key);
}

/* The third would fetch an entry's neighbours in its line: with ticks of a second one packet of many moves its entry. */
const uint32_t nf_hint_stages = 2;

/* The second stage knows the table by the frame's type. */
uint64_t
nf_hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint)
{
	const struct firewall *fw = state;

	if (stage == 0)
		return hint_hash(fw, packet);
	if (hint == 0)
		return 0;
	return flows_match(&fw->flows, ether_type(packet->data, packet->length) == ETHER_IPV4 ? 4 : 6, hint);
}
