# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """Nothing is sent because of a packet from or to an address that no single host has."""
    ip = packet.ipv4
    if ip is None:
        return
    for address in (ip.src, ip.dst):
        if one_of(address >> 24, 0, 127) | (address >= IPv4Addr("224.0.0.0")):
            assert out.dropped
