# SPDX-License-Identifier: BSD-3-Clause
"""Packets go to living backends."""
from vigor import *


class Address(Record):
    address: IPv6Addr


class Backend(Record):
    weight: U32
    port: U32


class Health(Record):
    since: U64


class Config:
    entries: U32
    backends: Backends(Address, Backend, size="entries")


class State:
    alive = Table(Address, Health, capacity=64, lifetime=1_000_000_000)


def spec(packet, state, config):
    if packet.length == 17:
        address = Address(IPv6Addr(packet.data[1, 8], packet.data[9, 8]))
        if address in config.backends:
            state.alive.insert(address, since=now())
        return drop()
    if packet.length < 16:
        return drop()
    picked = config.backends.pick(state.alive, maglev_hash(packet.data[0, 4], packet.data[4, 4]))
    if picked is None:
        return drop()
    address, backend = picked
    packet.data[0, 8], packet.data[8, 8] = address.address.hi, address.address.lo
    return forward(packet, to=backend.port)
