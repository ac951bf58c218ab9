# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """No IPv4 packet is sent with a TTL of 0."""
    if out.sent and out.packet.ethernet.type == ETHERTYPE_IPV4:
        assert out.packet.data[22] != 0
