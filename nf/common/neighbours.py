# SPDX-License-Identifier: BSD-3-Clause
"""A function's own addresses on its ports, and who else is there: RFC 826.

Specifications import it: State has a table `neighbours = Table(Neighbour, NeighbourLink, …)`. Choices:
 - A function never makes a packet. A request to it becomes the reply; a packet for a neighbour that is not known
   becomes the request for it, and is lost (RFC 1122 section 2.3.2.2: it should be kept, but need not be).
 - What a sender says of itself is not believed if it is an address of another network or the function's own, or if
   the Ethernet address is a group's. A request from such a one is answered (RFC 5227 section 2.1.1: a probe).
 - The request is as long as the shortest frame, 60 bytes; a reply is as long as its request.
"""

from vigor import *

SHORTEST = 60  # bytes of a frame (IEEE 802.3 section 3.2.7)


class Neighbour(Record):
    """An address is a host of one network: the same on two ports may be two hosts."""
    address: IPv4Addr
    port: U32


class NeighbourLink(Record):
    mac: MacAddr


class Face:
    """What a function is on one of its ports. length: bits of the address that name the network."""

    def __init__(self, port, address, length, mac):
        self.port = port
        self.address = address
        self.length = length
        self.mac = mac

    def reaches(self, address):
        """The address is on the face's own network. A condition."""
        shift = 32 - self.length
        return (address >> shift) == (self.address >> shift)


def hear(packet, face, neighbours):
    """An ARP frame has come to the face: RFC 826, "Packet Reception"."""
    arp = packet.arp
    if arp is None or not arp.for_ipv4:
        return drop()
    asked = arp.target_ip == face.address
    believed = (face.reaches(arp.sender_ip) & (arp.sender_ip != face.address)
                & ((arp.sender_mac >> 40) & 1 == 0))
    if believed:
        sender = Neighbour(arp.sender_ip, face.port)
        if asked or sender in neighbours:  # "Merge_flag"
            neighbours.insert(sender, mac=arp.sender_mac)
    if asked and arp.operation == Arp.REQUEST:
        answer(packet, arp, face)
        return forward(packet, to=face.port)
    return drop()


def answer(packet, arp, face):
    """The request becomes the reply."""
    packet.ethernet.dst = arp.sender_mac
    packet.ethernet.src = face.mac
    arp.operation = Arp.REPLY
    arp.target_mac = arp.sender_mac
    arp.target_ip = arp.sender_ip
    arp.sender_mac = face.mac
    arp.sender_ip = face.address


def send(packet, face, address, neighbours):
    """Sends the packet out of the face to a neighbour, if its Ethernet address is known, and asks for it if not."""
    link = neighbours.get(Neighbour(address, face.port))
    if link is None:
        ask(packet, face, address)
    else:
        packet.ethernet.dst = link.mac
        packet.ethernet.src = face.mac
    return forward(packet, to=face.port)


def ask(packet, face, address):
    """The packet becomes the request for an address: RFC 826, "Packet Generation"."""
    if packet.length > SHORTEST:
        packet.trim_back(packet.length - SHORTEST)
    else:
        packet.grow_back(SHORTEST - packet.length)
    packet.data[0, 6] = MacAddr("ff:ff:ff:ff:ff:ff")
    packet.data[6, 6] = face.mac
    packet.data[12, 2] = ETHERTYPE_ARP
    packet.data[14, 6] = 0x000108000604  # Ethernet, IPv4, their sizes
    packet.data[20, 2] = Arp.REQUEST
    packet.data[22, 6] = face.mac
    packet.data[28, 4] = face.address
    packet.data[32, 6] = 0
    packet.data[38, 4] = address
    for at in range(42, SHORTEST, 6):
        packet.data[at, 6] = 0
