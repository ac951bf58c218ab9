# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Endpoint, external_port


def prop(packet, before, after, out, config):
    """Two inside endpoints have two external ports (RFC 4787 REQ-3), whatever their protocols."""
    ip = packet.ipv4
    if ip is None or ip.udp is None:
        return
    one = after.mappings.get(Endpoint(ip.src, ip.udp.src_port, ip.protocol))
    other = after.mappings.get(Endpoint(ip.dst, ip.udp.dst_port, ip.identification & 0xFF))
    if one is not None and other is not None and one.key != other.key:
        assert external_port(one, config) != external_port(other, config)
