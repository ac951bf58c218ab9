/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function that misbehaves as the packet's first byte says: what a replay must notice. */
#include "nf/nf.h"

const struct nf_option nf_options[] = { { .name = NULL } };

static uint64_t instance[2];

void *
nf_init(struct nf_env *env)
{
	(void)env;
	return instance;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	volatile uint64_t *const words = state;

	switch (packet->data[0]) {
	case 'r':
		return packet->ceiling[0];
	case 'w':
		packet->floor[-1] = 0;
		break;
	case 'i':
		__builtin_trap();
	case 'h':
		while (words[0] == 7)
			;
		break;
	case 's':
		words[1] = now;
		break;
	case 'g':
		packet_grow_front(packet, 2);
		packet_grow_back(packet, 1);
		packet->data[0] = packet->data[1] = packet->data[packet->length - 1] = (uint8_t)packet->hint;
		break;
	case 't':
		packet_trim_front(packet, 1);
		break;
	case 'o':
		packet->data = packet->floor - 4096;
		break;
	}
	return port_only(packet->port);
}
