# SPDX-License-Identifier: BSD-3-Clause
"""vigor.fuzz on network functions and on some with a mistake in them: what is right shows no difference, what is wrong
is found, made small, and found again by a replay.

VIGOR_HOST is vigor-host; VIGOR_NF the folder of the network functions that were built."""

import os
import random
import shutil
import tempfile
import unittest

import support as s

from vigor import fuzz, traffic, trial
from vigor._load import load

HOST, BUILT = os.environ["VIGOR_HOST"], os.environ["VIGOR_NF"]
FUNCTIONS = "bridge", "firewall", "maglev", "nat", "policer", "router"
FEW = 800  # packets


def made(name, folder=None, seed=1):
    here = os.path.join(s.ROOT, "nf", name)
    return fuzz.Fuzz(os.path.join(BUILT, name, name + ".so"), folder or here, HOST, os.path.join(here, name + ".conf"), seed)


class FuzzTest(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)

    def changed(self, name, old, new):
        """A copy of a function's folder with another specification."""
        folder = os.path.join(self.work.name, "nf", name)
        for part in (name, "common"):
            shutil.copytree(os.path.join(s.ROOT, "nf", part), os.path.join(self.work.name, "nf", part))
        text = s.read("nf", name, "spec.py")
        self.assertEqual(text.count(old), 1)
        s.write(os.path.join(folder, "spec.py"), text.replace(old, new))
        return folder

    def refuted(self, name, old, new):
        """The Shrink and what its replay says."""
        folder = self.changed(name, old, new)
        wrong = made(name, folder)
        small = fuzz.search(wrong, FEW)
        self.assertIsNotNone(small)
        into = os.path.join(self.work.name, "case")
        result = fuzz.write(small, wrong.so, folder, into)
        self.assertTrue(result["confirmed"], result["text"])
        self.assertTrue(trial.replay(into, HOST)["confirmed"])
        return small, result

    def test_no_difference_where_there_is_none(self):
        for name in FUNCTIONS:
            with self.subTest(name):
                self.assertIsNone(fuzz.search(made(name, seed=7), FEW))

    def test_a_wrong_specification_takes_one_packet(self):
        small, result = self.refuted("bridge", "if reserved(frame.dst):", "if frame.dst == 0:")
        self.assertEqual(len(small.packets), 1)
        self.assertIn("specification:  dropped", result["text"])

    def test_a_mistake_in_what_is_remembered_takes_few(self):
        small, result = self.refuted("bridge", "if place.port == packet.port:", "if place.port > packet.port:")
        self.assertLessEqual(len(small.packets), 2)
        self.assertEqual([small.setting.options["ageing"]], [(300 * 10**9, 0)])  # as in the .conf file

    def test_the_same_seed_makes_the_same_packets(self):
        runs = []
        for seed in (5, 5, 6):
            made_up = made("nat", seed=seed)
            variants = fuzz.Variants(made_up)
            setting, running, of = variants.one()
            session = fuzz.Session(made_up, setting)
            self.assertFalse(session.run(running, of, 200))
            runs.append((setting.options, session.packets))
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0][1], runs[2][1])

    def test_variants_start_and_differ(self):
        for name in ("nat", "maglev"):
            made_up = made(name)
            variants = fuzz.Variants(made_up)
            for _ in range(3):
                setting, running, of = variants.one()
                running.close()
                self.assertNotEqual(setting.options, made_up.base.options)

    def test_both_directions_and_tables_are_met(self):
        """A session's packets are no use if nothing gets through: most of what the functions do is met."""
        for name in ("firewall", "nat", "policer", "maglev"):
            made_up, sent, seen = made(name, seed=3), 0, {}
            for _ in range(4):
                setting, running, of = fuzz.Variants(made_up).one()
                session = fuzz.Session(made_up, setting)
                self.assertFalse(session.run(running, of, FEW))
                sent += session.counts.sent
                seen.update(session.seen)
            self.assertGreater(sent, 40, name)
            changed = {table for did in seen for table in did[-1]}
            self.assertGreater(2 * len(changed), len(made_up.loaded.tables), name)


