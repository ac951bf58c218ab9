# SPDX-License-Identifier: BSD-3-Clause
"""IPv4: RFC 791 section 3.1; wholeness after RFC 1812 section 5.2.2."""

from vigor import _backend
from vigor.checksum import fold
from vigor.ip import IP
from vigor.view import Field


class IPv4(IP):
    """A whole IPv4 packet. Trailing bytes after its total length are padding of the frame."""

    SIZE = 20  # bytes of a header without options
    ICMP = 1
    version = 4

    version_ihl = Field(0, 1, "Version (4 bits) and header length in 32-bit words (4 bits).", shape=True)
    tos = Field(1, 1, "Type of service: 6 bits of DSCP and 2 of ECN (RFC 2474, 3168).")
    total_length = Field(2, 2, "Bytes of header and data.", shape=True)
    identification = Field(4, 2, "What fragments of one datagram share.")
    flags_fragment = Field(6, 2, "Reserved, DF, MF and the fragment offset in units of 8 bytes.", shape=True)
    ttl = Field(8, 1, "Time to live: hops.")
    protocol = Field(9, 1, "Number of the protocol that is carried.", shape=True)
    checksum = Field(10, 2, "Header checksum.")
    src = Field(12, 4, "Source address; IPv4Addr(\"10.0.0.1\") writes one.")
    dst = Field(16, 4, "Destination address.")

    @property
    def ihl(self):
        """Header length in 32-bit words: 5 to 15."""
        return self.word(0, 1) & 15

    @property
    def l4(self):
        return self.start + self.ihl * 4

    @property
    def end(self):
        return self.start + self.total_length

    @property
    def fragment_offset(self):
        """In units of 8 bytes."""
        return self.flags_fragment & 0x1FFF

    @property
    def later_fragment(self):
        return self.fragment_offset != 0

    @property
    def more_fragments(self):
        return self.flags_fragment & 0x2000 != 0

    @property
    def dont_fragment(self):
        """The DF flag, a condition."""
        return self.flags_fragment & 0x4000 != 0

    @property
    def checksum_right(self):
        """The header checksum is right: the one's complement sum of the header, options
        included, is 0xFFFF (RFC 1071). A condition."""
        return header_sum(self.packet.version, self.start, self.ihl)[0] == 0xFFFF

    def quoted(self, start):
        """The IPv4 packet that an ICMP error carried by this one quotes at `start`: see quoted_ipv4."""
        return quoted_ipv4(self.packet, start, self.end)


class QuotedIPv4(IPv4):
    """The start of an IPv4 packet inside an ICMP error (RFC 792): the header, and 8 bytes of what
    it carried. It ends where its carrier ends; its total length counts bytes that may be cut off."""

    quote = True
    later_fragment = False

    def __init__(self, packet, start, end):
        super().__init__(packet, start)
        self._end = end

    @property
    def end(self):
        return self._end

    def quoted(self, start):
        return None


def ipv4(packet, start):
    """The IPv4 packet that starts at `start`, or None if it is not whole: 20 bytes, version 4, IHL at
    least 5, and header length <= total length <= bytes present (so the header is present
    too). The header checksum is not looked at. Two decisions."""
    if packet.length < start + IPv4.SIZE:
        return None
    ip = IPv4(packet, start)
    whole = ((ip.version_ihl >> 4 == 4) & (ip.ihl >= 5)
             & (ip.ihl * 4 <= ip.total_length) & (start + ip.total_length <= packet.length))
    return ip if whole else None


def quoted_ipv4(packet, start, end):
    """The IPv4 packet quoted from `start` on, before `end`, or None if it is too short to say what it
    was: a header of version 4, and 8 bytes after it, present, and not a later
    fragment. Its total length is not looked at, for quotes are cut. Two decisions."""
    if end < start + IPv4.SIZE:
        return None
    ip = QuotedIPv4(packet, start, end)
    whole = ((ip.version_ihl >> 4 == 4) & (ip.ihl >= 5)
             & (start + ip.ihl * 4 + 8 <= end) & (ip.fragment_offset == 0))
    return ip if whole else None


@_backend.pure
def header_sum(version, start, ihl):
    """The folded one's complement sum of a header of ihl 32-bit words, 5 to 15, that is present."""
    total = 0
    for index in range(15):
        if index >= 5:
            if index >= ihl:
                break
        total = total + _backend.current.word(version, start + 4 * index, 2)
        total = total + _backend.current.word(version, start + 4 * index + 2, 2)
    return (fold(total),)
