# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import is_heartbeat
from spec import Address, wide


def prop(packet, before, after, out, config):
    """When a backend comes to life, every new flow goes where it would have gone, or to that backend: the least disruption."""
    ip = packet.ip
    if ip is not None and not ip.later_fragment and is_heartbeat(ip, config):
        hashed = maglev_hash(packet.ethernet.src)
        old, new = config.backends.pick(before.alive, hashed), config.backends.pick(after.alive, hashed)
        if old is not None:
            assert new is not None
            assert (new[0] == old[0]) | (new[0] == Address(wide(ip, ip.src)))
