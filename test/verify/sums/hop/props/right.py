# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """What leaves has a right header checksum"""
    if out.sent:
        assert out.packet.ipv4.checksum_right
