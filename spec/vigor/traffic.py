# SPDX-License-Identifier: BSD-3-Clause
"""Packets that a network function may meet, made up: what vigor.fuzz sends.

No function is known here, only formats (Ethernet, ARP, IPv4, IPv6, TCP, UDP, ICMP) and a vocabulary: addresses and
ports that the configuration names, their neighbours, and some that are special. What comes is in part new, in part
an answer to what the function sent, an error about it, a fragment, a repetition; some of it is cut or damaged."""

import struct
from collections import namedtuple

IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60
FIN, SYN, RST, ACK = 1, 2, 4, 16
FLAGS = [SYN] * 8 + [SYN | ACK] * 4 + [ACK] * 6 + [FIN | ACK] * 4 + [RST] * 3 + [RST | ACK, FIN, SYN | FIN, SYN | RST, 0]
REQUEST, REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
ERRORS = {4: (3, 3, 11, 12, 4, 5), 6: (1, 2, 3, 4, 100)}
RESERVED = b"\x01\x80\xc2\0\0\0"  # IEEE 802.1Q, table 8-1: the first of them
GROUPS = [b"\xff" * 6, RESERVED, RESERVED, b"\x01\0\x5e\0\0\x01", b"\x33\x33\0\0\0\x01", bytes(6)]
SPECIAL4 = [bytes(4), bytes((127, 0, 0, 1)), bytes((224, 0, 0, 1)), bytes((240, 0, 0, 1)), b"\xff" * 4,
            bytes((239, 255, 255, 250)), bytes((169, 254, 1, 1)), bytes((1, 0, 0, 0)), bytes((223, 255, 255, 255))]
SPECIAL6 = [bytes(16), bytes(15) + b"\x01", b"\xff\x02" + bytes(13) + b"\x01", b"\xfe\x80" + bytes(13) + b"\x01",
            bytes(10) + b"\xff\xff\xc0\0\x02\x01"]
MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291 section 2.5.5.2
CHECKSUM = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}  # where it is, behind the IP header
LOOSE = {TCP: 6, UDP: 8, ICMP: 6, ICMPV6: 6}      # a word that means nothing: of the sequence number, of the payload
EDGES = 0, 0, 1, 1023, 1024, 65535                # port numbers
REMEMBERED = 40

# One direction of a conversation. Queries: src_port is the identifier, kind the ICMP type.
Talk = namedtuple("Talk", "src_mac dst_mac version src dst protocol src_port dst_port kind")
Station = namedtuple("Station", "mac ipv4 ipv6")


def checksum(*parts):
    """RFC 1071."""
    data = b"".join(parts)
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def neighbour(rng, address):
    """Most often the same; or one with another last byte, or near in it."""
    where = rng.random()
    if where < 0.55:
        return address
    if where < 0.65:
        at = rng.randrange(len(address))
        return address[:at] + bytes((address[at] ^ 1 << rng.randrange(8),)) + address[at + 1:]
    last = rng.choice((address[-1] ^ 1, (address[-1] + 1) & 255, rng.randrange(256)))
    return address[:-1] + bytes((last,))


def group(rng):
    """An address of many stations; now and then all zeros, which is nobody's."""
    address = rng.choice(GROUPS)
    if address != RESERVED:
        return address
    at = rng.choice((1, 2, 3, 4, 5, 5, 5, 5))
    return address[:at] + bytes((rng.randrange(32) if at == 5 else address[at] ^ rng.randrange(2),)) + address[at + 1:]


def _address(kind, value):
    """Its bytes, if it is one; an IPv6 address that stands for an IPv4 address is that one."""
    if kind == "IPv4Addr" or kind == "Prefix4":
        return (value if kind == "IPv4Addr" else value[0]).to_bytes(4, "big")
    if kind != "IPv6Addr":
        return None
    address = value[0].to_bytes(8, "big") + value[1].to_bytes(8, "big")
    return address[12:] if address.startswith(MAPPED) else address


