# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """Nothing is learned of a station with a static entry, so that nothing of it ages or moves."""
    if packet.length < 14:
        return
    sender = Station(packet.ethernet.src)
    if sender in config.static and sender not in before.stations:
        assert sender not in after.stations
