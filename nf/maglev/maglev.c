/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/maglev -- spreads the flows to virtual addresses over backends that live, after "Maglev: A Fast and Reliable
 * Software Network Load Balancer" (NSDI 2016).
 *
 * Numbers in comments are its sections; README.md lists what is met and what is not. A backend lives while its heartbeats
 * come. A flow stays with its backend while that lives; a new one goes to the backend that its hash prefers. */
#include "libvig/vig.h"
#include "nf/nf.h"
#include "tables.h"
#include "tunnel.h"

enum option {
	OPTION_CAPACITY,
	OPTION_FLOW_LIFETIME,
	OPTION_TABLE_SIZE,
	OPTION_HEALTH,
	OPTION_HEARTBEAT_PORT,
	OPTION_FRAGMENTS,
	OPTION_REASSEMBLY,
	OPTION_ADDRESS4,
	OPTION_ADDRESS6,
	OPTION_MAC,
	OPTION_MTU,
};

#define SECOND UINT64_C(1000000000)
#define INTEGER(label, text, least, most, standard) \
	{ .name = label, .help = text, .type = NF_INTEGER, .min = least, .max = most, .initial = { .lo = standard } }
#define LIFETIME(label, text, standard) \
	{ .name = label, .help = text, .type = NF_DURATION, .min = SECOND / 10, .max = 86400 * SECOND, \
	  .initial = { .lo = standard * SECOND } }
#define MAC(text) { .name = "mac", .help = text, .type = NF_MAC, .min = 0, .max = (UINT64_C(1) << 48) - 1 }
#define WORD(label, text, words) \
	{ .name = label, .help = text, .type = NF_ENUM, .min = 0, .max = 1, .initial = { .lo = 0 }, .names = words }
#define LIST(label, text, records, most) \
	{ .name = label, .help = text, .type = NF_LIST, .fields = records, .max_count = most }

static const char *const deliveries[] = { "dsr", "tunnel" };
static const char *const affinities[] = { "flow", "client" };
static const char *const protocols[] = { "tcp", "udp" };

static const struct nf_option vip_fields[] = {
	{ .name = "address", .help = "The address; ::ffff:192.0.2.1 is an IPv4 one.", .type = NF_IPV6, .max = UINT64_MAX },
	WORD("protocol", "Which protocol.", protocols),
	INTEGER("port", "Its port.", 0, 65535, 80),
	WORD("affinity", "What goes to one backend: a flow, or all flows of a client.", affinities),
	{ .name = NULL },
};

