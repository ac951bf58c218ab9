# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """Who sends is known from then on, if there is room, by the port that it was heard on."""
    if packet.length < 14 or packet.data[6] & 1 == 1:
        return
    sender = Station(packet.ethernet.src)
    if sender not in config.static and not before.stations.full:
        assert sender in after.stations
        assert after.stations[sender].port == packet.port
