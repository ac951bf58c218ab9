#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that a NAT must get right, in a few thousand packets.

Usage: generate_nat.py FOLDER [PACKETS [SEED]]

Writes FOLDER/in0.pcap (inside), in1.pcap (outside), in2.pcap (a port that it does not serve) and nat.conf: few external ports, that run
out and are guessed often, and short lifetimes. TCP through all its states, UDP with and without checksum, echo and timestamp queries,
hairpinning, ICMP errors about what went out, came in or was hairpinned, with quotes of every length, fragments and their
followers, IP options, ARP of all kinds, wrong checksums, addresses that must not be, frames cut, padded and
damaged. The seed also chooses the filtering. The same arguments give the same bytes.
"""
import os
import random
import struct
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec")]
from generate import FLAGS, ICMP, MILLISECOND, START, SYN, TCP, UDP, checksum
from vigor import capture

PORTS = 3
FIRST, CAPACITY = 2000, 4
INSIDE_MAC, OUTSIDE_MAC, BROADCAST = bytes.fromhex("0200000000aa"), bytes.fromhex("0200000000bb"), b"\xff" * 6
GATE, EXTERNAL, ROUTER = bytes([10, 1, 0, 254]), bytes([192, 0, 2, 1]), bytes([192, 0, 2, 254])
HOSTS = [bytes([10, 1, 0, n]) for n in range(1, 3)]
PEERS = [bytes([192, 0, 2, n]) for n in (7, 8)] + [bytes([198, 51, 100, n]) for n in (1, 2)]
ODD = [GATE, EXTERNAL, ROUTER, bytes([10, 1, 0, 77]), bytes([10, 1, 1, 1]), bytes([127, 0, 0, 1]), bytes([0, 0, 0, 0]),
       bytes([224, 0, 0, 1]), bytes([240, 0, 0, 1]), b"\xff" * 4, bytes([223, 255, 255, 255]), bytes([1, 0, 0, 0])]
FILTERING = "endpoint-independent", "address-dependent", "address-and-port-dependent"
CONFIGURATION = """# Few ports and short lifetimes, so that they run out within the generated trace.
inside = 0
inside_address = 10.1.0.254
inside_prefix = 24
inside_mac = 02:00:00:00:00:aa
outside = 1
outside_address = 192.0.2.1
outside_prefix = 24
outside_mac = 02:00:00:00:00:bb
gateway = 192.0.2.254
first_port = %d
capacity = %d
contacts = 9
filtering = %s
inbound_refresh = %s
udp = 15s
established = 60s
transitory = 10s
query = 5s
rfc_timers = off
reassembly = 4s
fragments = 6
neighbour = 50s
neighbours = 6
"""


def configuration(seed):
    return CONFIGURATION % (FIRST, CAPACITY, FILTERING[seed % 3], ("off", "on")[seed % 2])


def mac_of(address):
    return b"\x02\x01" + address


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.fragments = []   # of datagrams that have begun: (port, source, destination, protocol, identification)
        self.seen = []        # what was sent from inside: (protocol, source, destination), each an (address, port)

    def chance(self, probability):
        return self.rng.random() < probability

    # What packets are made of

    def inside_end(self):
        return self.rng.choice(HOSTS), self.rng.choice((5000, 5001))

    def outside_end(self):
        return self.rng.choice(PEERS), self.rng.choice((53, 80))

    def external(self):
        """The shared address and one of its ports: mostly one that means something."""
        if self.chance(0.05):
            return EXTERNAL, self.rng.choice((0, 80, 1023, FIRST - 1, FIRST + 2 * CAPACITY, FIRST + 2 * CAPACITY + 1, 65535))
        return EXTERNAL, FIRST + self.rng.randrange(2 * CAPACITY)

    def known(self):
        """(protocol, a guess at the external end of a source that was seen, whom it sent something)."""
        if not self.seen or self.chance(0.1):
            return self.protocol(), self.external(), self.outside_end()
        protocol, source, destination = self.rng.choice(self.seen[-6:])
        return protocol, self.mapped(source), destination

    def mapped(self, source):
        """The external end of an inside one, if the guess is right."""
        return EXTERNAL, FIRST + 2 * self.rng.randrange(CAPACITY) + source[1] % 2

    def loyal(self, source):
        """Where a TCP client keeps connecting to from one port."""
        return PEERS[HOSTS.index(source[0])], 80

    def flow(self):
        """(protocol, source, destination) of a packet from inside."""
        protocol, source = self.protocol(), self.inside_end()
        destination = self.outside_end()
        if self.chance(0.1 if protocol == TCP else 0.3):
            destination = self.mapped(self.inside_end()) if self.chance(0.8) else self.external()
        elif protocol == TCP and (source[1] == 5000 or self.chance(0.9)):
            destination = self.loyal(source)
        self.seen.append((protocol, source, destination))
        return protocol, source, destination

    def transport(self, protocol, source, destination, outward, query=True):
        """An L4 header and payload, with its checksum: now and then a wrong one, or none."""
        payload = self.rng.randbytes(self.rng.choice((0, 0, 1, 8, 40, 300)))
        if protocol == UDP:
            data, where = struct.pack("!HHHH", source[1], destination[1], 8 + len(payload), 0) + payload, 6
        elif protocol == TCP:
            options = b"\x01" * (4 * self.rng.choice((0, 0, 3)))
            data = struct.pack("!HHIIBBHHH", source[1], destination[1], self.rng.getrandbits(32), 0,
                               (20 + len(options)) << 2, self.rng.choice(FLAGS), 1024, 0, 0) + options + payload
            where = 16
        else:
            kind = self.rng.choice((8, 8, 13) if outward else (0, 0, 14))
            if self.chance(0.25):
                kind = self.rng.choice((8, 0, 13, 14, 0, 14, 17, 10))
            data = struct.pack("!BBHHH", kind, 0, 0, source[1] if outward else destination[1], 1) + payload
            where = 2
        return self.summed(protocol, source[0], destination[0], data, where)

    def summed(self, protocol, source, destination, data, where):
        fate = self.rng.random()
        pseudo = b"" if protocol == ICMP else source + destination + struct.pack("!II", len(data), protocol)
        value = checksum(pseudo, data)
        if fate < 0.06:
            value = self.rng.choice((0, 0xFFFF, 1, 0xFFFE, self.rng.getrandbits(16)))
        elif fate < 0.15 and protocol == UDP:
            value = 0
        elif value == 0 and protocol == UDP:
            value = 0xFFFF
        return data[:where] + struct.pack("!H", value) + data[where + 2:]

    def ipv4(self, source, destination, protocol, data, fragment=0, identification=None):
        options = b"\x01" * (4 * self.rng.choice((0, 0, 0, 1, 10)))
        if identification is None:
            identification = self.rng.getrandbits(16)
        header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, self.rng.choice((0, 0x10)), 20 + len(options) + len(data),
                             identification, fragment, self.rng.choice((64, 64, 255, 2, 2, 1, 0) if self.chance(0.1) else (64,)),
                             protocol, 0, source, destination) + options
        value = checksum(header) if not self.chance(0.02) else self.rng.getrandbits(16)
        return header[:10] + struct.pack("!H", value) + header[12:] + data

    def frame(self, port, source, data, kind=0x0800):
        to = (INSIDE_MAC, OUTSIDE_MAC, OUTSIDE_MAC)[port]
        if self.chance(0.03):
            to = self.rng.choice((BROADCAST, INSIDE_MAC, OUTSIDE_MAC, mac_of(source)))
        return to + mac_of(source) + struct.pack("!H", kind) + data

    # Whole packets: (port, frame)

    def protocol(self):
        return self.rng.choice((TCP, TCP, UDP, UDP, ICMP))

    def outward(self, fragment=0, identification=None):
        protocol, source, destination = self.flow()
        return 0, self.frame(0, source[0], self.ipv4(source[0], destination[0], protocol, self.transport(
            protocol, source, destination, True), fragment, identification)), (source[0], destination[0], protocol)

    def inward(self, fragment=0, identification=None):
        protocol, destination, source = self.known()
        return 1, self.frame(1, source[0], self.ipv4(source[0], destination[0], protocol, self.transport(
            protocol, source, destination, False), fragment, identification)), (source[0], destination[0], protocol)

    def plain(self):
        return (self.outward if self.chance(0.4) else self.inward)()[:2]

    def first_fragment(self):
        identification = self.rng.randrange(4)
        port, frame, key = (self.outward if self.chance(0.5) else self.inward)(0x2000, identification)
        self.fragments.append((port, *key, identification))
        return port, frame

    def follower(self):
        if not self.fragments or self.chance(0.1):
            return self.first_fragment()
        port, source, destination, protocol, identification = self.rng.choice(self.fragments[-4:])
        if self.chance(0.1):
            identification, protocol = self.rng.randrange(6), self.protocol()
        fragment = self.rng.choice((1, 0x2005, 185, 8191))
        return port, self.frame(port, source, self.ipv4(source, destination, protocol, self.rng.randbytes(self.rng.choice((1, 8, 100))),
                                                        fragment, identification))

    def error(self):
        """About a packet that went out, came in, or was hairpinned."""
        protocol = self.protocol()
        about = self.rng.choice(("out", "in", "hairpin"))
        inside, outside = self.inside_end(), self.outside_end()
        if about == "out":
            protocol, source, destination = self.known()
            port, sender, receiver = 1, self.rng.choice((destination[0], ROUTER)), EXTERNAL
        elif about == "in":
            source, destination, port, sender, receiver = outside, inside, 0, inside[0], outside[0]
        else:
            source, destination, port, sender, receiver = self.mapped(self.inside_end()), inside, 0, inside[0], EXTERNAL
        if self.chance(0.1):
            source = self.rng.choice(HOSTS + PEERS + [GATE]), source[1]
        quoted = self.ipv4(source[0], destination[0], protocol, self.transport(protocol, source, destination, about == "out"))
        quoted = quoted[:self.rng.choice((len(quoted), 28, 36, 38, 37, 48, self.rng.randrange(len(quoted) + 1)))]
        if self.chance(0.05):
            quoted = quoted[:6] + struct.pack("!H", self.rng.choice((1, 0x2000))) + quoted[8:]
        message = struct.pack("!BBHI", self.rng.choice((3, 3, 11, 12, 4)), 0, 0, 0) + quoted
        message = self.summed(ICMP, sender, receiver, message, 2)
        return port, self.frame(port, sender, self.ipv4(sender, receiver, ICMP, message,
                                                        self.rng.choice((0,) * 15 + (0x2000,))))

    def arp(self):
        port = self.rng.randrange(PORTS)
        mine = (GATE, EXTERNAL, EXTERNAL)[port]
        near = HOSTS if port == 0 else PEERS[:2] + [ROUTER]
        sender = self.rng.choice(near if self.chance(0.9) else ODD)
        target = self.rng.choice((mine, mine, mine, self.rng.choice(near), sender))
        mac = mac_of(sender) if self.chance(0.9) else self.rng.choice((BROADCAST, self.rng.randbytes(6)))
        data = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, self.rng.choice((1, 1, 2, 2, 3)), mac, sender, bytes(6), target)
        if self.chance(0.05):
            data = self.rng.randbytes(1) + data[1:] if self.chance(0.5) else data[:5] + b"\x05" + data[6:]
        return port, BROADCAST + mac + b"\x08\x06" + data + bytes(self.rng.choice((0, 18, 18, 30)))

    def strange(self):
        """Addresses that must not be, other protocols and other EtherTypes."""
        port = self.rng.randrange(PORTS)
        source, destination = (self.inside_end(), self.outside_end()) if port == 0 else (self.outside_end(), self.external())
        protocol = self.rng.choice((UDP, UDP, ICMP, TCP))
        fate = self.rng.choice((0, 0, 0, 1, 1, 1, 2, 3))
        if port == 1:
            guess, destination, source = self.known()
            protocol = guess if self.chance(0.5) else protocol
        if fate == 0:
            source = self.rng.choice(ODD + HOSTS), source[1]
        elif fate == 1:
            destination = self.rng.choice(ODD + HOSTS), destination[1]
        elif fate == 2:
            return port, self.frame(port, source[0], self.rng.randbytes(46), self.rng.choice((0x86DD, 0x8100, 0x88CC, 0x0026)))
        else:
            return port, self.frame(port, source[0], self.ipv4(source[0], destination[0], self.rng.choice((0, 2, 41, 47, 50, 132)),
                                                               self.rng.randbytes(24)))
        return port, self.frame(port, source[0], self.ipv4(source[0], destination[0], protocol,
                                                           self.transport(protocol, source, destination, port == 0)))

    def connect(self):
        """A SYN to somewhere, so that enough is open."""
        source = self.inside_end()
        destination = self.loyal(source)
        self.seen.append((TCP, source, destination))
        data = struct.pack("!HHIIBBHHH", source[1], destination[1], 1, 0, 20 << 2, SYN, 1024, 0, 0)
        return 0, self.frame(0, source[0], self.ipv4(source[0], destination[0], TCP, self.summed(TCP, source[0], destination[0], data, 16)))

    def worn(self, frame):
        """Now and then cut, padded or damaged on the way."""
        fate = self.rng.random()
        if fate < 0.02:
            return frame[:self.rng.randrange(1, len(frame) + 1)]
        if fate < 0.04:
            return frame[:-self.rng.randrange(1, 5)]
        if fate < 0.08:
            return frame + bytes(self.rng.randrange(1, 20))
        if fate < 0.11:
            at = self.rng.randrange(12, min(len(frame), 90))
            return frame[:at] + self.rng.randbytes(1) + frame[at + 1:]
        return frame


def generate(count, seed):
    """(port, time, frame), in order."""
    rng = random.Random(seed)
    one, now = Generator(rng), START
    kinds = [one.plain] * 12 + [one.error] * 7 + [one.first_fragment, one.follower, one.follower, one.arp, one.arp, one.strange, one.strange] + [one.connect] * 3
    for _ in range(count):
        now += rng.choice((0, 1, 7, 60, 120)) * MILLISECOND
        if rng.random() < 0.006:  # silence, long enough for some lifetimes and too short for others
            now += rng.choice((4_100, 5_100, 10_100, 15_050, 40_100, 61_000)) * MILLISECOND
        port, frame = rng.choice(kinds)()
        yield port, now, one.worn(frame)


def main(folder, count=5000, seed=1):
    os.makedirs(folder, exist_ok=True)
    sides = [[] for _ in range(PORTS)]
    for port, stamp, frame in generate(int(count), int(seed)):
        sides[port].append((stamp, frame))
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    with open(os.path.join(folder, "nat.conf"), "w") as file:
        file.write(configuration(int(seed)))
    print(f"{int(count)} packets, seed {int(seed)}: {', '.join(str(len(side)) for side in sides)} by port")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
