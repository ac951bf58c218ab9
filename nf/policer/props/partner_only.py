# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """A packet leaves by the partner of its port only, and by none if its port is in no pair."""
    pair = config.pairs.find(packet.port)
    if out.sent:
        assert pair is not None and out.ports == 1 << pair.partner
