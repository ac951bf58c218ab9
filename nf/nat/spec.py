# SPDX-License-Identifier: BSD-3-Clause
"""NAT: many inside hosts share one outside IPv4 address (NAPT: RFC 3022 section 2.2).

What it must do: RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP); numbers REQ-n below are theirs. What a router must: RFC
1812. Checksums: RFC 1071, RFC 1624. Neighbours: RFC 826 (neighbours.py).

Choices that they leave open:
 - Every mapping is endpoint-independent (4787 REQ-1, 5382 REQ-1, 5508 REQ-1): it is of an inside address, port (of a query:
   identifier) and protocol. Its external port is first_port + 2 * slot + parity of the inside port: no two share one
   (4787 REQ-3), and parity is always kept (4787 REQ-4).
 - Whom an inside endpoint has sent something may answer: its contacts, as narrow as option `filtering` says (4787 REQ-8).
 - What goes out keeps the mapping alive; what comes in does so for TCP, and for UDP and queries by option (4787 REQ-6).
 - TCP: a mapping is made by a SYN without ACK or RST. If it has had one connection only, it ends some time after that;
   if several, it lives as long as an established one may be silent (5382 REQ-5: nothing may be shorter).
 - A RST from outside keeps nothing alive.
 - No room for a mapping: the packet is dropped. No room for a contact: it passes, its answer will not.
 - Errors are ICMP types 3, 11 and 12; they change nothing. What an error quotes need not have right checksums.
 - Later fragments follow the first, which must have come before (4787 REQ-14 is met for fragments in order).
 - The function has no address of its own to talk to, but for ARP: packets to its inside address are dropped, as are those
   whose time to live ends here, without an answer.
"""

from neighbours import Face, Neighbour, NeighbourLink, hear, send
from vigor import *

OPENING, ESTABLISHED, CLOSING, UDP, QUERY = range(5)  # classes of a mapping's life
LIFETIMES = "transitory", "established", "transitory", "udp", "query"


class Endpoint(Record):
    """An inside host's end of its conversations. Queries: port is the identifier."""
    address: IPv4Addr
    port: U16
    protocol: U8


class TcpSession(Record):
    """A TCP mapping's only connection so far: its outside end, and 1 for each side that a FIN came from. several: 1 once it has had
    more than one; then the rest means nothing. All 0 for other protocols."""
    peer: IPv4Addr
    peer_port: U16
    fin_inside: U8
    fin_outside: U8
    several: U8


class Contact(Record):
    """An inside endpoint has sent something to a peer. What the filter does not look at is 0."""
    address: IPv4Addr
    peer: IPv4Addr
    port: U16
    peer_port: U16
    protocol: U8


class Nothing(Record):
    unused: U8


class Fragment(Record):
    """What all fragments of a datagram have in common (RFC 791 section 3.2), and 1 if it comes from inside."""
    src: IPv4Addr
    dst: IPv4Addr
    identification: U16
    protocol: U8
    inside: U8


class Addresses(Record):
    src: IPv4Addr
    dst: IPv4Addr


class Config:
    inside: Port
    inside_address: IPv4Addr
    inside_prefix: U8
    inside_mac: MacAddr
    outside: Port
    outside_address: IPv4Addr
    outside_prefix: U8
    outside_mac: MacAddr
    gateway: IPv4Addr
    first_port: U16
    capacity: U32
    contacts: U32
    filtering: Enum("endpoint-independent", "address-dependent", "address-and-port-dependent")
    inbound_refresh: Enum("off", "on")
    udp: Nanoseconds
    established: Nanoseconds
    transitory: Nanoseconds
    query: Nanoseconds
    rfc_timers: Enum("off", "on")
    reassembly: Nanoseconds
    fragments: U32
    neighbour: Nanoseconds
    neighbours: U32


class State:
    mappings = Table(Endpoint, TcpSession, capacity="capacity", lifetimes=LIFETIMES, slots=True)
    contacts = Table(Contact, Nothing, capacity="contacts", lifetimes=LIFETIMES)
    fragments = Table(Fragment, Addresses, capacity="fragments", lifetime="reassembly")
    neighbours = Table(Neighbour, NeighbourLink, capacity="neighbours", lifetime="neighbour")


def spec(packet, state, config):
    inside, outside = faces(config)
    if packet.port == inside.port:
        return from_inside(packet, inside, outside, state, config)
    if packet.port == outside.port:
        return from_outside(packet, inside, outside, state, config)
    return drop()


def faces(config):
    return (Face(config.inside, config.inside_address, config.inside_prefix, config.inside_mac),
            Face(config.outside, config.outside_address, config.outside_prefix, config.outside_mac))