class Vocabulary:
    """Addresses and ports worth trying. groups: what the configuration says, each (port, [(type name, value), …]) of what is
    said together, and of which port of the box (None: of none); values are numbers, (hi, lo) for an IPv6 address,
    (address, length) for a prefix."""

    def __init__(self, rng, groups):
        self.rng = rng
        self.ipv4, self.ipv6, self.macs, self.numbers = [], [], [], []
        self.homes = {4: {}, 6: {}}  # addresses by port of the box
        self.doors = {}              # Ethernet addresses by port of the box
        self.ends = {4: [], 6: []}   # (address, number) that are said together
        self.sizes = []              # numbers that may be limits of a packet's length
        for port, words in groups:
            self._take(port, words)
        self.named = {4: list(self.ipv4), 6: list(self.ipv6)}
        self.named_numbers = list(self.numbers)
        self.ipv4 += [bytes((10, 0, 0, n)) for n in (1, 2)] + [bytes((198, 51, 100, n)) for n in (7, 9)]
        self.ipv6 += [b"\x20\x01\x0d\xb8" + bytes(10) + bytes((net, n)) for net in (0, 1) for n in (1, 2)]
        self.numbers += [53, 80, 443, 1024, 40000, 40001]

    def _take(self, port, words):
        found = {4: [], 6: []}
        for kind, value in words:
            address = _address(kind, value)
            if address is not None:
                found[4 if len(address) == 4 else 6].append(address)
            if kind == "MacAddr":
                self.macs.append(value.to_bytes(6, "big"))
                self.doors.setdefault(port, []).append(self.macs[-1])
            if kind == "U16" and value:
                self.numbers.append(value)
            if kind in ("U16", "U32", "U64") and 28 <= value <= 1500:
                self.sizes.append(value)
        for version, addresses in found.items():
            (self.ipv4 if version == 4 else self.ipv6).extend(addresses)
            self.homes[version].setdefault(port, []).extend(addresses)
            self.ends[version] += [(address, value) for address in addresses for kind, value in words if kind == "U16"]

    def address(self, version):
        special = SPECIAL4 if version == 4 else SPECIAL6
        known = self.ipv4 if version == 4 else self.ipv6
        if self.rng.random() < 0.04:
            return self.rng.choice(special)
        if version == 6 and self.named[4] and self.rng.random() < 0.05:
            return MAPPED + self.rng.choice(self.named[4])
        if self.named[version] and self.rng.random() < 0.5:
            known = self.named[version]
        address = self.rng.choice(known)
        return address if self.rng.random() < 0.7 else neighbour(self.rng, address)

    def number(self):
        if self.rng.random() < 0.03:
            return self.rng.choice(EDGES)
        known = self.named_numbers if self.named_numbers and self.rng.random() < 0.5 else self.numbers
        number = self.rng.choice(known)
        return number if self.rng.random() < 0.9 else self.rng.choice((number ^ 1, number + 1, self.rng.getrandbits(16))) & 0xFFFF

    def home(self, version, port):
        """An address for a station behind a port of the box."""
        known = self.homes[version].get(port)
        return neighbour(self.rng, self.rng.choice(known)) if known and self.rng.random() < 0.8 else self.address(version)

    def mac(self, others, port=None):
        """Where a frame goes by Ethernet. others: addresses that stations have. port: of the box, where it comes in."""
        where = self.rng.random()
        if port is not None and port in self.doors and where < 0.75:
            return self.rng.choice(self.doors[port])
        if self.macs and where < 0.6:
            return self.rng.choice(self.macs)
        return group(self.rng) if where > 0.9 else self.rng.choice(others)


