# SPDX-License-Identifier: BSD-3-Clause
"""Bridge: frames go to where their destination was last heard, and where that is not known, everywhere else.

A MAC Bridge by IEEE Std 802.1Q-2014, clause 8, that is unaware of VLANs: one filtering database, tags are data like
any other. Numbers below are sections of it. There is no spanning tree (8.6.1: every port learns and forwards), so
the network around it has no loops.

Choices that it leaves open:
 - A frame has 14 bytes at least; what is shorter is dropped and teaches nothing.
 - The sender is learned first, then the destination is looked up: a frame to its own sender goes nowhere.
 - The sender of a frame to a reserved address is learned, though the frame goes no further.
 - A full database learns no new station until one is forgotten (8.7: an old one may be removed, but need not).
 - A static entry names one port: frames to its address go there only (8.8.1). It may be of a group address.
"""

from vigor import *


class Station(Record):
    """Who an address stands for."""
    mac: MacAddr


class Place(Record):
    port: U32


class Config:
    capacity: U32
    ageing: Nanoseconds
    static: Listed(Station, Place)  # Static Filtering Entries (8.8.1)


class State:
    stations = Table(Station, Place, capacity="capacity", lifetime="ageing")  # Dynamic Filtering Entries (8.8.3)


def spec(packet, state, config):
    frame = packet.ethernet
    if frame is None:
        return drop()
    learn(frame, packet.port, state, config)
    if reserved(frame.dst):
        return drop()
    place = place_of(frame.dst, state, config)
    if place is None:
        return flood(packet)  # 8.6.3
    if place.port == packet.port:
        return drop()  # 8.6.1: never out of the port of reception
    return forward(packet, to=place.port)


def learn(frame, port, state, config):
    """The Learning Process (8.7): creates or updates the sender's entry, unless its address is a group's or has a static
    entry, or there would be more entries than fit."""
    if not group(frame.src) and Station(frame.src) not in config.static:
        state.stations.insert(Station(frame.src), port=port)


def place_of(address, state, config):
    """What the filtering database says of an address (8.8): a static entry, else one that was learned, else None."""
    place = config.static.find(Station(address))
    if place is None and not group(address):
        place = state.stations.get(Station(address))
    return place


def group(address):
    """The address stands for any number of stations (802.3 3.2.3)."""
    return (address >> 40) & 1 == 1


def reserved(address):
    """01-80-C2-00-00-00 to 01-80-C2-00-00-0F, whose frames a bridge does not relay (8.6.3)."""
    return address >> 4 == MacAddr("01:80:c2:00:00:00") >> 4
