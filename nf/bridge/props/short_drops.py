# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """What is too short for two addresses and a type is dropped and teaches nothing."""
    if packet.length < 14:
        assert out.dropped
        assert after.stations.count == before.stations.count
