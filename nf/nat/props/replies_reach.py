# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import contact, faces, forwardable, mapping_at, one_host


def prop(packet, before, after, out, config):
    """A UDP reply to a live mapping, from somebody who may, goes to the inside and to nowhere else; to the host that asked, if its
    Ethernet address is known."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != outside.port or packet.port == inside.port or ip is None or ip.udp is None:
        return
    comes_in = (ip.dst == outside.address) & (ip.src != outside.address) & not_(inside.reaches(ip.src)) & one_host(ip.src)
    if not forwardable(packet, ip, outside) or not comes_in:
        return
    mapping = mapping_at(ip, ip.udp.dst_port, before, config)
    if mapping is not None and contact(mapping.key, ip.src, ip.udp.src_port, config) in before.contacts:
        assert out.ports == 1 << inside.port
        sent = out.packet.ipv4
        if sent is not None:
            assert sent.dst == mapping.key.address and sent.udp.dst_port == mapping.key.port
            assert sent.src == ip.src and sent.udp.src_port == ip.udp.src_port
