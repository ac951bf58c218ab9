# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Endpoint, faces, forwardable, one_host


def prop(packet, before, after, out, config):
    """A UDP datagram from an inside host to the outside always leaves, unless it needs a mapping and there is no room for one."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != inside.port or ip is None or ip.udp is None or not forwardable(packet, ip, inside):
        return
    goes_out = (inside.reaches(ip.src) & (ip.src != inside.address) & not_(inside.reaches(ip.dst)) & one_host(ip.dst)
                & (ip.dst != outside.address))
    if goes_out and (Endpoint(ip.src, ip.udp.src_port, ip.protocol) in before.mappings or not before.mappings.full):
        assert out.ports == 1 << outside.port
