# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Fragment, faces


def prop(packet, before, after, out, config):
    """A later fragment passes only after its first one."""
    inside, outside = faces(config)
    ip = packet.ipv4
    if ip is not None and ip.later_fragment and out.sent:
        side = 1 if packet.port == inside.port else 0
        assert Fragment(ip.src, ip.dst, ip.identification, ip.protocol, side) in before.fragments
