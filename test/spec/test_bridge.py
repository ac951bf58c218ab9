# SPDX-License-Identifier: BSD-3-Clause
"""The bridge's specification on frames made by hand, its properties on generated traffic, and both on symbolic values."""

import os
import shutil
import sys
import tempfile
import unittest

import double
import support as s
from support import SECOND

sys.path.insert(0, os.path.join(s.ROOT, "test", "trace"))
import generate_bridge  # noqa: E402
from generate_bridge import BROADCAST, STATIC  # noqa: E402

PORTS = 4
A, B, C = 0x020000000001, 0x020000000002, 0x020000000003
MULTICAST, RESERVED = 0x01005E000001, 0x0180C2000000
FIXED, FIXED_GROUP = 0x0200000000F2, 0x01005E000005  # to ports 3 and 2
TICKS = -(-10 * SECOND >> 26)


def bridge(where=None, capacity=12):
    loaded = s.load(where or os.path.join(s.ROOT, "nf", "bridge"))
    return s.Reference(loaded, {"capacity": capacity, "ageing": 10 * SECOND}, PORTS, {"static": list(STATIC.items())})


def frame(sender, receiver):
    return receiver.to_bytes(6, "big") + sender.to_bytes(6, "big") + b"\x88\xb5data"


def all_but(port):
    return (1 << PORTS) - 1 - (1 << port)


class Bridge(unittest.TestCase):
    def setUp(self):
        self.nf = bridge(capacity=2)
        self.now = 0

    def step(self, data, port):
        mask, sent = self.nf.step(data, port, self.now)
        self.assertEqual((sent, self.nf.violated()), (data, []))
        return mask

    def sends(self, sender, receiver, port, expected):
        self.assertEqual(self.step(frame(sender, receiver), port), expected)

    def known(self):
        """{station: (port, tick)} of what was learned."""
        return {key: (value, tick) for (key,), (kind, (value,), tick) in self.nf.entries("stations").items()}

    def test_learns_and_finds(self):
        self.sends(A, B, 0, all_but(0))
        self.sends(B, A, 3, 1 << 0)
        self.sends(A, B, 0, 1 << 3)
        self.assertEqual(self.known(), {A: (0, 0), B: (3, 0)})
        self.sends(A, A, 0, 0)
        self.sends(C, B, 3, 0)

    def test_groups(self):
        for group in (BROADCAST, MULTICAST):
            self.sends(A, group, 1, all_but(1))
            self.sends(group, A, 2, 1 << 1)
        self.assertEqual(self.known(), {A: (1, 0)})

    def test_reserved(self):
        for number in range(40):
            self.sends(A, RESERVED + number, 0, 0 if number < 16 else all_but(0))
        self.assertEqual(self.known(), {A: (0, 0)})

    def test_moves_also_when_full(self):
        self.sends(A, BROADCAST, 0, all_but(0))
        self.sends(B, BROADCAST, 1, all_but(1))
        self.sends(C, BROADCAST, 2, all_but(2))
        self.sends(A, B, 3, 1 << 1)
        self.assertEqual(self.known(), {A: (3, 0), B: (1, 0)})
        self.sends(B, C, 1, all_but(1))

    def test_ages(self):
        self.sends(A, BROADCAST, 0, all_but(0))
        self.now = TICKS << 26
        self.sends(B, A, 1, 1 << 0)
        self.now += 1 << 26
        self.sends(B, A, 1, all_but(1))
        self.sends(A, B, 2, 1 << 1)
        self.assertEqual(self.known(), {A: (2, TICKS + 1), B: (1, TICKS + 1)})

    def test_static(self):
        for port in range(PORTS):
            self.sends(A, FIXED, port, (1 << 3) & all_but(port))
            self.sends(A, FIXED_GROUP, port, (1 << 2) & all_but(port))
        self.sends(FIXED, B, 0, all_but(0))
        self.assertEqual(self.known(), {A: (3, 0)})

    def test_short(self):
        for size in range(14):
            self.assertEqual(self.step(frame(A, BROADCAST)[:size], 0), 0)
        self.assertEqual(self.known(), {})
        self.assertEqual(self.step(frame(A, BROADCAST)[:14], 0), all_but(0))


