# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """A frame to a known station goes to the port where that was last heard and to no other, or nowhere if it came
    from there."""
    if packet.length < 14 or packet.data[0] & 1 == 1:
        return
    to = Station(packet.ethernet.dst)
    if to in config.static or packet.ethernet.src == packet.ethernet.dst:
        return
    entry = before.stations.get(to)
    if entry is not None:
        assert out.ports == select(entry.port == packet.port, 0, 1 << entry.port)
