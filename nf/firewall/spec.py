# SPDX-License-Identifier: BSD-3-Clause
"""Firewall: the outside may answer what the inside opened, and nothing else.

A transparent layer-2 bump for IPv4 and IPv6. Ports come in pairs of an inside and an outside; what
passes leaves by the partner, every byte as it came. Documents: RFC 791, 792, 768, 826, 9293 (TCP),
8200 (IPv6), 4302 (AH), 4443 (ICMPv6), 4861 (neighbour discovery), 1812 section 5.2.2 (what is whole).

Choices that they leave open:
 - What is not whole is dropped, both ways. The IPv4 header checksum is not looked at: hosts do.
 - Only a flow's own packets are looked into. Other protocols, IPv6 headers that are not known or more than
   8, and later fragments leave the inside freely, open nothing, and are never let in.
 - TCP opens by SYN without ACK or RST, from the inside. Sequence numbers are not tracked.
 - A full table loses the answer, not the packet: what comes from the inside always passes.
 - A packet of the flow, from either side, starts its lifetime anew; an RST from the outside only if it
   moves the flow to closing, so that nobody outside prolongs a flow with RSTs.
 - ICMP errors pass if the packet they quote is one that the inside sent on a live flow; they change nothing.
"""

from vigor import *

OPENING, ESTABLISHED, CLOSING, UDP, ECHO = range(5)  # states of a flow, each with its lifetime
LIFETIMES = "opening", "established", "closing", "udp", "echo"


class Flow4(Record):
    """A flow, written as the inside sends it: src is the inside host. Echo: src_port is the identifier."""
    src: IPv4Addr
    dst: IPv4Addr
    src_port: U16
    dst_port: U16
    protocol: U8
    pair: U8  # its inside port


class Flow6(Record):
    """The same for IPv6."""
    src: IPv6Addr
    dst: IPv6Addr
    src_port: U16
    dst_port: U16
    protocol: U8
    pair: U8


class TcpEnds(Record):
    """1 where a FIN was seen from that side."""
    fin_inside: U8
    fin_outside: U8


class Config:
    capacity4: U32
    capacity6: U32
    opening: Nanoseconds
    established: Nanoseconds
    closing: Nanoseconds
    udp: Nanoseconds
    echo: Nanoseconds
    other: Enum("drop", "pass")
    pairs: PortPairs


class State:
    flows4 = Table(Flow4, TcpEnds, capacity="capacity4", lifetimes=LIFETIMES, shift=30)
    flows6 = Table(Flow6, TcpEnds, capacity="capacity6", lifetimes=LIFETIMES, shift=30)


def spec(packet, state, config):
    pair = config.pairs.find(packet.port)
    if pair is not None and passes(packet, pair, state, config):
        return forward(packet, to=pair.partner)
    return drop()


def passes(packet, pair, state, config):
    match packet.network:
        case None:
            return False  # not whole
        case Arp():
            return True
        case IP() as ip if packet.port == pair.inside:
            return from_inside(ip, pair, flows_of(state, ip))
        case IP() as ip:
            return from_outside(ip, pair, flows_of(state, ip))
    return config.other == "pass"


def from_inside(ip, pair, flows):
    flow = outgoing(ip, pair)
    match ip.transport:
        case None:
            return False  # not whole
        case Tcp() as tcp:
            tcp_from_inside(tcp, flow, flows)
        case Udp():
            flows.insert(flow, state=UDP, fin_inside=0, fin_outside=0)
        case Icmp() if flow is not None:
            flows.insert(flow, state=ECHO, fin_inside=0, fin_outside=0)
    return True


def from_outside(ip, pair, flows):
    match ip.transport:
        case Tcp() as tcp:
            return tcp_from_outside(tcp, incoming(ip, pair), flows)
        case Udp():
            return flows.refresh(incoming(ip, pair))
        case Icmp() as icmp:
            if icmp.discovery:
                return True
            if icmp.echo_reply:
                return flows.refresh(incoming(ip, pair))
            if icmp.unreached and icmp.quoted is not None:
                lost = outgoing(icmp.quoted, pair)
                return lost is not None and lost in flows
    return False  # not whole, or nothing that has flows


def tcp_from_inside(tcp, flow, flows):
    opens = tcp.syn & not_(tcp.ack) & not_(tcp.rst)
    entry = flows.get(flow)
    if entry is None:
        if opens:
            flows.insert(flow, state=OPENING, fin_inside=0, fin_outside=0)
        return
    opens = opens & (entry.state == CLOSING)
    fin = tcp.fin & not_(tcp.rst) & not_(opens)
    closes = tcp.rst | fin & (entry.fin_outside == 1)
    flows.put(flow,
              state=select(closes, CLOSING, select(opens, OPENING, entry.state)),
              fin_inside=select(opens, 0, select(fin, 1, entry.fin_inside)),
              fin_outside=select(opens, 0, entry.fin_outside))


def tcp_from_outside(tcp, flow, flows):
    entry = flows.get(flow)
    if entry is None:
        return False
    if tcp.rst & (entry.state == CLOSING):
        return True  # changes nothing
    fin = tcp.fin & not_(tcp.rst)
    closes = tcp.rst | fin & (entry.fin_inside == 1)
    answered = tcp.syn & (entry.state == OPENING)
    flows.put(flow,
              state=select(closes, CLOSING, select(answered, ESTABLISHED, entry.state)),
              fin_inside=entry.fin_inside,
              fin_outside=select(fin, 1, entry.fin_outside))
    return True


def flows_of(state, ip):
    return state.flows4 if ip.version == 4 else state.flows6


def outgoing(ip, pair):
    """The flow of a packet that the inside sent, or None if it carries nothing that has one."""
    flow = Flow4 if ip.version == 4 else Flow6
    match ip.transport:
        case Tcp() | Udp() as l4:
            return flow(ip.src, ip.dst, l4.src_port, l4.dst_port, ip.protocol, pair.inside)
        case Icmp() as icmp if icmp.echo_request:
            return flow(ip.src, ip.dst, icmp.identifier, 0, ip.protocol, pair.inside)
    return None


def incoming(ip, pair):
    """The flow that a packet from the outside answers, or None if it carries nothing that has one."""
    flow = Flow4 if ip.version == 4 else Flow6
    match ip.transport:
        case Tcp() | Udp() as l4:
            return flow(ip.dst, ip.src, l4.dst_port, l4.src_port, ip.protocol, pair.inside)
        case Icmp() as icmp if icmp.echo_reply:
            return flow(ip.dst, ip.src, icmp.identifier, 0, ip.protocol, pair.inside)
    return None
