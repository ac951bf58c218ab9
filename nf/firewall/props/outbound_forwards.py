# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import outgoing


def prop(packet, before, after, out, config):
    """Whole TCP, UDP and echo requests from the inside always leave by the outside port, and by no other."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.port == pair.outside:
        return
    if packet.ip is not None and outgoing(packet.ip, pair) is not None:
        assert out.ports == 1 << pair.outside
