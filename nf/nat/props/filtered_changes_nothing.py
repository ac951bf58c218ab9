# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import contact, faces, mapping_at


def prop(packet, before, after, out, config):
    """What the filter keeps out neither passes nor keeps anything alive."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != outside.port or packet.port == inside.port or ip is None or ip.udp is None:
        return
    mapping = mapping_at(ip, ip.udp.dst_port, before, config)
    if mapping is not None and contact(mapping.key, ip.src, ip.udp.src_port, config) not in before.contacts:
        assert out.dropped
        assert after.mappings[mapping.key].last_use == mapping.last_use
