# SPDX-License-Identifier: BSD-3-Clause
"""Maglev: flows to virtual addresses are spread over backends that live.

Documents: "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016; its sections are meant by bare numbers),
RFC 2003 (IPv4 in IPv4), RFC 2473 (in IPv6), RFC 4213 section 3 (IPv6 in IPv4), RFC 6040 (ECN in tunnels), RFC 791 and
1812 section 5.2.2 (IPv4), RFC 8200 (IPv6).

Choices that they leave open:
 - All backends serve all virtual services. An address is an IPv6 address; ::ffff:a.b.c.d is an IPv4 one.
 - A backend lives for `health` after each heartbeat: a UDP datagram from its address, to the port `heartbeat_port`, through the
   port that it is behind. What goes to that UDP port is never forwarded.
 - A flow is remembered for `flow_lifetime` after its last packet; when there is no room, its hash still says where it
   goes, as long as the same backends live.
 - Later fragments go where the first one went, which must have come before; over IPv6, if the fragment header is
   the first extension header.
 - What does not fit the tunnel's MTU is dropped: nothing is cut, and no ICMP is sent.
"""

from vigor import *

DSR, TUNNEL = 0, 1
FLOW, CLIENT = 0, 1
TCP, UDP = 0, 1


class Address(Record):
    address: IPv6Addr


class Backend(Record):
    port: U32
    weight: U32
    mac: MacAddr
    delivery: U8


class Health(Record):
    """Since when it lives."""
    since: U64


class Vip(Record):
    address: IPv6Addr
    protocol: U8
    port: U16


class Service(Record):
    affinity: U8


class Flow(Record):
    src: IPv6Addr
    dst: IPv6Addr
    src_port: U16
    dst_port: U16
    protocol: U8


class Datagram(Record):
    """What all fragments of a datagram have in common: RFC 791 section 3.2; RFC 8200 section 4.5, where protocol is 0."""
    src: IPv6Addr
    dst: IPv6Addr
    identification: U32
    protocol: U8


class Config:
    capacity: U32
    flow_lifetime: Nanoseconds
    table_size: U32
    health: Nanoseconds
    heartbeat_port: U16
    fragments: U32
    reassembly: Nanoseconds
    address4: IPv4Addr
    address6: IPv6Addr
    mac: MacAddr
    mtu: U32
    vips: Listed(Vip, Service)
    backends: Backends(Address, Backend, size="table_size")


class State:
    alive = Table(Address, Health, capacity=1024, lifetime="health")
    flows = Table(Flow, Address, capacity="capacity", lifetime="flow_lifetime")
    fragments = Table(Datagram, Address, capacity="fragments", lifetime="reassembly")


def spec(packet, state, config):
    ip = packet.ip
    if ip is None:
        return drop()
    if ip.later_fragment:
        return follow(packet, ip, state, config)
    if ip.udp is not None and ip.udp.dst_port == config.heartbeat_port:
        hear(packet, ip, state, config)
        return drop()
    if ip.tcp is None and ip.udp is None:
        return drop()
    return balance(packet, ip, state, config)


def wide(ip, address):
    """RFC 4291 section 2.5.5.2: an IPv4 address as an IPv6 address."""
    return IPv6Addr(0, MAPPED | address) if ip.version == 4 else address


MAPPED = 0xFFFF << 32


def hear(packet, ip, state, config):
    """A heartbeat adds its backend to those that live, or keeps it there."""
    sender = Address(wide(ip, ip.src))
    backend = config.backends.find(sender)
    if backend is not None and backend.port == packet.port and not state.alive.refresh(sender):
        state.alive.insert(sender, since=now())


def living(address, state, config):
    """The backend of this address, or None if it does not live."""
    return config.backends.find(address) if address in state.alive else None


def balance(packet, ip, state, config):
    flow = flow_of(ip)
    service = config.vips.find(vip_of(ip, flow))
    if service is None:
        return drop()
    chosen = backend_for(flow, service, state, config)
    if chosen is None:
        return drop()
    address, backend = chosen
    if ip.more_fragments:
        datagram = datagram_of(packet, ip)
        if datagram is not None:
            state.fragments.insert(datagram, address=address.address)
    return deliver(packet, ip, address, backend, config)


def flow_of(ip):
    return Flow(wide(ip, ip.src), wide(ip, ip.dst), ip.transport.src_port, ip.transport.dst_port, ip.protocol)


