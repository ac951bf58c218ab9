# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """What is neither ARP nor a whole IPv4 packet is dropped, and teaches nothing."""
    if packet.ipv4 is None and packet.arp is None:
        assert out.dropped
        assert after.neighbours.count == before.neighbours.count
