# SPDX-License-Identifier: BSD-3-Clause
from vigor import *
from spec import InterfacePort, martian


def prop(packet, before, after, out, config):
    """An echo request to the interface's own address is answered, whatever its TTL, its data as it came."""
    ip = packet.ipv4
    here = config.interfaces.find(InterfacePort(packet.port))
    if ip is None or here is None or here.length > 30:
        return
    if packet.ethernet.dst != here.mac or packet.ethernet.src >> 40 & 1 == 1:
        return
    hosts = (1 << 32 - here.length) - 1
    if martian(ip.src) | martian(ip.dst) | one_of(ip.src & hosts, 0, hosts):
        return
    if ip.dst != here.address or ip.ihl != 5 or ip.later_fragment or ip.more_fragments or not ip.checksum_right:
        return
    if ip.icmp is None or ip.icmp.type != 8:
        return
    assert out.to(packet.port)
    sent = IPv4(out.packet, 14)
    assert (sent.src == ip.dst) & (sent.dst == ip.src) & (out.packet.length == packet.length)
    assert (out.packet.data[34] == 0) & (out.packet.data[38, 4] == packet.data[38, 4])
