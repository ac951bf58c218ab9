# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from forwarded import forwarded


def prop(packet, before, after, out, config):
    """Never a shorter match: a packet is forwarded by the port of the longest listed prefix that covers its destination."""
    if forwarded(packet, out) is None:
        return
    address, port, known = packet.ipv4.dst, 0, packet.length < 0
    for length in range(33):
        listed, hop = config.routes.look(address >> 32 - length << 32 - length, length)
        port, known = select(listed, hop.port, port), known | listed
    assert known
    assert out.to(port)
