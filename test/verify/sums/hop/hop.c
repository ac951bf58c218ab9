/* SPDX-License-Identifier: BSD-3-Clause */
/* A hop: what comes in by port 0 with a right header checksum leaves by port 1, one hop older (RFC 1812 §5.2.2, §5.3.1). */
#include "libvig/vig.h"
#include "net/flow.h"
#include "nf/nf.h"

struct hop {
	uint64_t ports;
};

const struct nf_option nf_options[] = {
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct hop *hop = vig_alloc(env->vig, sizeof *hop);

	if (hop != NULL)
		hop->ports = env->ports;
	return hop;
}

/* RFC 1624 equation 3, of the word that holds the time to live. */
static void
age(uint8_t *header)
{
	uint16_t was = bytes_raw16(header + IPV4_TTL);

	header[IPV4_TTL]--;
	bytes_put_raw16(header + IPV4_CHECKSUM,
		checksum_update16(bytes_raw16(header + IPV4_CHECKSUM), was, bytes_raw16(header + IPV4_TTL)));
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct hop *hop = state;
	struct net_flow seen;

	(void)now;
	if (ether_type(packet->data, packet->length) != ETHER_IPV4 || packet->port != 0 || hop->ports < 2)
		return PORTS_NONE;
	net_flow_ipv4(packet->data, packet->length, &seen);
	if (seen.kind == NET_FLOW_BROKEN)
		return PORTS_NONE;
	if (!ipv4_checksum_right(packet->data + seen.ip, seen.l4 - seen.ip) || packet->data[seen.ip + IPV4_TTL] < 2)
		return PORTS_NONE;
	age(packet->data + seen.ip);
	return port_only(1);
}
