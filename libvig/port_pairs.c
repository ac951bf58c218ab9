/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/port_pairs.h"

#include <assert.h>

#include "libvig/vig_object.h"

/* Both ports of a pair have it in full; paired says which ports have one. */
struct port_pairs {
	struct port_pair pair[PORT_PAIRS_PORTS];
	bool paired[PORT_PAIRS_PORTS];
	uint64_t count;
};

static void
port_pairs_figures(const void *object, uint64_t now, struct vig_figures *figures)
{
	const struct port_pairs *pairs = object;

	(void)now;
	figures->live = pairs->count;
	figures->capacity = PORT_PAIRS_PORTS / 2;
}

static const char *
port_pairs_bind(void *object, const uint64_t (*fields)[2], size_t count, uint64_t ports)
{
	struct port_pairs *pairs = object;
	uint64_t inside, outside;

	if (count != 2)
		return "a pair has two fields, inside and outside";
	inside = fields[0][0];
	outside = fields[1][0];
	if (ports > PORT_PAIRS_PORTS)
		ports = PORT_PAIRS_PORTS;
	if (inside >= ports)
		return "the inside port does not exist";
	if (outside >= ports)
		return "the outside port does not exist";
	if (inside == outside)
		return "inside and outside are the same port";
	if (pairs->paired[inside])
		return "the inside port is already in a pair";
	if (pairs->paired[outside])
		return "the outside port is already in a pair";
	pairs->pair[inside].inside = pairs->pair[outside].inside = (uint32_t)inside;
	pairs->pair[inside].outside = pairs->pair[outside].outside = (uint32_t)outside;
	pairs->paired[inside] = pairs->paired[outside] = true;
	pairs->count++;
	return NULL;
}

static const struct vig_kind port_pairs_kind = { "port_pairs", port_pairs_figures, port_pairs_bind, NULL };

struct port_pairs *
port_pairs_new(struct vig *vig, const char *name)
{
	struct vig_block *before = vig_newest(vig);
	struct port_pairs *pairs = vig_alloc(vig, sizeof *pairs);

	if (pairs == NULL)
		return NULL;
	if (!vig_add(vig, name, &port_pairs_kind, pairs)) {
		vig_rewind(vig, before);
		return NULL;
	}
	return pairs;
}

bool
port_pairs_find(const struct port_pairs *pairs, uint64_t port, struct port_pair *pair)
{
	assert(port < PORT_PAIRS_PORTS);
	if (!pairs->paired[port])
		return false;
	*pair = pairs->pair[port];
	return true;
}
