# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import InterfacePort


def prop(packet, before, after, out, config):
    """What the router says in place of a packet goes back to its sender, and quotes it."""
    ip = packet.ipv4
    if ip is None or not out.sent or out.packet.ethernet.type != ETHERTYPE_IPV4:
        return
    sent = IPv4(out.packet, Ethernet.SIZE)
    if ip.src == ip.dst or sent.dst != ip.src or out.packet.data[34] == 0:
        return  # forwarded, or an echo reply
    here = config.interfaces.find(InterfacePort(packet.port))
    assert here is not None
    assert out.to(packet.port) and out.packet.ethernet.dst == packet.ethernet.src
    assert (sent.src == here.address) & (sent.protocol == IPv4.ICMP) & one_of(out.packet.data[34], 3, 11)
    assert out.packet.data[42, 8] == packet.data[14, 8]
    assert out.packet.data[50, 8] == packet.data[22, 8]
