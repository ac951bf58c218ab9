# SPDX-License-Identifier: BSD-3-Clause
"""The NAT's specification on generated traffic: it keeps its properties, each of which is put to the test; and it runs on values
that can do no more than the verifier's."""

import collections
import os
import sys
import unittest

import support as s
from double import over
from vigor._load import load

sys.path.insert(0, os.path.join(s.ROOT, "test", "trace"))
import generate_nat as traffic  # noqa: E402

PACKETS = 1000


def reference(seed):
    options = {
        "inside": 0, "inside_address": 0x0A0100FE, "inside_prefix": 24, "inside_mac": 0x0200000000AA,
        "outside": 1, "outside_address": 0xC0000201, "outside_prefix": 24, "outside_mac": 0x0200000000BB, "gateway": 0xC00002FE,
        "first_port": traffic.FIRST, "capacity": traffic.CAPACITY, "contacts": 9, "filtering": traffic.FILTERING[seed % 3],
        "inbound_refresh": ("off", "on")[seed % 2], "udp": 15 * s.SECOND, "established": 60 * s.SECOND,
        "transitory": 10 * s.SECOND, "query": 5 * s.SECOND, "rfc_timers": "off", "reassembly": 4 * s.SECOND, "fragments": 6,
        "neighbour": 50 * s.SECOND, "neighbours": 6}
    return s.Reference(load(os.path.join(s.ROOT, "nf", "nat")), options, traffic.PORTS)


class Nat(unittest.TestCase):
    def test_its_properties_hold_and_are_reached(self):
        reached = collections.Counter()
        for seed in (1, 2, 3):
            nat = reference(seed)
            nat.backend.asserted = lambda file, line: reached.update([os.path.basename(file)])
            for port, time, frame in traffic.generate(PACKETS, seed):
                nat.step(frame, port, time)
                self.assertEqual(nat.violated(), [], (seed, port, frame.hex()))
        without = {os.path.basename(file) for name, title, file in nat.loaded.props} - set(reached)
        # The first is about functions that run with them on, the second about keys that no packet in a thousand holds both of.
        self.assertLessEqual(without, {"rfc_timers.py", "ports_differ.py"})

    def test_values_need_only_be_calculated_with(self):
        plain, hostile = reference(1), reference(1)
        watch = over(hostile)
        for port, time, frame in traffic.generate(PACKETS, 1):
            self.assertEqual(hostile.step(frame, port, time), plain.step(frame, port, time), frame.hex())
            self.assertEqual(hostile.violated(), [])
        for table in ("mappings", "contacts", "fragments", "neighbours"):
            self.assertEqual(watch.real._tables[table].entry, plain.entries(table))


if __name__ == "__main__":
    unittest.main()