def flipped(talk):
    """The answer's direction."""
    kind = talk.kind
    if talk.protocol in (ICMP, ICMPV6):
        kind = {8: 0, 0: 8, 128: 129, 129: 128}.get(kind, kind)
        return talk._replace(src_mac=talk.dst_mac, dst_mac=talk.src_mac, src=talk.dst, dst=talk.src, kind=kind)
    return Talk(talk.dst_mac, talk.src_mac, talk.version, talk.dst, talk.src, talk.protocol, talk.dst_port,
                talk.src_port, kind)


def read(frame):
    """The Talk that a frame is of, or None."""
    kind = frame[12:14]
    if kind == b"\x08\0" and len(frame) >= 34:
        header = (frame[14] & 15) * 4
        return _read(frame, 4, frame[26:30], frame[30:34], frame[23], frame[14 + header:])
    if kind == b"\x86\xdd" and len(frame) >= 54:
        return _read(frame, 6, frame[22:38], frame[38:54], frame[20], frame[54:])
    return None


def _read(frame, version, src, dst, protocol, rest):
    numbers = (0, 0)
    kind = 0
    if protocol in (TCP, UDP) and len(rest) >= 4:
        numbers = struct.unpack("!HH", rest[:4])
    elif protocol in (ICMP, ICMPV6) and len(rest) >= 6:
        kind, numbers = rest[0], (struct.unpack("!H", rest[4:6])[0], 0)
    return Talk(frame[6:12], frame[:6], version, src, dst, protocol, *numbers, kind)


def sealed(talk, data):
    """L4 bytes with their checksum, where it belongs."""
    where = CHECKSUM.get(talk.protocol)
    if where is None or len(data) < where + 2:
        return data
    pseudo = b"" if talk.protocol == ICMP else talk.src + talk.dst + struct.pack("!II", len(data), talk.protocol)
    value = checksum(pseudo, data[:where], b"\0\0", data[where + 2:])
    if talk.protocol == UDP and value == 0:
        value = 0xFFFF
    if talk.protocol == UDP and talk.version == 4 and sum(data) % 8 == 0:
        value = 0  # RFC 768: none was calculated
    return data[:where] + struct.pack("!H", value) + data[where + 2:]


def inside(frame):
    """(protocol, where it starts) of what an IP packet without extension headers carries."""
    return (frame[23], 14 + (frame[14] & 15) * 4) if frame[12:14] == b"\x08\0" else (frame[20], 54)


def vanishing(frame, sent):
    """The frame with another word, so that where it was sent with its checksum adapted that would now come out as 0 (in
    one's complement what is added to a word goes off the checksum); or as it is."""
    (protocol, at), (sent_as, there) = inside(frame), inside(sent)
    where, loose = CHECKSUM.get(protocol), LOOSE.get(protocol)
    if where is None or protocol != sent_as or len(frame) < at + max(where, loose) + 2 or len(sent) < there + where + 2:
        return frame
    result = bytearray(frame)
    left = struct.unpack_from("!H", sent, there + where)[0]
    for offset, sign in ((loose, 1), (where, -1)):
        word = struct.unpack_from("!H", frame, at + offset)[0]
        struct.pack_into("!H", result, at + offset, (word + sign * left) % 0xFFFF or 0xFFFF)
    return bytes(result)


def transport(rng, talk, size=None):
    """The L4 header and payload of a packet. size: of the IPv4 packet, if it has neither options nor is of TCP."""
    small = rng.choice((0, 0, 1, 8, 40, 300, rng.choice((700, 1400))))
    payload = rng.randbytes(small if size is None else max(0, size - 28))
    ports = talk.src_port, talk.dst_port
    if talk.protocol == UDP:
        return struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    if talk.protocol == TCP:
        options = b"\x01" * (4 * rng.choice((0, 0, 3, 10)))
        return struct.pack("!HHIIBBHHH", *ports, rng.getrandbits(32), rng.getrandbits(32), (20 + len(options)) << 2,
                           rng.choice(FLAGS), 1024, 0, 0) + options + payload
    if talk.protocol in (ICMP, ICMPV6):
        return struct.pack("!BBHHH", talk.kind, 0, 0, talk.src_port, rng.getrandbits(16)) + payload
    return payload


