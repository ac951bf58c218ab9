# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """An IPv4 packet with a wrong header checksum goes nowhere, and causes nothing to be sent."""
    ip = packet.ipv4
    if ip is not None and not ip.checksum_right:
        assert out.dropped
