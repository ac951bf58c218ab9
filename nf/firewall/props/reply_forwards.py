# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import flows_of, incoming


def prop(packet, before, after, out, config):
    """A reply on a live TCP, UDP or echo flow always reaches the inside port, and no other."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.port == pair.inside or packet.ip is None:
        return
    flow = incoming(packet.ip, pair)
    if flow is not None and flow in flows_of(before, packet.ip):
        assert out.ports == 1 << pair.inside
