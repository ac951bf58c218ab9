/* SPDX-License-Identifier: BSD-3-Clause */
/* A function that does what the packet's first byte says, right or wrong. Its state counts packets. */
#include "libvig/vig.h"
#include "nf/nf.h"

#define COUNTERS 16u /* with the library's own words a whole number of cache lines */

static const char *const moods[] = { "fair", "foul" };

const struct nf_option nf_options[] = {
	{ .name = "mood", .help = "How it starts.", .type = NF_ENUM, .max = 1, .names = moods },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	if (env->option[0].lo == 1) {
		env->error = "in no mood";
		return NULL;
	}
	return vig_alloc(env->vig, COUNTERS * sizeof(uint64_t));
}

/* Grows both ways and writes every byte it has then. */
static void
grow(struct packet *packet)
{
	if (!packet_grow_front(packet, PACKET_HEADROOM) || !packet_grow_back(packet, PACKET_TAILROOM))
		__builtin_trap(); /* as much was promised */
	for (uint64_t i = 0; i < packet->length; i++)
		packet->data[i] = (uint8_t)i;
}

static void
misstep(volatile uint64_t *counter, struct packet *packet)
{
	volatile uint8_t *const data = packet->data;

	switch (data[0]) {
	case 'a':
		data[packet->length]++;
		break;
	case 'b':
		data[-1]++;
		break;
	case 'c':
		packet_grow_back(packet, 1);
		data[packet->length]++;
		break;
	case 'm':
		counter[COUNTERS] = 0;
		break;
	case 'h':
		while (counter[0] != 0)
			;
		break;
	case 't':
		__builtin_trap();
	case 'o':
		packet->length += 2 * PACKET_TAILROOM;
		break;
	}
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	volatile uint64_t *const counter = state;

	(void)now;
	counter[0]++;
	if (packet->length == 0)
		return counter[0];
	if (packet->data[0] == 'g')
		grow(packet);
	else
		misstep(counter, packet);
	return counter[0];
}
