# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """A frame to an individual address of which nothing is known goes to every port but the ingress."""
    if packet.length < 14 or packet.data[0] & 1 == 1:
        return
    to = Station(packet.ethernet.dst)
    if to not in config.static and to not in after.stations:
        assert out.ports == flood(packet).ports
