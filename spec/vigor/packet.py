# SPDX-License-Identifier: BSD-3-Clause
"""A packet: bytes of an Ethernet frame without its frame check sequence, and the port it came in by."""

from vigor import _backend
from vigor.arp import Arp, arp
from vigor.errors import misuse
from vigor.ethernet import ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, Ethernet, ethernet
from vigor.ip import IP
from vigor.ipv4 import IPv4, ipv4
from vigor.ipv6 import IPv6, ipv6
from vigor.view import Other, forget, seen


class Packet:
    """The packet, and the headers in it.

    A header is None where the packet has none, or none that is whole. Whether it has is decided at
    the first look, and again only after a write to a field that says so."""

    def __init__(self, version, writable):
        self.version = version   # 0: as it arrived, 1: as it now stands
        self.front = 0           # how often its first byte has moved
        self._writable = writable

    @property
    def length(self):
        """Bytes."""
        return _backend.current.length(self.version)

    @property
    def port(self):
        """The port that it came in by, from 0."""
        return _backend.current.port()

    def word(self, index, size):
        """The number in size bytes (1 to 8) from byte `index`, most significant first. They are there: to
        read beyond the end is an error of the specification."""
        return _backend.current.word(self.version, index, size)

    def set_word(self, index, size, value):
        """Writes size bytes (1 to 8) from byte `index`, most significant first."""
        self._current().write(index, size, value)

    @property
    def data(self):
        """The bytes: data[index] is one, data[index, size] a number of up to 8; both can be assigned."""
        return Data(self)

    @seen
    def ethernet(self):
        """The Ethernet header: None below 14 bytes."""
        return ethernet(self)

    @seen
    def network(self):
        """What the frame carries: an Arp, an IPv4, an IPv6; an Other for any other EtherType; None if it
        is one of the three, or the frame itself, and not whole. At most 7 decisions."""
        if self.ethernet is None:
            return None
        if self.ethernet.type == ETHERTYPE_ARP:
            return arp(self, Ethernet.SIZE)
        if self.ethernet.type == ETHERTYPE_IPV4:
            return ipv4(self, Ethernet.SIZE)
        if self.ethernet.type == ETHERTYPE_IPV6:
            return ipv6(self, Ethernet.SIZE)
        return Other()

    @property
    def arp(self):
        """The ARP packet, or None."""
        return self._carried(Arp)

    @property
    def ip(self):
        """The IPv4 or IPv6 packet, or None."""
        return self._carried(IP)

    @property
    def ipv4(self):
        """The IPv4 packet, or None."""
        return self._carried(IPv4)

    @property
    def ipv6(self):
        """The IPv6 packet, or None."""
        return self._carried(IPv6)

    def _carried(self, kind):
        return self.network if isinstance(self.network, kind) else None

    def grow_front(self, size):
        """Makes room for size bytes before the first: they are to be written before the packet is sent."""
        self._resize("grow_front", size, moves=True)

    def grow_back(self, size):
        """Makes room for size bytes after the last: they are to be written before the packet is sent."""
        self._resize("grow_back", size, moves=False)

    def trim_front(self, size):
        """Takes the first size bytes off."""
        self._resize("trim_front", size, moves=True)

    def trim_back(self, size):
        """Takes the last size bytes off."""
        self._resize("trim_back", size, moves=False)

    def _resize(self, how, size, moves):
        getattr(self._current(), how)(size)
        forget(self)
        if moves:
            self.front += 1

    def _current(self):
        if not self._writable:
            raise misuse("a property changes nothing")
        return _backend.current


class Data:
    """The bytes of a packet, indexed."""

    def __init__(self, packet):
        self._packet = packet

    def __getitem__(self, place):
        index, size = place if isinstance(place, tuple) else (place, 1)
        return self._packet.word(index, size)

    def __setitem__(self, place, value):
        index, size = place if isinstance(place, tuple) else (place, 1)
        self._packet.set_word(index, size, value)
        forget(self._packet)
