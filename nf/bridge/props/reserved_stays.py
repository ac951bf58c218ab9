# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """Frames to the reserved addresses 01-80-C2-00-00-00 to 0F are not forwarded, whatever is configured."""
    if packet.length >= 14 and packet.data[0, 4] == 0x0180C200 and packet.data[4] == 0 and packet.data[5] < 16:
        assert out.dropped
