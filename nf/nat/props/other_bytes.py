# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """Of a UDP datagram nothing changes but the Ethernet addresses, time to live, the two ends and the checksums."""
    ip = packet.ipv4
    if ip is None or ip.udp is None or not out.sent or out.packet.ipv4 is None:
        return
    at = now() & 0x7FF  # any byte: where in a tick a packet comes changes nothing else
    assert out.packet.length == packet.length
    if at < packet.length:
        start = ip.start
        changes = ((at < 12) | between(at, start + 8, start + 8) | between(at, start + 10, start + 19)
                   | between(at, ip.l4, ip.l4 + 3) | between(at, ip.l4 + 6, ip.l4 + 7))
        if not changes:
            assert out.packet.word(at, 1) == packet.word(at, 1)
