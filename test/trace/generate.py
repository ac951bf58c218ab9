#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that nobody would record: what a firewall must get right, in a few thousand packets.

Usage: generate.py FOLDER [PACKETS [SEED]]

Writes FOLDER/in0.pcap (from inside), in1.pcap (from outside) and firewall.conf: small tables that fill up and
short lifetimes that run out. TCP through all its states, UDP, echo, ICMP errors with quotes of every length,
IPv6 extension headers, fragments, ARP, neighbour discovery, other protocols, tags; frames cut, padded and
damaged. The same arguments give the same bytes.
"""
import ipaddress
import os
import random
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec"))
from vigor import capture

CONFIGURATION = """# Tables that fill up and lifetimes that run out within the generated trace.
capacity4 = 12
capacity6 = 12
opening = 20s
established = 60s
closing = 4s
udp = 15s
echo = 5s

[pairs]
inside = 0
outside = 1
"""
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60
FIN, SYN, RST, ACK = 1, 2, 4, 16
FLAGS = [SYN] * 6 + [SYN | ACK] * 5 + [ACK] * 8 + [FIN | ACK] * 4 + [RST] * 2 + [RST | ACK, FIN, SYN | FIN, SYN | RST, 0]
MILLISECOND = 10**6
START = 1_700_000_000 * 10**9


def checksum(*parts):
    data = b"".join(parts)
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Host:
    def __init__(self, version, network, number):
        self.version = version
        self.address = ipaddress.ip_address(network[version].format(number)).packed
        self.mac = bytes((2, version, len(network[version]), 0, 0, number))


INSIDE = {4: "10.1.0.{}", 6: "2001:db8:1::{:x}"}
OUTSIDE = {4: "198.51.100.{}", 6: "2001:db8:ffff::{:x}"}


class Flow:
    """Who talks to whom; which end is inside never changes."""

    def __init__(self, rng):
        version = rng.choice((4, 6))
        self.version = version
        self.inside, self.outside = Host(version, INSIDE, rng.randrange(1, 6)), Host(version, OUTSIDE, rng.randrange(1, 6))
        self.protocol = rng.choice((TCP, TCP, UDP, ICMPV6 if version == 6 else ICMP))
        self.near, self.far = rng.randrange(1024, 1040), rng.choice((53, 80, 443))

    def ends(self, outwards):
        return (self.inside, self.outside) if outwards else (self.outside, self.inside)

    def transport(self, rng, outwards):
        """The L4 header and payload of one packet of the flow."""
        payload = rng.randbytes(rng.choice((0, 0, 1, 7, 40, 300)))
        ports = (self.near, self.far) if outwards else (self.far, self.near)
        if self.protocol == UDP:
            return struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
        if self.protocol == TCP:
            options = b"\x01" * (4 * rng.choice((0, 0, 3, 10)))
            return struct.pack("!HHIIBBHHH", *ports, rng.getrandbits(32), rng.getrandbits(32),
                               (20 + len(options)) << 2, rng.choice(FLAGS), 1024, 0, 0) + options + payload
        request, reply = (128, 129) if self.version == 6 else (8, 0)
        kind = request if outwards else reply
        if rng.random() < 0.1:
            kind = request + reply - kind
        return struct.pack("!BBHHH", kind, 0, 0, self.near, rng.getrandbits(16)) + payload


def sealed(protocol, source, destination, data):
    """L4 bytes with their checksum, where it belongs."""
    where = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}.get(protocol)
    if where is None or len(data) < where + 2:
        return data
    pseudo = b"" if protocol == ICMP else source.address + destination.address + struct.pack("!II", len(data), protocol)
    value = checksum(pseudo, data[:where], b"\0\0", data[where + 2:])
    if protocol == UDP and value == 0:
        value = 0xFFFF
    return data[:where] + struct.pack("!H", value) + data[where + 2:]


def ipv4(rng, source, destination, protocol, data, fragment=0):
    options = b"\x01" * (4 * rng.choice((0, 0, 0, 1, 10)))
    header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 20 + len(options) + len(data), rng.getrandbits(16),
                         fragment, 64, protocol, 0, source.address, destination.address) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data


def extension(rng, kind, next_header):
    if kind == FRAGMENT:
        return struct.pack("!BBHI", next_header, 0, 0, rng.getrandbits(32))
    units = rng.randrange(3)
    if kind == AUTHENTICATION:  # counted in words of 4 bytes, less 2
        return struct.pack("!BB", next_header, 2 * units + 1) + rng.randbytes(4 * (2 * units + 3) - 2)
    return struct.pack("!BB", next_header, units) + rng.randbytes(8 * units + 6)


def ipv6(rng, source, destination, protocol, data, fragment=None):
    kinds = [rng.choice((HOP, ROUTING, AUTHENTICATION, DESTINATION)) for _ in range(rng.choice((0, 0, 0, 1, 2, 7, 8, 9)))]
    next_header = protocol
    if fragment is not None:
        data = struct.pack("!BBHI", next_header, 0, fragment, rng.getrandbits(32)) + data
        next_header = FRAGMENT
    for kind in reversed(kinds):
        data = extension(rng, kind, next_header) + data
        next_header = kind
    return struct.pack("!IHBB", 6 << 28, len(data), next_header, 64) + source.address + destination.address + data


def packet(rng, source, destination, protocol, data, fragment=None):
    """An IP packet of the hosts' version. fragment: offset in units of 8 bytes and "more follow"."""
    data = sealed(protocol, source, destination, data)
    if source.version == 4:
        return ipv4(rng, source, destination, protocol, data,
                    0 if fragment is None else fragment[0] | fragment[1] << 13)
    return ipv6(rng, source, destination, protocol, data, None if fragment is None else fragment[0] << 3 | fragment[1])


