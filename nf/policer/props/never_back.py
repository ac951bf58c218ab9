# SPDX-License-Identifier: BSD-3-Clause
from vigor import *


def prop(packet, before, after, out, config):
    """No packet leaves by the port that it came in by."""
    assert not out.to(packet.port)
