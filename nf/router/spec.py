# SPDX-License-Identifier: BSD-3-Clause
"""Router: IPv4 packets go where the longest route for their destination says.

RFC 1812, whose sections the numbers below are, with RFC 792 and RFC 1191 (ICMP) and RFC 826 (ARP). One packet in, one
packet out: an ICMP error or an ARP request takes the place of the packet that caused it.

Choices that they leave open:
 - A frame is for the router iff its destination is the address of the interface that it came in by, or everybody's and it
   is ARP (5.3.4: what everybody was sent on the link is not forwarded). A frame from a group is dropped.
 - An ICMP message goes out of the interface by which the packet came that caused it, to the station that sent that.
 - An ICMP error quotes the header and 8 bytes (4.3.2.3 would like more); a packet that has fewer causes none.
 - A route whose port has no interface is none.
 - Datagrams are not cut: what is too big for the link is dropped, with an error if DF is set.
 - An interface's network must have at least two host bits to have a broadcast address (RFC 3021).
 - How many hops and which identification the router gives what it says itself is left open here too.
"""

from neighbours import Face, Neighbour, NeighbourLink, hear, send
from vigor import *

EVERYBODY = MacAddr("ff:ff:ff:ff:ff:ff")

UNREACHABLE, SOURCE_QUENCH, REDIRECT, ECHO, TIME_EXCEEDED, PARAMETER_PROBLEM = 3, 4, 5, 8, 11, 12
NET, PROTOCOL, PORT, TOO_BIG = 0, 2, 3, 4  # codes of UNREACHABLE


class InterfacePort(Record):
    port: U32


class Interface(Record):
    """What the router is behind a port, how long its network's prefix is, and the largest datagram there."""
    address: IPv4Addr
    length: U8
    mac: MacAddr
    mtu: U16


class Hop(Record):
    """Gateway 0.0.0.0: the destination is a neighbour."""
    gateway: IPv4Addr
    port: U32


class Config:
    capacity: U32
    neighbour_lifetime: Nanoseconds
    interfaces: Listed(InterfacePort, Interface)
    routes: Routes(Hop)
    static: Listed(Neighbour, NeighbourLink)


class State:
    neighbours = Table(Neighbour, NeighbourLink, capacity="capacity", lifetime="neighbour_lifetime")


def spec(packet, state, config):
    frame = packet.ethernet
    if frame is None or group(frame.src):
        return drop()
    here = face_at(packet.port, config)
    if here is None:
        return drop()
    if frame.type == ETHERTYPE_ARP:
        return hear(packet, here, state.neighbours) if (frame.dst == here.mac) | (frame.dst == EVERYBODY) else drop()
    if frame.dst != here.mac or packet.ipv4 is None:  # 5.2.2: whole
        return drop()
    return receive(packet, here, state, config)


def face_at(port, config):
    """What the router is behind a port, or None: nothing."""
    interface = config.interfaces.find(InterfacePort(port))
    if interface is None:
        return None
    face = Face(port, interface.address, interface.length, interface.mac)
    face.mtu = interface.mtu
    return face


def receive(packet, here, state, config):
    ip = packet.ipv4
    if martian(ip.src) | martian(ip.dst) | broadcast(here, ip.src) or not ip.checksum_right:  # 5.2.2, 5.3.7
        return drop()
    if ip.dst == here.address:
        return deliver(packet, here)
    hop = config.routes.longest(ip.dst)  # 5.2.4.3
    there = None if hop is None else face_at(hop.port, config)
    if there is None:
        return complain(packet, here, UNREACHABLE, NET)  # 5.2.7.1
    if ip.dst == there.address:
        return deliver(packet, here)
    if broadcast(there, ip.dst):
        return drop()  # 5.3.5.2, as RFC 2644 changes it
    if ip.ttl <= 1:
        return complain(packet, here, TIME_EXCEEDED, 0)  # 5.3.1
    if ip.total_length > there.mtu:
        return complain(packet, here, UNREACHABLE, TOO_BIG, there.mtu) if ip.dont_fragment else drop()  # RFC 1191
    age(ip)
    return send_on(packet, there, select(hop.gateway == 0, ip.dst, hop.gateway), state, config)


def age(ip):
    """5.3.1: one hop less, and the header checksum by what changed (RFC 1624)."""
    before = ip.word(8, 2)
    ip.ttl = ip.ttl - 1
    ip.checksum = update(ip.checksum, [before], [ip.word(8, 2)])


# Addresses

def group(mac):
    """It stands for any number of stations (802.3 3.2.3)."""
    return (mac >> 40) & 1 == 1


