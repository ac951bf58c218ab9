# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Endpoint, external_port, mapping_at


def prop(packet, before, after, out, config):
    """An external port leads back to the one mapping that has it. So no two live mappings of a protocol share an external port."""
    ip = packet.ipv4
    if ip is None or ip.udp is None:
        return
    mapping = after.mappings.get(Endpoint(ip.src, ip.udp.src_port, ip.protocol))
    if mapping is not None:
        back = mapping_at(ip, external_port(mapping, config), after, config)
        assert back is not None and back.key == mapping.key
