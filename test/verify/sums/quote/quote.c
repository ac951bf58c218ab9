/* SPDX-License-Identifier: BSD-3-Clause */
/* An ICMP error gets another address in what it quotes (RFC 3022 §4.3): the quoted header's checksum follows, and the error's
 * own checksum covers both. */
#include "libvig/vig.h"
#include "net/flow.h"
#include "nf/nf.h"

struct quote {
	uint64_t ports;
	uint32_t address; /* raw */
};

const struct nf_option nf_options[] = {
	{ .name = "address", .help = "The address to put.", .type = NF_IPV4, .min = 0, .max = UINT32_MAX, .initial = { .lo = 1 } },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct quote *quote = vig_alloc(env->vig, sizeof *quote);

	if (quote == NULL)
		return NULL;
	quote->ports = env->ports;
	quote->address = __builtin_bswap32((uint32_t)env->option[0].lo);
	return quote;
}

static void
rewrite(const struct quote *quote, uint8_t *ip, uint8_t *icmp)
{
	uint32_t was = bytes_raw32(ip + IPV4_SOURCE);
	uint16_t header = bytes_raw16(ip + IPV4_CHECKSUM), sum = bytes_raw16(icmp + ICMP_CHECKSUM);
	uint16_t updated = checksum_update32(header, was, quote->address);

	bytes_put_raw32(ip + IPV4_SOURCE, quote->address);
	bytes_put_raw16(ip + IPV4_CHECKSUM, updated);
	sum = checksum_update32(sum, was, quote->address);
	bytes_put_raw16(icmp + ICMP_CHECKSUM, checksum_update16(sum, header, updated));
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct quote *quote = state;
	struct net_flow seen, quoted;

	(void)now;
	if (ether_type(packet->data, packet->length) != ETHER_IPV4 || packet->port != 0 || quote->ports < 2)
		return PORTS_NONE;
	net_flow_ipv4(packet->data, packet->length, &seen);
	if (seen.kind != NET_FLOW_ICMP || packet->data[seen.l4] != ICMP_TIME_EXCEEDED)
		return PORTS_NONE;
	net_flow_quoted(packet->data, &seen, &quoted);
	if (quoted.kind == NET_FLOW_BROKEN || quoted.kind == NET_FLOW_LATER)
		return PORTS_NONE;
	rewrite(quote, packet->data + quoted.ip, packet->data + seen.l4);
	return port_only(1);
}
