/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/nop -- two ports make a wire: 0 and 1, 2 and 3, and so on. */
#include "libvig/vig.h"
#include "nf/nf.h"

struct nop {
	uint64_t ports;
};

const struct nf_option nf_options[] = {
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	struct nop *nop = vig_alloc(env->vig, sizeof *nop);

	if (!nop) {
		env->error = "out of memory";
		return NULL;
	}
	nop->ports = env->ports;
	return nop;
}

/* With an odd number of ports the last one has no other end: what comes in there is dropped. */
port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct nop *nop = state;
	uint64_t other = packet->port ^ 1;

	(void)now;
	return other < nop->ports ? port_only(other) : PORTS_NONE;
}