def from_inside(packet, inside, outside, state, config):
    """From a host of the inside network to one that is not on it."""
    if packet.ethernet is not None and packet.ethernet.type == ETHERTYPE_ARP:
        return hear(packet, inside, state.neighbours)
    ip = packet.ipv4
    if ip is None or not forwardable(packet, ip, inside):
        return drop()
    goes_out = (inside.reaches(ip.src) & (ip.src != inside.address) & not_(inside.reaches(ip.dst)) & one_host(ip.dst))
    if not goes_out:
        return drop()
    dst = ip.dst
    if dst == outside.address:
        if not translate(ip, True, True, state, config):
            return drop()
        age(ip)
        return send(packet, inside, ip.dst, state.neighbours)
    if not translate(ip, True, False, state, config):
        return drop()
    age(ip)
    return send(packet, outside, select(outside.reaches(dst), dst, config.gateway), state.neighbours)


def from_outside(packet, inside, outside, state, config):
    """From anybody to the shared address. Nobody out there has that address, or one of the inside network."""
    if packet.ethernet is not None and packet.ethernet.type == ETHERTYPE_ARP:
        return hear(packet, outside, state.neighbours)
    ip = packet.ipv4
    if ip is None or not forwardable(packet, ip, outside):
        return drop()
    comes_in = ((ip.dst == outside.address) & (ip.src != outside.address) & not_(inside.reaches(ip.src)) & one_host(ip.src))
    if not comes_in or not translate(ip, False, False, state, config):
        return drop()
    age(ip)
    return send(packet, inside, ip.dst, state.neighbours)


def forwardable(packet, ip, face):
    """RFC 1812 sections 5.3.4, 5.2.2 (what is whole), 5.3.1: in a frame to the face alone, the header checksum right, and
    with a hop left."""
    return packet.ethernet.dst == face.mac and ip.checksum_right and ip.ttl > 1


def one_host(address):
    """RFC 1812 section 5.3.7: not 0/8, 127/8, 224/4 (multicast) or 240/4. A condition."""
    return between(address >> 24, 1, 223) & (address >> 24 != 127)


def age(ip):
    """RFC 1812 section 5.3.1, with its checksum (RFC 1624)."""
    before = ip.word(8, 2)
    ip.ttl = ip.ttl - 1
    ip.checksum = update(ip.checksum, [before], [ip.word(8, 2)])


class Ends:
    """The two ends of a packet. A query has its identifier at its inside end, and 0 at the other."""

    def __init__(self, src, src_port, dst, dst_port):
        self.src = src
        self.src_port = src_port
        self.dst = dst
        self.dst_port = dst_port

    def addresses(self):
        return words16(self.src, 4) + words16(self.dst, 4)

    def ports(self, l4):
        """What of a header names the ends, as 16-bit words: both ports, or the identifier."""
        if isinstance(l4, Icmp):
            return words16(self.src_port | self.dst_port, 2)
        return words16(self.src_port, 2) + words16(self.dst_port, 2)


def ends_of(ip, l4, outward):
    if not isinstance(l4, Icmp):
        return Ends(ip.src, l4.src_port, ip.dst, l4.dst_port)
    return Ends(ip.src, l4.identifier, ip.dst, 0) if outward else Ends(ip.src, 0, ip.dst, l4.identifier)


def is_query(icmp, outward):
    """RFC 792: echo and timestamp; going out they ask, coming in they answer. A condition."""
    return one_of(icmp.type, 8, 13) if outward else one_of(icmp.type, 0, 14)


def translate(ip, inside, hairpin, state, config):
    """Gives the packet its new ends. False: it is not to be forwarded. hairpin: it comes from inside and goes to the shared
    address (4787 REQ-9, 5382 REQ-8, 5508 REQ-7)."""
    before = Addresses(ip.src, ip.dst)
    if ip.later_fragment:
        return follow(ip, Fragment(ip.src, ip.dst, ip.identification, ip.protocol, 1 if inside else 0), state)
    match ip.transport:
        case Icmp() as icmp if icmp.unreached:
            after = error(ip, icmp, inside, hairpin, state, config)
        case Icmp() as icmp if hairpin or not is_query(icmp, inside):
            return False
        case Tcp() | Udp() | Icmp() as l4:
            after = conversation(ip, l4, inside, hairpin, state, config)
        case other:
            return False  # not whole, or of another protocol
    if after is None:
        return False
    if ip.more_fragments:
        state.fragments.insert(Fragment(before.src, before.dst, ip.identification, ip.protocol, 1 if inside else 0),
                               src=after.src, dst=after.dst)
    return True


def follow(ip, fragment, state):
    """4787 REQ-14: a later fragment gets the addresses that the first one got."""
    addresses = state.fragments.get(fragment)
    if addresses is None:
        return False
    readdress(ip, Ends(ip.src, 0, ip.dst, 0), Ends(addresses.src, 0, addresses.dst, 0))
    return True


