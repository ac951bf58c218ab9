# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """A packet leaves by its port's other half, if that exists, and never by any other port."""
    assert out.ports == select((packet.port ^ 1) < ports(), 1 << (packet.port ^ 1), 0)
