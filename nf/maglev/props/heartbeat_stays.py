# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import is_heartbeat


def prop(packet, before, after, out, config):
    """A heartbeat is never forwarded, whoever sends it."""
    if packet.ip is not None and not packet.ip.later_fragment and is_heartbeat(packet.ip, config):
        assert out.dropped