class TrafficTest(unittest.TestCase):
    def setUp(self):
        self.rng = random.Random(4)

    def talk(self, **other):
        return traffic.Talk(b"\2" * 6, b"\4" * 6, 4, bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2)), traffic.UDP, 1000, 53, 8)._replace(
            **other)

    def test_what_is_written_is_read(self):
        for talk in (self.talk(kind=0), self.talk(protocol=traffic.TCP, kind=0),
                     self.talk(version=6, src=bytes(15) + b"\1", dst=bytes(15) + b"\2", kind=0)):
            for _ in range(20):
                data = traffic.sealed(talk, traffic.transport(self.rng, talk))
                frame = traffic.ethernet(talk.dst_mac, talk.src_mac, 0x0800 if talk.version == 4 else 0x86DD,
                                         traffic.ipv4(self.rng, talk, data) if talk.version == 4 else
                                         traffic.struct.pack("!IHBB", 6 << 28, len(data), talk.protocol, 64) +
                                         talk.src + talk.dst + data)
                self.assertEqual(traffic.read(frame), talk)

    def test_an_answer_to_an_answer_is_the_question(self):
        for talk in (self.talk(), self.talk(protocol=traffic.ICMP, dst_port=0)):
            self.assertEqual(traffic.flipped(traffic.flipped(talk)), talk)

    def test_header_checksums_are_right(self):
        for _ in range(100):
            header = traffic.ipv4(self.rng, self.talk(), bytes(8))
            self.assertEqual(traffic.checksum(header[:(header[0] & 15) * 4]), 0)

    def test_a_checksum_that_is_adapted_comes_out_as_0(self):
        struct = traffic.struct
        for protocol in traffic.UDP, traffic.TCP, traffic.ICMP, traffic.ICMPV6:
            talk = self.talk(protocol=protocol)
            where = 34 + traffic.CHECKSUM[protocol]
            for _ in range(50):
                frame = traffic.ethernet(bytes(6), bytes(6), 0x0800, bytes((0x45,)) + bytes(8) + bytes((protocol,)) + bytes(10) +
                                         traffic.transport(self.rng, talk, 100))
                off = self.rng.randrange(0xFFFF)  # by so much the box changes it
                value = lambda of: (struct.unpack_from("!H", of, where)[0] + off) % 0xFFFF
                sent = frame[:where] + struct.pack("!H", value(frame) or 0xFFFF) + frame[where + 2:]
                again = traffic.vanishing(frame, sent)
                self.assertEqual((value(again), len(again)), (0, len(frame)))
                total = [sum(struct.unpack("!%dH" % (len(of) // 2), of[:len(of) // 2 * 2])) % 0xFFFF for of in (frame, again)]
                self.assertEqual(*total)  # a right checksum is right still
        for end in range(34, 44):
            self.assertEqual(len(traffic.vanishing(frame[:end], sent)), end)

    def test_cut_frames_are_read_too(self):
        frame = traffic.frame_of(self.rng, self.talk(), bytes(8))
        for end in range(len(frame)):
            traffic.read(frame[:end])

    def test_the_vocabulary_is_what_the_configuration_says(self):
        words = traffic.Vocabulary(self.rng, [(1, [("IPv4Addr", 0x0A000001), ("MacAddr", 0x020000000001), ("U16", 5344)]),
                                              (None, [("IPv6Addr", (0, 0xFFFF_C0000201))])])
        self.assertEqual(words.homes[4][1], [bytes((10, 0, 0, 1))])
        self.assertIn(bytes((192, 0, 2, 1)), words.ipv4)
        self.assertIn(5344, words.numbers)
        self.assertEqual(words.doors[1], [bytes.fromhex("020000000001")])


class FieldsTest(unittest.TestCase):
    def test_fields_of_lists(self):
        router = load(os.path.join(s.ROOT, "nf", "router"))
        self.assertEqual(router.list_fields("routes")[0], ("prefix", "Prefix4"))
        self.assertIn(("mac", "MacAddr"), router.list_fields("interfaces"))
        firewall = load(os.path.join(s.ROOT, "nf", "firewall"))
        self.assertEqual(firewall.list_fields("pairs"), [("inside", "Port"), ("outside", "Port")])


if __name__ == "__main__":
    unittest.main()
