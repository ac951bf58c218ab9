/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest function that forwards by routes: a packet is an address, and leaves as its next hop. */
#include "libvig/route_list.h"
#include "libvig/vig.h"
#include "net/bytes.h"
#include "nf/nf.h"

#define HOP(FIELD) FIELD(be32, gateway) FIELD(u32, port)
RECORD(hop, HOP)
ROUTE_LIST(routes, hop, 1)

static const struct nf_option fields[] = {
	{ .name = "prefix", .help = "Where to.", .type = NF_IPV4_PREFIX, .min = 0, .max = UINT32_MAX },
	{ .name = "gateway", .help = "Next hop.", .type = NF_IPV4, .min = 0, .max = UINT32_MAX },
	{ .name = "port", .help = "By this port.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "routes", .help = "Where what goes.", .type = NF_LIST, .fields = fields, .max_count = 1 << 20 },
	{ .name = NULL },
};

struct hops {
	struct route_list *routes;
};

void *
nf_init(struct nf_env *env)
{
	struct hops *h = vig_alloc(env->vig, sizeof *h);

	if (h == NULL)
		return NULL;
	h->routes = routes_new(env->vig, "routes", 1 << 20, 1 << 10);
	return h->routes == NULL ? NULL : h;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct hops *h = state;
	struct hop hop;

	(void)now;
	if (packet->length < 4 || !routes_find(h->routes, bytes_be32(packet->data), &hop))
		return PORTS_NONE;
	memcpy(packet->data, &hop.gateway, 4);
	return port_only(hop.port);
}