def martian(address):
    """No address of one host (5.3.7, 4.2.2.11): this network, loopback, groups, class E, everybody."""
    return one_of(address >> 24, 0, 127) | (address >> 24 >= 224)


def broadcast(face, address):
    """It stands for everybody on the face's network, in today's form or the old one (4.2.2.11, 4.2.3.1)."""
    bits = 32 - face.length
    hosts = (1 << bits) - 1
    return (bits >= 2) & face.reaches(address) & one_of(address & hosts, 0, hosts)


# Neighbours: RFC 826

def send_on(packet, there, address, state, config):
    """To a neighbour; a fixed Ethernet address wins over one that was learned."""
    link = config.static.find(Neighbour(address, there.port))
    if link is None:
        return send(packet, there, address, state.neighbours)
    packet.ethernet.dst, packet.ethernet.src = link.mac, there.mac
    return forward(packet, to=there.port)


# What the router says itself: RFC 792

def deliver(packet, here):
    """A packet to one of the router's addresses. It answers echo requests (4.3.3.6) and offers nothing else (5.2.7.1)."""
    ip = packet.ipv4
    if ip.later_fragment or ip.more_fragments:
        return drop()
    if ip.protocol != IPv4.ICMP:
        return complain(packet, here, UNREACHABLE, select(ip.protocol == Udp.PROTOCOL, PORT, PROTOCOL))
    if ip.ihl != 5 or ip.icmp is None or not ip.icmp.echo_request:
        return drop()
    return answer(packet, here)


def answer(packet, here):
    """The request with its addresses turned. Checksums by what changed: that of a damaged request stays wrong."""
    ip, icmp, frame = packet.ipv4, packet.ipv4.icmp, packet.ethernet
    before, kind, src = ip.word(8, 2), icmp.word(0, 2), ip.src
    ip.ttl = some_hops()
    ip.src, ip.dst = ip.dst, src
    ip.checksum = update(ip.checksum, [before], [ip.word(8, 2)])
    icmp.type = 0
    icmp.checksum = update(icmp.checksum, [kind], [icmp.word(0, 2)])
    frame.dst, frame.src = frame.src, here.mac
    return forward(packet, to=packet.port)


def complain(packet, here, kind, code, mtu=0):
    """An ICMP error about the packet, in its place, where one may be sent (4.3.2.7)."""
    ip = packet.ipv4
    if ip.later_fragment or ip.end - ip.l4 < 8:
        return drop()
    if ip.protocol == IPv4.ICMP:
        if one_of(packet.data[ip.l4], UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM):
            return drop()
    to, station, quote = ip.src, packet.ethernet.src, ip.ihl * 4 + 8
    packet.grow_front(28)
    packet.trim_back(packet.length - Ethernet.SIZE - 28 - quote)
    frame = Ethernet(packet, 0)
    frame.dst, frame.src, frame.type = station, here.mac, ETHERTYPE_IPV4
    header(packet, here.address, to, 28 + quote)
    message(packet, Ethernet.SIZE + 20, kind, code, mtu, quote)
    return forward(packet, to=packet.port)


def header(packet, src, to, length):
    """A header without options, of precedence 6 (4.3.2.5), that is never cut (RFC 6864 4.1)."""
    ip = IPv4(packet, Ethernet.SIZE)
    ip.version_ihl, ip.tos, ip.total_length = 0x45, 0xC0, length
    ip.identification, ip.flags_fragment = any_identification(), 0x4000
    ip.ttl, ip.protocol, ip.checksum, ip.src, ip.dst = some_hops(), IPv4.ICMP, 0, src, to
    ip.checksum = checksum(packet, Ethernet.SIZE, 20)


def some_hops():
    """4.2.2.9: any number but 0."""
    return choose(U8, lambda seen: IPv4(seen.packet, Ethernet.SIZE).ttl, otherwise=64, where=lambda hops: hops != 0)


def any_identification():
    """RFC 6864 4.1: it means nothing in a datagram that is never cut."""
    return choose(U16, lambda seen: IPv4(seen.packet, Ethernet.SIZE).identification, otherwise=0)


def message(packet, start, kind, code, mtu, quote):
    """The 8 bytes before what is quoted. The quoted header's checksum is right: all of it sums up to 0xFFFF."""
    packet.data[start], packet.data[start + 1], packet.data[start + 2, 2] = kind, code, 0
    packet.data[start + 4, 4] = mtu
    rest = sum(packet.word(start + quote + 2 * index, 2) for index in range(4))
    packet.data[start + 2, 2] = checksum(packet, start, 8, initial=0xFFFF + rest)
