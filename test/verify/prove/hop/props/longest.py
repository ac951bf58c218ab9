# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """A packet goes by the longest route that contains its address, and by none if there is none."""
    if packet.length < 4:
        return
    address, port, known = packet.data[0, 4], 0, packet.length < 0
    for length in range(33):
        listed, hop = config.routes.look(address >> 32 - length << 32 - length, length)
        port = select(listed, hop.port, port)
        known = known | listed
    assert out.sent == known
    if out.sent:
        assert out.to(port)
