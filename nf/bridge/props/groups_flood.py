# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Station


def prop(packet, before, after, out, config):
    """Broadcast and multicast go to every port but the ingress, unless the address is reserved or configured."""
    if packet.length < 14 or Station(packet.ethernet.dst) in config.static:
        return
    dst = packet.ethernet.dst
    if packet.data[0] & 1 == 1 and not between(dst, MacAddr("01:80:c2:00:00:00"), MacAddr("01:80:c2:00:00:0f")):
        assert out.ports == flood(packet).ports
