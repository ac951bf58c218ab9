# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import faces


def prop(packet, before, after, out, config):
    """Nothing goes back to the outside, but answers to ARP."""
    inside, outside = faces(config)
    if packet.port == outside.port and packet.port != inside.port and packet.arp is None:
        assert not out.to(outside.port)
