# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import flows_of, incoming, outgoing


def prop(packet, before, after, out, config):
    """A UDP packet of a live flow, from either side, starts the flow's lifetime anew."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.ip is None or packet.ip.udp is None:
        return
    flow = outgoing(packet.ip, pair) if packet.port == pair.inside else incoming(packet.ip, pair)
    if flow in flows_of(before, packet.ip):
        flows = flows_of(after, packet.ip)
        assert flow in flows
        assert flows[flow].last_use == flows.tick
