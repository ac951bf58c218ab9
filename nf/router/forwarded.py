# SPDX-License-Identifier: BSD-3-Clause
"""For properties: which of what was sent is the packet itself, on its way, and not something that the router says."""

from vigor import *


def forwarded(packet, out):
    """The IPv4 packet as it was sent on, or None. None also where sender and destination are the same: then the addresses
    do not tell an answer."""
    ip = packet.ipv4
    if ip is None or not out.sent or out.packet.ethernet.type != ETHERTYPE_IPV4:
        return None
    sent = IPv4(out.packet, Ethernet.SIZE)
    return sent if (sent.src == ip.src) & (sent.dst == ip.dst) & (ip.src != ip.dst) else None
