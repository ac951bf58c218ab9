/* SPDX-License-Identifier: BSD-3-Clause */
/* One address and port put for those of every TCP or UDP packet, with every checksum that covers them (RFC 3022 §4.1). */
#include "libvig/vig.h"
#include "net/flow.h"
#include "nf/nf.h"

struct napt {
	uint64_t ports;
	uint32_t address; /* raw */
	uint16_t port;    /* raw */
};

const struct nf_option nf_options[] = {
	{ .name = "address", .help = "The address to put.", .type = NF_IPV4, .min = 0, .max = UINT32_MAX, .initial = { .lo = 1 } },
	{ .name = "port", .help = "The port to put.", .type = NF_INTEGER, .min = 1, .max = 65535, .initial = { .lo = 1 } },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct napt *napt = vig_alloc(env->vig, sizeof *napt);

	if (napt == NULL)
		return NULL;
	napt->ports = env->ports;
	napt->address = __builtin_bswap32((uint32_t)env->option[0].lo);
	napt->port = __builtin_bswap16((uint16_t)env->option[1].lo);
	return napt;
}

static uint16_t
updated(uint16_t checksum, uint32_t address, uint16_t port, const struct napt *napt)
{
	checksum = checksum_update32(checksum, address, napt->address);
	return checksum_update16(checksum, port, napt->port);
}

static void
rewrite(const struct napt *napt, uint8_t *ip, uint8_t *l4, uint64_t kind)
{
	uint32_t address = bytes_raw32(ip + IPV4_SOURCE);
	uint16_t port = bytes_raw16(l4 + L4_SOURCE_PORT);
	uint8_t *checksum = l4 + (kind == NET_FLOW_UDP ? UDP_CHECKSUM : TCP_CHECKSUM);
	uint16_t was = bytes_raw16(checksum), is = updated(was, address, port, napt);

	bytes_put_raw16(checksum, kind == NET_FLOW_UDP ? checksum_fix_udp(was, is) : is);
	bytes_put_raw16(ip + IPV4_CHECKSUM, checksum_update32(bytes_raw16(ip + IPV4_CHECKSUM), address, napt->address));
	bytes_put_raw32(ip + IPV4_SOURCE, napt->address);
	bytes_put_raw16(l4 + L4_SOURCE_PORT, napt->port);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct napt *napt = state;
	struct net_flow seen;

	(void)now;
	if (ether_type(packet->data, packet->length) != ETHER_IPV4 || packet->port != 0 || napt->ports < 2)
		return PORTS_NONE;
	net_flow_ipv4(packet->data, packet->length, &seen);
	if (seen.kind != NET_FLOW_TCP && seen.kind != NET_FLOW_UDP)
		return PORTS_NONE;
	rewrite(napt, packet->data + seen.ip, packet->data + seen.l4, seen.kind);
	return port_only(1);
}
