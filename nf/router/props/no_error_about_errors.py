# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """An ICMP error, and a later fragment, is forwarded or dropped, but causes no ICMP message."""
    ip = packet.ipv4
    if ip is None or not out.sent or out.packet.ethernet.type != ETHERTYPE_IPV4:
        return
    if ip.later_fragment or (ip.icmp is not None and ip.icmp.unreached):
        sent = IPv4(out.packet, Ethernet.SIZE)
        assert (sent.src == ip.src) & (sent.dst == ip.dst) & (out.packet.length == packet.length)
        assert sent.identification == ip.identification
