# SPDX-License-Identifier: BSD-3-Clause
"""Ethernet: IEEE 802.3 clause 3, with the type interpretation of the length/type field."""

from vigor.view import Field, View

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_VLAN = 0x8100
ETHERTYPE_IPV6 = 0x86DD


class Ethernet(View):
    """The first 14 bytes of a frame. 802.1Q tags are not looked into: a tagged frame has type 0x8100.
    Values of type below 0x0600 are lengths (802.3 3.2.6); they equal no EtherType."""

    SIZE = 14

    dst = Field(0, 6, "Destination address: 48 bits; MacAddr(\"01:80:c2:00:00:00\") writes one.")
    src = Field(6, 6, "Source address.")
    type = Field(12, 2, "EtherType.", shape=True)


def ethernet(packet):
    """The Ethernet header, or None if the packet has fewer than 14 bytes. One decision."""
    if packet.length < Ethernet.SIZE:
        return None
    return Ethernet(packet, 0)
