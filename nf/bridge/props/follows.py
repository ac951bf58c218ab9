# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """A station that is heard on another port is from then on behind that one, also if the table is full."""
    if packet.length < 14 or packet.data[6] & 1 == 1:
        return
    sender = Station(packet.ethernet.src)
    entry = before.stations.get(sender)
    if sender not in config.static and entry is not None and entry.port != packet.port:
        assert sender in after.stations
        assert after.stations[sender].port == packet.port
