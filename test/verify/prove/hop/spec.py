# SPDX-License-Identifier: BSD-3-Clause
"""Each packet is an address and goes where its longest route says."""
from vigor import *


class Hop(Record):
    gateway: IPv4Addr
    port: U32


class Config:
    routes: Routes(Hop)


def spec(packet, state, config):
    if packet.length < 4:
        return drop()
    hop = config.routes.longest(packet.data[0, 4])
    if hop is None:
        return drop()
    packet.data[0, 4] = hop.gateway
    return forward(packet, to=hop.port)
