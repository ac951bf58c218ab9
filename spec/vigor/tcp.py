# SPDX-License-Identifier: BSD-3-Clause
"""TCP: RFC 9293 section 3.1."""

from vigor.view import Field, View


class Tcp(View):
    """A TCP header. In a quote only its first 8 bytes are there: the ports and the sequence number."""

    PROTOCOL = 6
    SIZE = 20

    src_port = Field(0, 2, "Source port.")
    dst_port = Field(2, 2, "Destination port.")
    sequence = Field(4, 4, "Sequence number.")
    acknowledgment = Field(8, 4, "Acknowledgment number.")
    offset_reserved = Field(12, 1, "Data offset in 32-bit words (4 bits) and reserved bits (4).", shape=True)
    flags = Field(13, 1, "CWR ECE URG ACK PSH RST SYN FIN, most significant first.")
    window = Field(14, 2, "Window.")
    checksum = Field(16, 2, "Checksum.")
    urgent = Field(18, 2, "Urgent pointer.")

    def __init__(self, ip):
        super().__init__(ip.packet, ip.l4)
        self.ip = ip

    @property
    def data_offset(self):
        """Header length in 32-bit words."""
        return self.word(12, 1) >> 4

    @property
    def fin(self):
        """No more data from the sender: a condition, as the other flags."""
        return self.flags & 1 != 0

    @property
    def syn(self):
        """Synchronize sequence numbers."""
        return self.flags & 2 != 0

    @property
    def rst(self):
        """Reset the connection."""
        return self.flags & 4 != 0

    @property
    def ack(self):
        """The acknowledgment number means something."""
        return self.flags & 16 != 0


def tcp(ip):
    """The TCP header that a packet carries, or None if it is not whole: 20 bytes, data offset at least
    5 and inside the packet. Two decisions."""
    if ip.l4 + Tcp.SIZE > ip.end:
        return None
    header = Tcp(ip)
    whole = (header.data_offset >= 5) & (ip.l4 + header.data_offset * 4 <= ip.end)
    return header if whole else None
