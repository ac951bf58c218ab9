/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest function that spreads packets over backends: one of 17 bytes says that the backend whose address it ends in
 * lives, any other goes to the backend that its first bytes choose. */
#include "libvig/balancer.h"
#include "libvig/vig.h"
#include "net/bytes.h"
#include "nf/nf.h"

#define ADDRESS(FIELD) FIELD(ipv6, address)
#define BACKEND(FIELD) FIELD(u32, weight) FIELD(u32, port)
#define HEALTH(FIELD) FIELD(u64, since)
RECORD(address, ADDRESS)
RECORD(backend, BACKEND)
RECORD(health, HEALTH)
BALANCER(backends, address, backend, 1)
FLOW_TABLE(health_table, address, health, 2, 2)

static const struct nf_option fields[] = {
	{ .name = "address", .help = "Who.", .type = NF_IPV6, .max = UINT64_MAX },
	{ .name = "weight", .help = "Its share.", .type = NF_INTEGER, .min = 0, .max = 100, .initial = { .lo = 1 } },
	{ .name = "port", .help = "Where.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "entries", .help = "Of the table.", .type = NF_INTEGER, .min = 64, .max = 1 << 20, .initial = { .lo = 1000 } },
	{ .name = "backends", .help = "Over whom.", .type = NF_LIST, .fields = fields, .max_count = 64 },
	{ .name = NULL },
};

struct spread {
	struct balancer *backends;
	struct flow_table *alive;
};

void *
nf_init(struct nf_env *env)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { UINT64_C(1000000000) } };
	struct spread *s = vig_alloc(env->vig, sizeof *s);

	if (s == NULL)
		return NULL;
	s->backends = backends_new(env->vig, "backends", 64, env->option[0].lo);
	s->alive = health_table_new(env->vig, "alive", 64, &times);
	return s->backends == NULL || s->alive == NULL ? NULL : s;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct spread *s = state;
	struct address address;
	struct backend backend;

	if (packet->length == 17) {
		const struct health health = { now };

		memcpy(&address, packet->data + 1, sizeof address);
		if (backends_find(s->backends, &address, &backend))
			health_table_insert(s->alive, &address, 0, now, 0, &health);
		return PORTS_NONE;
	}
	if (packet->length < 16)
		return PORTS_NONE;

	const uint64_t words[2] = { bytes_be32(packet->data), bytes_be32(packet->data + 4) };

	if (!backends_pick(s->backends, s->alive, maglev_hash(words, 2), now, &address, &backend))
		return PORTS_NONE;
	memcpy(packet->data, &address, sizeof address);
	return port_only(backend.port);
}