def ipv4(rng, talk, data, offset=0, more=0):
    """offset: of a fragment, in units of 8 bytes."""
    options = b"\x01" * (4 * rng.choice((0,) * 8 + (1, 10)))
    flags = offset | more << 13 | (0 if offset or more else rng.choice((0, 0x4000)))
    header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, rng.choice((0, 0, rng.getrandbits(8))),
                         20 + len(options) + len(data), rng.randrange(3) if offset or more else rng.getrandbits(16), flags,
                         rng.choice((64,) * 12 + (0, 1, 2)), talk.protocol, 0, talk.src, talk.dst) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data


def extension(rng, kind, following):
    units = rng.randrange(3)
    if kind == FRAGMENT:
        return struct.pack("!BBHI", following, 0, 0, rng.randrange(3))
    if kind == AUTHENTICATION:  # counted in words of 4 bytes, less 2
        return struct.pack("!BB", following, 2 * units + 1) + rng.randbytes(4 * (2 * units + 3) - 2)
    return struct.pack("!BB", following, units) + rng.randbytes(8 * units + 6)


def ipv6(rng, talk, data, offset=0, more=0):
    following = talk.protocol
    headers = rng.choice((0,) * 12 + (1, 2, 7, 8, 9))
    if offset or more:
        data = struct.pack("!BBHI", following, 0, offset << 3 | more, rng.randrange(3)) + data
        following = FRAGMENT
    for _ in range(headers):
        kind = rng.choice((HOP, ROUTING, AUTHENTICATION, DESTINATION, FRAGMENT))
        data = extension(rng, kind, following) + data
        following = kind
    return struct.pack("!IHBB", 6 << 28 | rng.choice((0, rng.getrandbits(28))), len(data), following,
                       rng.choice((64,) * 12 + (0, 1, 2))) + talk.src + talk.dst + data


def ethernet(dst, src, kind, data):
    return dst + src + struct.pack("!H", kind) + data


def frame_of(rng, talk, data, offset=0, more=0):
    """A frame that carries L4 bytes, or a piece of them."""
    ip = (ipv4 if talk.version == 4 else ipv6)(rng, talk, data, offset, more)
    return ethernet(talk.dst_mac, talk.src_mac, IPV4 if talk.version == 4 else IPV6, ip)


def fragment_of(rng, talk):
    """A first, a middle or a last piece: of few datagrams, so that pieces belong together."""
    offset, more = rng.choice(((0, 1), (0, 1), (1, 1), (185, 0), (2, 0), (8191, 0)))
    return frame_of(rng, talk, sealed(talk, transport(rng, talk)), offset, more)


def error_about(rng, talk, quoted):
    """An ICMP error that quotes an IP packet, of which talk is the answer's direction."""
    protocol = ICMP if talk.version == 4 else ICMPV6
    quoted = quoted[:rng.choice((len(quoted), 28, 48, 56, rng.randrange(len(quoted) + 1)))]
    error = talk._replace(protocol=protocol, kind=rng.choice(ERRORS[talk.version]))
    message = struct.pack("!BBHI", error.kind, rng.randrange(4), 0, rng.choice((0, 1400))) + quoted
    return frame_of(rng, error, sealed(error, message))


def arp(operation, sender_mac, sender, target_mac, target, dst=None):
    """RFC 826, for IPv4 over Ethernet."""
    return ethernet(dst or target_mac, sender_mac, ARP, struct.pack(
        "!HHBBH6s4s6s4s", 1, IPV4, 6, 4, operation, sender_mac, sender, target_mac, target)) + bytes(18)


