# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import contact, ends_of, faces, mapping_at


def prop(packet, before, after, out, config):
    """An ICMP error that is let in is about a packet of a live mapping to somebody whom that endpoint has sent something."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != outside.port or packet.port == inside.port or not out.sent or ip is None or ip.icmp is None:
        return
    if ip.icmp.unreached:
        quoted = ip.icmp.quoted
        assert quoted is not None and quoted.src == config.outside_address
        ends = ends_of(quoted, quoted.transport, True)
        mapping = mapping_at(quoted, ends.src_port, before, config)
        assert mapping is not None
        assert contact(mapping.key, ends.dst, ends.dst_port, config) in before.contacts
