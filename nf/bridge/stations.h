/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/bridge/stations.h -- the filtering database (IEEE 802.1Q 8.8): which station is where, learned or configured. */
#ifndef NF_BRIDGE_STATIONS_H
#define NF_BRIDGE_STATIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libvig/flow_table.h"
#include "libvig/list_map.h"
#include "libvig/record.h"
#include "net/ether.h"

#define STATIONS_TICK 26u /* ageing is counted in ticks of 2^26 ns, 67 ms */

#define STATION(FIELD) FIELD(mac, mac)
#define PLACE(FIELD) FIELD(u32, port)

RECORD(station, STATION)
RECORD(place, PLACE)
FLOW_TABLE(stations, station, place, 1, 2)
LIST_MAP(statics, station, place, 1, 1)

/* The station that an address of a frame names: at is ETHER_SOURCE or ETHER_DESTINATION. */
static inline struct station
station_at(const uint8_t *frame, uint64_t at)
{
	struct station station;

	memcpy(&station.mac, frame + at, sizeof station.mac);
	return station;
}

/* Whether the address stands for any number of stations: the first bit on the wire (802.3 3.2.3). */
static inline bool
station_is_group(const struct station *station)
{
	return station->mac.byte[0] & 1;
}

/* 01-80-C2-00-00-00 to 01-80-C2-00-00-0F, which mean the bridge itself (802.1Q 8.6.3). */
static inline bool
station_is_reserved(const struct station *station)
{
	return bytes_be32(station->mac.byte) == 0x0180c200 && bytes_be16(station->mac.byte + 4) <= 0xf;
}

#endif
