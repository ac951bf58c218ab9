# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import contact, ends_of, faces, mapping_at


def prop(packet, before, after, out, config):
    """Nothing unsolicited comes in. A conversation's packet that is let in is for a live mapping of its protocol, from somebody whom
    that inside endpoint has sent something."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if packet.port != outside.port or packet.port == inside.port or not out.sent or ip is None:
        return
    l4 = ip.transport
    if ip.later_fragment or isinstance(l4, Icmp) and l4.unreached:
        return  # followers, errors: properties of their own
    assert isinstance(l4, (Tcp, Udp, Icmp))
    ends = ends_of(ip, l4, False)
    mapping = mapping_at(ip, ends.dst_port, before, config)
    assert mapping is not None
    assert contact(mapping.key, ends.src, ends.src_port, config) in before.contacts
