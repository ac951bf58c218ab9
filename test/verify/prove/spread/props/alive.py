# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import Address


def prop(packet, before, after, out, config):
    """Who is not alive gets nothing."""
    if out.sent:
        address = Address(IPv6Addr(out.packet.data[0, 8], out.packet.data[8, 8]))
        assert address in before.alive
        assert config.backends.find(address).weight > 0
