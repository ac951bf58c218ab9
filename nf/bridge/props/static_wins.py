# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """A frame to an address with a static entry goes to the configured port and to no other, whatever was heard."""
    if packet.length < 14:
        return
    place = config.static.find(Station(packet.ethernet.dst))
    if place is None or between(packet.ethernet.dst, MacAddr("01:80:c2:00:00:00"), MacAddr("01:80:c2:00:00:0f")):
        return
    assert out.ports == select(place.port == packet.port, 0, 1 << place.port)