def ethernet(source, destination, data, kind=None):
    if kind is None:
        kind = 0x86DD if source.version == 6 else 0x0800
    return destination.mac + source.mac + struct.pack("!H", kind) + data


def flow_packet(rng, flow, outwards):
    source, destination = flow.ends(outwards)
    return ethernet(source, destination, packet(rng, source, destination, flow.protocol, flow.transport(rng, outwards)))


def error_packet(rng, flow, outwards):
    """An ICMP error about a packet that went the other way, from its receiver or from a router on the way."""
    quoted = packet(rng, *flow.ends(not outwards), flow.protocol, flow.transport(rng, not outwards))
    quoted = quoted[:rng.choice((len(quoted), 28, 48, 56, rng.randrange(len(quoted) + 1)))]
    source, destination = flow.ends(outwards)
    if rng.random() < 0.5:
        source = Host(flow.version, OUTSIDE if not outwards else INSIDE, 99)
    kind = rng.choice((3, 11, 12, 4)) if flow.version == 4 else rng.choice((1, 2, 3, 4, 100))
    protocol = ICMP if flow.version == 4 else ICMPV6
    return ethernet(source, destination, packet(rng, source, destination, protocol,
                                                struct.pack("!BBHI", kind, 0, 0, 0) + quoted))


def fragment_packet(rng, flow, outwards):
    source, destination = flow.ends(outwards)
    place = rng.choice(((0, 1), (0, 1), (1, 1), (185, 0), (8191, 0)))
    return ethernet(source, destination, packet(rng, source, destination, flow.protocol,
                                                flow.transport(rng, outwards), place))


def other_packet(rng, flow, outwards):
    """What opens no flow: ARP, neighbour discovery, other protocols and other EtherTypes."""
    source, destination = flow.ends(outwards)
    kind = rng.randrange(4)
    if kind == 0:
        sender, target = (ends[:4] for ends in (source.address, destination.address))
        return ethernet(source, destination, struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, rng.choice((1, 2)),
                                                         source.mac, sender, bytes(6), target), 0x0806)
    if kind == 1 and flow.version == 6:
        message = struct.pack("!BBHI", rng.randrange(132, 139), 0, 0, 0) + destination.address
        return ethernet(source, destination, packet(rng, source, destination, ICMPV6, message))
    if kind == 2:
        return ethernet(source, destination, rng.randbytes(46), rng.choice((0x88CC, 0x8100, 0x0026, 0x86DE)))
    protocol = rng.choice((0, 2, 41, 47, 50, 59, 89, 132, 255, ICMP if flow.version == 6 else ICMPV6))
    return ethernet(source, destination, packet(rng, source, destination, protocol, rng.randbytes(24)))


def worn(rng, frame):
    """Now and then cut, padded or damaged on the way."""
    fate = rng.random()
    if fate < 0.04:
        return frame[:rng.randrange(1, len(frame) + 1)]
    if fate < 0.08:  # just too short
        return frame[:-rng.randrange(1, 5)]
    if fate < 0.10:
        return frame + bytes(rng.randrange(1, 20))
    if fate < 0.16:
        at = rng.randrange(12, min(len(frame), 90))
        return frame[:at] + rng.randbytes(1) + frame[at + 1:]
    return frame


KINDS = [flow_packet] * 15 + [error_packet] * 3 + [fragment_packet] * 2 + [other_packet] * 3


def generate(count, seed):
    """(port, time, frame), in order. Answers (inbound packets of known flows) are as frequent as questions."""
    rng = random.Random(seed)
    flows, now = [Flow(rng) for _ in range(60)], START
    for _ in range(count):
        now += rng.choice((0, 1, 7, 60, 300)) * MILLISECOND
        if rng.random() < 0.004:  # silence, long enough for some lifetimes and too short for others
            now += rng.choice((3_900, 4_100, 15_050, 20_100, 61_000)) * MILLISECOND
        if rng.random() < 0.05:
            flows[rng.randrange(len(flows))] = Flow(rng)
        outwards = rng.random() < 0.5
        yield 0 if outwards else 1, now, worn(rng, rng.choice(KINDS)(rng, rng.choice(flows), outwards))


def main(folder, count=5000, seed=1):
    os.makedirs(folder, exist_ok=True)
    sides = ([], [])
    for port, stamp, frame in generate(int(count), int(seed)):
        sides[port].append((stamp, frame))
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    with open(os.path.join(folder, "firewall.conf"), "w") as file:
        file.write(CONFIGURATION)
    print(f"{int(count)} packets, seed {int(seed)}: {len(sides[0])} from inside, {len(sides[1])} from outside")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
