# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import says_ip


def prop(packet, before, after, out, config):
    """What does not say that it is IP always passes, both ways; what says so and is not whole never does."""
    pair = config.pairs.find(packet.port)
    if pair is None:
        return
    if packet.ethernet is None:
        assert out.dropped
    elif not says_ip(packet):
        assert out.ports == 1 << pair.partner
    elif packet.ip is None:
        assert out.dropped
