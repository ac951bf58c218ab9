# SPDX-License-Identifier: BSD-3-Clause
"""A hop: what comes in by port 0 with a right header checksum leaves by port 1, one hop older. What is broken further up
is not let through."""

from vigor import *


def spec(packet, state, config):
    ip = packet.ipv4
    if packet.port != 0 or ports() < 2 or ip is None:
        return drop()
    if not ip.later_fragment and ip.transport is None:
        return drop()
    if not ip.checksum_right or ip.ttl < 2:
        return drop()
    before = ip.word(8, 2)
    ip.ttl = ip.ttl - 1
    ip.checksum = update(ip.checksum, [before], [ip.word(8, 2)])
    return forward(packet, to=1)
