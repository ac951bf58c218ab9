# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from forwarded import forwarded


def prop(packet, before, after, out, config):
    """What is forwarded has one hop less to live, a checksum that says so, and is otherwise as it came."""
    sent = forwarded(packet, out)
    if sent is None:
        return
    ip = packet.ipv4
    assert out.packet.length == packet.length
    assert sent.ttl == ip.ttl - 1
    assert sent.checksum == update(ip.checksum, [ip.word(8, 2)], [sent.word(8, 2)])
    assert (sent.word(0, 8) == ip.word(0, 8)) & (sent.protocol == ip.protocol)
    assert out.packet.data[out.packet.length - 1] == packet.data[packet.length - 1]
