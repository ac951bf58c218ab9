/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/bridge -- a MAC bridge: learns which station is behind which port, and sends frames only there.
 *
 * IEEE 802.1Q-2014 8.6 to 8.8 for a bridge that is unaware of VLANs. Numbers in comments are its
 * sections; README.md says what is done where it leaves a choice. */
#include "libvig/vig.h"
#include "nf/nf.h"
#include "stations.h"

enum option {
	OPTION_CAPACITY,
	OPTION_AGEING,
};

#define SECOND UINT64_C(1000000000)
#define STATICS 4096

static const struct nf_option static_fields[] = {
	{ .name = "mac", .help = "Address of the station.", .type = NF_MAC, .min = 0, .max = (UINT64_C(1) << 48) - 1 },
	{ .name = "port", .help = "Port that it is behind.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "capacity", .help = "Most stations that are learned.", .type = NF_INTEGER, .min = 1, .max = 1 << 24,
	  .initial = { .lo = 65536 } },
	{ .name = "ageing", .help = "How long a station may be silent before it is forgotten.", .type = NF_DURATION,
	  .min = 10 * SECOND, .max = 1000000 * SECOND, .initial = { .lo = 300 * SECOND } },
	{ .name = "static", .help = "Stations whose port is fixed.", .type = NF_LIST, .fields = static_fields,
	  .max_count = STATICS },
	{ .name = NULL },
};

struct bridge {
	struct flow_table *stations; /* learned (8.8.3) */
	struct list_map *statics;    /* configured (8.8.1): they win */
	uint64_t ports;
};

void *
nf_init(struct nf_env *env)
{
	const struct nf_value *option = env->option;
	const struct flow_table_times times = {
		.shift = STATIONS_TICK,
		.classes = 1,
		.lifetime = { option[OPTION_AGEING].lo },
	};
	struct bridge *bridge = vig_alloc(env->vig, sizeof *bridge);

	if (!bridge) {
		env->error = "out of memory";
		return NULL;
	}
	bridge->stations = stations_new(env->vig, "stations", option[OPTION_CAPACITY].lo, &times);
	bridge->statics = statics_new(env->vig, "static", STATICS);
	bridge->ports = env->ports;
	if (!bridge->stations || !bridge->statics) {
		env->error = "out of memory: capacity is too large for this machine";
		return NULL;
	}
	return bridge;
}

/* 8.7: the sender is where it was heard last. A full table learns nothing new; that is no reason to stop
 * the frame, its answer will go to more ports than it must. */
static void
learn(const struct bridge *bridge, const struct packet *packet, uint64_t now)
{
	const struct station sender = station_at(packet->data, ETHER_SOURCE);
	const struct place here = { (uint32_t)packet->port };
	struct place fixed;

	if (station_is_group(&sender) || statics_find(bridge->statics, &sender, &fixed))
		return;
	(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);
}

/* Where an address is known to be (8.8). No one place is learned for a group, but one may be configured. */
static bool
find_place(const struct bridge *bridge, const struct station *station, uint64_t now, struct place *place)
{
	uint32_t slot, class;

	if (statics_find(bridge->statics, station, place))
		return true;
	return !station_is_group(station) && stations_find(bridge->stations, station, 0, now, place, &slot, &class);
}

/* 8.6.3: to where the destination is, or if that is not known to everywhere, but never back (8.6.1). */
static port_set
relay(const struct bridge *bridge, const struct packet *packet, uint64_t now)
{
	const struct station destination = station_at(packet->data, ETHER_DESTINATION);
	struct place place;

	if (station_is_reserved(&destination))
		return PORTS_NONE;
	if (!find_place(bridge, &destination, now, &place))
		return port_all_but(bridge->ports, packet->port);
	return place.port == packet->port ? PORTS_NONE : port_only(place.port);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct bridge *bridge = state;

	if (packet->length < ETHER_HEADER)
		return PORTS_NONE;
	learn(bridge, packet, now);
	return relay(bridge, packet, now);
}

/* The hint is the sender's, whose entry is written. The destination's is only read: its bucket and its entry
 * are fetched as well, and hashing it twice costs less than waiting for either. */
uint64_t
nf_hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint)
{
	const struct bridge *bridge = state;
	struct station sender, destination;
	uint64_t other;

	if (packet->length < ETHER_HEADER)
		return 0;
	if (stage == 2)
		return stations_ready(bridge->stations, hint);
	sender = station_at(packet->data, ETHER_SOURCE);
	destination = station_at(packet->data, ETHER_DESTINATION);
	other = stations_hash(bridge->stations, &destination);
	if (stage == 0)
		return stations_hash(bridge->stations, &sender);
	(void)stations_match(bridge->stations, other);
	return stations_match(bridge->stations, hint);
}
