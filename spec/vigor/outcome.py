# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of a packet."""

from vigor import _backend
from vigor.packet import Packet
from vigor.values import not_


class Outcome:
    """What a specification returns. ports: bit p is set iff the packet leaves by port p."""

    def __init__(self, ports):
        self.ports = ports


def drop():
    """The packet leaves by no port."""
    return Outcome(0)


def forward(packet, to):
    """The packet, as it now stands, leaves by this port, or by each port of a list."""
    mask = 0
    for port in to if isinstance(to, (list, tuple)) else [to]:
        mask = mask | (1 << port)
    return Outcome(mask)


def flood(packet):
    """The packet, as it now stands, leaves by every port but the one that it came in by."""
    every = (1 << _backend.current.ports()) - 1
    return Outcome(every ^ (1 << packet.port))


class Sent:
    """What the network function did, as a property sees it."""

    @property
    def ports(self):
        """Bit p is set iff the packet was sent out of port p."""
        return _backend.current.sent_ports()

    @property
    def sent(self):
        """It was sent at all."""
        return self.ports != 0

    @property
    def dropped(self):
        """It was not sent."""
        return self.ports == 0

    def to(self, port):
        """It was sent out of this port."""
        return (self.ports >> port) & 1 == 1

    @property
    def packet(self):
        """The packet as sent; meaningless if it was dropped."""
        return Packet(1, writable=False)

    @property
    def unchanged(self):
        """The packet as sent has the length and all the bytes of the packet as it arrived."""
        return _backend.current.unchanged()

    @property
    def changed(self):
        """The opposite of unchanged."""
        return not_(self.unchanged)
