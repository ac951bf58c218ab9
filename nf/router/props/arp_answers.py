# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import InterfacePort


def prop(packet, before, after, out, config):
    """A question for the interface's address is answered to who asks, with its Ethernet address; no other ARP packet is."""
    arp = packet.arp
    here = config.interfaces.find(InterfacePort(packet.port))
    if arp is None or here is None:
        return
    frame = packet.ethernet
    taken = (frame.dst == here.mac) | (frame.dst == MacAddr("ff:ff:ff:ff:ff:ff"))
    asks = arp.for_ipv4 & (arp.operation == Arp.REQUEST) & (arp.target_ip == here.address)
    assert out.sent == (taken & asks & (frame.src >> 40 & 1 == 0))
    if out.sent:
        answer = Arp(out.packet, 14)
        assert out.to(packet.port) and out.packet.ethernet.dst == arp.sender_mac
        assert (answer.operation == Arp.REPLY) & (answer.sender_mac == here.mac) & (answer.sender_ip == here.address)
