/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/router/tables.h -- what the configuration says: the router's own addresses, its routes, neighbours with fixed
 * addresses. */
#ifndef NF_ROUTER_TABLES_H
#define NF_ROUTER_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "libvig/list_map.h"
#include "libvig/record.h"
#include "libvig/route_list.h"
#include "nf/common/neighbours.h"

#define INTERFACES 32u
#define ROUTES (1u << 20)
#define ROUTES_GROUPS 65536u /* /24 blocks with longer routes */
#define STATICS 4096u

/* Which address the router has behind a port, how long its network's prefix is, and the largest packet there. */
#define INTERFACE_PORT(FIELD) FIELD(u32, port)
#define INTERFACE(FIELD) FIELD(be32, address) FIELD(u8, length) FIELD(mac, mac) FIELD(u16, mtu)

/* By which port to which neighbour: gateway 0 is the destination itself. */
#define HOP(FIELD) FIELD(be32, gateway) FIELD(u32, port)

RECORD(interface_port, INTERFACE_PORT)
RECORD(interface, INTERFACE)
RECORD(hop, HOP)
LIST_MAP(interfaces, interface_port, interface, 1, 2)
LIST_MAP(statics, neighbour, neighbour_link, 1, 1)
ROUTE_LIST(routes, hop, 1)

/* What the router is behind a port. False: nothing. */
static inline bool
interface_at(const struct list_map *interfaces, uint64_t port, struct face *face, uint64_t *mtu)
{
	const struct interface_port key = { (uint32_t)port };
	struct interface interface;

	if (!interfaces_find(interfaces, &key, &interface))
		return false;
	*face = (struct face){
		.port = port, .host_bits = 32 - (uint64_t)interface.length,
		.address = __builtin_bswap32(interface.address), .mac = interface.mac,
	};
	*mtu = interface.mtu;
	return true;
}

/* Whether an address stands for every host of the face's network (RFC 1812 4.2.2.11, 4.2.3.1), or the old form of
 * that, host bits zero. A network of two addresses or one has none (RFC 3021). */
static inline bool
face_is_broadcast(const struct face *face, uint32_t address)
{
	const uint64_t hosts = (UINT64_C(1) << face->host_bits) - 1, host = address & hosts;

	return (face->host_bits >= 2) & face_reaches(face, address) & ((host == hosts) | (host == 0));
}

#endif
