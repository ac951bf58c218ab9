# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """A UDP checksum of none stays none, and no other becomes none"""
    if out.sent and isinstance(packet.ipv4.transport, Udp):
        assert (packet.ipv4.transport.checksum == 0) == (out.packet.ipv4.transport.checksum == 0)
