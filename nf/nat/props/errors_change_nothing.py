# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """ICMP errors make, end and keep alive no mapping and no contact (RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 5508 REQ-6)."""
    ip = packet.ipv4
    if ip is not None and ip.icmp is not None and ip.icmp.unreached:
        assert after.mappings.count == before.mappings.count
        assert after.contacts.count == before.contacts.count
        mapping = before.mappings.at(ip.identification)
        if mapping is not None:
            now = after.mappings.get(mapping.key)
            assert now is not None and now.last_use == mapping.last_use and now.state == mapping.state
