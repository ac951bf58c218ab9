#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that a bridge must get right, in a few thousand frames.

Usage: generate_bridge.py FOLDER [FRAMES [SEED]]

Writes FOLDER/in0.pcap to in3.pcap and bridge.conf: a table that fills up and an ageing time that runs out, stations that
move, stations and groups whose port is fixed, broadcast, multicast, reserved addresses and their neighbours, groups as
senders, frames to their own sender, frames cut short. The same arguments give the same bytes.
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
BROADCAST = 0xFFFFFFFFFFFF
STATIC = {0x0200000000F1: 0, 0x0200000000F2: 3, 0x01005E000005: 2, 0x0180C2000002: 1}  # the last has no effect
CONFIGURATION = "# A table that fills up and stations that are forgotten within the generated trace.\ncapacity = 12\nageing = 10s\n"


def mac(address):
    return ":".join("%02x" % byte for byte in address.to_bytes(6, "big"))


def configuration():
    return CONFIGURATION + "".join(f"\n[static]\nmac = {mac(address)}\nport = {port}\n" for address, port in STATIC.items())


class Network:
    """Which station is behind which port, for now."""

    def __init__(self, rng):
        self.rng = rng
        self.place = {0x020000000001 + number: rng.randrange(PORTS) for number in range(20)}

    def station(self):
        return self.rng.choice(list(self.place))

    def sender(self):
        """(address, port); now and then of a station that just moved, or of none that can be."""
        chance = self.rng.random()
        if chance < 0.04:
            return self.rng.choice((BROADCAST, 0x01005E000001, 0x0180C2000000)), self.rng.randrange(PORTS)
        if chance < 0.10:
            return self.rng.choice(list(STATIC)), self.rng.randrange(PORTS)
        address = self.station()
        if chance < 0.16:
            self.place[address] = self.rng.randrange(PORTS)
        return address, self.place[address]

    def receiver(self, sender):
        chance = self.rng.random()
        if chance < 0.60:
            return self.station()
        if chance < 0.70:
            return self.rng.choice(list(STATIC))
        if chance < 0.76:
            return 0x0180C2000000 + self.rng.choice((0, 1, 14, 15, 16, 0x100, self.rng.randrange(32)))
        if chance < 0.80:
            return self.station() ^ 1 << self.rng.randrange(48)
        return self.rng.choice((BROADCAST, BROADCAST, 0x01005E000001, 0x3333000000FB, sender))


def frame(rng, sender, receiver):
    kind = rng.choice((0x0800, 0x0806, 0x86DD, 0x8100, 0x88CC, 0x0026))
    data = receiver.to_bytes(6, "big") + sender.to_bytes(6, "big") + kind.to_bytes(2, "big")
    data += rng.randbytes(rng.choice((0, 1, 46, 46, 300, 1500)))
    return data[:rng.choice((12, 13, rng.randrange(1, 14)))] if rng.random() < 0.03 else data


def generate(count, seed):
    """(port, time, frame), in order."""
    rng = random.Random(seed)
    network, now = Network(rng), START
    for _ in range(count):
        now += rng.choice((0, 1, 20, 90, 400)) * MILLISECOND
        if rng.random() < 0.005:  # silence, long enough for some stations and too short for others
            now += rng.choice((4_000, 9_900, 10_100)) * MILLISECOND
        sender, port = network.sender()
        yield port, now, frame(rng, sender, network.receiver(sender))


def main(folder, count=5000, seed=1):
    os.makedirs(folder, exist_ok=True)
    sides = [[] for _ in range(PORTS)]
    for port, stamp, data in generate(int(count), int(seed)):
        sides[port].append((stamp, data))
    for port, side in enumerate(sides):
        capture.write(os.path.join(folder, f"in{port}.pcap"), side)
    with open(os.path.join(folder, "bridge.conf"), "w") as file:
        file.write(configuration())
    print(f"{int(count)} frames, seed {int(seed)}: {', '.join(str(len(side)) for side in sides)} by port")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
