# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """A packet whose time to live ends here, or whose header checksum is wrong, goes no further."""
    ip = packet.ipv4
    if ip is not None and (ip.ttl <= 1 or not ip.checksum_right):
        assert out.dropped
