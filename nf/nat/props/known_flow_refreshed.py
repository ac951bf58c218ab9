# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Endpoint, faces


def prop(packet, before, after, out, config):
    """A UDP datagram that leaves starts its mapping's lifetime anew (RFC 4787 REQ-6)."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port == inside.port and out.sent and ip is not None and ip.udp is not None:
        mapping = after.mappings.get(Endpoint(ip.src, ip.udp.src_port, ip.protocol))
        assert mapping is not None and mapping.last_use == after.mappings.tick