def conversation(ip, l4, inside, hairpin, state, config):
    """A TCP segment, UDP datagram or query. The new ends, or None if it is not to be forwarded."""
    was = ends = ends_of(ip, l4, inside)
    if inside:
        ends = leave(ip, l4, ends, state, config)
    if (hairpin or not inside) and ends is not None:
        ends = enter(ip, l4, ends, state, config)
    if ends is not None:
        readdress(ip, was, ends)
        change_l4(l4, was, ends)
    return ends


def leave(ip, l4, ends, state, config):
    """A packet leaves by its source's mapping, which is made if there is none."""
    source = Endpoint(ends.src, ends.src_port, ip.protocol)
    mapping = state.mappings.get(source)
    if isinstance(l4, Tcp):
        kept = segment_leaves(l4, source, mapping, ends, state)
    elif mapping is not None:
        kept = state.mappings.refresh(source)
    else:
        kept = state.mappings.insert(source, state=UDP if isinstance(l4, Udp) else QUERY,
                                     peer=0, peer_port=0, fin_inside=0, fin_outside=0, several=0)
    if not kept:
        return None
    mapping = state.mappings[source]
    state.contacts.insert(contact(source, ends.dst, ends.dst_port, config), state=mapping.state, unused=0)
    return Ends(config.outside_address, external_port(mapping, config), ends.dst, ends.dst_port)


def enter(ip, l4, ends, state, config):
    """A packet comes in to a mapping's external port, if its source may."""
    mapping = mapping_at(ip, ends.dst_port, state, config)
    if mapping is None:
        return None
    inside = mapping.key
    peer = contact(inside, ends.src, ends.src_port, config)
    if peer not in state.contacts:
        return None
    if isinstance(l4, Tcp):
        segment_enters(l4, mapping, peer, ends, state)
    elif config.inbound_refresh == "on":
        state.mappings.refresh(inside)
        state.contacts.put(peer, state=mapping.state, unused=0)
    return Ends(ends.src, ends.src_port, inside.address, inside.port)


def external_port(mapping, config):
    return config.first_port + 2 * mapping.slot + (mapping.key.port & 1)


def mapping_at(ip, port, state, config):
    """The mapping of this protocol with this external port, or None."""
    if port < config.first_port:
        return None
    mapping = state.mappings.at((port - config.first_port) >> 1)
    if mapping is None:
        return None
    meant = (mapping.key.protocol == ip.protocol) & (mapping.key.port & 1 == port & 1)
    return mapping if meant else None


def contact(inside, peer, peer_port, config):
    """4787 REQ-8: what a packet from outside is compared with."""
    return Contact(inside.address, select(config.filtering == "endpoint-independent", 0, peer), inside.port,
                   select(config.filtering == "address-and-port-dependent", peer_port, 0), inside.protocol)


def segment_leaves(tcp, source, mapping, ends, state):
    """5382 REQ-5: how long a mapping lives after a segment from inside. False: there is none, and none is made."""
    opens = tcp.syn & not_(tcp.ack) & not_(tcp.rst)
    if mapping is None:
        return opens and state.mappings.insert(source, state=OPENING, peer=ends.dst, peer_port=ends.dst_port,
                                               fin_inside=0, fin_outside=0, several=0)
    same = (mapping.peer == ends.dst) & (mapping.peer_port == ends.dst_port)
    anew = opens & (mapping.state == CLOSING)
    several = not_(anew) & (not_(same) | (mapping.several == 1))
    fin = tcp.fin & not_(tcp.rst)
    closes = tcp.rst | fin & (mapping.fin_outside == 1)
    put(source, mapping, state,
        kind=select(anew, OPENING, select(several, ESTABLISHED, select(closes, CLOSING, mapping.state))),
        peer=select(anew, ends.dst, mapping.peer), peer_port=select(anew, ends.dst_port, mapping.peer_port),
        fin_inside=select(anew | several, 0, select(fin, 1, mapping.fin_inside)),
        fin_outside=select(anew | several, 0, mapping.fin_outside), several=select(several, 1, 0))
    return True


def segment_enters(tcp, mapping, peer, ends, state):
    """The same for a segment from outside, to an end that is mapped already. A RST that closes nothing changes nothing."""
    same = (mapping.peer == ends.src) & (mapping.peer_port == ends.src_port)
    several = not_(same) | (mapping.several == 1)
    fin = tcp.fin & not_(tcp.rst)
    closes = tcp.rst | fin & (mapping.fin_inside == 1)
    answered = tcp.syn & (mapping.state == OPENING)
    kind = select(several, ESTABLISHED, select(closes, CLOSING, select(answered, ESTABLISHED, mapping.state)))
    changes = (kind != mapping.state) | (select(several, 1, 0) != mapping.several)
    if not_(tcp.rst) | changes:
        put(mapping.key, mapping, state, kind=kind, peer=mapping.peer, peer_port=mapping.peer_port,
            fin_inside=select(several, 0, mapping.fin_inside),
            fin_outside=select(several, 0, select(fin, 1, mapping.fin_outside)), several=select(several, 1, 0))
        state.contacts.put(peer, state=kind, unused=0)


