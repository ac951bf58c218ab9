# SPDX-License-Identifier: BSD-3-Clause
"""What comes by port 0 leaves with its sender's label, by port 1 or 2."""
from vigor import *


class Sender(Record):
    address: MacAddr


class Label(Record):
    label: U16


class Config:
    capacity: U32


class State:
    labels = Table(Sender, Label, capacity="capacity", lifetime=60 * 10**9)


def spec(packet, state, config):
    if packet.port != 0 or packet.length < 16:
        return drop()
    sender = Sender(packet.data[6, 6])
    known = state.labels.get(sender)
    label = choose(U16, lambda seen: seen.packet.data[14, 2], otherwise=1,
                   where=lambda value: value != 0) if known is None else known.label
    if not state.labels.insert(sender, label=label):
        return drop()
    packet.data[14, 2] = label
    return Outcome(choose(U32, lambda seen: seen.ports, otherwise=1 << 1,
                          where=lambda ports: one_of(ports, 1 << 1, 1 << 2)))
