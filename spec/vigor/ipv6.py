# SPDX-License-Identifier: BSD-3-Clause
"""IPv6: RFC 8200 sections 3 and 4; the Authentication Header: RFC 4302 section 2."""

from vigor import _backend
from vigor.ip import IP
from vigor.values import not_, one_of, select
from vigor.view import AddressField, Field, seen

HOP_BY_HOP = 0
ROUTING = 43
FRAGMENT = 44
AUTHENTICATION = 51
DESTINATION = 60

MOST_EXTENSIONS = 8  # how many extension headers are walked: RFC 8200 sets no bound, so one is chosen

# How a walk ends.
UPPER = 0     # at a header that is no extension header
LATER = 1     # after the fragment header of a later fragment
TOO_MANY = 2  # at one extension header more than are walked
CUT = 3       # at an extension header that is not whole


class IPv6(IP):
    """A whole IPv6 packet. Bytes after its payload length are padding of the frame.

    Extension headers are walked in any order, up to 8 of them. A ninth is not looked into: its
    number is then `protocol`, which no transport has."""

    SIZE = 40
    ICMP = 58
    version = 6

    version_class_flow = Field(0, 4, "Version (4 bits), traffic class (8), flow label (20).", shape=True)
    payload_length = Field(4, 2, "Bytes after the 40 of the fixed header.", shape=True)
    next_header = Field(6, 1, "Number of the first header after the fixed one.", shape=True)
    hop_limit = Field(7, 1, "Hops.")
    src = AddressField(8, "Source address, an IPv6Addr.")
    dst = AddressField(24, "Destination address, an IPv6Addr.")

    @property
    def end(self):
        return self.start + 40 + self.payload_length

    @seen
    def _walked(self):
        return walk(self.packet.version, self.next_header, self.start + 40, self.end)

    @property
    def extensions_whole(self):
        """Every extension header that was walked is inside the packet. A condition."""
        return self._walked[0] != CUT

    @property
    def ends_at_upper(self):
        """What follows the extension headers that were walked starts with its first byte. A condition."""
        return (self._walked[0] == UPPER) | self.cut_short

    @property
    def cut_short(self):
        return self._walked[0] == TOO_MANY

    @property
    def later_fragment(self):
        return self._walked[0] == LATER

    @property
    def l4(self):
        return self._walked[1]

    @property
    def protocol(self):
        return self._walked[2]

    @property
    def more_fragments(self):
        return self._walked[3]

    def quoted(self, start):
        """The IPv6 packet that an ICMPv6 error carried by this one quotes at `start`: see quoted_ipv6."""
        return quoted_ipv6(self.packet, start, self.end)


class QuotedIPv6(IPv6):
    """The start of an IPv6 packet inside an ICMPv6 error (RFC 4443 section 2.4 (c)): its headers and
    8 bytes of what it carried. It ends where its carrier ends."""

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


def ipv6(packet, start):
    """The IPv6 packet that starts at `start`, or None if it is not whole: 40 bytes, version 6, payload
    length <= bytes after them, and extension headers inside the payload. Three decisions."""
    if packet.length < start + IPv6.SIZE:
        return None
    ip = IPv6(packet, start)
    if not ((ip.version_class_flow >> 28 == 6) & (ip.end <= packet.length)):
        return None
    return ip if ip.extensions_whole else None


def quoted_ipv6(packet, start, end):
    """The IPv6 packet quoted from `start` on, before `end`, or None if it is too short to say what it was:
    version 6, whole extension headers, then 8 bytes, and not a later fragment.
    Its payload length is not looked at, for quotes are cut. Two decisions."""
    if end < start + IPv6.SIZE:
        return None
    ip = QuotedIPv6(packet, start, end)
    whole = (ip.version_class_flow >> 28 == 6) & ip.ends_at_upper & (ip.l4 + 8 <= end)
    return ip if whole else None


@_backend.pure
def walk(version, header, start, end):
    """Walks the extension headers of a packet of this version (0 arrived, 1 current) from index `start`, where
    one with number `header` stands, not past `end`. Returns how the walk ends (UPPER, LATER, TOO_MANY or
    CUT), the index and the number of the header where it does, and whether a fragment header says
    that more fragments follow.

    RFC 8200 sections 4.3, 4.4 and 4.6: the second byte counts 8-byte units after the first; 4.5: a fragment
    header has 8 bytes; RFC 4302 section 2.2: in AH it counts 4-byte units, less 2. At most two decisions
    for each header."""
    word = _backend.current.word
    more = False
    for _ in range(MOST_EXTENSIONS):
        extension = one_of(header, HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION)
        if not_(extension) | (start + 8 > end):
            return select(extension, CUT, UPPER), start, header, more

        fragment = header == FRAGMENT
        offset_flags = word(version, start + 2, 2)
        units = word(version, start + 1, 1)
        size = select(fragment, 8, select(header == AUTHENTICATION, (units + 2) * 4, (units + 1) * 8))
        more = more | (fragment & (offset_flags & 1 == 1))
        later = fragment & (offset_flags >> 3 != 0)
        header = word(version, start, 1)
        start = start + size
        if later | (start > end):
            return select(later, LATER, CUT), start, header, more
    extension = one_of(header, HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION)
    return select(extension, TOO_MANY, UPPER), start, header, more
