# SPDX-License-Identifier: BSD-3-Clause
"""UDP: RFC 768."""

from vigor.view import Field, View


class Udp(View):
    """A UDP header."""

    PROTOCOL = 17
    SIZE = 8

    src_port = Field(0, 2, "Source port.")
    dst_port = Field(2, 2, "Destination port.")
    length = Field(4, 2, "Bytes of header and data.", shape=True)
    checksum = Field(6, 2, "Checksum; 0 means that the sender computed none.")

    def __init__(self, ip):
        super().__init__(ip.packet, ip.l4)
        self.ip = ip


def udp(ip):
    """The UDP header that a packet carries, or None if it is not whole: 8 bytes, length at least 8, and
    inside the packet unless more fragments follow. Two decisions."""
    if ip.l4 + Udp.SIZE > ip.end:
        return None
    header = Udp(ip)
    whole = (header.length >= Udp.SIZE) & (ip.more_fragments | (ip.l4 + header.length <= ip.end))
    return header if whole else None
