# SPDX-License-Identifier: GPL-2.0-or-later
"""One-place mistakes in the bridge and in its specification, each of which happened in somebody's code.

(name, file, what stands there, what is put in its place). The text must occur exactly once."""

PROGRAM = [
    ("a refresh forgotten: a station that keeps sending is forgotten all the same", "bridge.c",
     "\t(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);",
     "\tuint32_t slot, class;\n\tif (!stations_find(bridge->stations, &sender, packet->hint, now, &fixed, &slot, &class) ||\n"
     "\t    fixed.port != here.port)\n\t\t(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);"),
    ("a moved station is not followed: the first port that it was heard on is kept", "bridge.c",
     "\t(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);",
     "\tuint32_t slot, class;\n\tif (!stations_refresh(bridge->stations, &sender, packet->hint, now, &fixed, &slot, &class))\n"
     "\t\t(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);"),
    ("the destination is learned in place of the source", "bridge.c",
     "const struct station sender = station_at(packet->data, ETHER_SOURCE);",
     "const struct station sender = station_at(packet->data, ETHER_DESTINATION);"),
    ("groups are learned", "bridge.c",
     "if (station_is_group(&sender) || statics_find(", "if (statics_find("),
    ("a station with a static entry is learned", "bridge.c",
     "if (station_is_group(&sender) || statics_find(bridge->statics, &sender, &fixed))",
     "if (station_is_group(&sender) || (statics_find(bridge->statics, &sender, &fixed) && fixed.port == here.port))"),
    ("static entries are not consulted for groups", "bridge.c",
     "\tif (statics_find(bridge->statics, station, place))\n\t\treturn true;\n",
     "\tif (!station_is_group(station) && statics_find(bridge->statics, station, place))\n\t\treturn true;\n"),
    ("looking for a station keeps it alive", "bridge.c",
     "return !station_is_group(station) && stations_find(", "return !station_is_group(station) && stations_refresh("),
    ("sent back to where it came from", "bridge.c",
     "return place.port == packet->port ? PORTS_NONE : port_only(place.port);", "return port_only(place.port);"),
    ("flooded to the ingress as well", "bridge.c",
     "return port_all_but(bridge->ports, packet->port);", "return ((port_set)1 << bridge->ports) - 1;"),
    ("flooded to ports that do not exist", "bridge.c",
     "return port_all_but(bridge->ports, packet->port);", "return port_all_but(NF_MAX_PORTS, packet->port);"),
    ("unknown stations are dropped", "bridge.c",
     "return port_all_but(bridge->ports, packet->port);",
     "return station_is_group(&destination) ? port_all_but(bridge->ports, packet->port) : PORTS_NONE;"),
    ("reserved addresses are relayed", "bridge.c",
     "\tif (station_is_reserved(&destination))\n\t\treturn PORTS_NONE;\n", ""),
    ("off by one in the reserved addresses", "stations.h",
     "bytes_be16(station->mac.byte + 4) <= 0xf;", "bytes_be16(station->mac.byte + 4) < 0xf;"),
    ("one byte of the reserved addresses not compared", "stations.h",
     "bytes_be16(station->mac.byte + 4) <= 0xf;", "station->mac.byte[5] <= 0xf;"),
    ("the local bit taken for the group bit", "stations.h",
     "return station->mac.byte[0] & 1;", "return station->mac.byte[0] & 2;"),
    ("frames to reserved addresses teach nothing", "bridge.c",
     "\tlearn(bridge, packet, now);\n", "\tif (packet->data[0] != 1 || packet->data[1] != 0x80)\n\t\tlearn(bridge, packet, now);\n"),
    ("a full table stops the frame", "bridge.c",
     "\tlearn(bridge, packet, now);\n",
     "\tconst struct station from = station_at(packet->data, ETHER_SOURCE);\n\tstruct place at;\n\tlearn(bridge, packet, now);\n"
     "\tif (!station_is_group(&from) && !find_place(bridge, &from, now, &at))\n\t\treturn PORTS_NONE;\n"),
    ("off by one in the length of a frame", "bridge.c",
     "\tif (packet->length < ETHER_HEADER)\n\t\treturn PORTS_NONE;\n", "\tif (packet->length < ETHER_HEADER - 1)\n\t\treturn PORTS_NONE;\n"),
    ("a length check deleted: the addresses are read from a frame of any length", "bridge.c",
     "\tif (packet->length < ETHER_HEADER)\n\t\treturn PORTS_NONE;\n", ""),
    ("one payload byte touched", "bridge.c",
     "\tlearn(bridge, packet, now);\n", "\tlearn(bridge, packet, now);\n\tif (packet->length > 60)\n\t\tpacket->data[60] ^= 1;\n"),
    ("everybody is learned behind port 0", "bridge.c",
     "const struct place here = { (uint32_t)packet->port };", "const struct place here = { 0 };"),
]

SPECIFICATION = [
    ("the specification forgets that a frame never goes back", "spec.py",
     "    if place.port == packet.port:\n        return drop()  # 8.6.1: never out of the port of reception\n", ""),
    ("the specification learns groups", "spec.py",
     "if not group(frame.src) and Station(frame.src) not in config.static:", "if Station(frame.src) not in config.static:"),
    ("the specification moves static stations", "spec.py",
     "if not group(frame.src) and Station(frame.src) not in config.static:", "if not group(frame.src):"),
    ("the specification relays 01-80-C2-00-00-08 to 0F", "spec.py",
     "return address >> 4 == MacAddr(\"01:80:c2:00:00:00\") >> 4", "return address >> 3 == MacAddr(\"01:80:c2:00:00:00\") >> 3"),
    ("the specification looks up before it learns", "spec.py",
     "    learn(frame, packet.port, state, config)\n    if reserved(frame.dst):\n        return drop()\n"
     "    place = place_of(frame.dst, state, config)\n",
     "    place = None if reserved(frame.dst) else place_of(frame.dst, state, config)\n"
     "    learn(frame, packet.port, state, config)\n    if reserved(frame.dst):\n        return drop()\n"),
    ("the specification takes a second octet's bit for the group bit", "spec.py",
     "return (address >> 40) & 1 == 1", "return (address >> 32) & 1 == 1"),
    ("the specification lets a known station's frames out everywhere", "spec.py",
     "    return forward(packet, to=place.port)", "    return flood(packet)"),
]
