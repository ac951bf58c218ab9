# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import flows_of, incoming, outgoing


def prop(packet, before, after, out, config):
    """Nothing unsolicited comes in. What is sent inside answers a flow that was live, or is an ICMP error that
    quotes one, or finds neighbours; what is neither ARP nor IP only where the operator lets it pass."""
    pair = config.pairs.find(packet.port)
    if pair is None or packet.port == pair.inside or not out.sent:
        return
    match packet.network:
        case Arp():
            return
        case IP() as ip:
            icmp = ip.icmp
            if icmp is not None and icmp.discovery:
                return
            flow = incoming(ip, pair)
            if icmp is not None and icmp.unreached and icmp.quoted is not None:
                flow = outgoing(icmp.quoted, pair)
            assert flow is not None and flow in flows_of(before, ip)
        case other:
            assert other is not None and config.other == "pass"
