# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """Whatever a known station sends starts its ageing anew."""
    if packet.length < 14 or packet.data[6] & 1 == 1:
        return
    sender = Station(packet.ethernet.src)
    if sender not in config.static and sender in before.stations:
        assert sender in after.stations
        assert after.stations[sender].last_use == after.stations.tick
