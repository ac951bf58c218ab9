#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that a load balancer must get right, in a few thousand packets.

Usage: generate_maglev.py FOLDER [PACKETS [SEED]]

Writes FOLDER/in0.pcap to in3.pcap and maglev.conf: heartbeats of backends that come, stay away and come again, also from
others and through wrong ports; flows of both versions of IP to virtual services, to their neighbours by address, port and
protocol, and again and again; first and later fragments, in order and not, with fragment headers in several places; tables that
fill up; tunnels of every kind, packets that just fit them and just do not, from their own ends too; IP options and extension
headers, padding, wrong lengths, other protocols. The same arguments give the same bytes.
"""
import ipaddress
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec"))
from vigor import capture

PORTS = 4
MILLISECOND = 10**6
START = 1_700_000_000 * 10**9
HEARTBEAT = 5344
HERE4, HERE6 = "192.0.2.1", "2001:db8::1"
MTU = 600

VIPS = [("198.51.100.80", "tcp", 80, "flow"), ("198.51.100.80", "udp", 80, "client"), ("198.51.100.53", "udp", 53, "client"),
        ("2001:db8:80::80", "tcp", 80, "flow"), ("2001:db8:80::53", "udp", 53, "flow"), ("198.51.100.80", "udp", HEARTBEAT, "flow")]
# (address, port, weight, delivery)
BACKENDS = [("192.0.2.11", 1, 1, "dsr"), ("192.0.2.12", 1, 2, "tunnel"), ("2001:db8:1::13", 2, 3, "dsr"),
            ("2001:db8:1::14", 2, 1, "tunnel"), ("203.0.113.15", 3, 0, "dsr"), ("203.0.113.16", 1, 2, "tunnel"),
            ("2001:db8:1::17", 2, 1, "tunnel")]


def mapped(text):
    return text if ":" in text else "::ffff:" + text


def packed(text):
    return ipaddress.ip_address(text).packed


def configuration():
    text = "# Everything is forgotten within the trace, and tables fill up.\n"
    text += "capacity = 40\nflow_lifetime = 9s\ntable_size = 2100\nhealth = 3s\nfragments = 6\nreassembly = 2s\n"
    text += f"heartbeat_port = {HEARTBEAT}\naddress4 = {HERE4}\naddress6 = {HERE6}\nmac = 02:00:00:00:00:01\nmtu = {MTU}\n"
    for address, protocol, port, affinity in VIPS:
        text += f"\n[vips]\naddress = {mapped(address)}\nprotocol = {protocol}\nport = {port}\naffinity = {affinity}\n"
    for number, (address, port, weight, delivery) in enumerate(BACKENDS):
        text += f"\n[backends]\naddress = {mapped(address)}\nport = {port}\nweight = {weight}\n"
        text += f"mac = 02:00:00:00:01:{number:02x}\ndelivery = {delivery}\n"
    return text


class Traffic:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.datagrams = []  # what later fragments may belong to: (version, src, dst, identification, protocol)

    def l4(self, protocol, src_port, dst_port, size):
        rng = self.rng
        if protocol == 6:
            words = 5 if rng.random() < 0.8 else rng.choice((4, 5, 6, 8))
            data = src_port.to_bytes(2, "big") + dst_port.to_bytes(2, "big") + rng.randbytes(8)
            data += bytes([words << 4, 0x18]) + rng.randbytes(6) + rng.randbytes(size)
        elif protocol == 17:
            length = 8 + size + (rng.choice((-9, -1, 1)) if rng.random() < 0.03 else 0)
            data = src_port.to_bytes(2, "big") + dst_port.to_bytes(2, "big")
            data += max(0, length).to_bytes(2, "big") + b"\0\0" + rng.randbytes(size)
        else:
            data = rng.randbytes(max(8, size))
        return data if rng.random() < 0.97 else data[:rng.randrange(len(data))]

    def ipv4(self, src, dst, protocol, data, fragment=0, identification=None):
        rng = self.rng
        options = rng.randbytes(4 * rng.choice((0, 0, 0, 0, 1, 10)))
        total = 20 + len(options) + len(data) + (rng.choice((-30, -1, 1)) if rng.random() < 0.02 else 0)
        identification = rng.randrange(1 << 16) if identification is None else identification
        header = bytes([0x45 + len(options) // 4, rng.randrange(256)]) + max(0, total).to_bytes(2, "big")
        header += identification.to_bytes(2, "big") + fragment.to_bytes(2, "big") + bytes([64, protocol]) + rng.randbytes(2)
        return 0x0800, header + packed(src) + packed(dst) + options + data

    def ipv6(self, src, dst, protocol, data, fragment=None, identification=0):
        """fragment: the word with offset and flag; None: there is no fragment header."""
        rng = self.rng
        headers = [(44, bytes(1) + fragment.to_bytes(2, "big") + identification.to_bytes(4, "big"))] if fragment is not None else []
        if rng.random() < 0.15:
            headers.insert(rng.randrange(len(headers) + 1), (rng.choice((0, 60)), b"\0" + rng.randbytes(6)))
        kinds = [kind for kind, _ in headers] + [protocol]
        chain = b"".join(bytes([following]) + rest for (_, rest), following in zip(headers, kinds[1:]))
        size = len(chain) + len(data) + (rng.choice((-50, -1, 1)) if rng.random() < 0.02 else 0)
        first = (6 << 28 | rng.randrange(1 << 28)).to_bytes(4, "big")
        return 0x86DD, first + max(0, size).to_bytes(2, "big") + bytes([kinds[0], 64]) + packed(src) + packed(dst) + chain + data

    def ip(self, src, dst, protocol, data, **more):
        return (self.ipv6 if ":" in dst else self.ipv4)(src, dst, protocol, data, **more)

    def heartbeat(self, port):
        rng = self.rng
        address, home, _, _ = rng.choice(BACKENDS[:5] if rng.random() < 0.8 else BACKENDS)
        if rng.random() < 0.1:
            address = rng.choice(("192.0.2.99", "2001:db8:1::99", HERE4))
        six = ":" in address
        to = rng.choice((HERE6, VIPS[3][0]) if six else (HERE4, VIPS[0][0]))
        data = self.l4(17, rng.randrange(1 << 16), HEARTBEAT if rng.random() < 0.95 else HEARTBEAT + 1, 4)
        return home if rng.random() < 0.9 else port, self.ip(address, to, 17, data)

    def client(self, six):
        return f"2001:db8:c::{self.rng.randrange(1, 9)}" if six else f"10.0.0.{self.rng.randrange(1, 9)}"

    def size(self):
        rng = self.rng
        if rng.random() < 0.25:  # about what just fits into a tunnel
            return MTU - rng.choice((20, 40)) - rng.choice((20, 40)) - rng.choice((8, 20)) + rng.choice((-1, 0, 0, 1))
        return rng.choice((0, 1, 6, 12, 40, 700))

    def flow(self):
        """A packet to a virtual service, or to something like one."""
        rng = self.rng
        dst, word, dst_port, _ = rng.choice(VIPS[:5])
        six, protocol = ":" in dst, 6 if word == "tcp" else 17
        src = self.client(six)
        if rng.random() < 0.06:
            src = rng.choice([text for text, _, _, _ in BACKENDS] + [HERE4, HERE6])
            src = src if (":" in src) == six else self.client(six)
        chance = rng.random()
        if chance < 0.04:
            dst_port ^= 1
        elif chance < 0.08:
            dst = "2001:db8:80::81" if six else "198.51.100.81"
        elif chance < 0.12:
            protocol = rng.choice((6, 17, 1, 58, 47))
        data = self.l4(protocol, rng.randrange(1024, 1034), dst_port, self.size())
        if rng.random() < 0.85:
            return self.ip(src, dst, protocol, data)
        identification = rng.randrange(1 << 16)
        self.datagrams.append((src, dst, identification, protocol))
        return self.ip(src, dst, protocol, data, fragment=1 if six else 0x2000, identification=identification)

    def later(self):
        """A later fragment, most of them of a datagram whose first one came."""
        rng = self.rng
        if not self.datagrams or rng.random() < 0.1:
            return self.ip(self.client(False), VIPS[0][0], 6, rng.randbytes(24), fragment=0x0003, identification=7)
        src, dst, identification, protocol = rng.choice(self.datagrams[-5:])
        if rng.random() < 0.1:
            identification ^= 1
        elif rng.random() < 0.05:
            protocol ^= 23
        word = rng.choice((8 << 3 | 1, 8 << 3)) if ":" in dst else rng.choice((0x2008, 0x0008))
        return self.ip(src, dst, protocol, rng.randbytes(rng.choice((8, 24, 500))), fragment=word, identification=identification)

    def frame(self, port, alive):
        rng, chance = self.rng, self.rng.random()
        if chance < (0.25 if alive else 0.01):
            port, (kind, data) = self.heartbeat(port)
        elif chance < 0.40:
            kind, data = self.later()
        else:
            kind, data = self.flow()
        if rng.random() < 0.02:
            kind = rng.choice((0x86DD, 0x8100, 0x0800, 0x0806))
        data = rng.randbytes(12) + kind.to_bytes(2, "big") + data + bytes(rng.choice((0, 0, 6)))
        return port, data[:rng.randrange(1, len(data))] if rng.random() < 0.02 else data


def generate(count, seed):
    """(port, time, frame), in order. Now and then heartbeats stay away for a while."""
    traffic, now = Traffic(seed), START
    for number in range(count):
        now += traffic.rng.choice((0, 1, 20, 90, 300)) * MILLISECOND
        port, data = traffic.frame(traffic.rng.randrange(PORTS), number % 500 < 400)
        yield port, now, data


def main(folder, count=5000, seed=1):
    os.makedirs(folder, exist_ok=True)
    sides = [[] for _ in range(PORTS)]
    for port, stamp, data in generate(int(count), int(seed)):
        sides[port].append((stamp, data))
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    with open(os.path.join(folder, "maglev.conf"), "w") as file:
        file.write(configuration())
    print(f"{int(count)} frames, seed {int(seed)}: {', '.join(str(len(side)) for side in sides)} by port")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
