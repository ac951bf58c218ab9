# SPDX-License-Identifier: BSD-3-Clause
"""What IPv4 and IPv6 have in common: a packet from one address to another, that carries something."""

from vigor.icmp import Icmp, icmp
from vigor.tcp import Tcp, tcp
from vigor.udp import Udp, udp
from vigor.view import Other, View, seen


class IP(View):
    """A whole IPv4 or IPv6 packet: every length field agrees with the bytes that are there.

    Both have, besides the fields of their headers:
        version          4 or 6, a constant
        protocol         number of what is carried (IPv6: the last next header value)
        later_fragment   condition: a fragment with offset other than 0
        more_fragments   condition: more fragments follow
        l4               index in the packet of the first byte after the headers of IP
        end              index in the packet of the byte after the last one that IP counts
        ICMP             number of the ICMP that goes with this version: 1 or 58
    """

    quote = False      # it is quoted in an ICMP error, and may be cut
    cut_short = False  # a condition: there are more extension headers than are looked into

    @seen
    def transport(self):
        """What the packet carries: a Tcp, Udp or Icmp; an Other for any other protocol and for later
        fragments; None if it is one of the three and not whole. At most 6 decisions.

        ICMP counts only over its own version of IP. In a quote 8 bytes suffice (RFC 792: "the first
        64 bits of the original datagram's data"), which hold the ports, or the identifier of an echo."""
        if self.later_fragment | self.cut_short:
            return Other()
        if self.protocol == Tcp.PROTOCOL:
            return Tcp(self) if self.quote else tcp(self)
        if self.protocol == Udp.PROTOCOL:
            return Udp(self) if self.quote else udp(self)
        if self.protocol == self.ICMP:
            return Icmp(self) if self.quote else icmp(self)
        return Other()

    @property
    def tcp(self):
        """The TCP header, or None."""
        return self._carried(Tcp)

    @property
    def udp(self):
        """The UDP header, or None."""
        return self._carried(Udp)

    @property
    def icmp(self):
        """The ICMP or ICMPv6 header, or None."""
        return self._carried(Icmp)

    def _carried(self, kind):
        return self.transport if isinstance(self.transport, kind) else None
