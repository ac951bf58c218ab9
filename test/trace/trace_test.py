# SPDX-License-Identifier: BSD-3-Clause
"""Traces: split loses nothing and finds the obvious inside; what is generated covers what it says."""
import contextlib
import io
import ipaddress
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "run")]
import captures
import generate
import generate_bridge
import split


def udp(source, destination, port=9):
    return captures.udp(source, port, destination, port)


class SplitTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def test_the_side_that_asks_is_inside(self):
        frames = [(1, udp("10.0.0.1", "192.0.2.1")), (2, udp("192.0.2.1", "10.0.0.1")),
                  (3, udp("10.0.0.2", "192.0.2.1")), (4, udp("192.0.2.1", "10.0.0.2"))]
        inside = split.best_prefix(frames)
        self.assertEqual(inside, ipaddress.ip_network("0.0.0.0/1"))  # the shortest without 192.0.2.1
        sides, counts = split.split(frames, inside)
        self.assertEqual(([t for t, _ in sides[0]], [t for t, _ in sides[1]]), ([1, 3], [2, 4]))
        self.assertEqual(counts, (2, 2, 0))

    def test_nothing_is_lost(self):
        frames = [(1, udp("10.0.0.1", "192.0.2.1")), (2, b"\xff" * 60), (3, b"short"), (4, udp("192.0.2.1", "192.0.2.2")),
                  (5, udp("10.0.0.1", "10.0.0.2"))]
        sides, counts = split.split(frames, ipaddress.ip_network("10.0.0.0/8"))
        self.assertEqual(sorted(sides[0] + sides[1]), sorted(frames))
        self.assertEqual(counts, (1, 0, 4))

    def test_a_trace_without_answers(self):
        with self.assertRaises(SystemExit):
            split.best_prefix([(1, udp("10.0.0.1", "192.0.2.1"))])

    def test_what_is_written_reads_back(self):
        frames = [(10**18 + 1, udp("10.0.0.1", "192.0.2.1")), (10**18 + 5, udp("192.0.2.1", "10.0.0.1"))]
        path = os.path.join(self.folder.name, "trace.pcap")
        captures.write(path, frames)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            split.main(path, self.folder.name, "10.0.0.0/8")
        self.assertEqual(captures.read(os.path.join(self.folder.name, "in0.pcap")), frames[:1])
        self.assertEqual(captures.read(os.path.join(self.folder.name, "in1.pcap")), frames[1:])
        self.assertIn("1 cross outwards, 1 inwards, 0 neither", said.getvalue())

    def test_a_broken_capture(self):
        path = os.path.join(self.folder.name, "broken")
        with open(path, "wb") as file:
            file.write(captures.header() + captures.record(1, b"abc")[:-1])
        with self.assertRaises(SystemExit) as ended:
            split.main(path, self.folder.name)
        self.assertIn(path, str(ended.exception))


class GenerateTest(unittest.TestCase):
    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(list(generate.generate(300, 7)), list(generate.generate(300, 7)))
        self.assertNotEqual(list(generate.generate(300, 7)), list(generate.generate(300, 8)))

    def test_times_never_go_back(self):
        times = [stamp for _, stamp, _ in generate.generate(2000, 1)]
        self.assertEqual(times, sorted(times))

    def test_what_it_promises_is_there(self):
        frames = [frame for _, _, frame in generate.generate(5000, 1)]
        ipv4 = [f for f in frames if f[12:14] == b"\x08\x00" and len(f) > 34]
        ipv6 = [f for f in frames if f[12:14] == b"\x86\xdd" and len(f) > 54]
        kinds = {
            "ARP": sum(f[12:14] == b"\x08\x06" for f in frames),
            "tagged": sum(f[12:14] == b"\x81\x00" for f in frames),
            "IPv4 options": sum(f[14] & 15 > 5 for f in ipv4),
            "first fragments": sum(f[20] & 0x3F == 0x20 and f[21] == 0 for f in ipv4),
            "later fragments": sum((f[20] & 0x1F) << 8 | f[21] > 0 for f in ipv4),
            "ICMP errors": sum(f[23] == 1 and f[14] == 0x45 and f[34] in (3, 11, 12) for f in ipv4),
            "ICMPv6 errors": sum(f[20] == 58 and f[54] in (1, 2, 3, 4) for f in ipv6),
            "extension headers": sum(f[20] in (0, 43, 51, 60) for f in ipv6),
            "IPv6 fragments": sum(f[20] == 44 for f in ipv6),
            "neighbour discovery": sum(f[20] == 58 and 133 <= f[54] <= 137 for f in ipv6),
            "cut": sum(len(f) < 14 + int.from_bytes(f[16:18], "big") for f in ipv4),
            "padded": sum(len(f) > 14 + int.from_bytes(f[16:18], "big") for f in ipv4),
        }
        self.assertEqual({name for name, count in kinds.items() if count < 10}, set(), kinds)


class GenerateBridgeTest(unittest.TestCase):
    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(list(generate_bridge.generate(300, 7)), list(generate_bridge.generate(300, 7)))
        self.assertNotEqual(list(generate_bridge.generate(300, 7)), list(generate_bridge.generate(300, 8)))

    def test_what_it_promises_is_there(self):
        times, places, kinds = [], {}, dict.fromkeys(
            ("short", "broadcast", "reserved", "nearly reserved", "static", "static group", "static sender",
             "group sender", "to itself", "moved", "silence"), 0)
        for port, stamp, frame in generate_bridge.generate(5000, 1):
            to, sender = int.from_bytes(frame[:6], "big"), int.from_bytes(frame[6:12], "big")
            kinds["silence"] += bool(times) and stamp - times[-1] > 4 * 10**9 - 1
            times.append(stamp)
            if len(frame) < 14:
                kinds["short"] += 1
                continue
            kinds["broadcast"] += to == generate_bridge.BROADCAST
            kinds["reserved"] += to >> 4 == 0x0180C200000
            kinds["nearly reserved"] += to >> 8 == 0x0180C20000 and to & 0xFF > 15
            kinds["static"] += to in generate_bridge.STATIC
            kinds["static group"] += to == 0x01005E000005
            kinds["static sender"] += sender in generate_bridge.STATIC
            kinds["group sender"] += sender >> 40 & 1 and sender not in generate_bridge.STATIC
            kinds["to itself"] += to == sender
            kinds["moved"] += places.get(sender, port) != port
            places[sender] = port
        self.assertEqual(times, sorted(times))
        self.assertEqual({name for name, count in kinds.items() if count < 10}, set(), kinds)


if __name__ == "__main__":
    unittest.main()
