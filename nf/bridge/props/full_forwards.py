# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """A full table learns no new station, keeps those that it has, and stops no frame."""
    if packet.length < 14 or not before.stations.full:
        return
    sender, to = Station(packet.ethernet.src), Station(packet.ethernet.dst)
    if sender in before.stations:
        return
    assert sender not in after.stations
    assert after.stations.full
    if to not in config.static and packet.ethernet.dst == MacAddr("ff:ff:ff:ff:ff:ff"):
        assert out.ports == flood(packet).ports