def worn(rng, frame):
    """Now and then cut, padded or damaged on the way."""
    fate = rng.random()
    if fate < 0.02 and frame:
        return frame[:rng.randrange(1, len(frame) + 1)]
    if fate < 0.04:
        return frame[:rng.choice((13, 14, 15, 33, 34, 41, 42, 53, 54))]
    if fate < 0.06:  # just too short
        return frame[:-rng.randrange(1, 5)]
    if fate < 0.08:
        return frame + bytes(rng.randrange(1, 20))
    if fate < 0.15 and len(frame) > 14:
        at = rng.randrange(12, min(len(frame), 90))
        return frame[:at] + rng.choice((rng.randbytes(1), bytes((frame[at] ^ 1 << rng.randrange(8),)))) + frame[at + 1:]
    return frame


class Traffic:
    """Packets between stations behind each of a box's ports, which answer what the box sends them."""

    def __init__(self, rng, ports, vocabulary):
        self.rng = rng
        self.ports = ports
        self.words = vocabulary
        self.stations = [[self._station(port, number) for number in range(3)] for port in range(ports)]
        self.macs = [station.mac for side in self.stations for station in side]
        self.came, self.left, self.asked, self.kept, self.moved, self.ends, self.passed = [], [], [], [], [], [], []

    def _station(self, port, number):
        return Station(bytes((2, 0, 0, port, 0, number + 1)), self.words.home(4, port), self.words.home(6, port))

    def next(self):
        """(port, frame)."""
        if self.asked and self.rng.random() < 0.4:
            return self._arp_answer(*self.asked.pop())
        kinds = [self._fresh] * 8 + [self._again] * 6 + [self._answer] * 8 + [self._error] * 2 + [self._arp] * 2 + [self._other, self._vanishing]
        port, frame = self.rng.choice(kinds)()
        return port, worn(self.rng, frame)

    def learn(self, port, frame, mask, sent, is_new, changed):
        """What the box made of a frame: the packets that follow build on it. is_new: as of none before. changed: it
        changed what the box remembers."""
        _remember(self.came, (port, frame))
        if changed:
            _remember(self.moved, (port, frame))
        if is_new:
            self.kept.append((port, frame))
        if mask and read(frame) is not None and read(sent) is not None:
            _remember(self.passed, (port, frame, sent))
        for out in range(self.ports):
            if mask >> out & 1:
                self._sent(out, sent)

    def _sent(self, port, frame):
        if frame[12:14] == b"\x08\x06" and len(frame) >= 42:
            _remember(self.asked, (port, frame))
            return
        talk = read(frame)
        if talk is not None:
            _remember(self.left, (port, talk, frame))
            _remember(self.ends, (talk.src, talk.protocol, talk.src_port))

    def _somewhere(self):
        port = self.rng.randrange(self.ports)
        return port, self.rng.choice(self.stations[port])

    def _talk(self, port, station):
        rng = self.rng
        version = rng.choice((4, 4, 6))
        src = station.ipv4 if version == 4 else station.ipv6
        protocol = rng.choice((TCP, TCP, UDP, UDP, UDP, ICMP if version == 4 else ICMPV6))
        talk = Talk(station.mac, self.words.mac(self.macs, port), version,
                    src if rng.random() < 0.85 else self.words.address(version), self._destination(version), protocol, self.words.number(), self.words.number(), REQUEST[version])
        if self.words.ends[version] and rng.random() < 0.25:
            end = rng.choice(self.words.ends[version])
            talk = talk._replace(dst=end[0], dst_port=end[1])
        ends = [end for end in self.ends if len(end[0]) == len(talk.dst) and end[1] == protocol]
        if ends and rng.random() < 0.25:
            talk = talk._replace(dst=(end := rng.choice(ends))[0], dst_port=end[2])
        if protocol in (ICMP, ICMPV6) and rng.random() < 0.2:
            talk = talk._replace(kind=rng.choice((REPLY[version], 13, 14, 133, 135, 136, 200)))
        return talk if rng.random() < 0.97 else talk._replace(protocol=rng.choice((0, 2, 4, 41, 47, 50, 59, 132, 255)))

    def _destination(self, version):
        if self.rng.random() < 0.5:
            return self.words.address(version)
        other = self._somewhere()[1]
        return other.ipv4 if version == 4 else other.ipv6

    def _carry(self, talk):
        if self.rng.random() < 0.1:
            return fragment_of(self.rng, talk)
        size = None
        if self.words.sizes and self.rng.random() < 0.06:
            size = self.rng.choice(self.words.sizes) - self.rng.choice((0, 20, 40)) + self.rng.choice((-1, 0, 1))
        return frame_of(self.rng, talk, sealed(talk, transport(self.rng, talk, size)))

    def _fresh(self):
        port, station = self._somewhere()
        return port, self._carry(self._talk(port, station))

    def _again(self):
        """The same conversation, or the same bytes; from elsewhere, now and then."""
        known = self.rng.choice((self.came, self.kept, self.moved, self.moved))
        if not known:
            return self._fresh()
        port, frame = self.rng.choice(known)
        talk = read(frame)
        if self.rng.random() < 0.1:
            port = self.rng.randrange(self.ports)
        if talk is None or self.rng.random() < 0.3:
            return port, frame
        if self.rng.random() < 0.3:  # a sibling
            talk = talk._replace(**self.rng.choice(({"src_port": self.words.number()}, {"dst_port": self.words.number()},
                                                    {"src_port": self.rng.choice(EDGES)},
                                                    {"src": neighbour(self.rng, talk.src)}, {"dst": neighbour(self.rng, talk.dst)})))
        return port, self._carry(talk)

    def _answer(self):
        if not self.left:
            return self._fresh()
        port, talk, frame = self.rng.choice(self.left)
        talk = flipped(talk)
        if self.rng.random() < 0.15:  # another peer, or another port of it
            talk = talk._replace(**self.rng.choice(({"src": self.words.address(talk.version)},
                                                    {"src_port": self.words.number()},
                                                    {"dst_port": talk.dst_port ^ self.rng.choice((1, 2))})))
        return port, self._carry(talk)

    def _vanishing(self):
        if not self.passed:
            return self._fresh()
        port, frame, sent = self.rng.choice(self.passed)
        return port, vanishing(frame, sent)

    def _error(self):
        if not self.left:
            return self._fresh()
        port, talk, frame = self.rng.choice(self.left)
        talk = flipped(talk)
        if self.rng.random() < 0.5:  # from a router on the way
            talk = talk._replace(src=self.words.address(talk.version))
        return port, error_about(self.rng, talk, frame[14:])

    def _arp(self):
        rng = self.rng
        port, station = self._somewhere()
        sender = station.ipv4 if rng.random() < 0.8 else self.words.address(4)
        frame = arp(rng.choice((1, 1, 1, 2, 2, 3)), station.mac, sender, rng.choice((bytes(6), self.words.mac(self.macs))),
                    self.words.home(4, port), rng.choice((b"\xff" * 6, self.words.mac(self.macs, port))))
        at = rng.randrange(14, 22)
        return port, frame if rng.random() < 0.8 else frame[:at] + rng.randbytes(1) + frame[at + 1:]

    def _arp_answer(self, port, frame):
        """From whoever is asked for."""
        asked = [station.mac for station in self.stations[port] if station.ipv4 == frame[38:42]]
        mac = (asked + [self.rng.choice(self.stations[port]).mac])[0]
        return port, arp(2, mac, frame[38:42], frame[22:28], frame[28:32], frame[6:12])

    def _other(self):
        port, station = self._somewhere()
        kind = self.rng.choice((0x88CC, 0x8100, 0x0026, 0x86DE, 0x0800, 0x86DD, self.words.number()))
        return port, ethernet(self.words.mac(self.macs), station.mac, kind, self.rng.randbytes(self.rng.choice((0, 20, 46))))


def _remember(last, one):
    last.append(one)
    if len(last) > REMEMBERED:
        del last[0]