def vip_of(ip, flow):
    return Vip(flow.dst, TCP if ip.tcp is not None else UDP, flow.dst_port)


def backend_for(flow, service, state, config):
    """Section 3.2: a known flow stays with its backend while that lives. Section 3.4: another goes where its hash prefers."""
    known = state.flows.get(flow)
    if known is not None:
        address = Address(known.address)
        backend = living(address, state, config)
        if backend is not None:
            state.flows.refresh(flow)
            return address, backend
    picked = config.backends.pick(state.alive, hash_of(flow, service))
    if picked is not None:
        address, backend = picked
        state.flows.insert(flow, address=address.address)
    return picked


def hash_of(flow, service):
    """Of the flow, or of its client: section 5.3."""
    ports = select(service.affinity == FLOW, flow.src_port << 16 | flow.dst_port, 0)
    return maglev_hash(flow.src.hi, flow.src.lo, flow.dst.hi, flow.dst.lo, ports << 8 | flow.protocol)


def datagram_of(packet, ip):
    """Whose fragment it is, or None if that is not looked for: the fragment header is not the first extension header."""
    if ip.version == 4:
        return Datagram(wide(ip, ip.src), wide(ip, ip.dst), ip.identification, ip.protocol)
    if ip.next_header != FRAGMENT_HEADER or ip.end < ip.start + 48:
        return None
    return Datagram(ip.src, ip.dst, packet.data[ip.start + 44, 4], 0)


FRAGMENT_HEADER = 44  # RFC 8200 section 4.5


def follow(packet, ip, state, config):
    """Section 4.3: a later fragment goes where the first one went."""
    datagram = datagram_of(packet, ip)
    first = None if datagram is None else state.fragments.get(datagram)
    if first is None:
        return drop()
    address = Address(first.address)
    backend = living(address, state, config)
    return drop() if backend is None else deliver(packet, ip, address, backend, config)


def deliver(packet, ip, address, backend, config):
    if backend.delivery == DSR:
        packet.ethernet.dst = backend.mac
        return forward(packet, to=backend.port)
    return encapsulate(packet, ip, address.address, backend, config)


def encapsulate(packet, ip, end, backend, config):
    """Inside a packet to this end of a tunnel, of the version that its address has. The inner packet is sent byte for byte."""
    outer4 = (end.hi == 0) & (end.lo >> 32 == 0xFFFF)
    if outer4:
        here, header = IPv6Addr(0, MAPPED | config.address4), 20
    else:
        here, header = config.address6, 40
    src, size = wide(ip, ip.src), ip.end - ip.start
    if header + size > config.mtu or (src == here) | (src == end):  # RFC 2003 section 3.3; RFC 2473 section 4.1.2
        return drop()
    inner = 4 if ip.version == 4 else 41
    traffic = ip.tos if ip.version == 4 else ip.version_class_flow >> 20 & 0xFF
    padding = packet.length - ip.end
    packet.trim_back(padding)
    packet.grow_front(header)
    data = packet.data
    data[0, 6], data[6, 6], data[12, 2] = backend.mac, config.mac, 0x0800 if header == 20 else 0x86DD
    if header == 20:
        outer_ipv4(packet, traffic, size, inner, here.lo & 0xFFFFFFFF, end.lo & 0xFFFFFFFF)
    else:
        outer_ipv6(packet, traffic, size, inner, here, end)
    return forward(packet, to=backend.port)


HOPS = 64


def outer_ipv4(packet, tos, size, protocol, src, dst):
    """RFC 2003 section 3.1, Don't Fragment set; RFC 6864 section 4.1: the identification then means nothing, and may be any."""
    data = packet.data
    data[14, 2], data[16, 2] = 0x4500 | tos, 20 + size
    data[18, 2], data[20, 2] = choose(U16, lambda seen: seen.packet.data[18, 2], otherwise=0), 0x4000
    data[22, 2], data[24, 2] = HOPS << 8 | protocol, 0
    data[26, 4], data[30, 4] = src, dst
    data[24, 2] = checksum(packet, 14, 20)


def outer_ipv6(packet, traffic_class, size, protocol, src, dst):
    """RFC 2473 section 5.1."""
    data = packet.data
    data[14, 4] = 6 << 28 | traffic_class << 20
    data[18, 2], data[20, 1], data[21, 1] = size, protocol, HOPS
    data[22, 8], data[30, 8], data[38, 8], data[46, 8] = src.hi, src.lo, dst.hi, dst.lo