class Properties(unittest.TestCase):
    def run_all(self, nf, count):
        broken = set()
        for port, now, data in generate_bridge.generate(count, 5):
            nf.step(data, port, now)
            broken.update(nf.violated())
        return broken

    def test_hold_on_generated_traffic(self):
        self.assertEqual(self.run_all(bridge(), 3000), set())

    MUTANTS = [
        ("    if frame is None:\n        return drop()\n", "    if frame is None:\n        return flood(packet)\n",
         {"short_drops"}),
        ("        return drop()  # 8.6.1: never out of the port of reception", "        return flood(packet)",
         {"known_goes_home", "static_wins"}),
        ("    if place.port == packet.port:\n", "    if place.port == 99:\n", {"known_goes_home", "never_back", "static_wins"}),
        ("        return flood(packet)  # 8.6.3", "        return drop()",
         {"full_forwards", "groups_flood", "unknown_floods"}),
        ("    if reserved(frame.dst):\n        return drop()\n", "", {"reserved_stays"}),
        ("address >> 4 == MacAddr(\"01:80:c2:00:00:00\") >> 4", "address == MacAddr(\"01:80:c2:00:00:00\")",
         {"reserved_stays"}),
        ("address >> 4 == MacAddr(\"01:80:c2:00:00:00\") >> 4", "address >> 8 == MacAddr(\"01:80:c2:00:00:00\") >> 8",
         {"groups_flood"}),
        ("    place = config.static.find(Station(address))\n    if place is None and", "    place = None\n    if",
         {"static_wins"}),
        (" and Station(frame.src) not in config.static", "", {"static_stays"}),
        ("        state.stations.insert(Station(frame.src), port=port)",
         "        if Station(frame.src) not in state.stations:\n"
         "            state.stations.insert(Station(frame.src), port=port)", {"follows", "learns", "refreshes"}),
        ("        state.stations.insert(Station(frame.src), port=port)",
         "        if not state.stations.full:\n            state.stations.insert(Station(frame.src), port=port)",
         {"follows", "refreshes"}),
        ("        state.stations.insert(Station(frame.src), port=port)",
         "        state.stations.insert(Station(frame.src), port=0)", {"follows", "learns"}),
        ("        return flood(packet)  # 8.6.3", "        packet.data[0] = 3\n        return flood(packet)",
         {"untouched"}),
    ]

    def test_reject_mutants(self):
        source = s.read("nf", "bridge", "spec.py")
        for old, new, broken in self.MUTANTS:
            self.assertEqual(source.count(old), 1, old)
            with tempfile.TemporaryDirectory() as place:
                where = os.path.join(place, "bridge")
                shutil.copytree(os.path.join(s.ROOT, "nf", "bridge", "props"), os.path.join(where, "props"))
                s.write(os.path.join(where, "spec.py"), source.replace(old, new))
                self.assertEqual(self.run_all(bridge(where), 1500), broken, new)


# What is sent, by which port; decisions of the specification.
DECISIONS = [
    ("short", frame(A, B)[:13], 0, 1),
    ("reserved", frame(A, RESERVED), 0, 4),
    ("broadcast", frame(A, BROADCAST), 0, 6),
    ("unknown", frame(A, C), 0, 7),
    ("known", frame(A, B), 0, 8),
    ("on the same side", frame(A, B), 1, 8),
    ("static", frame(A, FIXED), 0, 6),
    ("from a group", frame(BROADCAST, B), 0, 7),
]


class Symbolic(unittest.TestCase):
    def test_decisions(self):
        for name, data, port, decided in DECISIONS:
            nf = bridge()
            watch = double.over(nf)
            nf.step(frame(B, BROADCAST), 1, 0)
            nf.step(data, port, 0)
            self.assertEqual((name, watch.decisions()), (name, (decided, 0)))

    def test_same_outcome_as_with_plain_numbers(self):
        plain, hostile = bridge(), bridge()
        watch = double.over(hostile)
        for port, now, data in generate_bridge.generate(2000, 6):
            mask, sent = hostile.step(data, port, now)
            self.assertEqual((watch._bare(mask), sent), plain.step(data, port, now))
            self.assertEqual(watch.real._tables["stations"].entry, plain.entries("stations"))
            self.assertEqual(hostile.violated(), [])


if __name__ == "__main__":
    unittest.main()
