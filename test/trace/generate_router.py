#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that a router must get right, in a few thousand packets.

Usage: generate_router.py FOLDER [PACKETS [SEED]]

Writes FOLDER/in0.pcap to in3.pcap and router.conf: overlapping routes and addresses on both sides of their borders,
neighbours that are learned, move and are forgotten, a table that fills up, ARP of every kind, IP options, fragments, TTLs that
end, packets too big for the next link, wrong checksums and lengths, martians, broadcasts, echo requests to each of the
router's addresses, ICMP errors that must not be answered. The same arguments give the same bytes.
"""
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "spec"))
from vigor import capture

PORTS = 4
MILLISECOND = 10**6
START = 1_700_000_000 * 10**9
ROUTER = 0x020000000100  # its address behind port p is this + p


def ip4(text):
    return int.from_bytes(bytes(map(int, text.split("."))), "big")


# Behind port 3 the router has no address. (address, prefix length, mtu)
INTERFACES = [(ip4("10.0.0.1"), 24, 1500), (ip4("10.0.1.1"), 29, 600), (ip4("10.0.2.0"), 31, 576)]
ROUTES = [
    ("10.0.0.0", 24, "0.0.0.0", 0), ("10.0.1.0", 29, "0.0.0.0", 1), ("10.0.1.1", 32, "10.0.0.10", 0),
    ("10.0.2.0", 31, "0.0.0.0", 2),
    ("20.0.0.0", 8, "10.0.0.9", 0), ("20.1.0.0", 16, "10.0.1.2", 1), ("20.1.1.0", 24, "10.0.2.1", 2),
    ("20.1.1.128", 25, "10.0.1.3", 1), ("20.1.1.200", 32, "10.0.0.10", 0), ("30.0.0.0", 7, "10.0.0.11", 0),
    ("40.0.0.0", 8, "10.0.3.1", 3), ("50.0.0.0", 8, "0.0.0.0", 2), ("50.0.0.0", 31, "10.0.0.12", 0),
]
STATIC = [(ip4("10.0.0.9"), 0, 0x0200000000F1), (ip4("10.0.2.1"), 1, 0x0200000000F2)]


def dotted(address):
    return ".".join(str(byte) for byte in address.to_bytes(4, "big"))


def mac(address):
    return ":".join("%02x" % byte for byte in address.to_bytes(6, "big"))


def configuration():
    text = "# Neighbours that are forgotten within the trace, in a table that fills up.\ncapacity = 6\nneighbour_lifetime = 5s\n"
    for port, (address, length, mtu) in enumerate(INTERFACES):
        text += f"\n[interfaces]\nport = {port}\naddress = {dotted(address)}\nlength = {length}\n"
        text += f"mac = {mac(ROUTER + port)}\nmtu = {mtu}\n"
    for prefix, length, gateway, port in ROUTES:
        text += f"\n[routes]\nprefix = {prefix}/{length}\ngateway = {gateway}\nport = {port}\n"
    for address, port, station in STATIC:
        text += f"\n[static]\naddress = {dotted(address)}\nport = {port}\nmac = {mac(station)}\n"
    return text


def checksum(data):
    total = sum(int.from_bytes(data[at:at + 2].ljust(2, b"\0"), "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


class Traffic:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def station(self, address, port):
        """The Ethernet address of a neighbour, for now: now and then it is another."""
        return 0x020000000000 + (address & 0xFF) * 16 + port + (256 * 16 if self.rng.random() < 0.05 else 0)

    def on_network(self, port):
        address, length, _ = INTERFACES[port % len(INTERFACES)]
        host = self.rng.randrange(1 << 32 - length) if self.rng.random() < 0.5 else self.rng.randrange(1, 12)
        return (address >> 32 - length << 32 - length) + host % (1 << 32 - length)

    def anywhere(self):
        """An address at the border of a route, or any; sometimes one that no packet has."""
        chance = self.rng.random()
        if chance < 0.62:
            prefix, length, _, _ = self.rng.choice(ROUTES)
            first, size = ip4(prefix), 1 << 32 - length
            return (first + self.rng.choice((0, 1, size // 2, size - 1, size, -1, self.rng.randrange(size)))) & 0xFFFFFFFF
        if chance < 0.80:
            return self.rng.choice(INTERFACES)[0]
        if chance < 0.88:
            return self.rng.choice((0, 0x00FFFFFF, ip4("127.0.0.1"), 0xE0000001, 0xDFFFFFFF, 0xEFFFFFFF, 0xF0000000,
                                    0xFFFFFFFF, 0x80000000, 0x7F000000, 0x01000000, 0x7EFFFFFF))
        return self.on_network(self.rng.randrange(3)) if chance < 0.96 else self.rng.randrange(1 << 32)

    def arp(self, port):
        rng = self.rng
        own = INTERFACES[port % len(INTERFACES)][0]
        sender = own if rng.random() < 0.05 else self.anywhere() if rng.random() < 0.1 else self.on_network(port)
        target = own if rng.random() < 0.7 else self.on_network(port)
        station = self.station(sender, port) if rng.random() < 0.95 else 0x01005E000001
        data = bytes.fromhex("000108000604") if rng.random() < 0.95 else rng.randbytes(6)
        data += rng.choice((1, 1, 2, 2, 3)).to_bytes(2, "big") + station.to_bytes(6, "big") + sender.to_bytes(4, "big")
        data += (0).to_bytes(6, "big") + target.to_bytes(4, "big")
        to = 0xFFFFFFFFFFFF if rng.random() < 0.6 else ROUTER + port if rng.random() < 0.9 else ROUTER + port + 1
        data = data[:27] if rng.random() < 0.03 else data + bytes(rng.choice((0, 18)))
        return to, station, 0x0806, data

    def payload(self, protocol):
        rng = self.rng
        if protocol == 1:
            data = bytes([rng.choice((8, 8, 8, 8, 0, 3, 4, 5, 11, 12, 13)), 0]) + rng.randbytes(6 + rng.choice((0, 1, 56)))
            data = data[:2] + b"\0\0" + data[4:]
            total = checksum(data) if rng.random() < 0.9 else rng.randrange(1 << 16)
            data = data[:2] + total.to_bytes(2, "big") + data[4:]
            return data if rng.random() < 0.95 else data[:rng.randrange(8)]
        return rng.randbytes(rng.choice((0, 7, 8, 9, 40, 556, 557, 580, 581, 1400)))

    def ipv4(self, port):
        rng = self.rng
        src = self.anywhere() if rng.random() < 0.3 else self.on_network(port)
        options = rng.randbytes(4 * rng.choice((0, 0, 0, 0, 1, 2, 10)))
        if options and rng.random() < 0.5:
            options = b"\x08" + options[1:]  # an echo request, to who does not see that these are options
        protocol = rng.choice((1, 1, 6, 17, 17, 47))
        data = self.payload(protocol)
        fragment = rng.choice((0, 0, 0, 0x4000, 0x4000, 0x2000, 0x2010, 0x0010))
        total = 20 + len(options) + len(data)
        if rng.random() < 0.03:
            total = max(0, total + rng.choice((-30, -1, 1)))
        header = bytes([0x45 + len(options) // 4 if rng.random() < 0.97 else rng.randrange(256), rng.randrange(256)])
        header += total.to_bytes(2, "big") + rng.randbytes(2) + fragment.to_bytes(2, "big")
        header += bytes([rng.choice((0, 1, 1, 2, 2, 64, 64, 255)), protocol]) + b"\0\0"
        header += src.to_bytes(4, "big") + self.anywhere().to_bytes(4, "big") + options
        right = checksum(header)
        if rng.random() < 0.05:
            right ^= 1 << rng.randrange(16)
        header = header[:10] + right.to_bytes(2, "big") + header[12:]
        to = ROUTER + port if rng.random() < 0.95 else rng.choice((0xFFFFFFFFFFFF, 0x01005E000001, ROUTER + port + 1))
        return to, self.station(src, port), 0x0800, header + data + bytes(rng.choice((0, 0, 6)))

    def frame(self, port):
        rng = self.rng
        to, station, kind, data = self.arp(port) if rng.random() < 0.3 else self.ipv4(port)
        if rng.random() < 0.02:
            station |= 1 << 40
        if rng.random() < 0.02:
            kind = rng.choice((0x86DD, 0x8100, 0x0800, 0x0806))
        data = to.to_bytes(6, "big") + station.to_bytes(6, "big") + kind.to_bytes(2, "big") + data
        return data[:rng.randrange(1, len(data))] if rng.random() < 0.02 else data


def generate(count, seed):
    """(port, time, frame), in order."""
    traffic, now = Traffic(seed), START
    for _ in range(count):
        now += traffic.rng.choice((0, 1, 20, 90, 400)) * MILLISECOND
        port = traffic.rng.choice((0, 0, 0, 1, 1, 1, 2, 2, 2, 3))
        yield port, now, traffic.frame(port)


def main(folder, count=5000, seed=1):
    os.makedirs(folder, exist_ok=True)
    sides = [[] for _ in range(PORTS)]
    for port, stamp, data in generate(int(count), int(seed)):
        sides[port].append((stamp, data))
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    with open(os.path.join(folder, "router.conf"), "w") as file:
        file.write(configuration())
    print(f"{int(count)} frames, seed {int(seed)}: {', '.join(str(len(side)) for side in sides)} by port")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
