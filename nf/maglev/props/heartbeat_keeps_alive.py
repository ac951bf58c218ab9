# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from flows import is_heartbeat
from spec import Address, wide


def prop(packet, before, after, out, config):
    """A heartbeat adds its backend to those that live if there is room, keeps it there, and adds nobody else."""
    ip = packet.ip
    if ip is None or ip.later_fragment or not is_heartbeat(ip, config):
        assert after.alive.count == before.alive.count
        return
    sender = Address(wide(ip, ip.src))
    backend = config.backends.find(sender)
    if backend is not None and backend.port == packet.port:
        if sender in before.alive or not before.alive.full:
            assert after.alive[sender].last_use == after.alive.tick
    else:
        assert after.alive.count == before.alive.count
