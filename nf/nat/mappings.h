/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/nat/mappings.h -- which inside endpoint is which outside one, for how long, and who may answer it.
 *
 * A mapping belongs to an inside endpoint alone (RFC 4787 REQ-1). Its external port is made from its slot in the table:
 *     first_port + 2 * slot + parity of the inside port.
 * No two live mappings share a slot, so none share a port (REQ-3), and an external port leads back to one slot; of the
 * slot's two ports only the one with the parity of its mapping's inside port means anything (REQ-4). */
#ifndef NF_NAT_MAPPINGS_H
#define NF_NAT_MAPPINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/record.h"
#include "net/l4.h"
#include "net/summary.h"

#define MAPPINGS_TICK 26u /* lifetimes are counted in ticks of 2^26 ns, 67 ms */

/* An inside host's end of its conversations. Queries: port is the identifier. */
#define ENDPOINT(FIELD) FIELD(be32, address) FIELD(be16, port) FIELD(u8, protocol)

/* For TCP, the one connection that the mapping has been used for, and from which sides a FIN came; or that there have
 * been several, of which no more is known. All 0 for UDP and queries. */
#define TCP_SESSION(FIELD) \
	FIELD(be32, peer) FIELD(be16, peer_port) FIELD(u8, fin_inside) FIELD(u8, fin_outside) FIELD(u8, several)

/* Whom an inside endpoint has sent something: only they may answer (REQ-8). What the option `filtering` does not look
 * at is 0: the peer's port, or the peer's address too. */
#define CONTACT(FIELD) \
	FIELD(be32, address) FIELD(be32, peer) FIELD(be16, port) FIELD(be16, peer_port) FIELD(u8, protocol)
#define NOTHING(FIELD) FIELD(u8, unused)

/* The later fragments of a datagram, by what all fragments of it have in common (RFC 791 §3.2), and the
 * addresses that they get. inside: 1 for datagrams that come from there. */
#define FRAGMENT(FIELD) \
	FIELD(be32, src) FIELD(be32, dst) FIELD(be16, identification) FIELD(u8, protocol) FIELD(u8, inside)
#define ADDRESSES(FIELD) FIELD(be32, src) FIELD(be32, dst)

RECORD(endpoint, ENDPOINT)
RECORD(tcp_session, TCP_SESSION)
RECORD(contact, CONTACT)
RECORD(nothing, NOTHING)
RECORD(fragment, FRAGMENT)
RECORD(addresses, ADDRESSES)
FLOW_TABLE(mappings, endpoint, tcp_session, 1, 2)
FLOW_TABLE(contacts, contact, nothing, 2, 2)
FLOW_TABLE(fragments, fragment, addresses, 2, 2)

/* Lifetime classes. The first three are of TCP: OPENING and CLOSING are both transitory (RFC 5382 §5). */
enum mapping_class {
	OPENING,     /* the inside sent a SYN */
	ESTABLISHED, /* the outside answered with one, or there have been several connections */
	CLOSING,     /* a RST came from either side, or a FIN from both */
	UDP,
	QUERY,
	MAPPING_CLASSES,
};

struct mappings {
	struct flow_table *mapped;   /* mappings */
	struct flow_table *contacts;
	uint64_t first_port;         /* even */
	uint32_t peer_mask;          /* what the filter looks at: all bits or none */
	uint16_t peer_port_mask;
	bool inbound_refresh;        /* option of that name: what comes in keeps UDP and query mappings alive, too */
};

/* The two ends of a packet, as they stand in it. Queries: the identifier is the port of the inside end, and the
 * other one is 0. */
struct ends {
	uint32_t src, dst;
	uint16_t src_port, dst_port;
};

/* What a mapping is: its class and, for TCP, its connection. */
struct mapping {
	struct tcp_session session;
	uint32_t slot, class;
};

/* A TCP mapping's state, small enough for a summary's answer. */
struct tcp_state {
	uint32_t class;
	uint8_t fin_inside, fin_outside, several;
	uint8_t anew; /* the connection is another one now */
};

