# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Endpoint, external_port, faces


def prop(packet, before, after, out, config):
    """A known inside endpoint leaves by the external port that it has, whoever it sends to (RFC 4787 REQ-1)."""
    inside, outside = faces(config)
    ip, sent = packet.ipv4, out.packet.ipv4
    if packet.port == inside.port and out.to(outside.port) and ip is not None and ip.udp is not None and sent is not None:
        known = before.mappings.get(Endpoint(ip.src, ip.udp.src_port, ip.protocol))
        if known is not None:
            assert sent.udp.src_port == external_port(known, config)
