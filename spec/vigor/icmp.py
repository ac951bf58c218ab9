# SPDX-License-Identifier: BSD-3-Clause
"""ICMP: RFC 792; ICMPv6: RFC 4443; its neighbour discovery messages: RFC 4861 section 4."""

from vigor.values import between, one_of
from vigor.view import Field, View, seen


class Icmp(View):
    """An ICMP or ICMPv6 header, according to the version of the IP packet that carries it."""

    SIZE = 8

    type = Field(0, 1, "Type.")
    code = Field(1, 1, "Code.")
    checksum = Field(2, 2, "Checksum.")
    identifier = Field(4, 2, "Identifier of an echo.")
    sequence = Field(6, 2, "Sequence number of an echo.")

    def __init__(self, ip):
        super().__init__(ip.packet, ip.l4)
        self.ip = ip

    @property
    def echo_request(self):
        """RFC 792: type 8; RFC 4443 section 4.1: type 128. A condition."""
        return self.type == (8 if self.ip.version == 4 else 128)

    @property
    def echo_reply(self):
        """RFC 792: type 0; RFC 4443 section 4.2: type 129. A condition."""
        return self.type == (0 if self.ip.version == 4 else 129)

    @property
    def unreached(self):
        """It reports that a packet was not delivered, and quotes it: destination unreachable, time exceeded
        or parameter problem (RFC 792: types 3, 11, 12); one of those or packet too big (RFC 4443:
        types 1 to 4). A condition. Source quench and redirect report something else."""
        if self.ip.version == 4:
            return one_of(self.type, 3, 11, 12)
        return between(self.type, 1, 4)

    @property
    def discovery(self):
        """It finds neighbours or routers: RFC 4861 section 4, ICMPv6 types 133 to 137. A condition."""
        if self.ip.version == 4:
            return False
        return between(self.type, 133, 137)

    @seen
    def quoted(self):
        """The packet that an error quotes after the 8 bytes of this header: an IPv4 or IPv6, as the carrier,
        or None if too little of it is there. Only for messages that have one: see unreached."""
        return self.ip.quoted(self.start + Icmp.SIZE)


def icmp(ip):
    """The ICMP header that a packet carries, or None if fewer than 8 bytes are there. One decision."""
    if ip.l4 + Icmp.SIZE > ip.end:
        return None
    return Icmp(ip)