/* A SYN that asks rather than answers. */
static inline bool
tcp_opens(uint64_t flags)
{
	return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* What a mapping becomes by a segment from inside. same: it belongs to the mapping's connection. One more connection, and
 * nothing more is known of any: that it lives as long as an established one is never too short (RFC 5382 REQ-5). */
static NET_SUMMARY struct tcp_state
tcp_from_inside(struct tcp_state tcp, uint64_t flags, uint64_t same)
{
	if (tcp_opens(flags) && tcp.class == CLOSING)
		return (struct tcp_state){ .class = OPENING, .anew = 1 };
	if (!same || tcp.several)
		return (struct tcp_state){ .class = ESTABLISHED, .several = 1 };
	if (flags & TCP_RST) {
		tcp.class = CLOSING;
	} else if (flags & TCP_FIN) {
		tcp.fin_inside = 1;
		tcp.class = tcp.fin_outside ? CLOSING : tcp.class;
	}
	return tcp;
}

/* What it becomes by one from outside. A SYN answers: with ACK as usual, without in a simultaneous open (RFC 5382
 * REQ-2). */
static NET_SUMMARY struct tcp_state
tcp_from_outside(struct tcp_state tcp, uint64_t flags, uint64_t same)
{
	if (!same || tcp.several)
		return (struct tcp_state){ .class = ESTABLISHED, .several = 1 };
	if (flags & TCP_RST) {
		tcp.class = CLOSING;
		return tcp;
	}
	if ((flags & TCP_SYN) && tcp.class == OPENING)
		tcp.class = ESTABLISHED;
	if (flags & TCP_FIN) {
		tcp.fin_outside = 1;
		tcp.class = tcp.fin_inside ? CLOSING : tcp.class;
	}
	return tcp;
}

static inline struct tcp_state
tcp_state_of(const struct mapping *mapping)
{
	return (struct tcp_state){
		.class = mapping->class, .fin_inside = mapping->session.fin_inside,
		.fin_outside = mapping->session.fin_outside, .several = mapping->session.several,
	};
}

/* The external port of a mapping, as it stands in a packet. */
static inline uint16_t
mappings_port(const struct mappings *all, uint32_t slot, uint16_t inside_port)
{
	uint64_t parity = __builtin_bswap16(inside_port) & 1;

	return __builtin_bswap16((uint16_t)(all->first_port + 2 * (uint64_t)slot + parity));
}

/* The slot that an external port is made from: not below the capacity for ports below the first. */
static inline uint64_t
mappings_slot(const struct mappings *all, uint16_t external_port)
{
	return ((uint64_t)__builtin_bswap16(external_port) - all->first_port) >> 1;
}

/* Who may answer an endpoint that sends to this peer. */
static inline struct contact
contact_of(const struct mappings *all, const struct endpoint *inside, uint32_t peer, uint16_t peer_port)
{
	return (struct contact){
		.address = inside->address, .peer = peer & all->peer_mask, .port = inside->port,
		.peer_port = peer_port & all->peer_port_mask, .protocol = inside->protocol,
	};
}

/* Makes a mapping for an endpoint that has none. False: the table is full. */
static inline bool
mappings_add(const struct mappings *all, const struct endpoint *inside, struct mapping *mapping, uint64_t now)
{
	struct tcp_session stored;
	uint32_t class;

	return mappings_insert(all->mapped, inside, 0, now, mapping->class, &mapping->session) &&
		mappings_find(all->mapped, inside, 0, now, &stored, &mapping->slot, &class);
}

/* The mapping of an endpoint that sends, its last use now. A TCP segment makes one only if it opens a connection; none is
 * made when the table is full. False: there is none. */
static inline bool
mappings_use_tcp(const struct mappings *all, const struct endpoint *inside, const struct ends *ends, uint64_t flags,
	uint64_t now, struct mapping *mapping)
{
	const struct tcp_session this = { .peer = ends->dst, .peer_port = ends->dst_port };

	if (!mappings_find(all->mapped, inside, 0, now, &mapping->session, &mapping->slot, &mapping->class)) {
		*mapping = (struct mapping){ .session = this, .class = OPENING };
		return tcp_opens(flags) && mappings_add(all, inside, mapping, now);
	}

	bool same = (mapping->session.peer == this.peer) & (mapping->session.peer_port == this.peer_port);
	struct tcp_state is = tcp_from_inside(tcp_state_of(mapping), flags, same);

	if (is.anew)
		mapping->session = this;
	mapping->session.fin_inside = is.fin_inside;
	mapping->session.fin_outside = is.fin_outside;
	mapping->session.several = is.several;
	mapping->class = is.class;
	mappings_set(all->mapped, mapping->slot, now, mapping->class, &mapping->session);
	return true;
}

/* The same for UDP and queries. */
static inline bool
mappings_use(const struct mappings *all, const struct endpoint *inside, uint32_t class, uint64_t now,
	struct mapping *mapping)
{
	if (mappings_refresh(all->mapped, inside, 0, now, &mapping->session, &mapping->slot, &mapping->class))
		return true;
	*mapping = (struct mapping){ .class = class };
	return mappings_add(all, inside, mapping, now);
}

/* A packet leaves: its source becomes its mapping's external endpoint at that address, and whom it goes to may answer. When
 * there is no room for that, the packet passes all the same, only its answer will not. flags: of a TCP segment.
 * False: there is no mapping. */
static inline bool
mappings_leave(const struct mappings *all, uint64_t protocol, uint64_t flags, uint32_t external, uint64_t now,
	struct ends *ends)
{
	const struct endpoint inside = { .address = ends->src, .port = ends->src_port, .protocol = (uint8_t)protocol };
	const struct contact contact = contact_of(all, &inside, ends->dst, ends->dst_port);
	const struct nothing nothing = { 0 };
	struct mapping mapping;

	if (protocol == L4_TCP ? !mappings_use_tcp(all, &inside, ends, flags, now, &mapping)
			       : !mappings_use(all, &inside, protocol == L4_UDP ? UDP : QUERY, now, &mapping))
		return false;
	(void)contacts_insert(all->contacts, &contact, 0, now, mapping.class, &nothing);
	ends->src = external;
	ends->src_port = mappings_port(all, mapping.slot, ends->src_port);
	return true;
}

/* The mapping behind an external port, and the contact by which this peer may send there. */
struct way_in {
	struct endpoint inside;
	struct mapping mapping;
	uint32_t contact_slot;
};

/* False: no mapping has the port, or the filter keeps the peer out. Changes nothing. */
static inline bool
mappings_find_in(const struct mappings *all, uint64_t protocol, uint16_t external_port, uint32_t peer,
	uint16_t peer_port, uint64_t now, struct way_in *way)
{
	struct contact contact;
	struct nothing nothing;
	uint32_t class;

	if (!mappings_at(all->mapped, mappings_slot(all, external_port), now, &way->inside, &way->mapping.session,
		&way->mapping.class))
		return false;
	way->mapping.slot = (uint32_t)mappings_slot(all, external_port);
	if (way->inside.protocol != protocol || (__builtin_bswap16(way->inside.port ^ external_port) & 1) != 0)
		return false;
	contact = contact_of(all, &way->inside, peer, peer_port);
	return contacts_find(all->contacts, &contact, 0, now, &nothing, &way->contact_slot, &class);
}

/* A packet came in on that way: both entries' last use is now. */
static inline void
mappings_keep(const struct mappings *all, const struct way_in *way, uint64_t now)
{
	const struct nothing nothing = { 0 };

	mappings_set(all->mapped, way->mapping.slot, now, way->mapping.class, &way->mapping.session);
	contacts_set(all->contacts, way->contact_slot, now, way->mapping.class, &nothing);
}

/* A segment from outside on a way in. A RST is no use of the connection: it shortens its life and never prolongs it. */
static inline void
mappings_segment(const struct mappings *all, struct way_in *way, const struct ends *ends, uint64_t flags, uint64_t now)
{
	struct tcp_session *session = &way->mapping.session;
	struct tcp_state was = tcp_state_of(&way->mapping);
	bool same = (session->peer == ends->src) & (session->peer_port == ends->src_port);
	struct tcp_state is = tcp_from_outside(was, flags, same);

	if ((flags & TCP_RST) && is.class == was.class && is.several == was.several)
		return;
	session->fin_inside = is.fin_inside;
	session->fin_outside = is.fin_outside;
	session->several = is.several;
	way->mapping.class = is.class;
	mappings_keep(all, way, now);
}

/* A packet comes in: its destination becomes the inside endpoint that the external one stands for. False: it may not. */
static inline bool
mappings_enter(const struct mappings *all, uint64_t protocol, uint64_t flags, uint64_t now, struct ends *ends)
{
	struct way_in way;

	if (!mappings_find_in(all, protocol, ends->dst_port, ends->src, ends->src_port, now, &way))
		return false;
	if (protocol == L4_TCP)
		mappings_segment(all, &way, ends, flags, now);
	else if (all->inbound_refresh)
		mappings_keep(all, &way, now);
	ends->dst = way.inside.address;
	ends->dst_port = way.inside.port;
	return true;
}

/* An error from inside quotes a packet that came in: its destination becomes the external endpoint again. Errors change
 * nothing (RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 5508 REQ-6). False: it is no mapping's. */
static inline bool
mappings_quote_leaves(const struct mappings *all, uint64_t protocol, uint32_t external, uint64_t now, struct ends *quoted)
{
	const struct endpoint inside = {
		.address = quoted->dst, .port = quoted->dst_port, .protocol = (uint8_t)protocol,
	};
	struct mapping mapping;

	if (!mappings_find(all->mapped, &inside, 0, now, &mapping.session, &mapping.slot, &mapping.class))
		return false;
	quoted->dst = external;
	quoted->dst_port = mappings_port(all, mapping.slot, quoted->dst_port);
	return true;
}

/* An error from outside quotes a packet that left: its source becomes the inside endpoint again. False: it is no mapping's,
 * or its destination was never sent anything. */
static inline bool
mappings_quote_enters(const struct mappings *all, uint64_t protocol, uint64_t now, struct ends *quoted)
{
	struct way_in way;

	if (!mappings_find_in(all, protocol, quoted->src_port, quoted->dst, quoted->dst_port, now, &way))
		return false;
	quoted->src = way.inside.address;
	quoted->src_port = way.inside.port;
	return true;
}

#endif
