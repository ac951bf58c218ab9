/* SPDX-License-Identifier: BSD-3-Clause */
/* A network function for tests of the runtime: floods, grows what it sends, and refuses to start if told so. */
#include "libvig/port_pairs.h"
#include "libvig/vig.h"
#include "nf/nf.h"

enum { GROW, REFUSE, PAIRS };

struct flood {
	uint64_t ports, grow;
	struct port_pairs *pairs;
};

static const struct nf_option pair_fields[] = {
	{ .name = "inside", .help = "one end", .type = NF_PORT },
	{ .name = "outside", .help = "the other end", .type = NF_PORT },
	{ .name = NULL },
};

static const char *const answers[] = { "no", "yes" };

const struct nf_option nf_options[] = {
	[GROW] = { .name = "grow", .help = "bytes put in front", .type = NF_INTEGER, .max = 64 },
	[REFUSE] = { .name = "refuse", .help = "whether nf_init fails", .type = NF_ENUM, .max = 1, .names = answers },
	[PAIRS] = { .name = "pairs", .help = "ports that are wired", .type = NF_LIST, .fields = pair_fields, .max_count = 16 },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct flood *const flood = vig_alloc(env->vig, sizeof *flood);

	if (flood == NULL)
		return NULL;
	if (env->option[REFUSE].lo != 0) {
		env->error = "it was told to refuse";
		return NULL;
	}
	flood->ports = env->ports;
	flood->grow = env->option[GROW].lo;
	flood->pairs = port_pairs_new(env->vig, "pairs");
	return flood->pairs != NULL ? flood : NULL;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct flood *const flood = state;

	(void)now;
	if (!packet_grow_front(packet, flood->grow))
		return PORTS_NONE;
	for (uint64_t i = 0; i < flood->grow; i++)
		packet->data[i] = (uint8_t)i;
	return port_all_but(flood->ports, packet->port);
}