static const struct nf_option backend_fields[] = {
	{ .name = "address", .help = "Whose heartbeats, and the tunnel's end; ::ffff:192.0.2.1 is an IPv4 one.",
	  .type = NF_IPV6, .max = UINT64_MAX },
	{ .name = "port", .help = "The port that it is behind.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	INTEGER("weight", "Its share of new flows; 0: none.", 0, MAGLEV_MAX_WEIGHT, 1),
	MAC("Its Ethernet address, or the next router's."),
	WORD("delivery", "How it gets packets: dsr, by its Ethernet address, or tunnel, inside another packet.", deliveries),
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	INTEGER("capacity", "Most flows that are remembered.", 1, 1 << 24, 1 << 20),
	LIFETIME("flow_lifetime", "How long a flow is remembered of which nothing is heard.", 300),
	INTEGER("table_size", "Entries of the lookup table, at least; the next prime number is taken.", 2048, 1 << 20, 65537),
	LIFETIME("health", "How long a backend lives after a heartbeat.", 3),
	INTEGER("heartbeat_port", "UDP port of heartbeats.", 0, 65535, 5344),
	INTEGER("fragments", "Most datagrams in fragments at a time.", 1, 1 << 20, 4096),
	LIFETIME("reassembly", "How long after its first fragment those of a datagram may come.", 30),
	{ .name = "address4", .help = "Source of IPv4 tunnels.", .type = NF_IPV4, .min = 0, .max = UINT32_MAX },
	{ .name = "address6", .help = "Source of IPv6 tunnels.", .type = NF_IPV6, .max = UINT64_MAX },
	MAC("Source of frames with tunnels."),
	INTEGER("mtu", "Bytes of the largest packet in a tunnel, outer header included.", 68, 65535, 1500),
	LIST("vips", "Which virtual services there are.", vip_fields, VIPS),
	LIST("backends", "Over whom flows are spread.", backend_fields, BACKENDS),
	{ .name = NULL },
};

struct maglev_nf {
	struct balancer *backends;
	struct list_map *vips;
	struct flow_table *alive, *flows, *fragments;
	uint64_t heartbeat_port;
	struct tunnel tunnel;
};

static struct flow_table_times
times_of(uint64_t lifetime)
{
	return (struct flow_table_times){ .shift = TABLES_TICK, .classes = 1, .lifetime = { lifetime } };
}

static struct ipv6_bytes
address_of(uint64_t high, uint64_t low)
{
	const uint64_t half[2] = { __builtin_bswap64(high), __builtin_bswap64(low) };
	struct ipv6_bytes address;

	memcpy(&address, half, sizeof address);
	return address;
}

static void
tunnel_init(struct tunnel *tunnel, const struct nf_value *option)
{
	const uint64_t mac = __builtin_bswap64(option[OPTION_MAC].lo << 16);

	tunnel->address4 = address_of(0, UINT64_C(0xffff00000000) | option[OPTION_ADDRESS4].lo);
	tunnel->address6 = address_of(option[OPTION_ADDRESS6].hi, option[OPTION_ADDRESS6].lo);
	memcpy(&tunnel->mac, &mac, sizeof tunnel->mac);
	tunnel->mtu = option[OPTION_MTU].lo;
}

static bool
tables_init(struct maglev_nf *m, struct vig *vig, const struct nf_value *option)
{
	const struct flow_table_times health = times_of(option[OPTION_HEALTH].lo);
	const struct flow_table_times flow = times_of(option[OPTION_FLOW_LIFETIME].lo);
	const struct flow_table_times reassembly = times_of(option[OPTION_REASSEMBLY].lo);

	m->backends = backends_new(vig, "backends", BACKENDS, option[OPTION_TABLE_SIZE].lo);
	m->vips = vips_new(vig, "vips", VIPS);
	m->alive = alive_new(vig, "alive", BACKENDS, &health);
	m->flows = flows_new(vig, "flows", option[OPTION_CAPACITY].lo, &flow);
	m->fragments = fragments_new(vig, "fragments", option[OPTION_FRAGMENTS].lo, &reassembly);
	return m->backends && m->vips && m->alive && m->flows && m->fragments;
}

void *
nf_init(struct nf_env *env)
{
	struct maglev_nf *m = vig_alloc(env->vig, sizeof *m);

	if (!m || !tables_init(m, env->vig, env->option)) {
		env->error = "out of memory: capacity, table_size or fragments is too large for this machine";
		return NULL;
	}
	m->heartbeat_port = env->option[OPTION_HEARTBEAT_PORT].lo;
	tunnel_init(&m->tunnel, env->option);
	return m;
}

/* A datagram to the heartbeat port: from a backend, through the port that this is behind, it says that the backend lives. */
static void
hear(const struct maglev_nf *m, const struct packet *packet, const struct net_flow *seen, uint64_t now)
{
	const struct address from = { address_source(packet->data, seen) };
	struct backend backend;
	struct health health = { now };
	uint32_t slot, class;

	if (!backends_find(m->backends, &from, &backend) || backend.port != packet->port)
		return;
	if (!alive_refresh(m->alive, &from, 0, now, &health, &slot, &class))
		(void)alive_insert(m->alive, &from, 0, now, 0, &health);
}

/* Sends the packet to a backend. */
static port_set
deliver(const struct maglev_nf *m, struct packet *packet, const struct net_flow *seen, const struct address *to,
	const struct backend *backend)
{
	if (backend->delivery == DELIVERY_DSR)
		memcpy(packet->data + ETHER_DESTINATION, &backend->mac, sizeof backend->mac);
	else if (!tunnel_into(&m->tunnel, packet, seen, &to->address, &backend->mac))
		return PORTS_NONE;
	return port_only(backend->port);
}

/* Whether a backend that was chosen before still lives. */
static bool
still_there(const struct maglev_nf *m, const struct address *who, uint64_t now, struct backend *backend)
{
	struct health health;
	uint32_t slot, class;

	return alive_find(m->alive, who, 0, now, &health, &slot, &class) && backends_find(m->backends, who, backend);
}

/* The backend that a new flow prefers: by all of it, or by the client's address alone (3.4, 5.3). */
static bool
prefer(const struct maglev_nf *m, const struct flow *flow, const struct service *service, uint64_t now, struct address *who,
	struct backend *backend)
{
	const uint64_t ports = (uint64_t)__builtin_bswap16(flow->src_port) << 16 | __builtin_bswap16(flow->dst_port);
	const uint64_t words[5] = {
		address_half(&flow->src, 0), address_half(&flow->src, 1),
		address_half(&flow->dst, 0), address_half(&flow->dst, 1),
		(ports & -(uint64_t)(service->affinity == AFFINITY_FLOW)) << 8 | flow->protocol, /* one way on, not two */
	};

	return backends_pick(m->backends, m->alive, maglev_hash(words, 5), now, who, backend);
}

/* 3.2: a known flow stays where it is while its backend lives; any other gets one. A full table forgets it at once, but
 * its hash does not. False: nobody lives. */
static bool
choose(const struct maglev_nf *m, const struct flow *flow, const struct service *service, uint64_t hint, uint64_t now,
	struct address *who, struct backend *backend)
{
	uint32_t slot, class;

	if (flows_find(m->flows, flow, hint, now, who, &slot, &class) && still_there(m, who, now, backend)) {
		flows_set(m->flows, slot, now, 0, who);
		return true;
	}
	if (!prefer(m, flow, service, now, who, backend))
		return false;
	(void)flows_insert(m->flows, flow, hint, now, 0, who);
	return true;
}

/* Whether fragments can be told by their datagram: in IPv6 only if the fragment header is the first extension header. */
static bool
datagram_known(const uint8_t *data, const struct net_flow *seen)
{
	const uint8_t *ip = data + seen->ip;

	return (seen->version == 4) | ((ip[IPV6_NEXT] == IPV6_FRAGMENT) & (seen->end - seen->ip >= IPV6_HEADER + 8));
}

/* The key of its fragments. */
static struct datagram
datagram_of(const uint8_t *data, const struct net_flow *seen)
{
	const uint8_t *ip = data + seen->ip;
	struct datagram datagram = { .src = address_source(data, seen), .dst = address_destination(data, seen) };

	if (seen->version == 4) {
		datagram.identification = (uint32_t)bytes_raw16(ip + IPV4_IDENTIFICATION) << 16;
		datagram.protocol = ip[IPV4_PROTOCOL];
	} else {
		datagram.identification = bytes_raw32(ip + IPV6_HEADER + 4);
	}
	return datagram;
}

/* A later fragment goes where its first one went: that must have come before (4.3). */
static port_set
follow(const struct maglev_nf *m, struct packet *packet, const struct net_flow *seen, uint64_t now)
{
	struct datagram datagram;
	struct address who;
	struct backend backend;
	uint32_t slot, class;

	if (!datagram_known(packet->data, seen))
		return PORTS_NONE;
	datagram = datagram_of(packet->data, seen);
	if (!fragments_find(m->fragments, &datagram, 0, now, &who, &slot, &class) || !still_there(m, &who, now, &backend))
		return PORTS_NONE;
	return deliver(m, packet, seen, &who, &backend);
}

static struct flow
flow_of(const uint8_t *data, const struct net_flow *seen)
{
	return (struct flow){
		.src = address_source(data, seen), .dst = address_destination(data, seen),
		.src_port = bytes_raw16(data + seen->l4 + L4_SOURCE_PORT),
		.dst_port = bytes_raw16(data + seen->l4 + L4_DESTINATION_PORT), .protocol = seen->protocol,
	};
}

static port_set
balance(const struct maglev_nf *m, struct packet *packet, const struct net_flow *seen, uint64_t now)
{
	const struct flow flow = flow_of(packet->data, seen);
	const struct vip vip = { flow.dst, seen->kind == NET_FLOW_TCP ? VIP_TCP : VIP_UDP, flow.dst_port };
	struct service service;
	struct address who;
	struct backend backend;

	if (!vips_find(m->vips, &vip, &service) || !choose(m, &flow, &service, packet->hint, now, &who, &backend))
		return PORTS_NONE;
	if (seen->more + datagram_known(packet->data, seen) == 2) { /* both, in one branch */
		const struct datagram datagram = datagram_of(packet->data, seen);

		(void)fragments_insert(m->fragments, &datagram, 0, now, 0, &who);
	}
	return deliver(m, packet, seen, &who, &backend);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct maglev_nf *m = state;
	struct net_flow seen;

	net_flow(packet->data, packet->length, &seen);
	if (seen.kind == NET_FLOW_LATER)
		return follow(m, packet, &seen, now);
	if (seen.kind == NET_FLOW_UDP && bytes_be16(packet->data + seen.l4 + L4_DESTINATION_PORT) == m->heartbeat_port) {
		hear(m, packet, &seen, now);
		return PORTS_NONE;
	}
	if (seen.kind != NET_FLOW_TCP && seen.kind != NET_FLOW_UDP)
		return PORTS_NONE;
	return balance(m, packet, &seen, now);
}

/* Hashes the flow that a TCP or UDP packet is of if its headers are as usual: see nf/firewall. 0: they are not. Out of line, so
 * that the other stage saves no registers. */
static __attribute__((noinline)) uint64_t
hint_hash(const struct maglev_nf *m, const struct packet *packet)
{
	struct net_flow seen;
	struct flow flow;

	if (!net_flow_usual(packet->data, packet->length, &seen))
		return 0;
	flow = flow_of(packet->data, &seen);
	return flows_hash(m->flows, &flow);
}

const uint32_t nf_hint_stages = 2;

uint64_t
nf_hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint)
{
	const struct maglev_nf *m = state;

	if (stage == 0)
		return hint_hash(m, packet);
	return hint == 0 ? 0 : flows_match(m->flows, hint);
}
