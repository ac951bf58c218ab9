# SPDX-License-Identifier: BSD-3-Clause
"""An ICMP time exceeded gets another address in what it quotes (RFC 3022 section 4.3, RFC 1624)."""

from vigor import *


class Config:
    address: IPv4Addr


def spec(packet, state, config):
    ip = packet.ipv4
    if packet.port != 0 or ports() < 2 or ip is None or ip.later_fragment:
        return drop()
    icmp = ip.transport
    if not isinstance(icmp, Icmp) or icmp.type != 11 or icmp.quoted is None:
        return drop()
    quoted = icmp.quoted
    before = words16(quoted.src, 4)
    after = words16(config.address, 4)
    checksum = quoted.checksum
    quoted.checksum = update(checksum, before, after)
    icmp.checksum = update(icmp.checksum, before + [checksum], after + [quoted.checksum])
    quoted.src = config.address
    return forward(packet, to=1)
