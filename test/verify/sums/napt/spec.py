# SPDX-License-Identifier: BSD-3-Clause
"""One address and port put for those of every TCP or UDP packet, with every checksum that covers them (RFC 3022 section
4.1, RFC 1624). UDP: none stays none, and one that comes to 0 is sent as 0xFFFF (RFC 768)."""

from vigor import *


class Config:
    address: IPv4Addr
    port: U16


def spec(packet, state, config):
    ip = packet.ipv4
    if packet.port != 0 or ports() < 2 or ip is None or ip.later_fragment:
        return drop()
    l4 = ip.transport
    if not isinstance(l4, (Tcp, Udp)):
        return drop()
    before = words16(ip.src, 4) + [l4.src_port]
    after = words16(config.address, 4) + [config.port]
    checksum = update(l4.checksum, before, after)
    if isinstance(l4, Udp):
        checksum = select(l4.checksum == 0, 0, select(checksum == 0, 0xFFFF, checksum))
    l4.checksum = checksum
    ip.checksum = update(ip.checksum, words16(ip.src, 4), words16(config.address, 4))
    ip.src = config.address
    l4.src_port = config.port
    return forward(packet, to=1)
