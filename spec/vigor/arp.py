# SPDX-License-Identifier: BSD-3-Clause
"""ARP for IPv4 over Ethernet: RFC 826."""

from vigor.ethernet import ETHERTYPE_IPV4
from vigor.view import Field, View


class Arp(View):
    """An ARP packet of the 28 bytes that IPv4 over Ethernet takes. That the fields have the meaning
    named here is only so when for_ipv4 holds."""

    SIZE = 28
    REQUEST = 1
    REPLY = 2

    hardware = Field(0, 2, "Hardware address space: 1 is Ethernet.")
    protocol = Field(2, 2, "Protocol address space, an EtherType.")
    hardware_size = Field(4, 1, "Bytes of a hardware address.")
    protocol_size = Field(5, 1, "Bytes of a protocol address.")
    operation = Field(6, 2, "REQUEST or REPLY.")
    sender_mac = Field(8, 6, "Hardware address of the sender.")
    sender_ip = Field(14, 4, "Protocol address of the sender.")
    target_mac = Field(18, 6, "Hardware address of the target.")
    target_ip = Field(24, 4, "Protocol address of the target.")

    @property
    def for_ipv4(self):
        """It resolves IPv4 addresses to Ethernet addresses. One condition."""
        return ((self.hardware == 1) & (self.protocol == ETHERTYPE_IPV4)
                & (self.hardware_size == 6) & (self.protocol_size == 4))


def arp(packet, start):
    """The ARP packet at `start`, or None if fewer than 28 bytes follow. One decision."""
    if packet.length < start + Arp.SIZE:
        return None
    return Arp(packet, start)