def put(source, mapping, state, kind, peer, peer_port, fin_inside, fin_outside, several):
    state.mappings.put(source, state=kind, peer=peer, peer_port=peer_port, fin_inside=fin_inside, fin_outside=fin_outside,
                       several=several)


def error(ip, icmp, inside, hairpin, state, config):
    """An ICMP error (5508 REQ-4, REQ-5): what it quotes gets the ends that its receiver knows. The error's own ends, or
    None if it is not to be forwarded."""
    quoted = icmp.quoted
    if quoted is None:
        return None
    match quoted.transport:
        case Icmp() as query if hairpin or not is_query(query, not inside):
            return None
        case Tcp() | Udp() | Icmp() as l4:
            was = ends_of(quoted, l4, not inside)
        case other:
            return None
    after = quote_leaves(quoted, was, hairpin, state, config) if inside else quote_enters(quoted, was, state, config)
    if after is None:
        return None
    change_quote(icmp, quoted, l4, was, after)
    own = Ends(ip.src, 0, ip.dst, 0)
    new = Ends(config.outside_address if inside else ip.src, 0, after.src if hairpin or not inside else ip.dst, 0)
    readdress(ip, own, new)
    return new


def quote_leaves(quoted, ends, hairpin, state, config):
    """An inside host complains of what it got: that went to its mapping's external port, from where it still seems to
    come, unless it was hairpinned: then it came from another inside host."""
    if hairpin and ends.src != config.outside_address:
        return None
    mapping = state.mappings.get(Endpoint(ends.dst, ends.dst_port, quoted.protocol))
    if mapping is None:
        return None
    after = Ends(ends.src, ends.src_port, config.outside_address, external_port(mapping, config))
    return quote_enters(quoted, after, state, config) if hairpin else after


def quote_enters(quoted, ends, state, config):
    """Somebody complains of what an inside host sent: that came from its mapping's external port."""
    if ends.src != config.outside_address:
        return None
    mapping = mapping_at(quoted, ends.src_port, state, config)
    if mapping is None or contact(mapping.key, ends.dst, ends.dst_port, config) not in state.contacts:
        return None
    return Ends(mapping.key.address, mapping.key.port, ends.dst, ends.dst_port)


def readdress(ip, was, now):
    """New addresses, and the header checksum with them (RFC 1624)."""
    ip.checksum = update(ip.checksum, was.addresses(), now.addresses())
    ip.src = now.src
    ip.dst = now.dst


def change_l4(l4, was, now):
    """New ports or a new identifier, and the checksum with them."""
    checksum = l4.checksum
    l4.checksum = new_checksum(l4, checksum, was, now)
    change_ports(l4, now)
    return [checksum], [l4.checksum]


def change_ports(l4, now):
    if isinstance(l4, Icmp):
        l4.identifier = now.src_port | now.dst_port
    else:
        l4.src_port = now.src_port
        l4.dst_port = now.dst_port


def new_checksum(l4, checksum, was, now):
    """The checksums of TCP and UDP cover the addresses (RFC 9293 section 3.1, RFC 768), ICMP's does not (RFC 792). UDP's may
    be 0, none, and then stays so; one that is calculated as 0 is sent as 0xFFFF (RFC 768)."""
    if isinstance(l4, Icmp):
        return update(checksum, was.ports(l4), now.ports(l4))
    new = update(checksum, was.ports(l4) + was.addresses(), now.ports(l4) + now.addresses())
    if isinstance(l4, Tcp):
        return new
    return select(checksum == 0, 0, select(new == 0, 0xFFFF, new))


def change_quote(icmp, quoted, l4, was, now):
    """What is quoted gets new ends, and each checksum that covers them follows: the quoted header's, the quoted transport's
    if it is there (8 bytes of TCP end before it), and the error's own."""
    before = was.addresses() + was.ports(l4) + [quoted.checksum]
    readdress(quoted, was, now)
    after = now.addresses() + now.ports(l4) + [quoted.checksum]
    if isinstance(l4, Tcp) and l4.start + 18 > quoted.end:
        change_ports(l4, now)
    else:
        old, new = change_l4(l4, was, now)
        before, after = before + old, after + new
    icmp.checksum = update(icmp.checksum, before, after)
